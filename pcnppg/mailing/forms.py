"""Shape of what officers fill in to write a mailing; wording of what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from pcnppg.kernel.clock import LONDON
from pcnppg.mailing.rules import SUBJECT_LENGTH
from pcnppg.mailing.rules.life import Again, time_typed
from pcnppg.people.rules import digits
from pcnppg.web.forms import DayField, Form, calm_lines

SHORTEST_REASON, LONGEST_REASON = 8, 300
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


class PlanForm(VersionForm):
    """When a draft goes out by itself. `moment` is what was understood."""

    day = DayField("Day", description="For example, 4 March 2027.")
    time = StringField("Time", description="For example, 9am or 2:30pm.")
    moment: datetime

    def validate_day(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation("" if field.errors else "Enter the day on which it goes out.")

    def validate_time(self, field: Any) -> None:
        hour = time_typed(field.data or "")
        if hour is None:
            raise ValidationError("Enter a time, for example 9am or 2:30pm.")
        if self.day.data is not None:
            self.moment = datetime.combine(self.day.data, hour, tzinfo=LONDON)


class CopyForm(Form):
    """Why a copy of names is taken, and the code that the authenticator shows now."""

    reason = TextAreaField("What is the copy for?", description="Do not name a patient here.")
    totp = StringField("Six-digit code from your app")

    def validate_reason(self, field: Any) -> None:
        field.data = " ".join(calm_lines(field.data).split())
        if not SHORTEST_REASON <= len(field.data) <= LONGEST_REASON:
            raise ValidationError("Say in a few words what the copy is for. The other officers read it.")

    def validate_totp(self, field: Any) -> None:
        typed = digits(field.data or "")
        if not (typed.isascii() and typed.isdecimal() and len(typed) == 6):
            raise ValidationError("Enter the six digits that your app shows now, like 123456.")


class DoubtForm(Form):
    """Which delivery in doubt an officer knows more about, and what: a button each."""

    delivery_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    what = StringField()

    @property
    def chosen(self) -> Again | None:
        return Again(self.what.data) if self.what.data in set(Again) else None


class SaveForm(WriteForm, VersionForm):
    """Newer words for a draft."""
