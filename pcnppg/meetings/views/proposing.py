"""Proposing an item: members at once, everybody else by a link in a mail; and what people want talked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, request, session, url_for

from pcnppg.groups.rules import Kind, Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.actions import proposing
from pcnppg.meetings.forms.items import VisitorForm, WishForm
from pcnppg.meetings.queries import items, meetings, raising
from pcnppg.meetings.rules.items import ASKS_AN_HOUR, ROLES_AS_SAID, Wish, may_say
from pcnppg.meetings.rules.meetings import may_call, may_propose_for
from pcnppg.meetings.rules.similar import most_like
from pcnppg.meetings.views.blueprints import bp
from pcnppg.meetings.views.names import as_shown
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, can, open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.security import is_within, network_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcnppg.kernel.verdict import Verdict
    from pcnppg.meetings.models import Item, Meeting

ASKED = "proposing"


@bp.get("/meetings/<int:meeting_id>/propose")
@open_to(ANYONE)
def propose(meeting_id: int) -> Response:
    return _form_page(meeting_id, _form(lambda shape: shape.fresh()))


@bp.post("/meetings/<int:meeting_id>/propose")
@open_to(ANYONE)
def propose_item(meeting_id: int) -> Response:
    """Look for items that say the same first; then take it, or write the one mail that asks to confirm it."""
    form = _form(lambda shape: shape.posted())
    valid, wish = form.validate(), form.wish
    if not valid:
        return _form_page(meeting_id, form, status=422)
    try:
        _may_still(meeting_id)
        may_say(wish).enforce(field="title")
        if request.form.get("act") != "anyway" and (found := _similar(wish)):
            return show(
                "meetings/similar.html",
                meeting_id=meeting_id,
                form=form,
                found=found,
                backings=items.backings_of(found),
            )
        return _take(meeting_id, form)
    except RuleBroken as refusal:
        return _form_page(meeting_id, blame(form, refusal), status=422)


@bp.get("/meetings/<int:meeting_id>/propose/sent")
@open_to(ANYONE)
def propose_sent(meeting_id: int) -> Response:
    """It repeats the address to whoever typed it, from the cookie of their own browser."""
    meetings.get_meeting(g.group.id, meeting_id)
    return show("meetings/propose_sent.html", address=session.get(ASKED, ""))


@bp.get("/meetings/<int:meeting_id>/propose/<token>")
@open_to(HOLDER)
def confirm_proposal(meeting_id: int, token: str) -> Response:
    return _confirm_page(token)


@bp.post("/meetings/<int:meeting_id>/propose/<token>")
@open_to(HOLDER)
def press_confirm_proposal(meeting_id: int, token: str) -> Response:
    try:
        if items.get_proposal(token).group_id != g.group.id:
            raise NotFound
        with transaction():
            item = proposing.confirm(token, at=now())
            item_id, is_held = item.id, item.held_because is not None
    except NotFound:
        return show("meetings/proposal_dead.html", status=404)
    found = items.get_item(g.group.id, item_id)
    return show(
        "meetings/proposed.html", item=found, is_held=is_held, backs=items.get_proposal(token).item_id is not None
    )


@bp.get("/items")
@open_to(ANYONE)
def item_list() -> Response:
    """What people want talked about, and what became of it."""
    found = items.list_public(g.group.id)
    someone = person()
    return show(
        "meetings/items.html",
        items=found,
        backings=items.backings_of(found),
        mine=items.backed_by(someone.person_id, g.group.id) if someone else set(),
        settled=items.list_settled(g.group.id, limit=20),
        as_shown=as_shown(),
        next_meeting=meetings.find_next(g.group.id, now()),
        own=items.list_own(g.group.id, someone.person_id) if someone else [],
    )


@bp.get("/items/<int:item_id>")
@open_to(ANYONE)
def item(item_id: int) -> Response:
    """One item with its history. What is held back only its proposer and the officers see."""
    found = items.get_item(g.group.id, item_id)
    someone = person()
    is_mine = someone is not None and found.person_id == someone.person_id
    if found.held_because is not None and not is_mine and not can(Permission.RULE_TRAY):
        raise NotFound
    return show(
        "meetings/item.html",
        item=found,
        is_mine=is_mine,
        history=items.history_of(found),
        as_shown=as_shown(),
        roles=ROLES_AS_SAID,
        backings=items.backings_of([found])[found.id],
        source=raising.sources_of([found])[found.id],
        backed_at_home=raising.backing_by_group(found),
        has_backed=someone is not None and item_id in items.backed_by(someone.person_id, g.group.id),
        into=_into(found.merged_into),
        next_meeting=meetings.find_next(g.group.id, now()),
    )


@bp.get("/items/<int:item_id>/withdraw")
@open_to(Permission.PROPOSE_ITEM)
def item_withdraw(item_id: int) -> Response:
    found = items.get_item(g.group.id, item_id)
    if found.person_id != who().person_id:
        raise NotFound
    return show("meetings/withdraw.html", item=found, backings=items.backings_of([found])[found.id])


@bp.post("/items/<int:item_id>/withdraw")
@open_to(Permission.PROPOSE_ITEM)
def withdraw_item(item_id: int) -> Response:
    if items.get_item(g.group.id, item_id).person_id != who().person_id:
        raise NotFound
    with transaction():
        actions.withdraw(g.group.id, item_id, by=who(), at=now())
    return moved(url_for(".item_list"), saying="You took your item back. Its history stays.")


def _form(how: Callable[[type[WishForm]], WishForm]) -> WishForm:
    """The form for whoever asks. Only a network's meetings have guests from outside."""
    form = how(WishForm if can(Permission.PROPOSE_ITEM) else VisitorForm)
    if isinstance(form, VisitorForm) and g.group.kind != Kind.NETWORK:
        del form.guest_of
    return form


