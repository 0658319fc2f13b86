"""Shape of what is filled in about items: proposing, backing, and what officers and staff say of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, EmailField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.rules.agenda import PURPOSE_WORDS, USUAL_MINUTES, may_take
from pcnppg.meetings.rules.items import (
    ANSWER_WORDS,
    CAME_BY_WORDS,
    PASSED_WORDS,
    PROPOSER_LENGTH,
    WRITTEN_DOWN,
    Answer,
    Wish,
    calm,
)
from pcnppg.meetings.rules.raising import SOURCE_LENGTH
from pcnppg.web.forms import DayField, Form

SURE = "They agreed to be named, or these words are about somebody else"


def _line(text: str | None) -> str:
    return calm(text)


def _lines(text: str | None) -> str:
    return calm(text, lines=True)


def _guest_of() -> StringField:
    """Only at a network's meeting, where guests from outside can propose items."""
    return StringField(
        "Do you speak for somebody from outside?",
        description="For example Healthwatch. Leave it empty if you speak as a patient.",
        filters=[_line],
        validators=[Length(max=SOURCE_LENGTH, message=f"Make this shorter: {SOURCE_LENGTH} letters at most.")],
    )


class WishForm(Form):
    """One sentence, and three questions that help to say more. How long they may be is for the rule to say."""

    title = StringField("What should we talk about?", description="In one sentence.", filters=[_line])
    now_words = TextAreaField("What happens now?", filters=[_lines])
    better_words = TextAreaField("What would be better?", filters=[_lines])
    could_words = TextAreaField("What could we do?", filters=[_lines])

    @property
    def wish(self) -> Wish:
        return Wish(
            self.title.data or "", self.now_words.data or "", self.better_words.data or "", self.could_words.data or ""
        )


class VisitorForm(WishForm):
    """The same for whoever has no account: where we write so that they can confirm it."""

    name = StringField(
        "Your name, if you like",
        description="Only the group's officers see it.",
        filters=[_line],
        validators=[Length(max=PROPOSER_LENGTH, message="Enter a shorter name.")],
    )
    guest_of = _guest_of()
    email = EmailField(
        "Your email address", description="We send one email. A button there sends your item to the group."
    )
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        self.address = _address(field.data)


class EmailForm(Form):
    """Where we write so that somebody can confirm a backing."""

    email = EmailField("Your email address", description="We send one email. A button there counts your backing.")
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        self.address = _address(field.data)


class BehalfForm(WishForm):
    """What came by post, by phone or at the desk."""

    came_by = RadioField(
        "How did it reach you?",
        choices=[SelectChoice(way.value, CAME_BY_WORDS[way]) for way in WRITTEN_DOWN],
        validators=[InputRequired("Choose how it reached you.")],
    )
    meeting_id = SelectField("For which meeting?", coerce=int, validate_choice=False)
    guest_of = _guest_of()
    name = StringField("Who said it?", description="Only officers see it.", filters=[_line])
    email = EmailField(
        "Their email address", description="Only if they are on the contact list. Then we tell them what becomes of it."
    )
    address: EmailAddress | None = None

    def validate_name(self, field: Any) -> None:
        if len(field.data) > PROPOSER_LENGTH:
            raise ValidationError("Enter a shorter name.")

    def validate_email(self, field: Any) -> None:
        if (field.data or "").strip():
            self.address = _address(field.data)


class VersionedForm(Form):
    """An act on an item; `version` is what whoever acts had before them."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class AcceptForm(VersionedForm):
    """On which agenda, for how long, what for."""

    meeting_id = SelectField("For which meeting?", coerce=int, validate_choice=False)
    minutes = IntegerField("How many minutes?", default=USUAL_MINUTES)
    purpose = RadioField(
        "What is it for?",
        choices=[SelectChoice(purpose.value, words) for purpose, words in PURPOSE_WORDS.items()],
        validators=[InputRequired("Choose what it is for.")],
    )

    def validate_minutes(self, field: Any) -> None:
        if not (may := may_take(field.data)):
            field.errors = []
            raise ValidationError(may.because)


class MergeForm(VersionedForm):
    """With which other item."""

    into_id = SelectField("Which item does it join?", coerce=int, validate_choice=False)


class WordsForm(VersionedForm):
    """A reason, an answer, or nothing more. `named` are those whom the words may name."""

    words = TextAreaField("In your words", filters=[_lines])
    is_sure = BooleanField(SURE)
    named: Sequence[str] = ()

    def is_looked_at(self, named: Sequence[str]) -> bool:
        """Do the words name nobody, or does whoever wrote them say that they may?"""
        self.named = named
        return not named or bool(self.is_sure.data)


class PassForm(WordsForm):
    """To whom, and what to ask them."""

    passed_to = RadioField(
        "Who can answer it?",
        choices=[SelectChoice(to.value, words) for to, words in PASSED_WORDS.items()],
        validators=[InputRequired("Choose who can answer it.")],
    )


class RewordForm(WishForm, VersionedForm):
    """Clearer words."""


class ReplyForm(WordsForm):
    """What the practice says."""

    answer = RadioField(
        "Your answer",
        choices=[SelectChoice(answer.value, words) for answer, words in ANSWER_WORDS.items()],
        validators=[InputRequired("Choose your answer.")],
    )
    due_on = DayField("By when?", description="If you will do something. For example 4 March 2027.")

    @property
    def chosen(self) -> Answer:
        return Answer(self.answer.data)


def _address(typed: str | None) -> EmailAddress:
    try:
        return EmailAddress.parse(typed or "")
    except RuleBroken as refusal:
        raise ValidationError(refusal.message) from None
