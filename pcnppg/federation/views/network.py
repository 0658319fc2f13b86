"""The network's own pages: what groups do together, seen from a home group or from the network; how the groups are doing."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import ReadForm
from pcnppg.federation.queries import library
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import home_id, me, network_id, today
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.queries import meetings
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/network")
@open_to(Permission.SEE_NETWORK)
def network() -> Response:
    """What there is to see and do, by the kind of group."""
    return _desk() if queries.is_network(g.group) else _home()


def _desk() -> Response:
    at = now()
    return show(
        "federation/desk.html",
        inside=queries.list_inside(g.group.id),
        invited=queries.list_invited(g.group.id),
        practices=queries.count_practices(g.group),
        elsewhere=queries.list_elsewhere(g.group),
        agreement=queries.find_agreement(g.group.id),
        waiting=queries.votes_waiting(g.group.id, me(), at),
        purposes=queries.purposes_waiting(g.group.id, me(), at),
        coming=[one for one in meetings.list_coming(g.group.id, at) if one.cancelled_at is None],
        open_votes=[whole for whole in queries.list_decisions(g.group.id) if whole.is_open(at)],
        drafts=queries.list_drafts(g.group.id),
        posts=queries.list_posts(g.group.id),
    )


def _home() -> Response:
    place = queries.find_inside(g.group.id)
    if place is None:
        invited = queries.list_invitations_to(g.group.id)
        return show(
            "federation/nowhere.html",
            listed=queries.find_network_of(g.group),
            keeps_copies=bool(library.list_copies(g.group.id)),
            invited=list(groups.list_by_ids([one.network_id for one in invited]).values()),
        )
    waiting = queries.waiting_for(g.group.id, now())
    return show(
        "federation/home.html",
        place=place,
        network=groups.get_group(place.network_id),
        waiting=waiting,
        invited=waiting.invited_by,
        listed=queries.find_network_of(g.group),
        notices=queries.list_notices_for(g.group.id, place.network_id, today()),
        mailings=queries.list_mailings_for(g.group.id, place.network_id),
        posts=queries.list_posts(place.network_id),
        delegates=len(queries.list_delegates(place.network_id, of_group=g.group.id)),
        open_votes=[whole for whole in queries.list_decisions(place.network_id) if whole.is_open(now())],
    )


@bp.get("/network/numbers")
@open_to(Permission.SEE_NETWORK)
def numbers() -> Response:
    """How each group is doing: counts in words and colour, by name, with no ranking and no person."""
    headings, rows = queries.list_numbers(network_id(), now())
    return show("federation/numbers.html", headings=headings, rows=rows)


@bp.get("/network/join/<int:network_id>")
@open_to(Permission.JOIN_NETWORK)
def join(network_id: int) -> Response:
    """The agreement, and the box that says yes: to join, or to a newer version."""
    return _join_page(network_id, ReadForm.fresh())


@bp.post("/network/join/<int:network_id>")
@open_to(Permission.JOIN_NETWORK)
def accept(network_id: int) -> Response:
    form = ReadForm.posted()
    if not form.validate():
        return _join_page(network_id, form, status=422)
    try:
        with transaction():
            actions.accept(home_id(), network_id, read=form.version, by=who(), at=now())
    except RuleBroken as refusal:
        return _join_page(network_id, blame(form, refusal), status=422)
    return moved(url_for(".network"), saying="Your group has agreed. Next, say who speaks for it.")


@bp.post("/network/decline/<int:network_id>")
@open_to(Permission.JOIN_NETWORK)
def decline(network_id: int) -> Response:
    with transaction():
        actions.decline(home_id(), network_id, by=who(), at=now())
    return moved(url_for(".network"), saying="You said no. The network can invite you again.")


@bp.get("/network/leave")
@open_to(Permission.JOIN_NETWORK)
def leave() -> Response:
    return _leave_page(Form.fresh())


@bp.post("/network/leave")
@open_to(Permission.JOIN_NETWORK)
def press_leave() -> Response:
    with transaction():
        actions.leave(home_id(), by=who(), at=now())
    return moved(url_for(".network"), saying="Your group has left the network. Your contact list is as it was.")


@bp.get("/network/rest")
@open_to(Permission.JOIN_NETWORK)
def rest() -> Response:
    place = queries.get_inside(home_id())
    return show("federation/rest.html", form=Form.fresh(), network=groups.get_group(place.network_id))


@bp.post("/network/rest")
@open_to(Permission.JOIN_NETWORK)
def press_rest() -> Response:
    with transaction():
        actions.sleep(home_id(), by=who(), at=now())
    return moved(url_for(".network"), saying="Your group rests, and the network speaks for it. Your list is as it was.")


@bp.post("/network/wake")
@open_to(Permission.JOIN_NETWORK)
def wake() -> Response:
    with transaction():
        actions.wake(home_id(), by=who(), at=now())
    return moved(url_for(".network"), saying="Your group is awake again, with its list as it was.")


def _join_page(network_id: int, form: ReadForm, *, status: int = 200) -> Response:
    place = queries.find_place(network_id, home_id())
    agreement = queries.find_agreement(network_id)
    if place is None or agreement is None or place.version == agreement.version:
        return moved(url_for(".network"))
    form.read.data = str(agreement.version)
    return show(
        "federation/join.html",
        status=status,
        form=form,
        network=groups.get_group(network_id),
        agreement=agreement,
        is_in=place.accepted_at is not None,
    )


def _leave_page(form: Form) -> Response:
    place = queries.get_inside(home_id())
    return show(
        "federation/leave.html",
        form=form,
        network=groups.get_group(place.network_id),
        delegates=len(queries.list_delegates(place.network_id, of_group=g.group.id)),
    )
