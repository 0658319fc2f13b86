"""What a meeting is for, and what each group says to it."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pcnppg.web.forms import Form


class PurposeForm(Form):
    """What a meeting is for. `over` is the version that whoever writes has read."""

    words = TextAreaField(
        "What the meeting is for",
        description="A few sentences. What should be different afterwards?",
    )
    over = HiddenField()

    @property
    def version(self) -> int:
        return int(self.over.data) if (self.over.data or "").isdecimal() else 0


class AgreeForm(Form):
    """What a group says to a purpose. `read` is the version that it read."""

    answer = RadioField(
        "What does your group say?",
        choices=[SelectChoice("agree", "We agree"), SelectChoice("change", "We ask for a change")],
        validators=[InputRequired("Choose what your group says.")],
    )
    words = TextAreaField("What should change?", description="Only if you ask for a change.")
    read = HiddenField()

    @property
    def agrees(self) -> bool:
        return bool(self.answer.data == "agree")

    @property
    def version(self) -> int:
        return int(self.read.data) if (self.read.data or "").isdecimal() else 0
