"""What is typed at a meeting. Each form carries a slip, so that what is sent twice is kept once."""

from __future__ import annotations

import re
import secrets
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.rules.deciding import Casting, Votes
from pcnppg.meetings.rules.record import DECISION_WORDS, DecisionHow
from pcnppg.web.forms import DayField, Form, calm_lines

SLIP = re.compile(r"[0-9a-f]{16,64}")
OUTSIDE, NOBODY = "outside", ""


def new_slip() -> str:
    """The number of a form that has not been sent."""
    return secrets.token_hex(12)


class WritingForm(Form):
    """Something that is written down at a meeting. `seen` is the newest note that the page showed."""

    slip = HiddenField()
    entry_id = HiddenField()
    seen = HiddenField()

    @classmethod
    def blank(cls, entry_id: int | None, **values: Any) -> Any:
        """The form as a page first shows it, under a part of the agenda."""
        return cls.fresh(slip=new_slip(), entry_id=str(entry_id or ""), **values)

    @property
    def slipped(self) -> str | None:
        """The slip, where it is one; anything else is no slip."""
        return self.slip.data if SLIP.fullmatch(self.slip.data or "") else None

    @property
    def under(self) -> int | None:
        """The part of the agenda, None for the meeting as a whole."""
        return _number(self.entry_id.data)

    @property
    def newest(self) -> int:
        return _number(self.seen.data) or 0


class NoteForm(WritingForm):
    """A note."""

    words = TextAreaField("Write a note")

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)


class DecisionForm(WritingForm):
    """A decision: the motion, how it was taken, the count."""

    motion = StringField("What was put to the meeting?")
    how = RadioField(
        "How was it decided?",
        choices=[SelectChoice(how.value, DECISION_WORDS[how]) for how in DecisionHow],
        default="agreed",
    )
    in_favour = IntegerField("For", [Optional()])
    against = IntegerField("Against", [Optional()])
    abstained = IntegerField("Did not vote", [Optional()])
    casting = SelectField(
        "The chair's second vote",
        choices=[
            SelectChoice("", "None"),
            SelectChoice(Casting.IN_FAVOUR.value, "For it"),
            SelectChoice(Casting.AGAINST.value, "Against it"),
        ],
        description="Only where the votes are even.",
    )

    def validate_in_favour(self, field: Any) -> None:
        _may_be_count(field)

    def validate_against(self, field: Any) -> None:
        _may_be_count(field)

    def validate_abstained(self, field: Any) -> None:
        _may_be_count(field)

    @property
    def votes(self) -> Votes | None:
        """What was counted, None where all three are empty."""
        counted = (self.in_favour.data, self.against.data, self.abstained.data)
        return None if counted == (None, None, None) else Votes(*(number or 0 for number in counted))

    @property
    def second_vote(self) -> Casting | None:
        return Casting(self.casting.data) if self.casting.data else None


class ActionForm(WritingForm):
    """Something that somebody will do: a member, or somebody without an account."""

    todo = StringField("What is to be done?")
    owner = SelectField("Who does it?")
    owner_name = StringField("Their name", description="Only for somebody who is not in this list.")
    owner_email = StringField(
        "Their email address", description="They get a link by which they answer. It can stay empty."
    )
    due_on = DayField("By when?", [Optional()], description="For example, 4 March 2027. It can stay empty.")
    address: EmailAddress | None = None

    def offer(self, people: dict[int, str]) -> ActionForm:
        """Whom one can choose."""
        members = [SelectChoice(str(number), name) for number, name in people.items()]
        self.owner.choices = [SelectChoice(NOBODY, "Nobody yet"), *members, SelectChoice(OUTSIDE, "Somebody else")]
        return self

    def validate_owner_email(self, field: Any) -> None:
        if self.owner.data != OUTSIDE or not (field.data or "").strip():
            return
        try:
            self.address = EmailAddress.parse(field.data)
        except RuleBroken as refusal:
            raise ValidationError(refusal.message) from None

    def validate_owner_name(self, field: Any) -> None:
        if self.owner.data == OUTSIDE and not (field.data or "").strip():
            raise ValidationError("Enter the name of whoever does it.")

    @property
    def who(self) -> Owner:
        if self.owner.data == OUTSIDE:
            return Owner(name=self.owner_name.data or "", address=self.address)
        return Owner(person_id=_number(self.owner.data))


class GuestForm(Form):
    """Somebody without a role is here."""

    guest = StringField("A guest's name")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def _may_be_count(field: Any) -> None:
    if field.data is not None and not 0 <= field.data < 1000:
        raise ValidationError("Enter a number of votes, from 0 on.")
