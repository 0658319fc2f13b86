"""Shape of what officers fill in about an agenda: a part of it, its papers."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from pcnppg.meetings.rules.agenda import PURPOSE_WORDS, Purpose, may_take
from pcnppg.meetings.rules.items import calm
from pcnppg.web.forms import Form, Upload


def _line(text: str | None) -> str:
    return calm(text)


class PublishForm(Form):
    """Which agenda somebody has before them."""

    version = IntegerField(widget=HiddenInput())


class EntryForm(PublishForm):
    """How long a part takes, what it is for, who leads it."""

    minutes = IntegerField("Minutes")
    purpose = RadioField(
        "What is it for?",
        choices=[SelectChoice(purpose.value, words) for purpose, words in PURPOSE_WORDS.items()],
        validators=[InputRequired("Choose what it is for.")],
    )
    lead = StringField(
        "Who leads it?", description="A role is enough: this page is public. For example: Chair.", filters=[_line]
    )

    def validate_minutes(self, field: Any) -> None:
        if not (may := may_take(field.data)):
            field.errors = []
            raise ValidationError(may.because)

    @property
    def chosen(self) -> Purpose:
        return Purpose(self.purpose.data)


class AddForm(EntryForm):
    """Something that nobody proposed."""

    title = StringField("What is it?", description="For example a speaker, a break or an election.", filters=[_line])


class LinkForm(Form):
    """A page elsewhere."""

    name = StringField("What is it called?", filters=[_line])
    address = StringField("Its web address", filters=[_line])


class FileForm(Upload):
    """A paper that is a file."""

    name = StringField("What is it called?", filters=[_line])
    file = FileField("The file", description="A PDF, a document or a picture, of 5 MB at most.")
