"""What is said about an action: by its owner, and by officers who close it or pass it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from pcnppg.meetings.forms.items import SURE
from pcnppg.meetings.rules.following import REPLY_WORDS, Reply
from pcnppg.web.forms import DayField, Form, calm_lines


class ReplyForm(Form):
    """How it stands, in the words of whoever has it."""

    reply = RadioField("How does it stand?", choices=[SelectChoice(one.value, REPLY_WORDS[one]) for one in Reply])
    by_day = DayField("The other day", [Optional()], description="For example, 4 March 2027. Only if you need longer.")
    words = TextAreaField(
        "In a sentence: what came of it, or why not?", description="No medical details, and nobody's name, please."
    )

    def validate_reply(self, field: Any) -> None:
        if field.data not in set(Reply):
            raise ValidationError("Choose how it stands.")

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)


class CloseForm(Form):
    """The end of an action, and what came of it."""

    ends = RadioField(
        "How does it end?",
        choices=[SelectChoice("done", "It is done"), SelectChoice("dropped", "We let it go")],
        default="done",
    )
    words = TextAreaField("What came of it?", description="What is done is shown on the group's page, without names.")
    is_sure = BooleanField(SURE)
    named: Sequence[str] = ()

    def is_looked_at(self, named: Sequence[str]) -> bool:
        """Do the words name nobody, or does whoever wrote them say that they may?"""
        self.named = named
        return not named or bool(self.is_sure.data)

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)


class ComingForm(Form):
    """Whether somebody comes."""

    coming = RadioField(
        "Do you come to this meeting?",
        choices=[SelectChoice("coming", "Yes, I come"), SelectChoice("apologies", "No, I send apologies")],
    )

    is_named = BooleanField("Print my full name in the published minutes")

    def validate_coming(self, field: Any) -> None:
        if field.data not in {"coming", "apologies"}:
            raise ValidationError("Choose whether you come.")
