"""Objecting and complaining: from one's own page, and for anybody from the group's."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import COMPLAINTS
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms.requests import ComplainForm, WordsForm
from pcnppg.membership.rules import ASKS_AN_HOUR
from pcnppg.membership.views.blueprints import bp, dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame
from pcnppg.web.security import is_within, network_address

DEAD = "membership/my_dead.html"


@outside.get("/my/<token>/object")
@open_to(HOLDER)
def my_object(token: str) -> Response:
    return _of_holder("membership/my_object.html", token, Form.fresh())


@outside.post("/my/<token>/object")
@open_to(HOLDER)
def press_object(token: str) -> Response:
    if not _is_good(token):
        return dead_link(DEAD)
    with transaction():
        actions.object_by_link(token, at=now())
    return show("membership/my_objected.html", token=token)


@outside.get("/my/<token>/complain")
@open_to(HOLDER)
def my_complain(token: str) -> Response:
    return _of_holder("membership/my_complain.html", token, WordsForm.fresh())


@outside.post("/my/<token>/complain")
@open_to(HOLDER)
def press_complain(token: str) -> Response:
    form = WordsForm.posted()
    if not _is_good(token):
        return dead_link(DEAD)
    if not form.validate():
        return _of_holder("membership/my_complain.html", token, form, status=422)
    try:
        with transaction():
            actions.complain_by_link(token, words=form.words.data, at=now())
    except RuleBroken as refusal:
        return _of_holder("membership/my_complain.html", token, blame(form, refusal), status=422)
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


def _is_good(token: str) -> bool:
    """Does the link work, and belong to somebody of the list? The page takes the look of its group."""
    try:
        link = queries.get_my_link(token, at=now())
    except NotFound:
        return False
    inside_group(link.group_id)
    return link.contact_id is not None


def _of_holder(template: str, token: str, form: Form, *, status: int = 200) -> Response:
    if not _is_good(token):
        return dead_link(DEAD)
    return show(template, status=status, token=token, form=form, complaints=COMPLAINTS)
