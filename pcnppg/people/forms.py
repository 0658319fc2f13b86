"""Shape of what people type at the door; wording of what to mend."""

from __future__ import annotations

import unicodedata
from typing import Any

from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import ValidationError

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.people.rules import LONGEST_NAME, digits
from pcnppg.web.forms import Form


def _six_digits(_form: Form, field: Any) -> None:
    typed = digits(field.data or "")
    if not typed:
        raise ValidationError("Enter the six digits.")
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 6):
        raise ValidationError("Enter six digits, like 123456.")


class AddressForm(Form):
    """An email address."""

    email = EmailField("Your email address")
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        try:
            self.address = EmailAddress.parse(field.data or "")
        except RuleBroken as refusal:
            raise ValidationError(refusal.message) from None


class SignInForm(AddressForm):
    """Who wants to come in. `next` is where they were going."""

    next = HiddenField()


class CodeForm(Form):
    """The code from the mail."""

    code = StringField("Six-digit code", [_six_digits])


class StartForm(Form):
    """A button that begins the setting-up. `next` is where they were going."""

    next = HiddenField()


class TotpForm(Form):
    """The code that the authenticator shows. `next` is where they were going."""

    totp = StringField("Six-digit code from your app", [_six_digits])
    next = HiddenField()


class RecoveryForm(Form):
    """One of the ten codes kept for a lost authenticator."""

    recovery = StringField("Recovery code")
    next = HiddenField()

    def validate_recovery(self, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Enter one of your recovery codes.")


class NameForm(Form):
    """The name that other members see."""

    name = StringField("Your name")

    def validate_name(self, field: Any) -> None:
        field.data = (field.data or "").strip()
        if not field.data:
            raise ValidationError("Enter your name.")
        if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in field.data):
            raise ValidationError("Enter your name on one line, without hidden characters.")
        if len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Enter a shorter name. It can have {LONGEST_NAME} characters at most.")
