"""Switching off mail about one item, by the link that each such mail carries."""

from __future__ import annotations

from flask import Response

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.meetings.actions import backing
from pcnppg.meetings.views.blueprints import outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, be_inside, open_to
from pcnppg.web.answers import show


@outside.get("/item-mail/<token>")
@open_to(HOLDER)
def item_mail(token: str) -> Response:
    return _page(token, done=False)


@outside.post("/item-mail/<token>")
@open_to(HOLDER)
def switch_off(token: str) -> Response:
    if backing.find_reader(token) is not None:
        with transaction():
            backing.switch_off(token, at=now())
    return _page(token, done=True)


def _page(token: str, *, done: bool) -> Response:
    row = backing.find_reader(token)
    if row is None:
        return show("meetings/quiet_dead.html", status=404)
    be_inside(groups.get_group(row.group_id))
    return show("meetings/quiet.html", token=token, done=done or row.quiet_at is not None)
