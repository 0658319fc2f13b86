"""An agreement, joining under it, and who speaks for a group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pcnppg.federation.forms.shape import number
from pcnppg.federation.rules.belonging import (
    LONGEST_PART,
    LONGEST_TERM,
    MOST_DELEGATES,
    MOST_GROUPS,
    SHORTEST_TERM,
    Terms,
)
from pcnppg.web.forms import Form, words


class AgreementForm(Form):
    """The five parts of an agreement, how many speak for each group, and for how long."""

    contributes = TextAreaField(
        "What each group contributes", [words("Say what each group contributes.", longest=LONGEST_PART)]
    )
    gains = TextAreaField("What each group gains", [words("Say what each group gains.", longest=LONGEST_PART)])
    shares = TextAreaField("What is shared, and what is not", [words("Say what is shared.", longest=LONGEST_PART)])
    decides = TextAreaField("How you decide", [words("Say how you decide.", longest=LONGEST_PART)])
    leaving = TextAreaField("How a group leaves", [words("Say how a group leaves.", longest=LONGEST_PART)])
    delegates = number("Delegates of each group", 1, MOST_DELEGATES)
    substitutes = number("Substitutes of each group", 0, MOST_DELEGATES)
    term_months = number("Months for which they are sent", SHORTEST_TERM, LONGEST_TERM)
    purpose_groups = number("Groups that must agree what a meeting is for", 0, MOST_GROUPS, "0 means all of them.")
    over = HiddenField()

    @property
    def terms(self) -> Terms:
        return Terms(**{name: getattr(self, name).data for name in Terms.__dataclass_fields__})

    @property
    def version(self) -> int:
        return int(self.over.data) if (self.over.data or "").isdecimal() else 0


class ReadForm(Form):
    """Which version of an agreement was read."""

    read = HiddenField()
    agree = BooleanField(
        "We have read this agreement, and our group agrees to it", [InputRequired("Tick the box if your group agrees.")]
    )

    @property
    def version(self) -> int:
        return int(self.read.data) if (self.read.data or "").isdecimal() else 0


class GroupForm(Form):
    """Which group is invited."""

    group = SelectField("Group", coerce=int)

    def offer(self, groups: Iterable[tuple[int, str]]) -> Self:
        self.group.choices = [SelectChoice(str(number), name) for number, name in groups]
        return self


class DelegateForm(Form):
    """Who speaks for the group, and whether as a substitute."""

    who = SelectField("Who speaks for your group", coerce=int)
    kind = RadioField(
        "As what",
        choices=[
            SelectChoice("delegate", "A delegate"),
            SelectChoice("substitute", "A substitute, who votes when a delegate cannot"),
        ],
        default="delegate",
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> Self:
        self.who.choices = [SelectChoice(str(number), name) for number, name in people]
        return self

    @property
    def substitute(self) -> bool:
        return bool(self.kind.data == "substitute")
