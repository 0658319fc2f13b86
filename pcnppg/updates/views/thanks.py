"""Thanks: what was said, for everybody to read; saying them; taking them back."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.store.session import transaction
from pcnppg.updates import actions, queries, rules
from pcnppg.updates.forms import ThanksForm
from pcnppg.updates.rules import To
from pcnppg.updates.views.blueprints import bp, my_sides
from pcnppg.updates.views.posting import doubts_left, speaking
from pcnppg.web.access import ANYONE, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/thanks")
@open_to(ANYONE)
def thanks() -> Response:
    """The record of thanks, year by year."""
    return show("updates/thanks.html", thanks=queries.list_thanks(g.group.id), mine=my_sides())


@bp.get("/thanks/new")
@open_to(Permission.SAY_THANKS)
def new_thanks() -> Response:
    return _page(speaking(ThanksForm.fresh()))


@bp.post("/thanks/new")
@open_to(Permission.SAY_THANKS)
def say_thanks() -> Response:
    form = speaking(ThanksForm.posted())
    if not form.validate():
        return _page(form, status=422)
    words = form.words.data or ""
    if doubts := doubts_left(form, (words,)):
        return _page(form, doubts=doubts)
    try:
        with transaction():
            to = To(form.to.data)
            actions.say_thanks(g.group.id, to=to, words=words, side=form.spoken_for, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(blame(form, refusal), status=422)
    return moved(url_for(".thanks"), saying="Your thanks are on the group's page now.")


@bp.get("/thanks/<int:thanks_id>/take-back")
@open_to(Permission.SAY_THANKS)
def take_thanks_back(thanks_id: int) -> Response:
    said = next((one for one in queries.list_thanks(g.group.id) if one.id == thanks_id), None)
    if said is None:
        raise NotFound
    verdict = rules.may_take_part(said.side, my_sides())
    return show("updates/take_back.html", said=said, verdict=verdict, form=Form.fresh())


@bp.post("/thanks/<int:thanks_id>/take-back")
@open_to(Permission.SAY_THANKS)
def press_take_thanks_back(thanks_id: int) -> Response:
    with transaction():
        actions.take_thanks_back(g.group.id, thanks_id, by=who(), at=now())
    return moved(url_for(".thanks"), saying="The thanks were taken back.")


def _page(form: ThanksForm, *, status: int = 200, doubts: list[rules.Doubted] | None = None) -> Response:
    return show("updates/say_thanks.html", status=status, form=form, doubts=doubts or [])
