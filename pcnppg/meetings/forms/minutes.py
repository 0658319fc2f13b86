"""What is typed into minutes and their corrections."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from pcnppg.web.forms import Form, calm_lines

HOW_TO_WRITE = "A line that begins with ## is a heading. A line that begins with - is in a list."


class MinutesForm(Form):
    """The words of a draft. `version` says which words were changed."""

    words = TextAreaField("Minutes", description=HOW_TO_WRITE)
    version = HiddenField()

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)

    @property
    def over(self) -> int:
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


class PublicForm(Form):
    """The words that everybody may read."""

    words = TextAreaField("What everybody will read", description=HOW_TO_WRITE)

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)


class CorrectionForm(Form):
    """What somebody who was there wants said otherwise."""

    words = TextAreaField("What should be said otherwise?", description="For example: under 2, the bell was blue.")

    @property
    def text(self) -> str:
        return calm_lines(self.words.data)


class AnswerForm(Form):
    """Whether a correction is taken up."""

    answer = TextAreaField(
        "Your answer", description="Needed where you do not take it up. Everybody in the group reads it."
    )

    @property
    def text(self) -> str:
        return calm_lines(self.answer.data)


def _as_number(value: Any) -> int | None:
    """The number of a meeting; None for nothing chosen."""
    return int(value) if str(value).isascii() and str(value).isdecimal() and len(str(value)) < 16 else None


class AcceptForm(Form):
    """The meeting that accepted the minutes."""

    at_meeting = RadioField("Which meeting accepted them?", coerce=_as_number, validate_choice=False)

    def offer(self, numbers: list[int]) -> None:
        """Which meetings can have accepted them."""
        self.at_meeting.choices = [SelectChoice(str(number), str(number)) for number in numbers]

    def validate_at_meeting(self, field: Any) -> None:
        if field.data not in {int(choice.value) for choice in field.choices}:
            raise ValidationError("Choose the meeting that accepted them.")
