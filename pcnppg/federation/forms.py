"""Shape of what people fill in about their network; wording of what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError

from pcnppg.federation.rules.belonging import (
    LONGEST_PART,
    LONGEST_TERM,
    MOST_DELEGATES,
    MOST_GROUPS,
    SHORTEST_TERM,
    Terms,
)
from pcnppg.federation.rules.decisions import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_VIEW,
    Counting,
    OnTie,
    Quorum,
    Rule,
)
from pcnppg.federation.rules.offers import LONGEST_ASKING, LONGEST_NOTICE, LONGEST_TITLE, About, HelpKind, NoticeKind
from pcnppg.federation.rules.wording import COUNTINGS, QUORUMS, RULES, TIES
from pcnppg.groups.rules import Role
from pcnppg.web.forms import DayField, Form, calm_lines

ABSTAIN = "abstain"
NO_PERSON = "Name nobody, and write nothing about anybody's health."


def _words(empty: str = "", *, longest: int) -> Any:
    """A check: plain text of some lines, not too long; `empty` is what to say where there is none."""

    def check(_form: Form, field: Any) -> None:
        field.data = calm_lines(field.data)
        if empty and not field.data:
            raise ValidationError(empty)
        if len(field.data) > longest:
            raise ValidationError(f"Make this shorter. It can have {longest:,} characters at most.")

    return check


def _line(empty: str = "", *, longest: int) -> Any:
    """A check: the same on one line."""
    words = _words(empty, longest=longest)

    def check(form: Form, field: Any) -> None:
        field.data = " ".join((field.data or "").split())
        words(form, field)

    return check


def _choices(words: dict[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(one.value, said) for one, said in words.items()]


def _number(label: str, lowest: int, highest: int, description: str = "") -> IntegerField:
    said = f"Enter a number from {lowest} to {highest}."
    return IntegerField(label, [InputRequired(said), NumberRange(lowest, highest, said)], description=description)


class AgreementForm(Form):
    """The five parts of an agreement, how many speak for each group, and for how long."""

    contributes = TextAreaField(
        "What each group contributes", [_words("Say what each group contributes.", longest=LONGEST_PART)]
    )
    gains = TextAreaField("What each group gains", [_words("Say what each group gains.", longest=LONGEST_PART)])
    shares = TextAreaField("What is shared, and what is not", [_words("Say what is shared.", longest=LONGEST_PART)])
    decides = TextAreaField("How you decide", [_words("Say how you decide.", longest=LONGEST_PART)])
    leaving = TextAreaField("How a group leaves", [_words("Say how a group leaves.", longest=LONGEST_PART)])
    delegates = _number("Delegates of each group", 1, MOST_DELEGATES)
    substitutes = _number("Substitutes of each group", 0, MOST_DELEGATES)
    term_months = _number("Months for which they are sent", SHORTEST_TERM, LONGEST_TERM)
    purpose_groups = _number("Groups that must agree what a meeting is for", 0, MOST_GROUPS, "0 means all of them.")
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


ELECTS = {"": "No, it is a question", Role.CHAIR.value: "The chair", Role.VICE_CHAIR.value: "The vice chair"}
ELECTS[Role.SECRETARY.value] = "The secretary"


class QuestionForm(Form):
    """A question, its answers and all that is fixed when the vote opens."""

    question = StringField("The question", [_line("Write the question.", longest=LONGEST_QUESTION)])
    explanation = TextAreaField(
        "What people should know", [_words(longest=LONGEST_NOTICE)], description="The facts, for and against."
    )
    elects = RadioField(
        "Does it elect an officer of the network?",
        choices=[SelectChoice(role, words) for role, words in ELECTS.items()],
        default="",
        validators=[Optional()],
    )
    options = TextAreaField(
        "The answers",
        [_words(longest=8 * (LONGEST_OPTION + 1))],
        description="From two to eight, each on a line of its own. Leave it empty for consent, or for an election.",
    )
    rule = RadioField("What it takes", choices=_choices(RULES), default=Rule.SIMPLE.value)
    counting = RadioField("Who has a vote", choices=_choices(COUNTINGS), default=Counting.GROUPS.value)
    quorum = RadioField("How many must vote", choices=_choices(QUORUMS), default=Quorum.HALF.value)
    on_tie = RadioField("If the votes are equal", choices=_choices(TIES), default=OnTie.FALLS.value)
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


class PurposeForm(Form):
    """What a meeting is for. `over` is the version that whoever writes has read."""

    words = TextAreaField(
        "What the meeting is for",
        description="A few sentences. What should be different afterwards?",
    )
    over = HiddenField()

    @property
    def version(self) -> int:
        return int(self.over.data) if (self.over.data or "").isdecimal() else 0


class AgreeForm(Form):
    """What a group says to a purpose. `read` is the version that it read."""

    answer = RadioField(
        "What does your group say?",
        choices=[SelectChoice("agree", "We agree"), SelectChoice("change", "We ask for a change")],
        validators=[InputRequired("Choose what your group says.")],
    )
    words = TextAreaField("What should change?", description="Only if you ask for a change.")
    read = HiddenField()

    @property
    def agrees(self) -> bool:
        return bool(self.answer.data == "agree")

    @property
    def version(self) -> int:
        return int(self.read.data) if (self.read.data or "").isdecimal() else 0


class ViewForm(Form):
    """What a group thinks of a question."""

    words = TextAreaField(
        "What your group thinks",
        [_words("Write down what your group thinks. One line is enough.", longest=LONGEST_VIEW)],
        description=NO_PERSON,
    )


NOTICE_KINDS = {NoticeKind.NOTICE: "News", NoticeKind.EVENT: "An event"}


class NoticeForm(Form):
    """A notice or an event for the groups."""

    kind = RadioField("What it is", choices=_choices(NOTICE_KINDS), default=NoticeKind.NOTICE.value)
    title = StringField("Title", [_line("Give it a title.", longest=LONGEST_TITLE)])
    body = TextAreaField(
        "Text", [_words("Write the text.", longest=LONGEST_NOTICE)], description=f"Plain words. {NO_PERSON}"
    )
    ends_on = DayField("The last day it is shown", description="Leave it empty for 60 days from today.")


class TakeNoticeForm(Form):
    """A notice in the group's own words."""

    title = StringField("Title", [_line("Give it a title.", longest=LONGEST_TITLE)])
    body = TextAreaField("Text", [_words("Write the text.", longest=LONGEST_NOTICE)])


