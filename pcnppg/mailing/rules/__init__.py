"""The allowance as arithmetic; what may be sent and taken back when. Pure. Texts, reports and a mailing's life stand beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.verdict import YES, Verdict, no

SUBJECT_LENGTH = 120
BODY_LENGTH = 20_000
HAVE_YOUR_SAY = "have your say"
"""What the link is signed for by which a contact backs what others want talked about. It shows nothing of theirs."""
TESTS_AN_HOUR = "20 per hour"
"""Tests that one officer may send to themselves."""
DELIVERIES_KEPT_MONTHS = 24
"""How long we know who got which mailing."""
WRITING_LASTS = timedelta(minutes=30)
"""How long after a save we say that somebody else is writing here."""


class State(StrEnum):
    """Of a mailing."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    HELD = "held"
    GOING = "going"
    SENT = "sent"
    TAKEN_BACK = "taken_back"
    STOPPED = "stopped"
    DISCARDED = "discarded"


class Kind(StrEnum):
    """What a mailing is for: words of the group's, telling everybody of a higher promise, or news of the whole network."""

    MAILING = "mailing"
    RAISE = "raise"
    NETWORK = "network"


class LeftOut(StrEnum):
    """Why a contact gets no copy. `SHARED`: somebody else at the same mailbox has none left (settled 11).
    `STOPPED`: mail to their address came back.
    """

    NONE_LEFT = "none_left"
    SHARED = "shared"
    PAUSED = "paused"
    LEFT = "left"
    PROMISE_LOWERED = "promise_lowered"
    STOPPED = "stopped"


HAS_NONE = frozenset({LeftOut.NONE_LEFT, LeftOut.PROMISE_LOWERED})
"""Reasons of one person that stop the message to a mailbox which they share with others."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Something of the group's page that waits to be told in a mailing."""

    id: int
    title: str


class Stale(StrEnum):
    """What became of an update after it was put into a draft."""

    ENDED = "ended"
    ENDS = "ends"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Concern:
    """An update in a draft that may no longer be true; `on` is the day of it."""

    what: Stale
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Slot:
    """For so many `people` a mailing is the `ordinal`-th of at most `of_at_most`."""

    ordinal: int
    of_at_most: int
    people: int

    @property
    def is_last(self) -> bool:
        return self.ordinal == self.of_at_most


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whom a mailing would reach if it were sent now: numbers, never who."""

    slots: tuple[Slot, ...]
    none_left: int
    paused: int
    shared: int = 0
    elsewhere: int = 0
    """How many get a letter or a call instead."""
    stopped: int = 0
    """How many have an address that stopped working."""

    @property
    def reached(self) -> int:
        return sum(slot.people for slot in self.slots)

    @property
    def not_last(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if not slot.is_last)

    @property
    def last(self) -> int:
        """How many have none left after this one."""
        return sum(slot.people for slot in self.slots if slot.is_last)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a mailing: numbers, never who. `again` of those `waiting` were put off by their mail server.

    `delivered` were handed over; `came_back` too, but a report said later that they did not arrive.
    """

    delivered: int = 0
    waiting: int = 0
    again: int = 0
    refused: int = 0
    given_up: int = 0
    uncertain: int = 0
    withdrawn: int = 0
    taken_back: int = 0
    none_left: int = 0
    shared: int = 0
    paused: int = 0
    promise_lowered: int = 0
    stopped: int = 0
    came_back: int = 0

    @property
    def failed(self) -> int:
        return self.refused + self.given_up

    @property
    def left_out(self) -> int:
        return self.none_left + self.shared + self.paused + self.promise_lowered + self.stopped


@dataclass(frozen=True, slots=True)
class Told:
    """A mailing that a contact was sent: when it was handed over, and its subject."""

    at: datetime
    subject: str


def is_counted(handed_over_at: datetime, at: datetime) -> bool:
    """Does a handover use allowance at `at`? After at − 365 × 24 h, with no upper end (settled 1)."""
    return handed_over_at > at - YEAR


def allowance_left(promise: int, *, handed_over: Iterable[datetime], waiting: int, at: datetime) -> int:
    """How many mailings a contact may still be sent at `at`: never below none.

    `handed_over` holds the moments of what was handed over or became uncertain, `waiting` counts what is queued or attempting.
    """
    used = sum(is_counted(moment, at) for moment in handed_over) + waiting
    return max(0, promise - used)


