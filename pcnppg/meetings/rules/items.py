"""Items: what can be done to one, by whom, and what it is then. Rule 8 lives here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pcnppg.groups.rules import OFFICERS, STAFF, Role, as_role
from pcnppg.kernel.verdict import YES, Verdict, no


class Origin(StrEnum):
    """Whose item it is: how an agenda's minutes are shared."""

    PATIENTS = "patients"
    PRACTICE = "practice"
    NETWORK = "network"
    GUEST = "guest"


ORIGIN_WORDS = {
    Origin.PATIENTS: "Patients",
    Origin.PRACTICE: "The practice",
    Origin.NETWORK: "The network",
    Origin.GUEST: "Guests",
}


class CameBy(StrEnum):
    """How an item reached the group."""

    PAGE = "page"
    POST = "post"
    PHONE = "phone"
    DESK = "desk"
    GROUP = "group"


CAME_BY_WORDS = {
    CameBy.PAGE: "On our page",
    CameBy.POST: "By post",
    CameBy.PHONE: "By phone",
    CameBy.DESK: "At the desk",
    CameBy.GROUP: "From a group of the network",
}
WRITTEN_DOWN = (CameBy.POST, CameBy.PHONE, CameBy.DESK)
"""How an item came that an officer writes down for somebody."""


class ItemState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARKED = "parked"
    PASSED = "passed"
    REPLIED = "replied"
    MERGED = "merged"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DISCUSSED = "discussed"


STATE_WORDS = {
    ItemState.WAITING: "Waiting to be read",
    ItemState.ACCEPTED: "On an agenda",
    ItemState.PARKED: "For a later meeting",
    ItemState.PASSED: "Passed on for an answer",
    ItemState.REPLIED: "An answer has come",
    ItemState.MERGED: "Joined with another item",
    ItemState.ANSWERED: "Answered",
    ItemState.DECLINED: "Not taken up",
    ItemState.WITHDRAWN: "Taken back by its proposer",
    ItemState.DISCUSSED: "Dealt with at a meeting",
}
TRAY = frozenset({ItemState.WAITING, ItemState.PARKED, ItemState.PASSED, ItemState.REPLIED})
"""What lies in the tray: nothing of it is on an agenda, nothing of it is settled."""
SETTLED = frozenset(
    {ItemState.MERGED, ItemState.ANSWERED, ItemState.DECLINED, ItemState.WITHDRAWN, ItemState.DISCUSSED}
)
OPEN = frozenset(ItemState) - SETTLED


class PassedTo(StrEnum):
    PRACTICE = "practice"
    NETWORK = "network"


PASSED_WORDS = {PassedTo.PRACTICE: "The practice", PassedTo.NETWORK: "The network"}


class Answer(StrEnum):
    YES = "yes"
    IN_PART = "in_part"
    NO = "no"


ANSWER_WORDS = {Answer.YES: "Yes", Answer.IN_PART: "In part", Answer.NO: "No"}


class ItemAct(StrEnum):
    """A line of an item's history."""

    PROPOSED = "proposed"
    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REWORDED = "reworded"
    ACCEPTED = "accepted"
    TAKEN_OFF = "taken_off"
    MERGED = "merged"
    TOOK_IN = "took_in"
    ANSWERED = "answered"
    PARKED = "parked"
    PASSED = "passed"
    REPLIED = "replied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CARRIED_OVER = "carried_over"
    DISCUSSED = "discussed"
    MEETING_CANCELLED = "meeting_cancelled"


ACT_WORDS = {
    ItemAct.PROPOSED: "Proposed",
    ItemAct.HELD: "Kept from the public until somebody has read it",
    ItemAct.SHOWN: "Shown to the public",
    ItemAct.HIDDEN: "No longer shown to the public",
    ItemAct.REWORDED: "Worded anew",
    ItemAct.ACCEPTED: "Put on the agenda",
    ItemAct.TAKEN_OFF: "Taken off the agenda",
    ItemAct.MERGED: "Joined with another item",
    ItemAct.TOOK_IN: "Took in another item",
    ItemAct.ANSWERED: "Answered",
    ItemAct.PARKED: "Kept for a later meeting",
    ItemAct.PASSED: "Passed on for an answer",
    ItemAct.REPLIED: "An answer came",
    ItemAct.DECLINED: "Not taken up",
    ItemAct.WITHDRAWN: "Taken back by its proposer",
    ItemAct.CARRIED_OVER: "Carried over to a later meeting",
    ItemAct.DISCUSSED: "Dealt with at the meeting",
    ItemAct.MEETING_CANCELLED: "The meeting was cancelled",
}


class By(StrEnum):
    """Who may do an act."""

    OFFICER = "officer"
    STAFF = "staff"
    PROPOSER = "proposer"


@dataclass(frozen=True, slots=True)
class Move:
    """From which states an act leads where. `to` is None where the state stays."""

    by: By
    before: frozenset[ItemState]
    to: ItemState | None


