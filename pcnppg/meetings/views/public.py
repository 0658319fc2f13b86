"""What anybody may read: the meetings, one meeting with its agenda, the print page, papers, the calendar feed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Response, g, make_response, request, send_file, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel import keys, settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.formats import calendar, papers
from pcnppg.meetings.formats.calendar import Listed
from pcnppg.meetings.queries import agenda, items, meetings, minutes, raising
from pcnppg.meetings.queries.following import list_open
from pcnppg.meetings.rules.agenda import PaperKind, percent
from pcnppg.meetings.rules.clockwork import may_open
from pcnppg.meetings.rules.items import ORIGIN_WORDS, TRAY
from pcnppg.meetings.rules.meetings import KIND_WORDS, MeetingKind
from pcnppg.meetings.rules.raising import by_source
from pcnppg.meetings.views.blueprints import bp
from pcnppg.meetings.views.names import as_shown
from pcnppg.web.access import ANYONE, can, open_to
from pcnppg.web.answers import show

if TYPE_CHECKING:
    from pcnppg.meetings.models import Meeting
    from pcnppg.meetings.queries.agenda import Agenda

FRESH = 300
"""Seconds for which a calendar may use the feed without asking again."""


@bp.get("/meetings")
@open_to(ANYONE)
def meetings_page() -> Response:
    """The next one, those after it, and what was."""
    coming, past = meetings.list_coming(g.group.id, now()), meetings.list_past(g.group.id, now())
    return show(
        "meetings/meetings.html",
        coming=coming,
        past=past,
        minutes=minutes.states_of(g.group.id, [one.id for one in past]),
        open_items=items.count_public(g.group.id),
        in_tray=items.count_in(g.group.id, TRAY) if can(Permission.RULE_TRAY) else 0,
        kinds=KIND_WORDS,
    )


@bp.get("/meetings/<int:meeting_id>")
@open_to(ANYONE)
def meeting(meeting_id: int) -> Response:
    """When, where, and the agenda once it is published."""
    found = meetings.get_meeting(g.group.id, meeting_id)
    told = agenda.published_agenda(found)
    return show(
        "meetings/meeting.html",
        meeting=found,
        kind=KIND_WORDS[MeetingKind(found.kind)],
        agenda=told,
        percent=percent(told.shares) if told else {},
        sources=raising.sources_on(told.parts) if told else {},
        time_by_source=_time_by_source(told) if told else [],
        origins=ORIGIN_WORDS,
        as_shown=as_shown(),
        revisions=agenda.revisions_of(found),
        is_open=found.cancelled_at is None and found.starts_at > now(),
        may_order=can(Permission.ORDER_AGENDA),
        is_the_day=can(Permission.TAKE_MINUTES) and _is_the_day(found),
        at=now(),
        minutes_state=minutes.states_of(g.group.id, [found.id]).get(found.id),
        open_actions=list_open(g.group.id) if can(Permission.SEE_OFFICE) and found.ended_at is None else [],
    )


def _is_the_day(meeting: Meeting) -> bool:
    """May somebody write down now what happens there?"""
    cancelled, ended = meeting.cancelled_at is not None, meeting.ended_at is not None
    return bool(may_open(starts_at=meeting.starts_at, cancelled=cancelled, ended=ended, at=now()))


@bp.get("/meetings/<int:meeting_id>/print")
@open_to(ANYONE)
def meeting_print(meeting_id: int) -> Response:
    """The published agenda on paper."""
    found = meetings.get_meeting(g.group.id, meeting_id)
    told = agenda.published_agenda(found)
    if told is None:
        raise NotFound("This agenda is not published yet, so it cannot be printed.")
    return show(
        "meetings/print.html",
        meeting=found,
        kind=KIND_WORDS[MeetingKind(found.kind)],
        agenda=told,
        as_shown=as_shown(),
        open_actions=list_open(g.group.id) if can(Permission.SEE_OFFICE) else [],
    )


@bp.get("/papers/<int:paper_id>")
@open_to(ANYONE)
def paper(paper_id: int) -> Response:
    """A paper's file, as a download. Before the agenda is published only officers have it."""
    found = agenda.get_paper(g.group.id, paper_id)
    if found.kind != PaperKind.FILE or found.content is None or found.media_type is None:
        raise NotFound
    if agenda.meeting_of(found).settled_at is None and not can(Permission.ORDER_AGENDA):
        raise NotFound
    answer = send_file(
        io.BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=papers.safe_name(found.name, found.ending or "bin"),
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/meetings.ics")
@open_to(ANYONE)
def meetings_feed() -> Response:
    """For people's calendars. A calendar that has it already is answered in a word."""
    content = calendar.feed(g.group.name, [_listed(one) for one in meetings.list_for_feed(g.group.id, now())])
    answer = make_response(content)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.set_etag(calendar.tag_of(content))
    answer.make_conditional(request)
    return answer


def _time_by_source(told: Agenda) -> list[tuple[str, int]]:
    """Minutes by the groups and guests that items come from; at a practice group's meeting there are none."""
    sources = raising.sources_on(told.parts)
    return by_source((sources[part.item.id], part.minutes) for part in told.items if part.item is not None)


def _listed(meeting: Meeting) -> Listed:
    base = settings.current().base_url.rstrip("/")
    address = base + url_for(".meeting", meeting_id=meeting.id)
    kind = KIND_WORDS[MeetingKind(meeting.kind)]
    told = [meeting.speaker, meeting.about, meeting.access, meeting.link and f"To join from home: {meeting.link}"]
    if meeting.cancelled_at is not None:
        told = [f"Cancelled: {meeting.cancelled_why}"]
    elif meeting.settled_at is not None:
        told.append(f"Agenda: {address}")
    return Listed(
        uid=f"meeting-{keys.current().sign('meeting', meeting.id)}@pcnppg",
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=f"{'Cancelled: ' if meeting.cancelled_at else ''}{g.group.name}: {kind[:1].lower()}{kind[1:]}",
        description="\n\n".join(filter(None, told)),
        location=meeting.place or meeting.link,
        address=address,
        is_cancelled=meeting.cancelled_at is not None,
    )
