"""Questions, votes, and what a group thinks of a question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

from pcnppg.federation.forms.shape import NO_PERSON, choices, line
from pcnppg.federation.rules.decisions import (
    LONGEST_FACTS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_VIEW,
    Counting,
    OnTie,
    Quorum,
    Rule,
)
from pcnppg.federation.rules.wording import COUNTINGS, QUORUMS, RULES, TIES
from pcnppg.groups.rules import Role
from pcnppg.web.forms import DayField, Form, words

ABSTAIN = "abstain"
ELECTS = {"": "No, it is a question", Role.CHAIR.value: "The chair", Role.VICE_CHAIR.value: "The vice chair"}
ELECTS[Role.SECRETARY.value] = "The secretary"


class QuestionForm(Form):
    """A question, its answers and all that is fixed when the vote opens."""

    question = StringField("The question", [line("Write the question.", longest=LONGEST_QUESTION)])
    explanation = TextAreaField(
        "What people should know", [words(longest=LONGEST_FACTS)], description="The facts, for and against."
    )
    elects = RadioField(
        "Does it elect an officer of the network?",
        choices=[SelectChoice(role, words) for role, words in ELECTS.items()],
        default="",
        validators=[Optional()],
    )
    options = TextAreaField(
        "The answers",
        [words(longest=8 * (LONGEST_OPTION + 1))],
        description="From two to eight, each on a line of its own. Leave it empty for consent, or for an election.",
    )
    rule = RadioField("What it takes", choices=choices(RULES), default=Rule.SIMPLE.value)
    counting = RadioField("Who has a vote", choices=choices(COUNTINGS), default=Counting.GROUPS.value)
    quorum = RadioField("How many must vote", choices=choices(QUORUMS), default=Quorum.HALF.value)
    on_tie = RadioField("If the votes are equal", choices=choices(TIES), default=OnTie.FALLS.value)
    is_secret = BooleanField("A secret vote: the list of votes shows no names")
    needs_view = BooleanField("Each group says first what it thinks")
    closes_on = DayField("It closes on", description="At 8 in the evening of this day.")

    def validate_options(self, field: Any) -> None:
        if any(len(line) > LONGEST_OPTION for line in field.data.split("\n")):
            raise ValidationError(f"Make each answer shorter. It can have {LONGEST_OPTION} characters.")

    def validate_closes_on(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation("" if field.errors else "Enter the day on which the vote closes.")

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.options.data.split("\n") if line.strip())


class VoteForm(Form):
    """One answer, or none of them."""

    option = RadioField("Your vote", [InputRequired("Choose one of the answers, or abstain.")])

    def offer(self, options: Iterable[tuple[int, str]]) -> Self:
        listed = [SelectChoice(str(number), words) for number, words in options]
        self.option.choices = [*listed, SelectChoice(ABSTAIN, "I abstain: I was there, and choose nothing")]
        return self

    @property
    def option_id(self) -> int | None:
        return None if self.option.data == ABSTAIN else int(self.option.data)


class PhoneForm(VoteForm):
    """A vote that came by phone: whose, and that it was read back."""

    line = SelectField("Who is on the phone", coerce=int)
    read_back = BooleanField(
        "I read this vote back to them, and they confirmed it",
        [InputRequired("Read the vote back to them first. Tick the box when they have confirmed it.")],
    )

    def lines(self, people: Iterable[tuple[int, str]]) -> Self:
        self.line.choices = [SelectChoice(str(number), name) for number, name in people]
        return self


class ViewForm(Form):
    """What a group thinks of a question."""

    words = TextAreaField(
        "What your group thinks",
        [words("Write down what your group thinks. One line is enough.", longest=LONGEST_VIEW)],
        description=NO_PERSON,
    )