@dataclass(frozen=True, slots=True)
class Reached:
    """One contact who shares a mailbox, before a mailing."""

    contact_id: int
    mailbox: str
    used: int
    promise: int
    is_paused: bool

    @property
    def out(self) -> LeftOut | None:
        return gate(used=self.used + 1, promise=self.promise, of_at_most=None, is_paused=self.is_paused)


def forecast(rows: Iterable[tuple[int, int, bool, int]], sharing: Sequence[Reached] = ()) -> Forecast:
    """What a count of contacts by (used, promise, is paused) means for one more mailing; `sharing` are some of them."""
    slots: Counter[tuple[int, int]] = Counter()
    none_left = paused = 0
    for used, promise, is_paused, people in rows:
        if is_paused:
            paused += people
        elif used >= promise:
            none_left += people
        else:
            slots[used + 1, promise] += people
    stopped = set(share_out(Sharer(one.contact_id, one.mailbox, one.out) for one in sharing)[1])
    for one in sharing:
        slots[one.used + 1, one.promise] -= one.contact_id in stopped
    found = (Slot(*slot, people) for slot, people in sorted(slots.items()) if people)
    return Forecast(tuple(found), none_left, paused, len(stopped))


@dataclass(frozen=True, slots=True)
class Round:
    """Whom a mailing goes to by letter, or by phone: each person with the how-manieth it is for them in a year; and how many
    have none left.
    """

    people: Sequence[tuple[Any, int]]
    none_left: int


def may_go_round(kind: Kind, state: State, held_until: datetime | None, at: datetime) -> Verdict:
    """Letters are printed, and calls made, once a mailing can no longer be taken back. A higher promise is told by email alone."""
    if kind is Kind.RAISE:
        return no(
            "This mailing tells of a higher promise. It goes by email alone: without email the old promise stays."
        )
    if kind is Kind.NETWORK:
        return no("This mailing brings news of the network. It goes by email alone, to those who agreed to that news.")
    if state in {State.GOING, State.SENT} or (state is State.HELD and held_until is not None and at >= held_until):
        return YES
    if state is State.STOPPED:
        return no("This mailing was stopped, so there are no letters and no calls.")
    if state is State.HELD:
        return no("This mailing is still held. Print its letters when the time to take it back is over.")
    return no("This mailing was not sent, so there are no letters and no calls.")


@dataclass(frozen=True, slots=True)
class Held:
    """One group's hold on a mailbox that several groups have: the least allowance left there, and the oldest consent."""

    group_id: int
    mailbox: str
    left: int
    agreed_at: datetime


def held_elsewhere(holds: Iterable[Held]) -> dict[int, set[str]]:
    """For each group, the mailboxes that get a network's mailing from another one.

    It comes from the group where most allowance is left, then the oldest consent. Where nothing is left, from none.
    """
    mailboxes: dict[str, list[Held]] = {}
    for hold in holds:
        mailboxes.setdefault(hold.mailbox, []).append(hold)
    elsewhere: dict[int, set[str]] = {}
    for mailbox, found in mailboxes.items():
        first = min(found, key=lambda hold: (-hold.left, hold.agreed_at, hold.group_id))
        for hold in found:
            if hold is not first:
                elsewhere.setdefault(hold.group_id, set()).add(mailbox)
    return elsewhere


def letters_used(sent: Iterable[datetime], *, joined_at: datetime, at: datetime) -> int:
    """How many of a group's mailings somebody without email was meant to get in the year that ends with the one sent at `at`.

    Nobody records what was posted. So each mailing since they joined counts, and the promise holds for them too.
    """
    return sum(joined_at <= moment <= at and is_counted(moment, at) for moment in sent)


def may_write(state: State) -> Verdict:
    """Only a draft can be written on."""
    if state is State.DRAFT:
        return YES
    if state in {State.DISCARDED, State.TAKEN_BACK}:
        return no("This mailing was put away, so it cannot be changed. Start a new one.")
    if state is State.SCHEDULED:
        return no("This mailing is planned, so it cannot be changed. Make it a draft again first.")
    return no("This mailing was already sent, so it cannot be changed.")


def is_text_short_enough(body: str) -> Verdict:
    """The longest mailing that people read to the end, and then some."""
    if len(body) <= BODY_LENGTH:
        return YES
    return no(
        f"Your text has {len(body):,} characters. The most a mailing can have is {BODY_LENGTH:,}. "
        "Your text is still here. Make it shorter, then save again."
    )


