"""At the meeting: one screen, on which everything is written down where it happens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.actions import attending, following
from pcnppg.meetings.actions import day as actions
from pcnppg.meetings.forms.day import ActionForm, DecisionForm, GuestForm, NoteForm, WritingForm
from pcnppg.meetings.forms.items import SURE
from pcnppg.meetings.queries import day as queries
from pcnppg.meetings.queries import following as open_actions
from pcnppg.meetings.queries.items import get_item
from pcnppg.meetings.queries.meetings import find_later, get_meeting
from pcnppg.meetings.queries.minutes import decided_of
from pcnppg.meetings.queries.naming import named_in
from pcnppg.meetings.rules.clockwork import left_words, may_open, minutes_left, now_of
from pcnppg.meetings.rules.record import DecisionHow
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Item, Meeting

MEANWHILE = "Saved. Meanwhile somebody else wrote here too. Look at both."


@bp.get("/meetings/<int:meeting_id>/day")
@open_to(Permission.TAKE_MINUTES)
def day(meeting_id: int) -> Response:
    return _page(meeting_id)


@bp.post("/meetings/<int:meeting_id>/day/roll")
@open_to(Permission.TAKE_MINUTES)
def day_roll(meeting_id: int) -> Response:
    """Who is here. Only marks that differ from what the page showed are written, so two officers undo nothing."""
    changed = {}
    for name, standing in request.form.items():
        person = re.fullmatch(r"p(\d{1,15})", name, re.ASCII)
        if person and standing in attending.STANDINGS and standing != request.form.get(f"was-{name}"):
            changed[int(person[1])] = standing
    with transaction():
        attending.mark(g.group.id, meeting_id, changed, by=who(), at=now())
    return _back(meeting_id, "Saved who is here.", anchor="roll")


@bp.post("/meetings/<int:meeting_id>/day/guests")
@open_to(Permission.TAKE_MINUTES)
def day_guest(meeting_id: int) -> Response:
    form = GuestForm.posted()
    try:
        with transaction():
            attending.add_guest(g.group.id, meeting_id, form.guest.data or "", by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    return _back(meeting_id, "The guest is written down.", anchor="roll")


@bp.post("/meetings/<int:meeting_id>/day/guests/<int:attendance_id>/remove")
@open_to(Permission.TAKE_MINUTES)
def day_guest_removed(meeting_id: int, attendance_id: int) -> Response:
    with transaction():
        attending.remove_guest(g.group.id, meeting_id, attendance_id, by=who(), at=now())
    return _back(meeting_id, "The guest is taken off.", anchor="roll")


@bp.post("/meetings/<int:meeting_id>/day/notes")
@open_to(Permission.TAKE_MINUTES)
def day_note(meeting_id: int) -> Response:
    form = NoteForm.posted()
    try:
        with transaction():
            actions.note(g.group.id, meeting_id, form.under, form.text, slip=form.slipped, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    meeting = get_meeting(g.group.id, meeting_id)
    others = queries.written_since(meeting, form.under, seen=form.newest, but=who().person_id)
    return _back(meeting_id, MEANWHILE if form.newest and others else "Saved.", form=form)


@bp.post("/meetings/<int:meeting_id>/day/decisions")
@open_to(Permission.TAKE_MINUTES)
def day_decision(meeting_id: int) -> Response:
    form = DecisionForm.posted()
    if not form.validate():
        return _page(meeting_id, form, status=422)
    try:
        with transaction():
            actions.decide(
                g.group.id,
                meeting_id,
                form.under,
                motion=form.motion.data or "",
                how=DecisionHow(form.how.data),
                votes=form.votes,
                casting=form.second_vote,
                slip=form.slipped,
                by=who(),
                at=now(),
            )
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    return _back(meeting_id, "The decision is written down.", form=form)


@bp.post("/meetings/<int:meeting_id>/day/actions")
@open_to(Permission.TAKE_MINUTES)
def day_action(meeting_id: int) -> Response:
    form = ActionForm.posted().offer(_choices())
    if not form.validate():
        return _page(meeting_id, form, status=422)
    try:
        with transaction():
            given = following.give(
                g.group.id,
                words=form.todo.data or "",
                owner=form.who,
                due_on=form.due_on.data,
                meeting_id=meeting_id,
                entry_id=form.under,
                slip=form.slipped,
                by=who(),
                at=now(),
            )
            number = given.number
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    return _back(meeting_id, f"It is action {number}.", form=form)


@bp.post("/meetings/<int:meeting_id>/day/notes/<int:note_id>/take-out")
@open_to(Permission.TAKE_MINUTES)
def day_note_out(meeting_id: int, note_id: int) -> Response:
    with transaction():
        actions.take_out_note(g.group.id, meeting_id, note_id, by=who(), at=now())
    return _back(meeting_id, "The note is taken out.")


@bp.post("/meetings/<int:meeting_id>/day/decisions/<int:decision_id>/take-out")
@open_to(Permission.TAKE_MINUTES)
def day_decision_out(meeting_id: int, decision_id: int) -> Response:
    with transaction():
        actions.take_out_decision(g.group.id, meeting_id, decision_id, by=who(), at=now())
    return _back(meeting_id, "The decision is taken out. Write the right one down anew.")


@bp.post("/meetings/<int:meeting_id>/day/parts/<int:entry_id>/finish")
@open_to(Permission.TAKE_MINUTES)
def day_finish(meeting_id: int, entry_id: int) -> Response:
    """Through with a part of the agenda; where it is somebody's item, with what came of it."""
    ends, words = request.form.get("ends", ""), request.form.get("outcome", "")
    named = named_in(g.group.id, words, item=_item_of(meeting_id, entry_id)) if ends != "carry" else []
    if named and not request.form.get("is_sure"):
        return _page(meeting_id, chosen=entry_id, outcome=words, named=named, status=422)
    try:
        with transaction():
            actions.finish(g.group.id, meeting_id, entry_id, ends=ends, words=words, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(Form.fresh(), refusal), chosen=entry_id, outcome=words, status=422)
    return _back(meeting_id, "On to the next part.")


