"""Shape of what officers fill in about their group and its members; wording of what to mend."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields
from datetime import date
from typing import Any, Self

from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from pcnppg.groups.rules import (
    BY_HAND,
    CHOSEN_ENDS,
    ENDED_WORDS,
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_WORDS,
    Controller,
    Ended,
    Holder,
    Role,
    role_words,
    usual_end,
)
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.web.forms import DayField, Form, calm_lines, words

HIDDEN = {"Cc", "Cf", "Co", "Zl", "Zp"}
CONTROLLERS = {
    Controller.PRACTICE: "The practice",
    Controller.GROUP: "The group itself, apart from the practice",
}
ROLES = [SelectChoice(role.value, role_words(role)[:1].upper() + role_words(role)[1:]) for role in BY_HAND]


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


def _may_be_empty(what: str) -> Any:
    """A check: one line, not too long, or nothing."""
    line = _line(what)

    def check(form: Form, field: Any) -> None:
        if (field.data or "").strip():
            line(form, field)
        else:
            field.data = ""

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
        words("Enter why the group exists. One sentence is enough.", longest=LONGEST_PURPOSE)(self, field)

    def validate_reply_address(self, field: Any) -> None:
        _address(self, "reply", field.data)


USUAL, NO_END, CHOSEN = "usual", "none", "day"
TERMS = [
    SelectChoice(USUAL, "As is usual: a year for officers, no end for others"),
    SelectChoice(NO_END, "No end"),
    SelectChoice(CHOSEN, "Until a day that I choose"),
]


class HolderForm(Form):
    """Who holds the group's data. `over` is the notice that was in force when the form was opened."""

    controller = RadioField(
        "Who decides what the group may hold?",
        choices=[SelectChoice(word.value, words) for word, words in CONTROLLERS.items()],
        validators=[InputRequired("Choose who decides what the group may hold.")],
    )
    holder_name = StringField("Their name", [_line("the name of who holds the data")])
    holder_address = TextAreaField("Their postal address", description="People without email write there.")
    privacy_contact = StringField(
        "Where people ask about their data",
        [_line("where people ask about their data")],
        description="An email address that somebody reads, or a phone number. One of the group is better than one of a person: "
        "it stays in the notices that you publish.",
    )
    has_officer = RadioField(
        "Is there a data protection officer?",
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="Every practice has one. Ask the practice manager. A group on its own seldom has one.",
        validators=[InputRequired("Say if there is a data protection officer.")],
    )
    officer_name = StringField("Their name, if there is one", [_may_be_empty("the officer's name")])
    officer_contact = StringField(
        "Their email address or phone number, if there is one", [_may_be_empty("how to reach the officer")]
    )
    registration = StringField(
        "Number in the register of the Information Commissioner's Office",
        [_may_be_empty("the number in the register")],
        description="It looks like ZA123456. Leave the box empty if there is none.",
    )
    complaints_contact = StringField(
        "Where people complain",
        [_may_be_empty("where people complain")],
        description="Leave the box empty if it is the same as where people ask about their data.",
    )
    over = HiddenField()

    def validate_holder_address(self, field: Any) -> None:
        field.data = calm_lines(field.data)
        if not field.data:
            raise ValidationError("Enter the postal address. People without email write there.")
        if len(field.data) > LONGEST_ADDRESS:
            raise ValidationError(f"Make the address shorter. It can have {LONGEST_ADDRESS} characters at most.")

    def validate_officer_name(self, field: Any) -> None:
        self._if_there_is_one(field, "Enter the name of the data protection officer.")

    def validate_officer_contact(self, field: Any) -> None:
        self._if_there_is_one(field, "Enter how people can reach the data protection officer.")

    def _if_there_is_one(self, field: Any, words: str) -> None:
        if self.has_officer.data == "yes" and not field.data:
            raise ValidationError(words)

    @classmethod
    def of(cls, holder: Holder) -> HolderForm:
        """Filled in as things stand."""
        known = {None: None, "": "no"}.get(holder.officer_name, "yes")
        return cls.fresh(has_officer=known, **{f.name: getattr(holder, f.name) for f in fields(holder)})

    @property
    def holder(self) -> Holder:
        there = self.has_officer.data == "yes"
        return Holder(
            controller=Controller(self.controller.data),
            holder_name=self.holder_name.data,
            holder_address=self.holder_address.data,
            privacy_contact=self.privacy_contact.data,
            officer_name=self.officer_name.data if there else "",
            officer_contact=self.officer_contact.data if there else "",
            registration=self.registration.data,
            complaints_contact=self.complaints_contact.data,
        )

    @property
    def version_read(self) -> int | None:
        """The notice that was in force when the form was opened, None for none."""
        text = self.over.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class InviteForm(Form):
    """Who is offered which role, and for how long."""

    email = EmailField("Their email address")
    role = SelectField("Role", choices=ROLES, default=Role.MEMBER.value)
    term = RadioField("How long does the role last?", choices=TERMS, default=USUAL)
    ends_on = DayField("The day, if you choose one", description="For example 4 March 2028.")
    address: EmailAddress

    def validate_email(self, field: Any) -> None:
        _address(self, "address", field.data)

    def validate_term(self, field: Any) -> None:
        if field.data == CHOSEN and self.ends_on.is_empty:
            raise ValidationError("Enter the day on which the role ends, or choose another answer.")

    def ends(self, today: date) -> date | None:
        """The end of the term that was asked for."""
        if self.term.data == CHOSEN:
            chosen: date | None = self.ends_on.data
            return chosen
        return usual_end(self.role.data, today) if self.term.data == USUAL else None


