"""Shape of what people fill in to join, to leave, to search the list; wording of what to mend."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.slips import probably_meant
from pcnppg.kernel.wording import day
from pcnppg.membership.rules import NAME_LENGTH, PAUSES, TOLD_TO_AN_OFFICER, How, Listed
from pcnppg.web.forms import DayField, Form

HOW = {
    How.REPLY: "By a reply to an email",
    How.PHONE: "By phone",
    How.DESK: "At the desk of the practice",
    How.LETTER: "By letter",
}
LISTED = {
    Listed.ON: "On the list",
    Listed.PAUSED: "Paused",
    Listed.UNVERIFIED: "Not verified: nothing is sent",
    Listed.POST: "Reached by post",
    Listed.PHONE: "Reached by phone",
    Listed.LEFT: "Left the list",
    Listed.ALL: "All of them",
}
assert set(HOW) == set(TOLD_TO_AN_OFFICER)  # noqa: S101 - a new way needs its words


class AddressForm(Form):
    """A form that asks for an email address; `address` is what was understood."""

    email = EmailField("Your email address")
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        try:
            self.address = EmailAddress.parse(field.data or "")
        except RuleBroken as refusal:
            raise ValidationError(refusal.message) from None


class NameForm(Form):
    """A form with a name that may be left out; `known_as` is the name calmed, None for none."""

    name = StringField("Your name (you can leave this out)")

    def validate_name(self, field: Any) -> None:
        text = field.data or ""
        if any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in text.strip()):
            raise ValidationError("Enter your name on one line, without hidden characters.")
        if len(text.strip()) > NAME_LENGTH:
            raise ValidationError(f"Enter a shorter name. It can have {NAME_LENGTH} characters at most.")

    @property
    def known_as(self) -> str | None:
        return unicodedata.normalize("NFC", " ".join((self.name.data or "").split())) or None


class JoinForm(AddressForm, NameForm):
    """`website` is a box that no person sees; who fills it in is asked once more, and `person` is the answer.

    Whoever typed an address that looks like a slip is asked about it; `as_typed` is the answer.
    """

    agree = BooleanField("I agree")
    website = StringField("Leave this box empty")
    person = HiddenField()
    as_typed = HiddenField()

    def validate_agree(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Tick the box if you agree. We can only put you on the list if you do.")

    @property
    def is_doubtful(self) -> bool:
        """Filled in by a program, or by a browser that fills in every box?"""
        return bool(self.website.data) and not self.person.data

    @property
    def meant(self) -> str | None:
        """What they probably meant to type, None where nothing looks like a slip or they said that it is none."""
        return None if self.as_typed.data else probably_meant(self.address.mailbox)


class PauseForm(Form):
    """For how long to send nothing."""

    months = RadioField(
        "Pause for",
        choices=[SelectChoice(str(months), f"{months} months") for months in PAUSES],
        validate_choice=False,  # the action says what to choose
    )

    @property
    def chosen(self) -> int:
        """How many months, 0 where nothing was chosen that makes sense."""
        return next((months for months in PAUSES if str(months) == self.months.data), 0)


class PauseUntilForm(Form):
    """For how long to send nothing: one of the usual lengths, or until a day of one's own."""

    A_DAY = "day"

    months = RadioField("How long do you want to pause?", choices=[], validate_choice=False)
    until = DayField(
        "The day, if you choose one", description="For example 4 June 2027. The emails begin again on that day."
    )

    def offer(self, ends: Iterable[tuple[int, datetime]]) -> Self:
        """Say with each length the day on which the emails begin again."""
        lengths = [SelectChoice(str(months), f"{months} months, until {day(end)}") for months, end in ends]
        self.months.choices = [*lengths, SelectChoice(self.A_DAY, "Until a day that I choose")]
        return self

    def validate_months(self, field: Any) -> None:
        if field.data != self.A_DAY and not self.chosen:
            raise ValidationError("Choose how long to pause.")

    def validate_until(self, field: Any) -> None:
        if self.months.data != self.A_DAY:
            field.errors = []
        elif field.data is None and not field.errors:
            raise ValidationError("Enter the day on which the emails begin again.")

    @property
    def chosen(self) -> int:
        """How many months, 0 where a day or nothing was chosen."""
        return next((months for months in PAUSES if str(months) == self.months.data), 0)


class NewAddressForm(AddressForm):
    """Where to write from now on."""

    email = EmailField("Your new email address")


class NetworkNewsForm(Form):
    """The box that agrees to news of the network. `digest` names the words that stood above it."""

    agree = BooleanField("I agree")
    digest = HiddenField()

    def validate_agree(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Tick the box if you agree. If you do not, you need do nothing here.")


class TakeOffForm(Form):
    """How somebody asked an officer to be taken off."""

    how = RadioField(
        "How did they ask?",
        choices=[SelectChoice(how.value, words) for how, words in HOW.items()],
        validators=[InputRequired("Choose how they asked to be taken off.")],
    )


def calm(text: str | None) -> str:
    """One line without control characters: a database takes no zero byte."""
    return "".join(c if unicodedata.category(c) != "Cc" else " " for c in text or "").strip()


class SearchForm(Form):
    """Which contacts to look at. Read from the address bar, so it cannot be wrong: what it does not know it leaves out."""

    search = SearchField("Name, address or phone number", filters=[calm])
    state = SelectField("Show", choices=[SelectChoice(listed.value, words) for listed, words in LISTED.items()])

    @property
    def listed(self) -> Listed:
        return Listed(self.state.data) if self.state.data in set(Listed) else Listed.ON


class PromiseForm(Form):
    """A lower number. What is allowed is for the rule to say."""

    promise = IntegerField("Emails a year at most")

    def validate_promise(self, field: Any) -> None:
        if field.data is None:
            field.errors = []
            raise ValidationError("Enter a number in digits, for example 3.")
