"""Shape of what officers fill in about their group and its members; wording of what to mend."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from pcnppg.groups.rules import LONGEST_NAME, LONGEST_PURPOSE, Role, role_words
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.web.forms import Form

HIDDEN = {"Cc", "Cf", "Co", "Zl", "Zp"}
ROLES = [SelectChoice(role.value, role_words(role)[:1].upper() + role_words(role)[1:]) for role in Role]


def _line(what: str, *, longest: int = LONGEST_NAME) -> Any:
    """A check: one line, not empty, not too long."""

    def check(_form: Form, field: Any) -> None:
        field.data = (field.data or "").strip()
        if not field.data:
            raise ValidationError(f"Enter {what}.")
        if any(unicodedata.category(character) in HIDDEN for character in field.data):
            raise ValidationError(f"Enter {what} on one line, without hidden characters.")
        if len(field.data) > longest:
            raise ValidationError(f"Make {what} shorter. It can have {longest} characters at most.")

    return check


def _address(form: Any, name: str, text: str) -> None:
    try:
        setattr(form, name, EmailAddress.parse(text or ""))
    except RuleBroken as refusal:
        raise ValidationError(refusal.message) from None


_PHONE = re.compile(r"(?<!\d)\+?\d(?:[ ()./-]*\d){9,14}(?!\d)")


def can_be_reached(text: str) -> bool:
    """Is there an email address in it, or a phone number of ten digits or more?"""
    words = (word.strip("().,;:") for word in text.split())
    return bool(_PHONE.search(text)) or any(EmailAddress.find(word) for word in words)


class SettingsForm(Form):
    """What the group is called, why it exists, where replies go, who helps."""

    name = StringField("Name of the group", [_line("the group's name")])
    purpose = TextAreaField(
        "Why the group exists", description="Two or three sentences. Patients read them before they join."
    )
    reply_address = EmailField(
        "Where replies go",
        description="A mailbox that somebody reads at least once a week. Replies to your mailings arrive there.",
    )
    helper_name = StringField(
        "Who helps patients",
        [_line("the name of who helps")],
        description="Their name stands on every page of the group.",
    )
    helper_contact = StringField(
        "Their phone number or email address",
        [_line("a phone number or an email address")],
        description="Everybody can see it. Patients use it to ask for help.",
    )
    reply: EmailAddress

    def validate_helper_contact(self, field: Any) -> None:
        if field.data and not can_be_reached(field.data):
            raise ValidationError(
                "Enter a phone number with its area code, or an email address. Patients who need help must reach somebody."
            )

    def validate_purpose(self, field: Any) -> None:
        typed = (field.data or "").replace("\r\n", "\n")
        # A database takes no zero byte, and no keyboard types one.
        field.data = "".join(c for c in typed if c == "\n" or unicodedata.category(c) != "Cc").strip()
        if not field.data:
            raise ValidationError("Enter why the group exists. One sentence is enough.")
        if len(field.data) > LONGEST_PURPOSE:
            raise ValidationError(f"Make this shorter. It can have {LONGEST_PURPOSE:,} characters at most.")

    def validate_reply_address(self, field: Any) -> None:
        _address(self, "reply", field.data)


class InviteForm(Form):
    """Who is offered which role."""

    email = EmailField("Their email address")
    role = SelectField("Role", choices=ROLES, default=Role.MEMBER.value)
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        _address(self, "address", field.data)


class AcceptForm(Form):
    """The name of whoever takes up a role."""

    name = StringField("Your name", [_line("your name")], description="Other members of the group see it.")
