"""Objecting and complaining: from one's own page, and for anybody from the group's."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import COMPLAINTS, Kept
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions
from pcnppg.membership.forms.requests import ComplainForm, WordsForm
from pcnppg.membership.rules import ASKS_AN_HOUR
from pcnppg.membership.views.blueprints import Mine, bp, of_my_link, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame
from pcnppg.web.security import is_within, network_address


@outside.get("/my/<token>/object")
@open_to(HOLDER)
@of_my_link
def my_object(mine: Mine) -> Response:
    return mine.page("my_object", form=Form.fresh(), kept=Kept())


@outside.post("/my/<token>/object")
@open_to(HOLDER)
@of_my_link
def press_object(mine: Mine) -> Response:
    with transaction():
        actions.object_by_link(mine.token, who=mine.contact.id, at=now())
    return mine.page("my_objected")


@outside.get("/my/<token>/complain")
@open_to(HOLDER)
@of_my_link
def my_complain(mine: Mine) -> Response:
    return _my_complain_page(mine, WordsForm.fresh())


@outside.post("/my/<token>/complain")
@open_to(HOLDER)
@of_my_link
def press_complain(mine: Mine) -> Response:
    form = WordsForm.posted()
    if not form.validate():
        return _my_complain_page(mine, form, status=422)
    try:
        with transaction():
            actions.complain_by_link(mine.token, words=form.words.data, who=mine.contact.id, at=now())
    except RuleBroken as refusal:
        return _my_complain_page(mine, blame(form, refusal), status=422)
    return show("membership/complain_sent.html")


@bp.get("/complain")
@open_to(ANYONE)
def complain() -> Response:
    return _complain_page(ComplainForm.fresh())


@bp.post("/complain")
@open_to(ANYONE)
def send_complaint() -> Response:
    form = ComplainForm.posted()
    if not form.validate():
        return _complain_page(form, status=422)
    if form.is_doubtful:
        return show("membership/complain_once_more.html", form=form)
    if is_within(ASKS_AN_HOUR, "complain", network_address()):
        with transaction():
            actions.complain(g.group.id, address=form.address, words=form.words.data, by=who(), at=now())
    return moved(url_for(".complain_sent"))


@bp.get("/complain/sent")
@open_to(ANYONE)
def complain_sent() -> Response:
    return show("membership/complain_sent.html")


def _complain_page(form: ComplainForm, *, status: int = 200) -> Response:
    return show("membership/complain.html", status=status, form=form, complaints=COMPLAINTS)


def _my_complain_page(mine: Mine, form: Form, *, status: int = 200) -> Response:
    return mine.page("my_complain", status=status, form=form, complaints=COMPLAINTS)
