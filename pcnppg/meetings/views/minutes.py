"""Minutes: read by the group, corrected by those who were there, accepted, and published for everybody with names reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.meetings.actions import minutes as actions
from pcnppg.meetings.actions import unnaming
from pcnppg.meetings.forms.minutes import AnswerForm, CorrectionForm, MinutesForm
from pcnppg.meetings.queries import minutes as queries
from pcnppg.meetings.queries.day import UNNAMED, seats_of, was_there
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.rules.drafting import blocks
from pcnppg.meetings.rules.meetings import KIND_WORDS, MeetingKind
from pcnppg.meetings.rules.minutes import CORRECTION_WORDS, STATE_WORDS, may_correct, ready_by
from pcnppg.meetings.rules.naming import reduced
from pcnppg.meetings.rules.record import CorrectionState, MinutesState
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, can, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Meeting, Minutes


@bp.get("/meetings/<int:meeting_id>/minutes")
@open_to(ANYONE)
def minutes(meeting_id: int) -> Response:
    """Members read them from the day they are sent round, officers before; everybody once they are published."""
    if can(Permission.SEE_OFFICE):
        return _page(meeting_id)
    return show("meetings/minutes_public.html", **_public(meeting_id))


@bp.get("/meetings/<int:meeting_id>/minutes/as-published")
@open_to(ANYONE)
def minutes_public(meeting_id: int) -> Response:
    """The published minutes as everybody reads them."""
    return show("meetings/minutes_public.html", **_public(meeting_id))


@bp.get("/meetings/<int:meeting_id>/minutes/print")
@open_to(ANYONE)
def minutes_print(meeting_id: int) -> Response:
    """On paper: members print what the group reads, everybody else what is published."""
    if not can(Permission.SEE_OFFICE):
        return show("meetings/minutes_print.html", **_public(meeting_id))
    found, meeting = readable(meeting_id)
    return show("meetings/minutes_print.html", **_told(meeting, found, public=False))


@bp.get("/meetings/<int:meeting_id>/minutes/write")
@open_to(Permission.TAKE_MINUTES)
def minutes_write(meeting_id: int) -> Response:
    found = queries.get_minutes(g.group.id, meeting_id)
    if found.state != MinutesState.DRAFT:
        return moved(
            url_for(".minutes", meeting_id=meeting_id), saying="These minutes were sent round: their words stand."
        )
    return _write_page(meeting_id, MinutesForm.fresh(words=found.words, version=str(found.version)))


@bp.post("/meetings/<int:meeting_id>/minutes/write")
@open_to(Permission.TAKE_MINUTES)
def minutes_written(meeting_id: int) -> Response:
    form = MinutesForm.posted()
    try:
        with transaction():
            actions.write(g.group.id, meeting_id, form.text, version=form.over, by=who(), at=now())
    except Conflict as refusal:
        theirs = queries.get_minutes(g.group.id, meeting_id)
        form.version.data = str(theirs.version)
        form.version.raw_data = [str(theirs.version)]
        return _write_page(meeting_id, blame(form, refusal), theirs=theirs.words, status=409)
    except RuleBroken as refusal:
        return _write_page(meeting_id, blame(form, refusal), status=422)
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="The draft is saved.")


@bp.post("/meetings/<int:meeting_id>/minutes/circulate")
@open_to(Permission.TAKE_MINUTES)
def minutes_circulate(meeting_id: int) -> Response:
    try:
        with transaction():
            actions.circulate(g.group.id, meeting_id, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(Form.fresh(), refusal), status=422)
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="Everybody in the group can read the minutes now.")


@bp.post("/meetings/<int:meeting_id>/minutes/corrections")
@open_to(Permission.CORRECT_MINUTES)
def minutes_correct(meeting_id: int) -> Response:
    form = CorrectionForm.posted()
    try:
        with transaction():
            actions.propose_correction(g.group.id, meeting_id, form.text, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="Your correction is with the officers.")


@bp.get("/meetings/<int:meeting_id>/minutes/corrections/<int:correction_id>")
@open_to(Permission.TAKE_MINUTES)
def minutes_correction(meeting_id: int, correction_id: int) -> Response:
    return _correction_page(meeting_id, correction_id, AnswerForm.fresh())


@bp.post("/meetings/<int:meeting_id>/minutes/corrections/<int:correction_id>/take-up")
@open_to(Permission.TAKE_MINUTES)
def minutes_take_up(meeting_id: int, correction_id: int) -> Response:
    return _answer(meeting_id, correction_id, takes_up=True)


@bp.post("/meetings/<int:meeting_id>/minutes/corrections/<int:correction_id>/decline")
@open_to(Permission.TAKE_MINUTES)
def minutes_decline(meeting_id: int, correction_id: int) -> Response:
    return _answer(meeting_id, correction_id, takes_up=False)


@bp.post("/meetings/<int:meeting_id>/minutes/guests/<int:attendance_id>/erase")
@open_to(Permission.TAKE_MINUTES)
def minutes_guest_erased(meeting_id: int, attendance_id: int) -> Response:
    with transaction():
        unnaming.erase_guest(g.group.id, meeting_id, attendance_id, by=who(), at=now())
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="The guest’s name is erased.")


def readable(meeting_id: int) -> tuple[Minutes, Meeting]:
    """Minutes that whoever is signed in may read: a draft is the officers' own."""
    found, meeting = queries.get_minutes(g.group.id, meeting_id), get_meeting(g.group.id, meeting_id)
    if found.state == MinutesState.DRAFT and not can(Permission.TAKE_MINUTES):
        raise NotFound("The minutes of this meeting are being written. You can read them once they are sent round.")
    return found, meeting


