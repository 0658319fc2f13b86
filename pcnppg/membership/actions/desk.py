"""What an officer does with a request: tells the person it came, stops the clock, takes more time, erases, closes."""

from __future__ import annotations

from datetime import date, datetime

from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.requests import end, go_on, step
from pcnppg.membership.actions.rights import erase
from pcnppg.membership.rules import (
    HOW_IT_CAME,
    Awaited,
    CameBy,
    Outcome,
    Step,
    day_in_england,
    may_acknowledge,
    may_close,
    may_erase,
    may_extend,
    may_pause,
    may_resume,
)


def acknowledge(group_id: int, request_id: int, *, by: Who, at: datetime) -> None:
    """Write down that the person was told that their request came."""
    request = queries.lock_request(group_id, request_id)
    may_acknowledge(request.timing).enforce()
    request.acknowledged_on = day_in_england(at)
    step(request, Step.ACKNOWLEDGED, by=by, at=at)


def pause_request(
    group_id: int, request_id: int, *, awaited: Awaited, on: date, words: str, by: Who, at: datetime
) -> None:
    """Stop the clock from the day on which the person was asked who they are, or what they mean."""
    request = queries.lock_request(group_id, request_id)
    may_pause(request.timing, on, day_in_england(at)).enforce(field="on")
    request.paused_since = on
    step(request, Step.PAUSED, by=by, at=at, day=on, words=words, awaited=awaited)


def resume_request(group_id: int, request_id: int, *, on: date, words: str, by: Who, at: datetime) -> None:
    """Let the clock go on from the day on which they answered."""
    request = queries.lock_request(group_id, request_id)
    may_resume(request.timing, on, day_in_england(at)).enforce(field="on")
    go_on(request, on, by=by, at=at, words=words)


def extend_request(group_id: int, request_id: int, *, words: str, by: Who, at: datetime) -> None:
    """Take two more months, once, for a reason that the person has been told. By mail they are told until when."""
    request = queries.lock_request(group_id, request_id)
    today = day_in_england(at)
    may_extend(request.timing, today).enforce()
    request.extended_on = today
    step(request, Step.EXTENDED, by=by, at=at, words=words)
    due_on = request.timing.due_on(today)
    assert due_on is not None  # noqa: S101 - what can be extended has a last day
    emails.tell_of_extension(request, due_on=due_on, at=at)


def note_request(group_id: int, request_id: int, *, words: str, by: Who, at: datetime) -> None:
    """Write a line into the log."""
    request = queries.lock_request(group_id, request_id)
    may_close(request.timing).enforce(field="words")
    step(request, Step.NOTED, by=by, at=at, words=words)


def close_request(group_id: int, request_id: int, *, outcome: Outcome, words: str, by: Who, at: datetime) -> None:
    """Write down what the person was answered. By mail they are told that it is closed, and what came of it."""
    request = queries.lock_request(group_id, request_id)
    may_close(request.timing).enforce()
    end(request, outcome, by=by, at=at, words=words)
    emails.tell_of_closing(request, at=at)


def erase_for_request(group_id: int, request_id: int, *, by: Who, at: datetime) -> None:
    """Erase whoever asked for it. That empties and closes the request too."""
    asked = queries.get_asked(group_id, request_id, today=day_in_england(at))
    may_erase(asked.timing, has_contact=asked.contact is not None).enforce()
    assert asked.contact is not None  # noqa: S101 - the rule has asked
    erase(asked.contact.id, how=HOW_IT_CAME[CameBy(asked.request.came_by)], by=by, at=at)