def _item_of(meeting_id: int, entry_id: int) -> Item | None:
    item_id = queries.get_entry(g.group.id, meeting_id, entry_id).item_id
    return get_item(g.group.id, item_id) if item_id is not None else None


@bp.post("/meetings/<int:meeting_id>/day/parts/<int:entry_id>/again")
@open_to(Permission.TAKE_MINUTES)
def day_again(meeting_id: int, entry_id: int) -> Response:
    with transaction():
        actions.take_up_again(g.group.id, meeting_id, entry_id, by=who(), at=now())
    return moved(url_for(".day", meeting_id=meeting_id, part=entry_id), saying="Back to this part.")


@bp.get("/meetings/<int:meeting_id>/end")
@open_to(Permission.TAKE_MINUTES)
def meeting_end(meeting_id: int) -> Response:
    """What ending the meeting will do."""
    meeting = get_meeting(g.group.id, meeting_id)
    if meeting.ended_at is not None:
        return moved(url_for(".minutes", meeting_id=meeting_id), saying="This meeting has ended. Here are its minutes.")
    seats = queries.seats_of(meeting)
    return show(
        "meetings/end.html",
        meeting=meeting,
        form=Form.fresh(),
        seats=seats,
        here=sum(seat.is_here for seat in seats),
        apologies=sum(seat.sent_apologies for seat in seats),
        missed=[seat.name for seat in seats if not seat.is_here and not seat.sent_apologies],
        quorum=queries.quorum_of(meeting, seats),
        left=[line for line in queries.lines_of(meeting) if not line.done_at],
        not_reached=len(queries.list_not_reached(meeting)),
        later=find_later(meeting, now()),
        verdict=_verdict(meeting),
    )


@bp.post("/meetings/<int:meeting_id>/end")
@open_to(Permission.TAKE_MINUTES)
def meeting_ended(meeting_id: int) -> Response:
    with transaction():
        actions.end_meeting(g.group.id, meeting_id, by=who(), at=now())
    return moved(
        url_for(".minutes", meeting_id=meeting_id),
        saying="The meeting has ended. Its minutes have drafted themselves from what you wrote down.",
    )


def _verdict(meeting: Meeting) -> object:
    return may_open(
        starts_at=meeting.starts_at,
        cancelled=meeting.cancelled_at is not None,
        ended=meeting.ended_at is not None,
        at=now(),
    )


def _choices() -> dict[int, str]:
    return {number: name for number, (name, _) in queries.belonging(g.group.id).items()}


def _back(meeting_id: int, saying: str, *, form: WritingForm | None = None, anchor: str = "") -> Response:
    """On with the same part: 303 to the screen."""
    part = form.under if form else request.form.get("part", type=int)
    address = url_for(".day", meeting_id=meeting_id, part=part, _anchor=anchor or None)
    return moved(address, saying=saying)


def _page(
    meeting_id: int,
    form: Form | None = None,
    *,
    chosen: int | None = None,
    outcome: str = "",
    named: Sequence[str] = (),
    status: int = 200,
) -> Response:
    meeting, at = get_meeting(g.group.id, meeting_id), now()
    verdict = _verdict(meeting)
    if not verdict:
        return show("meetings/day_shut.html", status=status, meeting=meeting, verdict=verdict)
    part = form.under if isinstance(form, WritingForm) else chosen or request.values.get("part", type=int)
    lines = queries.lines_of(meeting)
    place, seats = now_of(lines, part), queries.seats_of(meeting)
    spoken = queries.spoken_at(meeting, lines)
    here = place.now.entry_id if place.now else 0
    said = next((one for one in spoken if one.line.entry_id == here), None)
    entry = here or None
    newest = max((note.id for note in said.notes), default=0) if said else 0
    coming = find_later(meeting, at)
    return show(
        "meetings/day.html",
        status=status,
        meeting=meeting,
        form=form,
        seats=seats,
        quorum=queries.quorum_of(meeting, seats),
        lines=lines,
        now_line=place.now,
        next_line=place.then,
        said=said,
        counts={one.line.entry_id: len(one.notes) + len(one.decisions) + len(one.actions) for one in spoken},
        names=queries.names_of(spoken),
        decided={row.id: decided_of(row) for row in (said.decisions if said else [])},
        left=left_words(meeting.ends_at, at),
        left_here=left_words(place.now.over_by, at) if place.now else "",
        minutes_left=minutes_left(meeting.ends_at, at),
        open_actions=open_actions.list_open(g.group.id),
        today=at.date(),
        outcome=outcome,
        named=named,
        sure=SURE,
        can_carry=coming is not None,
        note=form if isinstance(form, NoteForm) else NoteForm.blank(entry, seen=str(newest or "")),
        decision=form if isinstance(form, DecisionForm) else DecisionForm.blank(entry),
        action=form if isinstance(form, ActionForm) else ActionForm.blank(entry).offer(_choices()),
        guest=form if isinstance(form, GuestForm) else GuestForm.fresh(),
    )
