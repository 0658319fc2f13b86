"""Shape of what staff and officers fill in to post an update or say thanks; wording of what to mend."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from pcnppg.updates.rules import (
    LONGEST_PART,
    LONGEST_THANKS,
    LONGEST_TITLE,
    PARTS,
    TO_WORDS,
    Content,
    GpFirst,
    Kind,
    Side,
    To,
)
from pcnppg.web.forms import DayField, Form, calm_lines

SIDES = {Side.PRACTICE: "The practice", Side.GROUP: "The group"}
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _line(what: str, longest: int) -> Any:
    """A check: one line of readable letters, not too long."""

    def check(_form: Form, field: Any) -> None:
        typed = "".join(" " if unicodedata.category(c) in HIDDEN else c for c in field.data or "")
        field.data = " ".join(typed.split())
        if not field.data:
            raise ValidationError(f"Enter {what}.")
        _not_longer(field.data, longest)

    return check


def _text(what: str, longest: int, *, needed: bool = True) -> Any:
    """A check: some lines of readable letters, not too many."""

    def check(_form: Form, field: Any) -> None:
        field.data = calm_lines(field.data)
        if needed and not field.data:
            raise ValidationError(f"Enter {what}.")
        _not_longer(field.data, longest)

    return check


def _not_longer(typed: str, longest: int) -> None:
    if len(typed) > longest:
        raise ValidationError(
            f"This has {len(typed):,} characters. It can have {longest:,} at most. Make it shorter, or say the rest elsewhere."
        )


def _day(_form: Form, field: Any) -> None:
    if field.data is None and not field.errors:
        raise ValidationError("Enter a day, for example 4 March 2027.")


class SpeakingForm(Form):
    """Words for everybody to read, from one of two sides. `looked` says which text its writer was asked about already."""

    side = RadioField(
        "Who is it from?",
        choices=[SelectChoice(side.value, words) for side, words in SIDES.items()],
        validators=[InputRequired("Say who it is from: the practice or the group.")],
    )
    looked = HiddenField()

    def from_sides(self, sides: Iterable[Side]) -> None:
        """Who speaks for one side alone is not asked which."""
        theirs = list(sides)
        if len(theirs) == 1:
            self.only_side = theirs[0]
            del self.side

    only_side: Side | None = None

    @property
    def spoken_for(self) -> Side:
        return self.only_side or Side(self.side.data)


class UpdateForm(SpeakingForm):
    """What every kind of update has."""

    title = StringField("Title", [_line("a title", LONGEST_TITLE)], description="What is new, in a few words.")
    review_on = DayField(
        "Look at it again on", [_day], description="We remind you then. You say whether it is still true."
    )
    ends_on = DayField("It ends on", [_day], description="After this day it leaves the group's page by itself.")
    version = IntegerField(widget=HiddenInput())

    def content(self, kind: Kind) -> Content:
        """What was filled in."""
        parts = {name: str(self._fields[name].data or "") for name, _ in PARTS[kind]}
        days: dict[str, date] = {"review_on": self.review_on.data, "ends_on": self.ends_on.data}
        return Content(kind=kind, title=self.title.data or "", parts=parts, **days)


class WordsForm(UpdateForm):
    words = TextAreaField(
        "What is new?",
        [_text("what is new", LONGEST_PART)],
        description="A few sentences. Leave an empty line between paragraphs. Begin each line of a list with a dash.",
    )


class SaidDidForm(UpdateForm):
    said = TextAreaField(
        "You said", [_text("what patients said", LONGEST_PART)], description="What patients told you. Name nobody."
    )
    did = TextAreaField(
        "We did",
        [_text("what you did", LONGEST_PART)],
        description="What has changed. If nothing can change, say why.",
    )


class RoleForm(UpdateForm):
    helps = TextAreaField("What do they help with?", [_text("what they help with", LONGEST_PART)])
    suits = TextAreaField("Who does it suit?", [_text("whom it suits", LONGEST_PART)])
    how = TextAreaField("How can people be seen?", [_text("how people can be seen", LONGEST_PART)])
    gp_first = RadioField(
        "Do people need a GP appointment first?",
        choices=[
            SelectChoice(GpFirst.NO.value, "No"),
            SelectChoice(GpFirst.SOMETIMES.value, "Sometimes"),
            SelectChoice(GpFirst.YES.value, "Yes"),
        ],
        validators=[InputRequired("Say whether people need to see a GP first.")],
    )
    place = TextAreaField(
        "Where?",
        [_text("where they are", LONGEST_PART)],
        description="The building, and the days. For example: at the surgery, Mondays and Thursdays.",
    )


FORMS: dict[Kind, type[UpdateForm]] = {
    kind: {Kind.ROLE: RoleForm, Kind.SAID_DID: SaidDidForm}.get(kind, WordsForm) for kind in Kind
}
"""The form of each kind."""


class ThanksForm(SpeakingForm):
    to = RadioField(
        "Whom do you thank?",
        choices=[SelectChoice(to.value, words[:1].upper() + words[1:]) for to, words in TO_WORDS.items()],
        default=To.GROUP.value,
        validators=[InputRequired("Say whom you thank.")],
    )
    words = TextAreaField(
        "Your thanks",
        [_text("a few words of thanks", LONGEST_THANKS)],
        description="Say what they did, and what came of it.",
    )
