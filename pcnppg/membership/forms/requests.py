"""Shape of what officers write down about a request, and of a complaint; wording of what to mend."""

from __future__ import annotations

import unicodedata
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SearchField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

from pcnppg.membership.forms import AddressForm
from pcnppg.membership.rules import (
    ANSWER_TO_LENGTH,
    ASKED_LENGTH,
    CHOSEN,
    NAME_LENGTH,
    WRITTEN_DOWN,
    Awaited,
    CameBy,
    Outcome,
    RequestKind,
)
from pcnppg.web.forms import DayField, Form, calm_lines, words

KINDS = {
    RequestKind.ACCESS: "A copy of what we hold",
    RequestKind.CORRECTION: "A correction",
    RequestKind.ERASURE: "To be erased",
    RequestKind.OBJECTION: "An objection: no more emails or letters",
    RequestKind.COMPLAINT: "A complaint",
}
CAME_BY = {
    CameBy.LETTER: "By letter",
    CameBy.EMAIL: "By email",
    CameBy.PHONE: "By phone",
    CameBy.DESK: "At the desk of the practice",
}
AWAITED = {
    Awaited.IDENTITY: "To show that they are who they say",
    Awaited.MEANING: "To say more clearly what they want",
}
OUTCOMES = {
    Outcome.DONE: "We did what they asked",
    Outcome.PARTLY: "We did part of it",
    Outcome.REFUSED: "We did not do it",
    Outcome.TAKEN_BACK: "They took it back",
}
assert set(CAME_BY) == set(WRITTEN_DOWN)  # noqa: S101 - a new way needs its words
assert set(OUTCOMES) == set(CHOSEN)  # noqa: S101 - as above
NO_MEDICAL = "Please write nothing about anybody's health. It is not needed here."


def _words(empty: str = "", *, longest: int = ASKED_LENGTH) -> Any:
    return words(empty, longest=longest)


def _day(empty: str) -> Any:
    """A check: a day is there. What could not be read has been said already."""

    def check(_form: Form, field: Any) -> None:
        if field.data is None:
            raise StopValidation("" if field.errors else empty)

    return check


def _chosen(choices: dict[Any, str], label: str, empty: str) -> RadioField:
    listed = [SelectChoice(word.value, words) for word, words in choices.items()]
    return RadioField(label, choices=listed, validators=[InputRequired(empty)])


class LookForm(Form):
    """Who on the list is asking? Read from the address bar, so it cannot be wrong."""

    search = SearchField("Their name or email address")

    @property
    def words(self) -> str:
        """One line without control characters."""
        text = self.search.data or ""
        return "".join(c if unicodedata.category(c) != "Cc" else " " for c in text).strip()


class RequestForm(Form):
    """A request that reached an officer. With `contact_id` it is somebody of the list, without it whoever is named."""

    kind = _chosen(KINDS, "What do they ask for?", "Choose what they ask for.")
    came_by = _chosen(CAME_BY, "How did it reach you?", "Choose how it reached you.")
    received_on = DayField(
        "When did it reach you?",
        [_day("Enter the day it reached you.")],
        description="The time to answer counts from this day.",
    )
    who = StringField("Who asks?")
    answer_to = TextAreaField(
        "How can you answer them?", description="An email address, a postal address or a phone number."
    )
    asked = TextAreaField("What did they ask, in a few words?", [_words()], description=NO_MEDICAL)
    contact_id = HiddenField()

    def validate_who(self, field: Any) -> None:
        field.data = " ".join(calm_lines(field.data).split())
        if self.contact is None and not field.data:
            raise ValidationError("Enter who asks.")
        if len(field.data) > NAME_LENGTH:
            raise ValidationError(f"Enter a shorter name. It can have {NAME_LENGTH} characters at most.")

    def validate_answer_to(self, field: Any) -> None:
        needed = "Enter how you can answer them." if self.contact is None else ""
        _words(needed, longest=ANSWER_TO_LENGTH)(self, field)

    @property
    def contact(self) -> int | None:
        """The number of the contact who asks, None for somebody who is not on the list."""
        text = self.contact_id.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


class PauseRequestForm(Form):
    """What the person was asked for, and when."""

    awaited = _chosen(AWAITED, "What did you ask them for?", "Choose what you asked them for.")
    on = DayField("When did you ask them?", [_day("Enter the day you asked them.")])
    words = TextAreaField(
        "What did you ask, in your words? (you can leave this out)", [_words()], description=NO_MEDICAL
    )


class ResumeRequestForm(Form):
    """When the person answered."""

    on = DayField("When did their answer come?", [_day("Enter the day their answer came.")])
    words = TextAreaField("What did they answer? (you can leave this out)", [_words()], description=NO_MEDICAL)


class ExtendRequestForm(Form):
    """Why more time is needed, and that the person knows."""

    words = TextAreaField(
        "Why do you need more time?",
        [_words("Enter why you need more time.")],
        description="Only a hard or large request is a reason. Having no time is none.",
    )
    told = BooleanField("I have told them that it takes longer, and why")

    def validate_told(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Tell them first, then tick the box. They must know before the first month ends.")


class NoteForm(Form):
    """A line for the log."""

    words = TextAreaField("A line for the log", [_words("Enter what happened.")], description=NO_MEDICAL)


class CloseRequestForm(Form):
    """What the person was answered."""

    outcome = _chosen(OUTCOMES, "What came of it?", "Choose what came of it.")
    words = TextAreaField("What did you answer them, in a few words?", [_words()], description=NO_MEDICAL)

    def validate_words(self, field: Any) -> None:
        if self.outcome.data in {Outcome.PARTLY, Outcome.REFUSED} and not field.data:
            raise ValidationError("Enter why. They must be told the reason, and that they can complain.")


class WordsForm(Form):
    """A complaint, from a contact's own page."""

    words = TextAreaField(
        "What went wrong?",
        [_words("Enter what went wrong.")],
        description=f"{ASKED_LENGTH:,} characters at most. Please write nothing about your health.",
    )


class ComplainForm(AddressForm, WordsForm):
    """A complaint from anybody. `website` is a box that no person sees; `person` is the answer of who filled it in."""

    website = StringField("Leave this box empty")
    person = HiddenField()

    @property
    def is_doubtful(self) -> bool:
        """Filled in by a program, or by a browser that fills in every box?"""
        return bool(self.website.data) and not self.person.data
