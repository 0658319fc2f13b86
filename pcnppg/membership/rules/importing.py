"""What becomes of each row of a list that somebody brings, and what an officer vouches for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel.clock import LONDON
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.membership.rules import DAY, NAME_LENGTH, Because, name_key
from pcnppg.membership.rules.columns import Columns, column_letters

STAGED_KEPT = DAY
"""How long a file that nobody brings in is kept."""
MOST_OPEN = 5
"""Files of one group that may wait at once."""
SILENT_AFTER = timedelta(seconds=30)
"""After so long without a sign of life, the work on a file has stopped."""
CHUNK = 1000
"""Rows that are checked and kept in one short transaction."""
WORDS_LENGTH = 10_000
PLACE_LENGTH = 200
ROWS_PAGE = 50


class Stage(StrEnum):
    """How far a file has come. `STOPPED`: refused or broken; nothing of it is left but why."""

    READING = "reading"
    CHOOSING = "choosing"
    CHECKED = "checked"
    BRINGING = "bringing"
    DONE = "done"
    STOPPED = "stopped"


OPEN = (Stage.READING, Stage.CHOOSING, Stage.CHECKED, Stage.BRINGING)


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    HERE = "here"
    LEFT = "left"
    SUPPRESSED = "suppressed"
    TWICE = "twice"
    NO_ADDRESS = "no_address"
    NOT_AN_ADDRESS = "not_an_address"
    MISPLACED = "misplaced"
    BAD_NAME = "bad_name"


UNKEPT = (Fate.LEFT, Fate.SUPPRESSED)
"""Of these rows nothing is kept but their number: we do not gather again what somebody had us forget."""

REASONS = {
    Fate.NEW: "New. Can come in.",
    Fate.HERE: "On your list already.",
    Fate.LEFT: "Left your list. Only they can come back, with your join form.",
    Fate.SUPPRESSED: "Asked us to forget them. Only they can come back, with your join form.",
    Fate.TWICE: "The same person stands further up in the file.",
    Fate.NO_ADDRESS: "There is no email address in this row.",
    Fate.NOT_AN_ADDRESS: "This is not an email address.",
    Fate.MISPLACED: "The address stands under the wrong heading.",
    Fate.BAD_NAME: "We cannot take this name.",
}
NAMED_AS_ADDRESS = "There is a name where the address should be."
ADDRESS_AS_NAME = "There is another address where the name should be."
LONG_NAME = f"The name is longer than {NAME_LENGTH} characters."
HIDDEN_NAME = "The name has hidden characters, or letters that we could not read."

EXCEL_FAULTS = frozenset(["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])
WITH_NAME = re.compile(r'"?([^"<>@]*?)"?\s*<\s*([^<>\s]+)\s*>')


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood. `fault` is what is wrong with the row itself, whoever is on the list; `key` tells people
    apart who share a mailbox."""

    number: int
    name: str | None
    address: str
    mailbox: str | None
    fault: Fate | None = None
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known at a mailbox in this group: name keys of those here and of those who left; is it suppressed, and why?"""

    here: Collection[str] = ()
    left: Collection[str] = ()
    suppressed: Because | None = None


NOBODY = Known()


@dataclass(frozen=True, slots=True)
class Attestation:
    """What an officer vouches for: these people agreed to these words, on this day, in this place."""

    words: str
    given_on: date
    given_at: str
    promise: int

    @property
    def agreed_at(self) -> datetime:
        """The day as a moment: its midday in England, so that no clock shows another day."""
        return datetime.combine(self.given_on, time(12), LONDON)


def understand(number: int, cells: Sequence[str], columns: Columns) -> Row | None:
    """What a row says, or None for an empty one. A formula is text like any other."""
    if not any(cells):
        return None
    told = _cell(cells, columns.email).removeprefix("mailto:")
    name = _name(cells, columns)
    both = WITH_NAME.fullmatch(told)
    if both:
        told, name = both[2].removeprefix("mailto:"), name or both[1].strip()
    try:
        address = EmailAddress.parse(told)
    except RuleBroken as refusal:
        return _without_address(number, cells, columns, told, name, refusal.message)
    if "@" in name and (other := EmailAddress.find(name)):
        if other.mailbox != address.mailbox:
            return Row(number, name, address.shown, address.mailbox, Fate.MISPLACED, ADDRESS_AS_NAME)
        name = ""
    if why := _name_fault(name):
        return Row(number, name, address.shown, address.mailbox, Fate.BAD_NAME, why)
    return Row(number, name or None, address.shown, address.mailbox, key=name_key(name))


def fate_of(row: Row, known: Known, earlier: Collection[str]) -> Fate:
    """What becomes of a row. `earlier` are the name keys of rows above it at the same mailbox that can come in."""
    if row.fault is not None:
        return _barred(known) or row.fault
    if any(may_be_same(row.key, other) for other in known.here):
        return Fate.HERE
    if any(may_be_same(row.key, other) for other in known.left):
        return Fate.LEFT
    if barred := _barred(known):
        return barred
    return Fate.TWICE if any(may_be_same(row.key, other) for other in earlier) else Fate.NEW


def may_be_same(key: str, other: str) -> bool:
    """May two at one mailbox be the same person? Where one gave no name, nobody can tell them apart (settled 11)."""
    return key == other or not key or not other


def may_attest(attested: Attestation, *, today: date) -> Verdict:
    """Is it a whole attestation?"""
    if not attested.words or not attested.given_at:
        return no("Give the words, the day and the place. Without all of them nobody can be written to.")
    if attested.given_on > today:
        return no("The day when they agreed cannot be in the future.")
    if not FEWEST <= attested.promise <= MOST:
        return no(f"The number of emails a year in those words must be from {FEWEST} to {MOST}.")
    return YES


def is_silent(seen_at: datetime, at: datetime) -> bool:
    """Has whoever worked on a file stopped without a word?"""
    return at - seen_at > SILENT_AFTER


def _barred(known: Known) -> Fate | None:
    if known.suppressed is None:
        return None
    return Fate.LEFT if known.suppressed == Because.LEFT else Fate.SUPPRESSED


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _name(cells: Sequence[str], columns: Columns) -> str:
    """The parts of the name on one line. A last name that the first part repeats is said once."""
    parts = [" ".join(_cell(cells, place).split()) for place in columns.names]
    parts = [part for part in parts if part and part not in EXCEL_FAULTS]
    if len(parts) == 2 and parts[0].casefold().endswith(f" {parts[1].casefold()}"):
        parts.pop()
    return unicodedata.normalize("NFC", " ".join(parts))


def _name_fault(name: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c == "\ufffd" for c in name):
        return HIDDEN_NAME
    return LONG_NAME if len(name) > NAME_LENGTH else ""


def _without_address(number: int, cells: Sequence[str], columns: Columns, told: str, name: str, said: str) -> Row:
    """A row without an address where one should be: perhaps it stands elsewhere, perhaps a name stands there."""
    for place, cell in enumerate(cells):
        if place != columns.email and "@" in cell and (found := EmailAddress.find(cell)):
            why = f"The address stands in column {column_letters(place)}."
            return Row(number, name, told, found.mailbox, Fate.MISPLACED, why)
    if not told:
        return Row(number, name, "", None, Fate.NO_ADDRESS, REASONS[Fate.NO_ADDRESS])
    if re.fullmatch(r"[^\W\d_][^\d_@]* [^\d_@]*", told):
        return Row(number, name, told, None, Fate.MISPLACED, NAMED_AS_ADDRESS)
    return Row(number, name, told, None, Fate.NOT_AN_ADDRESS, said)
