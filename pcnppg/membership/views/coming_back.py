"""The way back for who did not mean to leave, and the word that an address works."""

from __future__ import annotations

import contextlib

from flask import Response, g, request

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.rules import State
from pcnppg.membership.views.blueprints import Mine, of_my_link, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import show


@outside.get("/my/<token>/come-back")
@open_to(HOLDER)
@of_my_link
def my_come_back(mine: Mine) -> Response:
    return _page(mine)


@outside.post("/my/<token>/come-back")
@open_to(HOLDER)
@of_my_link
def press_come_back(mine: Mine) -> Response:
    try:
        with transaction():
            actions.come_back(mine.contact.id, digest=request.form.get("digest", ""), at=now())
    except RuleBroken as refusal:
        return _page(mine, status=422, changed=refusal.message)
    return mine.back("You are back on the list. We have emailed you the words.")


@outside.post("/my/<token>/works")
@open_to(HOLDER)
@of_my_link
def press_works(mine: Mine) -> Response:
    with contextlib.suppress(RuleBroken), transaction():  # pressed twice: it works already
        actions.try_again(mine.contact.group_id, mine.contact.id, by=mine.me, at=now())
    return mine.back("Thank you. We will email you again.")


def _page(mine: Mine, *, status: int = 200, changed: str = "") -> Response:
    if mine.contact.state != State.LEFT:
        return mine.back("You are on the list.")
    if not may_join(g.group.notice_version):
        return show("membership/join_closed.html", status=status)
    shown = queries.words_of(groups.get_group(mine.contact.group_id))
    return mine.page("come_back", status=status, shown=shown, changed=changed)
