"""Members: whether they come, the biscuits; for the chair who was missed; for officers how their meetings go."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.meetings.actions import attending, rotas
from pcnppg.meetings.forms.following import ComingForm
from pcnppg.meetings.queries import coming as queries
from pcnppg.meetings.queries import drifting
from pcnppg.meetings.queries.day import find_attendance, seats_of
from pcnppg.meetings.queries.following import list_of_person
from pcnppg.meetings.queries.meetings import get_meeting, habits_of
from pcnppg.meetings.rules.attending import may_say, tasks_of
from pcnppg.meetings.rules.meetings import KIND_WORDS, MeetingKind
from pcnppg.meetings.rules.people import Coming
from pcnppg.meetings.rules.quorum import rule_words
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/meetings/<int:meeting_id>/coming")
@open_to(Permission.SAY_COMING)
def coming(meeting_id: int) -> Response:
    row = find_attendance(meeting_id, who().person_id or 0)
    known = {"coming": row.said, "is_named": row.is_named} if row else {}
    return _page(meeting_id, ComingForm.fresh(**known))


@bp.post("/meetings/<int:meeting_id>/coming")
@open_to(Permission.SAY_COMING)
def coming_said(meeting_id: int) -> Response:
    form = ComingForm.posted()
    if not form.validate():
        return _page(meeting_id, form, status=422)
    said = Coming(form.coming.data)
    try:
        with transaction():
            attending.say(g.group.id, meeting_id, said, is_named=form.is_named.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(meeting_id, blame(form, refusal), status=422)
    saying = (
        "Thank you. We look forward to seeing you." if said is Coming.COMING else "Thank you. Your apologies are noted."
    )
    return moved(url_for(".coming", meeting_id=meeting_id), saying=saying)


@bp.post("/meetings/<int:meeting_id>/tasks/<int:number>/take")
@open_to(Permission.SAY_COMING)
def task_take(meeting_id: int, number: int) -> Response:
    try:
        with transaction():
            task = rotas.take_on(g.group.id, meeting_id, number, by=who(), at=now())
    except (Conflict, RuleBroken) as refusal:
        return moved(url_for(".coming", meeting_id=meeting_id), saying=refusal.message)
    return moved(url_for(".coming", meeting_id=meeting_id), saying=f"Thank you. Your name is beside “{task}”.")


@bp.post("/meetings/<int:meeting_id>/tasks/<int:number>/hand-back")
@open_to(Permission.SAY_COMING)
def task_hand_back(meeting_id: int, number: int) -> Response:
    try:
        with transaction():
            task = rotas.hand_back(g.group.id, meeting_id, number, by=who(), at=now())
    except RuleBroken as refusal:
        return moved(url_for(".coming", meeting_id=meeting_id), saying=refusal.message)
    return moved(url_for(".coming", meeting_id=meeting_id), saying=f"“{task}” is free for somebody else.")


@bp.get("/meetings/missed")
@open_to(Permission.KEEP_ROLES)
def missed() -> Response:
    """Who was not seen for three meetings or more."""
    return show("meetings/missed.html", missed=queries.list_missed(g.group.id))


@bp.post("/meetings/missed/<int:person_id>/spoken")
@open_to(Permission.KEEP_ROLES)
def missed_spoken(person_id: int) -> Response:
    with transaction():
        attending.note_spoken(g.group.id, person_id, by=who(), at=now())
    return moved(url_for(".missed"), saying="Thank you for asking after them.")


@bp.get("/meetings/how-they-go")
@open_to(Permission.TAKE_MINUTES)
def how_they_go() -> Response:
    """Who came, and the kind warnings, each with what helps."""
    return show(
        "meetings/how_they_go.html",
        warned=drifting.warnings_of(g.group.id, now()),
        came=drifting.list_came(g.group.id),
        quorum=rule_words(habits_of(g.group.id)),
    )


def _page(meeting_id: int, form: ComingForm, *, status: int = 200) -> Response:
    meeting, me = get_meeting(g.group.id, meeting_id), who().person_id or 0
    seats = seats_of(meeting)
    return show(
        "meetings/coming.html",
        status=status,
        form=form,
        meeting=meeting,
        kind=KIND_WORDS[MeetingKind(meeting.kind)],
        tasks=list(enumerate(queries.list_tasks(meeting, tasks_of(habits_of(g.group.id).rotas)), 1)),
        known=len(tasks_of(habits_of(g.group.id).rotas)),
        me=me,
        actions=list_of_person(me, g.group.id),
        verdict=may_say(over=meeting.ended_at is not None, cancelled=meeting.cancelled_at is not None),
        coming=sum(seat.said == Coming.COMING for seat in seats),
        apologies=sum(seat.said == Coming.APOLOGIES for seat in seats),
    )
