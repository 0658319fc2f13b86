"""What somebody changes with the link to their details: name, postal address and phone, pause, news of the network, leaving.

Seeing all of it, taking a copy and being erased concern several domains: those pages stand in `pages`.
"""

from __future__ import annotations

from flask import Response, request

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import NameForm, NetworkNewsForm, OwnWaysForm, PauseUntilForm
from pcnppg.membership.rules import PAUSES, How, State, is_paused, pause_ends
from pcnppg.membership.views.blueprints import Mine, of_my_link, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.forms import blame


@outside.get("/my/<token>/name")
@open_to(HOLDER)
@of_my_link
def my_name(mine: Mine) -> Response:
    return mine.page("my_name", form=NameForm.fresh(name=mine.contact.name or ""))


@outside.post("/my/<token>/name")
@open_to(HOLDER)
@of_my_link
def press_my_name(mine: Mine) -> Response:
    form = NameForm.posted()
    if not form.validate():
        return mine.page("my_name", status=422, form=form)
    try:
        with transaction():
            actions.correct_name(mine.contact.id, name=form.known_as, by=mine.me, at=now())
    except RuleBroken as refusal:
        return mine.page("my_name", status=422, form=blame(form, refusal))
    return mine.back("Your name is changed.")


@outside.get("/my/<token>/reach")
@open_to(HOLDER)
@of_my_link
def my_reach(mine: Mine) -> Response:
    known = mine.contact
    return mine.page("my_reach", form=OwnWaysForm.fresh(postal_address=known.postal_address, phone=known.phone))


@outside.post("/my/<token>/reach")
@open_to(HOLDER)
@of_my_link
def press_my_reach(mine: Mine) -> Response:
    form = OwnWaysForm.posted()
    if not form.validate():
        return mine.page("my_reach", status=422, form=form)
    ways = form.ways
    with transaction():
        actions.correct_ways(
            mine.contact.id, postal_address=ways.postal_address, phone=ways.phone, by=mine.me, at=now()
        )
    return mine.back("Your postal address and phone number are changed.")


@outside.get("/my/<token>/pause")
@open_to(HOLDER)
@of_my_link
def my_pause(mine: Mine) -> Response:
    return _pause_page(mine, PauseUntilForm.fresh())


@outside.post("/my/<token>/pause")
@open_to(HOLDER)
@of_my_link
def press_my_pause(mine: Mine) -> Response:
    """Pause, or end the pause, where `act` says so."""
    form, at = PauseUntilForm.posted(), now()
    ends = request.form.get("act") == "resume"
    if not ends and not form.validate():
        return _pause_page(mine, form, status=422)
    try:
        with transaction():
            if ends:
                actions.resume(mine.contact.id, how=How.MY_PAGE, by=mine.me, at=at)
            elif form.chosen:
                actions.pause(mine.contact.id, months=form.chosen, how=How.MY_PAGE, by=mine.me, at=at)
            else:
                actions.pause_until(mine.contact.id, day=form.until.data, how=How.MY_PAGE, by=mine.me, at=at)
    except RuleBroken as refusal:
        return _pause_page(mine, blame(form, refusal), status=422)
    return mine.back("The pause is over. We will email you again." if ends else "Your emails are paused.")


@outside.get("/my/<token>/network")
@open_to(HOLDER)
@of_my_link
def my_network(mine: Mine) -> Response:
    return _network_page(mine, NetworkNewsForm.fresh())


@outside.post("/my/<token>/network")
@open_to(HOLDER)
@of_my_link
def press_my_network(mine: Mine) -> Response:
    """Agree to news of the network; or stop it, where `act` says so."""
    form, at = NetworkNewsForm.posted(), now()
    stops = request.form.get("act") == "stop"
    if not stops and not form.validate():
        return _network_page(mine, form, status=422)
    try:
        with transaction():
            if stops:
                actions.stop_network_news(mine.contact.id, how=How.MY_PAGE, by=mine.me, at=at)
            else:
                digest = form.digest.data or ""
                actions.agree_to_network_news(mine.contact.id, digest=digest, how=How.MY_PAGE, by=mine.me, at=at)
    except RuleBroken as refusal:
        return _network_page(mine, blame(form, refusal), status=422)
    return mine.back("We send you no more news of the network." if stops else "You get news of the network too.")


@outside.post("/my/<token>/leave")
@open_to(HOLDER)
@of_my_link
def press_my_leave(mine: Mine) -> Response:
    with transaction():
        actions.leave(mine.contact.id, how=How.MY_PAGE, by=mine.me, at=now())
    return mine.back("You have left the list. A mailing that is being sent at this very minute may still reach you.")


def _pause_page(mine: Mine, form: PauseUntilForm, *, status: int = 200) -> Response:
    at = now()
    return mine.page(
        "my_pause",
        status=status,
        form=form.offer((months, pause_ends(at, months)) for months in PAUSES),
        is_active=mine.contact.state == State.ACTIVE,
        is_paused=is_paused(mine.contact.paused_until, at),
    )


def _network_page(mine: Mine, form: NetworkNewsForm, *, status: int = 200) -> Response:
    contact = mine.contact
    shown = queries.network_words_of(groups.get_group(contact.group_id), promise=contact.promise)
    is_active = contact.state == State.ACTIVE
    return mine.page("my_network", status=status, form=form, shown=shown, is_active=is_active)