def may_send(subject: str, body: str) -> Verdict:
    """A mailing has a subject and a text. Whom it reaches is asked when it is sent."""
    if not subject.strip():
        return no("Give your mailing a subject. It is the first thing that people see.")
    if not body.strip():
        return no("Write your text first. There is nothing to send yet.")
    return is_text_short_enough(body)


def may_take_back(state: State, held_until: datetime | None, at: datetime) -> Verdict:
    """Only while it is held."""
    if state is not State.HELD:
        return no("This mailing is no longer held, so it cannot be taken back.")
    if held_until is None or at >= held_until:
        return no("The time to take this mailing back is over. It is going out now.")
    return YES


def expected(
    rows: Iterable[tuple[int, int, int | None, bool, int]], sharing: Iterable[tuple[int, int, int, int | None, bool]]
) -> Outcomes:
    """What would become now of what waits: how many get it (`waiting`), and who is left out by the gate at the handover.

    `rows` count by (used, promise, of_at_most, is paused); `sharing` are those of them whose message goes to several people:
    the number of the delivery that carries it, then the same facts.
    """
    found: Counter[LeftOut | None] = Counter()
    for used, promise, of_at_most, is_paused, people in rows:
        found[gate(used=used, promise=promise, of_at_most=of_at_most, is_paused=is_paused)] += people
    messages: dict[int, list[LeftOut | None]] = {}
    for message, used, promise, of_at_most, is_paused in sharing:
        reason = gate(used=used, promise=promise, of_at_most=of_at_most, is_paused=is_paused)
        messages.setdefault(message, []).append(reason)
    for alone in messages.values():
        found.subtract(alone)
        found.update(gate_together(alone))
    return Outcomes(
        waiting=found[None],
        none_left=found[LeftOut.NONE_LEFT],
        shared=found[LeftOut.SHARED],
        paused=found[LeftOut.PAUSED],
        promise_lowered=found[LeftOut.PROMISE_LOWERED],
    )


def is_somebody_else_writing(edited_by: int, edited_at: datetime, *, reader: int, at: datetime) -> bool:
    """Was another officer in this draft a short while ago?"""
    return edited_by != reader and at - edited_at < WRITING_LASTS


def gate_together(reasons: Sequence[LeftOut | None]) -> list[LeftOut | None]:
    """The same for those who share one message, from each one's own reason: one without allowance stops all who might go."""
    if not any(reason in HAS_NONE for reason in reasons):
        return list(reasons)
    return [LeftOut.SHARED if reason is None else reason for reason in reasons]


def gate(
    *, used: int, promise: int, of_at_most: int | None, is_paused: bool, is_stopped: bool = False
) -> LeftOut | None:
    """Why a delivery must not be handed over now, or None. `used` counts what settled 1 counts, this one included."""
    if is_stopped:
        return LeftOut.STOPPED
    if is_paused:
        return LeftOut.PAUSED
    if used <= promise:
        return None
    return LeftOut.PROMISE_LOWERED if of_at_most is not None and promise < of_at_most else LeftOut.NONE_LEFT


@dataclass(frozen=True, slots=True)
class Sharer:
    """One of several people at a mailbox, as a mailing finds them: `out` is why they get no copy, None if they may."""

    number: int
    mailbox: str
    out: LeftOut | None


def share_out(sharers: Iterable[Sharer]) -> tuple[dict[int, int], list[int]]:
    """One message for a mailbox, and only if everybody there has allowance (settled 11).

    First, who is carried by whose message (numbers); then those left out because somebody beside them has none left. Who has
    paused or left stays out alone.
    """
    carried: dict[int, int] = {}
    stopped: list[int] = []
    for _, there in groupby(sorted(sharers, key=lambda one: (one.mailbox, one.number)), key=lambda one: one.mailbox):
        people = list(there)
        going = [one.number for one in people if one.out is None]
        if any(one.out in HAS_NONE for one in people):
            stopped += going
        else:
            carried |= dict.fromkeys(going[1:], going[0] if going else 0)
    return carried, stopped


def numbers_in_a_year(moments: Iterable[datetime]) -> list[int]:
    """For each of a group's mailings, oldest first: the how-manieth it was in the 365 days that end with it."""
    seen: list[datetime] = []
    numbers: list[int] = []
    for moment in moments:
        seen.append(moment)
        numbers.append(sum(is_counted(before, moment) for before in seen))
    return numbers
