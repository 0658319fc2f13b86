"""The network's agreement in its versions, which groups are invited, and who speaks for whom."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, g, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import AgreementForm, DelegateForm, GroupForm
from pcnppg.federation.rules.belonging import USUAL
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import home_id, its_network, network_id
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Permission, role_words
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/agreement")
@open_to(ANYONE)
def agreement() -> Response:
    """What the groups of the network agreed to. Anybody may read it."""
    found = queries.list_agreements(network_id())
    return show("federation/agreement.html", agreement=found[0] if found else None, others=found[1:], in_force=True)


@bp.get("/agreement/<int:version>")
@open_to(ANYONE)
def agreement_version(version: int) -> Response:
    found = queries.get_agreement(network_id(), version)
    newest = queries.find_agreement(network_id())
    if newest is not None and newest.version == version:
        return moved(url_for(".agreement"))
    others = [one for one in queries.list_agreements(network_id()) if one.version != version]
    return show("federation/agreement.html", agreement=found, others=others, in_force=False)


@bp.get("/agreement/edit")
@open_to(Permission.RUN_NETWORK)
def agreement_edit() -> Response:
    found = queries.find_agreement(network_id())
    terms = found.terms if found else USUAL
    return _edit_page(AgreementForm.fresh(**asdict(terms), over=found.version if found else 0))


@bp.post("/agreement/edit")
@open_to(Permission.RUN_NETWORK)
def agreement_publish() -> Response:
    form = AgreementForm.posted()
    if not form.validate():
        return _edit_page(form, status=422)
    try:
        with transaction():
            made = actions.publish(network_id(), form.terms, over=form.version, by=who(), at=now())
            version = made.version
    except RuleBroken as refusal:
        return _edit_page(blame(form, refusal), status=422)
    saying = f"Version {version} is published. Each group's chair is asked to agree to it."
    return moved(url_for(".agreement"), saying=saying)


@bp.get("/network/groups")
@open_to(Permission.RUN_NETWORK)
def network_groups() -> Response:
    return _groups_page(GroupForm.fresh())


@bp.post("/network/groups")
@open_to(Permission.RUN_NETWORK)
def invite_group() -> Response:
    form = GroupForm.posted().offer(_candidates())
    if not form.validate():
        return _groups_page(form, status=422)
    try:
        with transaction():
            actions.invite_group(network_id(), form.group.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _groups_page(blame(form, refusal), status=422)
    return moved(url_for(".network_groups"), saying="The invitation is on its way to the officers of the group.")


@bp.post("/network/groups/<int:group_id>/take-back")
@open_to(Permission.RUN_NETWORK)
def take_back_group(group_id: int) -> Response:
    with transaction():
        actions.take_back(network_id(), group_id, by=who(), at=now())
    return moved(url_for(".network_groups"), saying="The invitation was taken back.")


@bp.get("/network/speakers")
@open_to(Permission.SEE_NETWORK, seen="federation.delegates_seen")
def speakers() -> Response:
    """Who speaks for which group."""
    inside = queries.list_inside(its_network())
    found = queries.list_delegates(its_network())
    silent = [one.group.name for one in inside if one.group.id not in {spoke.group_id for spoke in found}]
    return show("federation/speakers.html", delegates=found, silent=silent)


@bp.get("/network/delegates")
@open_to(Permission.SEND_DELEGATES, seen="federation.delegates_seen")
def delegates() -> Response:
    return _delegates_page(DelegateForm.fresh())


@bp.post("/network/delegates")
@open_to(Permission.SEND_DELEGATES)
def send_delegate() -> Response:
    queries.get_inside(home_id())
    form = DelegateForm.posted().offer(_people())
    if not form.validate():
        return _delegates_page(form, status=422)
    try:
        with transaction():
            actions.send_delegate(home_id(), person_id=form.who.data, substitute=form.substitute, by=who(), at=now())
    except RuleBroken as refusal:
        return _delegates_page(blame(form, refusal), status=422)
    return moved(url_for(".delegates"), saying="They speak for your group from now on, and were told by email.")


@bp.get("/network/delegates/<int:delegate_id>/call-back")
@open_to(Permission.SEND_DELEGATES)
def call_back(delegate_id: int) -> Response:
    one = queries.get_delegate(home_id(), delegate_id)
    return show("federation/call_back.html", form=Form.fresh(), one=one)


@bp.post("/network/delegates/<int:delegate_id>/call-back")
@open_to(Permission.SEND_DELEGATES)
def press_call_back(delegate_id: int) -> Response:
    with transaction():
        actions.call_back(home_id(), delegate_id, by=who(), at=now())
    return moved(url_for(".delegates"), saying="They no longer speak for your group, and were told by email.")


def _people() -> list[tuple[int, str]]:
    """Patients with a role in the group, each once with the first of their roles."""
    found: dict[int, str] = {}
    for one in groups.list_members(home_id()):
        if not one.is_staff:
            found.setdefault(one.person_id, f"{one.name}, {role_words(one.role)}")
    return list(found.items())


def _candidates() -> list[tuple[int, str]]:
    network_id()
    return [(group.id, group.name) for group in queries.list_candidates(g.group)]


def _edit_page(form: AgreementForm, *, status: int = 200) -> Response:
    return show(
        "federation/agreement_edit.html", status=status, form=form, inside=len(queries.list_inside(network_id()))
    )


def _groups_page(form: GroupForm, *, status: int = 200) -> Response:
    candidates = _candidates()
    return show(
        "federation/groups.html",
        status=status,
        form=form.offer(candidates),
        candidates=candidates,
        inside=queries.list_inside(g.group.id),
        invited=queries.list_invited(g.group.id),
        agreement=queries.find_agreement(g.group.id),
        practices=queries.count_practices(g.group),
        elsewhere=queries.list_elsewhere(g.group),
    )


def _delegates_page(form: DelegateForm, *, status: int = 200) -> Response:
    place = queries.get_inside(home_id())
    people = _people()
    return show(
        "federation/delegates.html",
        status=status,
        form=form.offer(people),
        terms=queries.get_agreement(place.network_id, place.version or 0).terms,
        sent=queries.list_delegates(place.network_id, of_group=g.group.id),
        network=groups.get_group(place.network_id),
    )
