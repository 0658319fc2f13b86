"""Shape of what officers fill in to write a mailing; wording of what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from pcnppg.mailing.rules import SUBJECT_LENGTH
from pcnppg.web.forms import Form

OUT_OF_DATE = "This page was damaged on its way. Nothing was lost. Go back, reload the page and try again."


class WriteForm(Form):
    """A mailing's words. How long a text may be is for the rule to say."""

    subject = StringField(
        "Subject",
        description="What it is about, in a few words.",
        validators=[
            Length(
                max=SUBJECT_LENGTH,
                message=f"Enter a shorter subject. It can have {SUBJECT_LENGTH} characters at most.",
            )
        ],
    )
    body = TextAreaField("Your text", description="Leave an empty line between paragraphs.")


class RaiseForm(Form):
    """A higher promise, and why. What is allowed is for the rule to say."""

    promise = IntegerField("Emails a year at most, from now on")
    why = TextAreaField(
        "Why?", description="One or two sentences, as you would say it to a neighbour. Everybody reads them."
    )

    def validate_promise(self, field: Any) -> None:
        if field.data is None:
            field.errors = []
            raise ValidationError("Enter a number in digits, for example 6.")


class VersionForm(Form):
    """Which version of a draft somebody has before them. It is not theirs to mend, so its error stands above the form."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        good = super().validate(extra_validators)
        if self.version.errors:
            self.version.errors = ()
            self.form_errors = [OUT_OF_DATE]
        return good


class SaveForm(WriteForm, VersionForm):
    """Newer words for a draft."""