def _form_page(meeting_id: int, form: WishForm, *, status: int = 200) -> Response:
    found = meetings.get_meeting(g.group.id, meeting_id)
    may = _may_propose(found)
    if not may:
        coming = meetings.find_next(g.group.id, now())
        coming = coming if coming is not None and coming.id != found.id else None
        return show("meetings/propose_closed.html", status=status, because=may.because, next_meeting=coming)
    is_late = now() > found.items_close_at
    return show("meetings/propose.html", status=status, form=form, meeting=found, is_late=is_late)


def _may_still(meeting_id: int) -> None:
    _may_propose(meetings.get_meeting(g.group.id, meeting_id)).enforce()


def _may_propose(found: Meeting) -> Verdict:
    may = may_propose_for(cancelled_at=found.cancelled_at, starts_at=found.starts_at, at=now())
    return may and may_call(needs_purpose=found.needs_purpose, purpose_agreed_at=found.purpose_agreed_at)


def _similar(wish: Wish) -> list[Item]:
    near = most_like(wish.title, items.list_titles(g.group.id))
    return items.list_by_number(g.group.id, near) if near else []


def _take(meeting_id: int, form: WishForm) -> Response:
    if isinstance(form, VisitorForm):
        if is_within(ASKS_AN_HOUR, "propose", network_address()):
            with transaction():
                proposing.ask_to_propose(
                    g.group.id,
                    meeting_id,
                    form.wish,
                    address=form.address,
                    name=form.name.data or None,
                    guest_of=form.guest_of.data or "" if form.guest_of else "",
                    by=who(),
                    at=now(),
                )
        session[ASKED] = form.address.shown
        return moved(url_for(".propose_sent", meeting_id=meeting_id))
    with transaction():
        made = proposing.propose(g.group.id, meeting_id, form.wish, by=who(), at=now())
        item_id, is_held = made.id, made.held_because is not None
    saying = "Your item has gone to the chair." + (" An officer reads it before it is shown." if is_held else "")
    return moved(url_for(".item", item_id=item_id), saying=saying)


def _confirm_page(token: str) -> Response:
    try:
        found = items.get_proposal(token)
        if found.group_id != g.group.id or found.mailbox is None or found.expires_at <= now():
            raise NotFound
    except NotFound:
        return show("meetings/proposal_dead.html", status=404)
    backs = items.get_item(g.group.id, found.item_id) if found.item_id is not None else None
    return show("meetings/confirm.html", proposal=found, backs=backs, token=token)


def _into(item_id: int | None) -> Item | None:
    return items.get_item(g.group.id, item_id) if item_id is not None else None
