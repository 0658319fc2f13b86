"""Backing an item: one press for members, and for contacts by the link that knows them; one mail for everybody else."""

from __future__ import annotations

from flask import Response, g, session, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.meetings.actions import backing
from pcnppg.meetings.forms.items import EmailForm
from pcnppg.meetings.queries import backing as links
from pcnppg.meetings.queries import items, meetings
from pcnppg.meetings.rules.items import ASKS_AN_HOUR
from pcnppg.meetings.views.blueprints import bp, outside
from pcnppg.meetings.views.proposing import ASKED
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, be_inside, can, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.security import is_within, network_address

BACKED = "You back this item. The group sees how many do, not who."
DEAD = "meetings/say_dead.html"


@bp.get("/items/<int:item_id>/back")
@open_to(ANYONE)
def item_back(item_id: int) -> Response:
    return _back_page(item_id, EmailForm.fresh())


@bp.post("/items/<int:item_id>/back")
@open_to(ANYONE)
def back_item(item_id: int) -> Response:
    """One press for members; one mail for everybody else."""
    if can(Permission.BACK_ITEM):
        with transaction():
            backing.back(g.group.id, item_id, by=who(), at=now())
        return moved(url_for(".item", item_id=item_id), saying=BACKED)
    form = EmailForm.posted()
    if not form.validate():
        return _back_page(item_id, form, status=422)
    try:
        coming = _meeting_of_back()
        if is_within(ASKS_AN_HOUR, "propose", network_address()):
            with transaction():
                backing.ask_to_back(g.group.id, coming, item_id, address=form.address, by=who(), at=now())
    except RuleBroken as refusal:
        return _back_page(item_id, blame(form, refusal), status=422)
    session[ASKED] = form.address.shown
    return moved(url_for(".propose_sent", meeting_id=coming))


@outside.get("/say/<token>")
@open_to(HOLDER)
def say(token: str) -> Response:
    """What people want talked about, for a contact whom the link in a mailing knows. It shows nothing of theirs."""
    if not _inside(token):
        return show(DEAD, status=404)
    found = items.list_public(g.group.id)
    return show(
        "meetings/say.html",
        token=token,
        items=found,
        backings=items.backings_of(found),
        next_meeting=meetings.find_next(g.group.id, now()),
    )


@outside.post("/say/<token>/<int:item_id>")
@open_to(HOLDER)
def say_back(token: str, item_id: int) -> Response:
    """The one press. Pressed again it says the same, so that whoever was forwarded the mail learns nothing."""
    if not _inside(token):
        return show(DEAD, status=404)
    try:
        with transaction():
            title = backing.back_by_link(token, item_id, at=now()).title
    except RuleBroken as refusal:
        return moved(url_for(".say", token=token), saying=refusal.message)
    return moved(url_for(".say", token=token), saying=f"You back “{title}”. The group sees how many do, not who.")


def _inside(token: str) -> bool:
    """Does the link know somebody on a list? Then the page takes the look of their group."""
    try:
        be_inside(groups.get_group(links.get_backer(token).group_id))
    except NotFound:
        return False
    return True


def _back_page(item_id: int, form: EmailForm, *, status: int = 200) -> Response:
    found = items.get_public(g.group.id, item_id)
    return show(
        "meetings/back.html", status=status, item=found, form=form, coming=meetings.find_next(g.group.id, now())
    )


def _meeting_of_back() -> int:
    """Proposals are confirmed under a meeting's address: here the next one's, or the last one's."""
    found = meetings.find_next(g.group.id, now()) or next(iter(meetings.list_past(g.group.id, now())), None)
    if found is None:
        raise RuleBroken("There is no meeting yet. Come back when one is planned.")
    return found.id
