"""The way back for who did not mean to leave, and the word that an address works."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.rules import State
from pcnppg.membership.views.blueprints import dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import moved, show

DEAD = "membership/my_dead.html"


@outside.get("/my/<token>/come-back")
@open_to(HOLDER)
def my_come_back(token: str) -> Response:
    return _page(token)


@outside.post("/my/<token>/come-back")
@open_to(HOLDER)
def press_come_back(token: str) -> Response:
    try:
        with transaction():
            actions.come_back(token, digest=request.form.get("digest", ""), at=now())
    except NotFound:
        return dead_link(DEAD)
    except RuleBroken as refusal:
        return _page(token, status=422, changed=refusal.message)
    return moved(url_for(".my", token=token), saying="You are back on the list. We have emailed you the words.")


@outside.post("/my/<token>/works")
@open_to(HOLDER)
def press_works(token: str) -> Response:
    try:
        with transaction():
            actions.works_by_link(token, at=now())
    except NotFound:
        return dead_link(DEAD)
    except RuleBroken:
        pass  # pressed twice: it works already
    return moved(url_for(".my", token=token), saying="Thank you. We will email you again.")


def _page(token: str, *, status: int = 200, changed: str = "") -> Response:
    try:
        link = queries.get_my_link(token, at=now())
    except NotFound:
        return dead_link(DEAD)
    inside_group(link.group_id)
    contact = queries.find_contact(link.contact_id) if link.contact_id is not None else None
    if contact is None or contact.state == State.ERASED:
        return dead_link(DEAD)
    if contact.state == State.ACTIVE:
        return moved(url_for(".my", token=token), saying="You are on the list.")
    if not may_join(g.group.notice_version):
        return show("membership/join_closed.html", status=status)
    shown = queries.words_of(groups.get_group(link.group_id))
    return show("membership/come_back.html", status=status, shown=shown, changed=changed, token=token)
