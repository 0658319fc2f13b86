"""Shape of what officers fill in to bring a list: the file, its columns, and what they vouch for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from wtforms import FileField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.membership.rules.columns import Columns, Seen
from pcnppg.membership.rules.importing import PLACE_LENGTH, WORDS_LENGTH, Attestation, Fate
from pcnppg.web.forms import DayField, Form, Upload

NONE = "none"
OUT, IN, ALL = "out", "in", "all"
SHOW = {OUT: "Rows that stay out", IN: "Rows that can come in", ALL: "All rows"}
FATES = {OUT: tuple(fate for fate in Fate if fate is not Fate.NEW), IN: (Fate.NEW,), ALL: tuple(Fate)}
UNSEEN = {"Cc", "Cf", "Cs"}


class FileForm(Upload):
    """The file of a list."""

    file = FileField("The list", description="A spreadsheet, .xlsx or .csv, of 10 MB at most.")


class ColumnsForm(Form):
    """Which columns hold what. `offer` says which there are."""

    email = SelectField("Where are the email addresses?", validate_choice=False)
    name = SelectField("Where are the names?", validate_choice=False, description="Or the first names.")
    surname = SelectField("Where are the last names?", validate_choice=False, description="If they stand apart.")
    first = IntegerField("In which row is the first person?")

    def offer(self, columns: Sequence[Seen]) -> Self:
        offered = [SelectChoice(str(seen.place), seen.words) for seen in columns]
        nowhere = [SelectChoice(NONE, "Nowhere in this list")]
        self.email.choices, self.name.choices, self.surname.choices = offered, nowhere + offered, nowhere + offered
        return self

    def validate_email(self, field: Any) -> None:
        if field.data not in _offered(field):
            raise ValidationError("Choose the column that holds the email addresses.")

    def validate_name(self, field: Any) -> None:
        if field.data not in _offered(field):
            raise ValidationError("Choose a column for the names, or none.")
        if field.data == self.email.data:
            raise ValidationError("The names cannot stand in the column of the addresses. Choose another, or none.")

    def validate_surname(self, field: Any) -> None:
        if field.data not in _offered(field):
            raise ValidationError("Choose a column for the last names, or none.")
        if field.data != NONE and field.data in {self.email.data, self.name.data}:
            raise ValidationError(
                "The last names cannot stand in a column that you chose above. Choose another, or none."
            )

    def validate_first(self, field: Any) -> None:
        if field.data is None or not 1 <= field.data <= 1_000_000:
            field.errors = []
            raise ValidationError("Enter the number of the row in digits, for example 2.")

    @property
    def columns(self) -> Columns:
        names = [int(field.data) for field in (self.name, self.surname) if field.data != NONE]
        return Columns(int(self.email.data), tuple(names), self.first.data - 1)


class VouchForm(Form):
    """What an officer vouches for: all of it, or nothing."""

    words = TextAreaField(
        "The exact words they agreed to", description="Copy all of them, as they stood on the old form or page."
    )
    promise = IntegerField(
        "How many emails a year do those words allow at most?",
        description="If they name no number, enter what you promise now. The lower one counts.",
    )
    given_on = DayField(
        "The day when they agreed",
        description="If it was not the same day for all, enter the first one.",
    )
    given_at = StringField("The place where they agreed", description="For example: on a form at the front desk.")

    @property
    def is_needed(self) -> bool:
        return True

    def validate_words(self, field: Any) -> None:
        field.data = _plain(field.data, keep="\n").strip()
        self._need(field, "Enter the exact words, or choose that you cannot say.", at_most=WORDS_LENGTH)

    def validate_given_at(self, field: Any) -> None:
        field.data = " ".join(_plain(field.data).split())
        self._need(field, "Enter the place, or choose that you cannot say.", at_most=PLACE_LENGTH)

    def validate_given_on(self, field: Any) -> None:
        if not self.is_needed:
            field.errors = []
        elif field.data is None and not field.errors:
            raise ValidationError("Enter the day, for example 31 May 2024.")

    def validate_promise(self, field: Any) -> None:
        field.errors = []
        if self.is_needed and (field.data is None or not FEWEST <= field.data <= MOST):
            raise ValidationError(f"Enter a number from {FEWEST} to {MOST}.")

    def _need(self, field: Any, words: str, *, at_most: int) -> None:
        if self.is_needed and not field.data:
            raise ValidationError(words)
        if len(field.data) > at_most:
            raise ValidationError(f"Enter less. There is room for {at_most:,} characters.")

    @property
    def attested(self) -> Attestation | None:
        """What they vouch for, None where they cannot say."""
        if not self.is_needed:
            return None
        day = self.given_on.data
        assert isinstance(day, date)  # noqa: S101 - the form was validated
        return Attestation(self.words.data or "", day, self.given_at.data or "", self.promise.data or 0)


class BringForm(VouchForm):
    """Does somebody vouch, or do the people come in unverified?"""

    known = RadioField(
        "Did these people agree to get emails from this group?",
        choices=[
            SelectChoice("yes", "Yes, and I can say when, where and to which words"),
            SelectChoice("no", "No, or I cannot say. They come in as not verified, and nothing is sent to them"),
        ],
        validators=[InputRequired("Choose whether these people agreed.")],
    )

    @property
    def is_needed(self) -> bool:
        return bool(self.known.data == "yes")


class RowsForm(Form):
    """Which rows to look at. Read from the address bar, so it cannot be wrong."""

    show = SelectField("Show", choices=[SelectChoice(value, words) for value, words in SHOW.items()])

    @property
    def shown(self) -> str:
        return self.show.data if self.show.data in SHOW else OUT


def _offered(field: Any) -> set[str]:
    return {choice.value for choice in field.choices}


def _plain(text: str | None, *, keep: str = "") -> str:
    """Without signs that cannot be seen; a database takes no zero byte."""
    calm = (text or "").replace("\r\n", "\n").replace("\t", " ")
    return "".join(c for c in calm if c in keep or unicodedata.category(c) not in UNSEEN)
