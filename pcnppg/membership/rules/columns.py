"""Which columns of a list hold addresses and names, by what their headings say. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEAD = 20
"""Rows in which headings are looked for: titles, dates and empty lines may stand above them."""
MOST_COLUMNS = 200
MOST_ROWS = 100_000
SHOWN_LENGTH = 320

EMAIL_HEADINGS = frozenset({
    "email", "emails", "mail", "emailaddress", "mailaddress", "emailaddresses", "emailid", "eaddress", "emailaddr",
    "youremail", "youremailaddress", "contactemail", "contactemailaddress", "personalemail", "primaryemail",
    "primaryemailaddress", "homeemail", "memberemail", "memberemailaddress", "patientemail", "patientemailaddress",
    "preferredemail", "email1", "email1address",
})  # fmt: skip
NAME_HEADINGS = frozenset({
    "name", "names", "fullname", "yourname", "contactname", "contact", "membername", "member", "patientname", "patient",
    "displayname", "nameofmember", "nameofpatient", "firstnameandlastname", "person",
})  # fmt: skip
FIRST_HEADINGS = frozenset({
    "firstname", "firstnames", "forename", "forenames", "givenname", "givennames", "first", "christianname",
})  # fmt: skip
LAST_HEADINGS = frozenset({"lastname", "lastnames", "surname", "surnames", "familyname", "last", "secondname"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a list holds what we read, columns counted from 0. Whoever stands in a row after `after` is a person."""

    email: int
    names: tuple[int, ...] = ()
    after: int = 0


def find_columns(head: Iterable[tuple[int, Sequence[str]]]) -> Columns | None:
    """The columns, by the first row that has one heading for an address. None where there is none, or several."""
    for number, cells in head:
        said = [_plain(cell) for cell in cells]
        emails = [place for place, heading in enumerate(said) if heading in EMAIL_HEADINGS]
        if emails:
            return Columns(emails[0], _names(said), number) if len(emails) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as somebody can recognise it: its letters, and the first texts in it."""

    place: int
    letters: str
    texts: tuple[str, ...]

    @property
    def words(self) -> str:
        """Column C: Email, pat@example.com."""
        return f"Column {self.letters}: {', '.join(self.texts)}"


def seen_columns(head: Sequence[tuple[int, Sequence[str]]], *, most: int = 3) -> list[Seen]:
    """The columns with anything in these rows."""
    width = max((len(cells) for _, cells in head), default=0)
    found = []
    for place in range(width):
        texts = [as_shown(" ".join(cells[place].split())) for _, cells in head if place < len(cells)]
        kept = tuple(text[:40] for text in texts if text)[:most]
        if kept:
            found.append(Seen(place, column_letters(place), kept))
    return found


def first_person(head: Iterable[tuple[int, Sequence[str]]]) -> int:
    """The row in which people seem to begin: the first with an address."""
    return next((number for number, cells in head if any("@" in cell for cell in cells)), 1)


def address_column(head: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    """The column in which addresses seem to be: that of the first."""
    return next((place for _, cells in head for place, cell in enumerate(cells) if "@" in cell), None)


def as_shown(text: str | None) -> str | None:
    """A text of a list as it can be kept and looked at: what cannot be seen becomes a mark."""
    if not text:
        return None
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in text[:SHOWN_LENGTH])


def column_letters(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA: as spreadsheets name their columns."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def column_place(letters: str) -> int | None:
    """A is 0, AA is 26; None for what is no column that we read."""
    if not re.fullmatch(r"[A-Za-z]{1,3}", letters):
        return None
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1 if place <= MOST_COLUMNS else None


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def _names(said: Sequence[str]) -> tuple[int, ...]:
    """The column of the whole name; or those of first and last name, in this order."""
    whole, first, last = (_first(said, known) for known in (NAME_HEADINGS, FIRST_HEADINGS, LAST_HEADINGS))
    if first is not None or last is not None:
        front = first if first is not None else whole
        return tuple(place for place in (front, last) if place is not None)
    return () if whole is None else (whole,)


def _first(said: Sequence[str], known: frozenset[str]) -> int | None:
    return next((place for place, heading in enumerate(said) if heading in known), None)