class MailingForm(Form):
    """A mailing for the groups, or one of them in its group's own words."""

    subject = StringField("Subject", [_line("Give it a subject.", longest=200)])
    body = TextAreaField(
        "Text", [_words("Write the text.", longest=40_000)], description="**Two stars** on each side make words bold."
    )


HELP_KINDS = {HelpKind.REQUEST: "We ask for help", HelpKind.OFFER: "We offer help"}
ABOUT = {
    About.MENTOR: "Somebody to learn from",
    About.TEMPLATE: "A text, poster or form to use",
    About.SPEAKER: "A speaker",
    About.HANDS: "Hands for a day",
    About.OTHER: "Something else",
}


class HelpForm(Form):
    """A request or an offer."""

    kind = RadioField("Do you ask or offer?", choices=_choices(HELP_KINDS), default=HelpKind.REQUEST.value)
    about = RadioField("What about", choices=_choices(ABOUT), default=About.OTHER.value)
    title = StringField("In one line", [_line("Say it in one line.", longest=LONGEST_TITLE)])
    body = TextAreaField("A little more", [_words("Say a little more.", longest=LONGEST_ASKING)], description=NO_PERSON)


class AnswerForm(Form):
    """An answer to another group."""

    words = TextAreaField(
        "Your answer",
        [_words("Write your answer.", longest=LONGEST_ASKING)],
        description="Their officers get it by email. They see your group's name, and no address unless you write one.",
    )
