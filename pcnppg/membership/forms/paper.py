"""Shape of what officers fill in: somebody who agreed away from our pages, a change or pause on their behalf, a copy."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership.forms.contacts import HOW, AddressForm, PauseForm, calm
from pcnppg.membership.rules import (
    KEYED_IN,
    LINE_LENGTH,
    NAME_LENGTH,
    PHONE_LENGTH,
    POSTAL_LINES,
    Agreement,
    Asked,
    Channel,
    How,
    ReachedBy,
    Ways,
    may_be_given_on,
    may_have_asked_on,
    phone_key,
)
from pcnppg.people.rules import digits
from pcnppg.web.forms import DayField, Form

HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
"""Kinds of characters that nobody means to type into a line."""
SHORTEST_WORDS, LONGEST_WORDS = 40, 5000
SHORTEST_REASON, LONGEST_REASON = 8, 300

CHANNELS = {
    Channel.PAPER: "On a paper form",
    Channel.DESK: "At the desk of the practice",
    Channel.PHONE: "By phone",
}
WAYS = {ReachedBy.EMAIL: "By email", ReachedBy.POST: "By post", ReachedBy.PHONE: "By phone"}
WORDINGS = {"present": "The words below", "other": "Other words"}
assert set(CHANNELS) == set(KEYED_IN)  # noqa: S101 - a new way needs its words


def _today() -> date:
    return clock.local(clock.now()).date()


def _readable(text: str | None) -> str:
    """`text` without what no keyboard types, so that neither a page nor a database stumbles over it; lines end in one way."""
    kept = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co"})


def _line_field(label: str, **more: Any) -> StringField:
    return StringField(label, filters=[_readable], **more)


def _text_field(label: str, **more: Any) -> TextAreaField:
    return TextAreaField(label, filters=[_readable], **more)


def _one_line(text: str | None, what: str, longest: int) -> str:
    """`text` calmed, or what to mend about it."""
    calm = unicodedata.normalize("NFC", " ".join((text or "").split(" "))).strip()
    if any(unicodedata.category(c) in HIDDEN for c in calm):
        raise ValidationError(f"Enter {what} on one line, without hidden characters.")
    if len(calm) > longest:
        raise ValidationError(f"Make {what} shorter. It can have {longest} characters at most.")
    return calm


def _lines(text: str | None) -> list[str]:
    """The lines that say something, each calmed; without a comma at its end, which an envelope does not need."""
    lines = (unicodedata.normalize("NFC", " ".join(line.split())) for line in (text or "").splitlines())
    return [line.rstrip(",") for line in lines if line]


def _how_reached() -> RadioField:
    return RadioField(
        "How do they want to hear from you?",
        choices=[SelectChoice(way.value, words) for way, words in WAYS.items()],
        validators=[InputRequired("Choose how they want to hear from you.")],
    )


def _how_told() -> RadioField:
    return RadioField(
        "How did they tell you?",
        choices=[SelectChoice(how.value, words) for how, words in HOW.items()],
        validators=[InputRequired("Choose how they told you.")],
    )


class WaysForm(Form):
    """Who somebody is and how they are reached. What is filled in is kept; what they chose must be there.

    Each form says its fields in the order of its page, because errors are listed in that order.
    """

    name: Any
    reached_by: Any
    email: Any
    postal_address: Any
    phone: Any

    def validate_name(self, field: Any) -> None:
        field.data = _one_line(field.data, "the name", NAME_LENGTH)
        if not field.data and self.reached_by.data in {ReachedBy.POST, ReachedBy.PHONE}:
            raise ValidationError("Enter their name. A letter or a call needs one.")

    def validate_postal_address(self, field: Any) -> None:
        lines = _lines(field.data)
        if any(unicodedata.category(c) in HIDDEN for line in lines for c in line):
            raise ValidationError("Enter the postal address without hidden characters.")
        if self.reached_by.data == ReachedBy.POST and len(lines) < 2:
            raise ValidationError("Enter their postal address: street, town and postcode, each on its own line.")
        if len(lines) > POSTAL_LINES or any(len(line) > LINE_LENGTH for line in lines):
            raise ValidationError(
                f"Make the postal address fit an envelope: at most {POSTAL_LINES} lines of {LINE_LENGTH} characters."
            )

    def validate_phone(self, field: Any) -> None:
        field.data = _one_line(field.data, "the phone number", PHONE_LENGTH)
        if self.reached_by.data == ReachedBy.PHONE and not field.data:
            raise ValidationError("Enter their phone number.")
        if field.data and len(phone_key(field.data)) < 6:
            raise ValidationError("Check the phone number. It has too few digits.")

    def validate_email(self, field: Any) -> None:
        typed = (field.data or "").strip()
        if self.reached_by.data != ReachedBy.EMAIL:
            if typed:
                raise ValidationError("They did not choose email. Leave their email address out, or choose email.")
            return
        try:
            self.address = EmailAddress.parse(typed)
        except RuleBroken as refusal:
            raise ValidationError(refusal.message.replace("your email", "their email")) from None

    @property
    def known_as(self) -> str | None:
        return self.name.data or None

    @property
    def ways(self) -> Ways:
        return Ways(
            by=ReachedBy(self.reached_by.data),
            address=self.typed_address,
            postal_address="\n".join(_lines(self.postal_address.data)) or None,
            phone=self.phone.data or None,
        )

    @property
    def typed_address(self) -> EmailAddress | None:
        return getattr(self, "address", None)


class AddForm(WaysForm):
    """Somebody who agreed away from our pages, and the evidence for it."""

    channel = RadioField(
        "How did they agree?",
        choices=[SelectChoice(channel.value, words) for channel, words in CHANNELS.items()],
        validators=[InputRequired("Choose how they agreed.")],
    )
    given_on = DayField("On which day?", description="For example 27 March 2027.")
    is_sure = BooleanField("Yes, that day is right, and they expect to hear from us")
    taken_by = _line_field("Who took the form, or spoke with them?")
    kept_at = _line_field(
        "Where is the form kept?",
        description="For example: blue folder, reception. Leave it empty if there is no form.",
    )
    wording = RadioField(
        "Which words did they agree to?",
        choices=[SelectChoice(value, words) for value, words in WORDINGS.items()],
        validators=[InputRequired("Choose which words they agreed to.")],
    )
    words = _text_field("The other words, in full")
    promise = IntegerField("How many emails a year at most did those words promise?")
    name = _line_field("Their name")
    reached_by = _how_reached()
    email = EmailField("Their email address, if they chose email")
    postal_address = _text_field("Their postal address, if they chose post")
    phone = _line_field("Their phone number, if they chose phone")

    def validate_given_on(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation("" if field.errors else "Enter the day on which they agreed.")
        verdict = may_be_given_on(field.data, _today(), is_sure=bool(self.is_sure.data))
        if not verdict:
            raise ValidationError(verdict.because)

    def validate_taken_by(self, field: Any) -> None:
        field.data = _one_line(field.data, "the name of who took it", NAME_LENGTH)
        if not field.data:
            raise ValidationError("Enter who took the form, or spoke with them.")

    def validate_kept_at(self, field: Any) -> None:
        field.data = _one_line(field.data, "the place", NAME_LENGTH)
        if not field.data and self.channel.data == Channel.PAPER:
            raise ValidationError("Enter where the paper form is kept, so that it can be shown.")

    def validate_words(self, field: Any) -> None:
        text = (field.data or "").strip()
        if self.are_other and len(text) < SHORTEST_WORDS:
            raise ValidationError("Type the words in full, as they stood on the form or were read out.")
        if len(text) > LONGEST_WORDS:
            raise ValidationError(f"Make the words shorter. They can have {LONGEST_WORDS:,} characters at most.")

    def validate_promise(self, field: Any) -> None:
        field.errors = []
        if self.are_other and (field.data is None or not FEWEST <= field.data <= MOST):
            raise ValidationError(f"Enter the number that those words promised, from {FEWEST} to {MOST}.")

    @property
    def are_other(self) -> bool:
        return bool(self.wording.data == "other")

    @property
    def asks_if_sure(self) -> bool:
        """Is the day an old one, so that whoever enters it is asked whether it is right?"""
        found = self.given_on.data
        return found is not None and not may_be_given_on(found, _today(), is_sure=False) and found <= _today()

    @property
    def agreement(self) -> Agreement:
        words = (self.words.data or "").strip()
        return Agreement(
            channel=Channel(self.channel.data),
            taken_by=self.taken_by.data,
            given_on=self.given_on.data,
            kept_at=self.kept_at.data or None,
            words=words if self.are_other else None,
            promise=self.promise.data if self.are_other else None,
        )


class ChangeForm(WaysForm):
    """What somebody told an officer to change. An email address is asked for on a page of its own (`AskAddressForm`)."""

    how = _how_told()
    name = _line_field("Their name")
    reached_by = _how_reached()
    postal_address = _text_field("Their postal address, if they chose post")
    phone = _line_field("Their phone number, if they chose phone")


class AskAddressForm(AddressForm):
    """An email address that somebody asked an officer to write to, with who asked, when and how."""

    email = EmailField("Their email address")
    asked_by = _line_field("Who asked?", description="For example: she did herself, or her son who helps her.")
    how = _how_told()
    asked_on = DayField("On which day?", description="For example 27 March 2027.")

    def validate_email(self, field: Any) -> None:
        try:
            super().validate_email(field)
        except ValidationError as wrong:
            raise ValidationError(str(wrong).replace("your email", "their email")) from None

    def validate_asked_by(self, field: Any) -> None:
        field.data = _one_line(field.data, "who asked", NAME_LENGTH)
        if not field.data:
            raise ValidationError("Enter who asked for it.")

    def validate_asked_on(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation("" if field.errors else "Enter the day on which they asked.")
        verdict = may_have_asked_on(field.data, _today())
        if not verdict:
            raise ValidationError(verdict.because)

    @property
    def as_asked(self) -> Asked:
        return Asked(by=self.asked_by.data, on=self.asked_on.data, how=How(self.how.data))


class OwnWaysForm(WaysForm):
    """What else is known of somebody who gets emails, as they want it; an empty box is forgotten."""

    reached_by = HiddenField(default=ReachedBy.EMAIL.value)
    postal_address = _text_field("Your postal address", description="Leave it empty, and we forget it.")
    phone = _line_field("Your phone number", description="Leave it empty, and we forget it.")


class PauseForThemForm(PauseForm):
    """A pause, or its end, that somebody asked an officer for."""

    how = _how_told()


class ExportForm(Form):
    """Why a copy of the list is taken, and the code that the authenticator shows now."""

    reason = _text_field("What is the copy for?", description="Do not name a patient here.")
    totp = _line_field("Six-digit code from your app")

    def validate_reason(self, field: Any) -> None:
        field.data = " ".join(calm(field.data).split())
        if len(field.data) < SHORTEST_REASON:
            raise ValidationError("Say in a few words what the copy is for. The other officers read it.")
        if len(field.data) > LONGEST_REASON:
            raise ValidationError(f"Make the reason shorter. It can have {LONGEST_REASON} characters at most.")

    def validate_totp(self, field: Any) -> None:
        typed = digits(field.data or "")
        if not (typed.isascii() and typed.isdecimal() and len(typed) == 6):
            raise ValidationError("Enter the six digits that your app shows now, like 123456.")
