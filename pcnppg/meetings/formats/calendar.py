"""The calendar feed (RFC 5545): times in UTC, so that no reader needs our zone; the same number for a meeting for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//pcnppg//Patient groups//EN"
ASK_AGAIN = timedelta(hours=12)
"""How often a calendar should look for changes (RFC 7986 §5.7)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One meeting as a calendar knows it. `uid` never changes; `sequence` counts its changes."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    address: str
    is_cancelled: bool


def feed(name: str, meetings: Iterable[Listed]) -> bytes:
    """The whole feed. The same meetings give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return bytes(calendar.to_ical())


def tag_of(content: bytes) -> str:
    """By which a calendar knows that nothing has changed (RFC 9110 §8.8.3)."""
    return hashlib.sha256(content).hexdigest()[:32]


def _event(meeting: Listed) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("sequence", meeting.sequence)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", meeting.summary)
    event.add("description", meeting.description)
    if meeting.location:
        event.add("location", meeting.location)
    event.add("url", meeting.address)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("class", "PUBLIC")
    return event