def _public(meeting_id: int) -> dict[str, Any]:
    meeting = get_meeting(g.group.id, meeting_id)
    found = queries.find_published(g.group.id, meeting_id)
    if found is None:
        raise NotFound(
            "The minutes of this meeting are not published yet. They are, once the next meeting has accepted them."
        )
    return _told(meeting, found, public=True)


def _told(meeting: Meeting, found: Minutes, *, public: bool) -> dict[str, Any]:
    swaps = queries.swaps_for(meeting) if public else {}
    corrections = queries.list_corrections(found)
    return {
        "meeting": meeting,
        "kind": KIND_WORDS[MeetingKind(meeting.kind)],
        "minutes": found,
        "roll": queries.roll_of(meeting, public=public),
        "blocks": blocks((found.public_words if public else found.words) or ""),
        "corrected": [reduced(c.row.words, swaps) for c in corrections if c.row.state == CorrectionState.TAKEN],
        "accepting": get_meeting(g.group.id, found.accepted_at_meeting) if found.accepted_at_meeting else None,
        "public": public,
    }


def _page(meeting_id: int, form: Form | None = None, *, status: int = 200) -> Response:
    found, meeting = readable(meeting_id)
    there = was_there(meeting_id, who().person_id or 0)
    return show(
        "meetings/minutes.html",
        status=status,
        form=form,
        correction=form if isinstance(form, CorrectionForm) else CorrectionForm.fresh(),
        corrections=queries.list_corrections(found),
        unanswered=queries.count_unanswered(found),
        steps=queries.list_steps(found),
        states=STATE_WORDS,
        fates=CORRECTION_WORDS,
        may_correct=bool(may_correct(found.state, was_there=there)),
        can_be_accepted=bool(queries.list_accepting(meeting, now())),
        guests=[seat for seat in seats_of(meeting) if seat.person_id is None and seat.name != UNNAMED],
        ready_by=ready_by((meeting.ended_at or meeting.ends_at).date()),
        **_told(meeting, found, public=False),
    )


def _write_page(meeting_id: int, form: MinutesForm, *, theirs: str = "", status: int = 200) -> Response:
    meeting = get_meeting(g.group.id, meeting_id)
    return show(
        "meetings/minutes_write.html",
        status=status,
        meeting=meeting,
        form=form,
        theirs=blocks(theirs),
        roll=queries.roll_of(meeting, public=False),
    )


def _answer(meeting_id: int, correction_id: int, *, takes_up: bool) -> Response:
    form = AnswerForm.posted()
    try:
        with transaction():
            actions.answer_correction(
                g.group.id, meeting_id, correction_id, takes_up=takes_up, words=form.text, by=who(), at=now()
            )
    except RuleBroken as refusal:
        return _correction_page(meeting_id, correction_id, blame(form, refusal), status=422)
    saying = (
        "The correction is taken up." if takes_up else "The correction is not taken up. Your reason stands beside it."
    )
    return moved(url_for(".minutes", meeting_id=meeting_id), saying=saying)


def _correction_page(meeting_id: int, correction_id: int, form: AnswerForm, *, status: int = 200) -> Response:
    found, meeting = readable(meeting_id)
    one = next((one for one in queries.list_corrections(found) if one.row.id == correction_id), None)
    if one is None:
        raise NotFound
    return show("meetings/correction.html", status=status, form=form, meeting=meeting, one=one, fates=CORRECTION_WORDS)