_ON_AGENDA = frozenset({ItemState.ACCEPTED})
MOVES = {
    ItemAct.SHOWN: Move(By.OFFICER, OPEN, None),
    ItemAct.HIDDEN: Move(By.OFFICER, frozenset(ItemState), None),
    ItemAct.REWORDED: Move(By.OFFICER, OPEN, None),
    ItemAct.ACCEPTED: Move(By.OFFICER, TRAY, ItemState.ACCEPTED),
    ItemAct.TAKEN_OFF: Move(By.OFFICER, _ON_AGENDA, ItemState.WAITING),
    ItemAct.MERGED: Move(By.OFFICER, TRAY, ItemState.MERGED),
    ItemAct.ANSWERED: Move(By.OFFICER, TRAY, ItemState.ANSWERED),
    ItemAct.PARKED: Move(By.OFFICER, TRAY - {ItemState.PARKED}, ItemState.PARKED),
    ItemAct.PASSED: Move(By.OFFICER, TRAY - {ItemState.PASSED}, ItemState.PASSED),
    ItemAct.REPLIED: Move(By.STAFF, frozenset({ItemState.PASSED}), ItemState.REPLIED),
    ItemAct.DECLINED: Move(By.OFFICER, TRAY, ItemState.DECLINED),
    ItemAct.WITHDRAWN: Move(By.PROPOSER, OPEN, ItemState.WITHDRAWN),
    ItemAct.CARRIED_OVER: Move(By.OFFICER, _ON_AGENDA, ItemState.ACCEPTED),
    ItemAct.DISCUSSED: Move(By.OFFICER, _ON_AGENDA, ItemState.DISCUSSED),
    ItemAct.MEETING_CANCELLED: Move(By.OFFICER, _ON_AGENDA, ItemState.WAITING),
}
"""Every act that somebody chooses. Proposing, holding and taking in follow from others."""

FINAL = frozenset({ItemAct.ANSWERED, ItemAct.DECLINED, ItemAct.DISCUSSED})
"""Acts whose outcome proposer and backers are told, once."""
TOLD_AT_ONCE = frozenset({ItemAct.ACCEPTED, ItemAct.PARKED, ItemAct.PASSED, ItemAct.MERGED, ItemAct.CARRIED_OVER})
"""Acts of which the proposer hears at once."""
ROLES = {By.OFFICER: OFFICERS, By.STAFF: STAFF}


ROLES_AS_SAID = {role: as_role(role) for role in Role}
""" "the chair", "a member": as a line of history says it."""


TITLE_LENGTH = 150
PROMPT_LENGTH = 1000
REASON_LENGTH = 1000
PROPOSER_LENGTH = 100
PROPOSAL_LASTS = timedelta(days=7)
VISITORS_KEPT = timedelta(days=30)
"""How long a visitor's address is kept once the outcome was told."""
MAILS_A_DAY = 3
ASKS_AN_HOUR = "30 per hour"
"""Proposals of one network address."""
GROUP_AN_HOUR = 60
"""Mails to confirm that a group's forms may cause in an hour: a flood from a thousand addresses ends here."""
MEMBERS_A_DAY = 30
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the writing of all that follows them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants talked about, in their own words."""

    title: str
    now_words: str = ""
    better_words: str = ""
    could_words: str = ""

    @property
    def whole(self) -> str:
        return "\n".join((self.title, self.now_words, self.better_words, self.could_words))


def calm(text: str | None, *, lines: bool = False) -> str:
    """What was typed, on one line unless `lines`; without marks that nobody sees and that could turn a page around."""
    typed = unicodedata.normalize("NFC", TURNING.sub("", text or "")).replace("\r\n", "\n").replace("\t", " ")
    kept = "".join(c for c in typed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Zl", "Zp"})
    return kept.strip() if lines else " ".join(kept.split())


def may_say(wish: Wish) -> Verdict:
    """Is it one sentence, and are the rest of the words few enough?"""
    if not any(c.isalnum() for c in wish.title):
        return no("Say in one sentence what you want us to talk about.")
    if len(wish.title) > TITLE_LENGTH:
        return no(
            f"Make the sentence shorter: {TITLE_LENGTH} letters at most. Nothing is lost: move the rest to the boxes below."
        )
    if any(len(words) > PROMPT_LENGTH for words in (wish.now_words, wish.better_words, wish.could_words)):
        return no(f"Make each answer shorter: {PROMPT_LENGTH:,} letters at most. Nothing is lost.")
    return YES


def may_act(act: ItemAct, state: ItemState, *, roles: Iterable[Role], is_proposer: bool = False) -> Verdict:
    """May somebody with these roles do this to an item in this state? Officers alone rule (rule 8)."""
    move = MOVES[act]
    if move.by is By.PROPOSER:
        allowed = is_proposer
    else:
        allowed = not ROLES[move.by].isdisjoint(roles)
    if not allowed:
        return no(NOT_YOURS[move.by])
    if state not in move.before:
        return no(f"This item has moved on: {STATE_WORDS[state].lower()}. Look at it again before you go on.")
    return YES


NOT_YOURS = {
    By.OFFICER: "Only the chair, the vice chair or the secretary can do this.",
    By.STAFF: "Only the practice's own staff can answer for the practice.",
    By.PROPOSER: "Only whoever proposed an item can take it back.",
}


def acting_role(act: ItemAct, roles: Collection[Role]) -> Role | None:
    """In which of their roles somebody does it: the first that may."""
    able = ROLES.get(MOVES[act].by, frozenset(Role)) if act in MOVES else frozenset(Role)
    return next((role for role in Role if role in roles and role in able), None)


def may_reply(answer: Answer, words: str) -> Verdict:
    """Does an answer say enough? A "no", or half a yes, needs its reason."""
    if len(words) > REASON_LENGTH:
        return no(f"Make the answer shorter: {REASON_LENGTH:,} letters at most. Nothing is lost.")
    if answer is not Answer.YES and not words:
        return no("Say why, in a sentence or two. The person who proposed it reads it.")
    return YES


def may_give_reason(words: str, what: str) -> Verdict:
    """Is there a reason, and is it short enough? `what` says what is missing."""
    if not words:
        return no(what)
    if len(words) > REASON_LENGTH:
        return no(f"Make it shorter: {REASON_LENGTH:,} letters at most. Nothing is lost.")
    return YES


def origin_of(roles: Collection[Role]) -> Origin:
    """Whose item it is, from the roles of its proposer: who is an officer too speaks as a patient."""
    return Origin.PRACTICE if roles and not set(roles) - STAFF else Origin.PATIENTS