class TermForm(Form):
    """Until when a role is meant to last."""

    ends_on = DayField(
        "Last day of the term", description="For example 4 March 2028. Leave it empty if no end is agreed."
    )


class EndForm(Form):
    """Why a role ends."""

    because = RadioField(
        "Why does it end?", choices=[SelectChoice(word.value, ENDED_WORDS[word]) for word in CHOSEN_ENDS]
    )
    words = StringField(
        "A few words, if you like",
        description="They read them in the email that tells them. Officers can read them later.",
    )

    def validate_because(self, field: Any) -> None:
        # The choice itself is checked first, in words that no reader needs.
        field.errors = []
        if field.data not in set(CHOSEN_ENDS):
            raise ValidationError("Choose why the role ends.")

    def validate_words(self, field: Any) -> None:
        field.data = (field.data or "").strip()
        if field.data:
            _line("your words", longest=LONGEST_WORDS)(self, field)

    @property
    def reason(self) -> Ended:
        return Ended(self.because.data)


NEW = "new"
STAY, GO = "stay", "go"


class HandOverForm(Form):
    """Who is the next chair, and what becomes of the chair before."""

    who = RadioField("Who is the next chair?", validate_choice=False)
    email = EmailField("Their email address, if they are new")
    then = RadioField(
        "What do you do then?",
        choices=[SelectChoice(STAY, "I stay in the group as a member"), SelectChoice(GO, "I leave the group")],
        default=STAY,
    )
    ends_on = DayField("Last day of their term", description="Usual is a year. Leave it empty if no end is agreed.")
    address: EmailAddress

    def offer(self, candidates: list[tuple[str, str]]) -> Self:
        """Let the form offer these people, each a number and words, and somebody new."""
        self.who.choices = [*(SelectChoice(*one) for one in candidates), SelectChoice(NEW, "Somebody new")]
        return self

    def validate_who(self, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose who is the next chair.")

    def validate_email(self, field: Any) -> None:
        if self.who.data == NEW:
            _address(self, "address", field.data)


class AcceptForm(Form):
    """The name of whoever takes up a role."""

    name = StringField("Your name", [_line("your name")], description="Other members of the group see it.")
