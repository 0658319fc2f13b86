"""What the network offers, and a group's own words for it; what groups ask of one another."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from pcnppg.federation.forms.shape import NO_PERSON, choices, line
from pcnppg.federation.rules.offers import LONGEST_ASKING, LONGEST_NOTICE, LONGEST_TITLE, About, HelpKind, NoticeKind
from pcnppg.web.forms import DayField, Form, words

NOTICE_KINDS = {NoticeKind.NOTICE: "News", NoticeKind.EVENT: "An event"}


class NoticeForm(Form):
    """A notice or an event for the groups."""

    kind = RadioField("What it is", choices=choices(NOTICE_KINDS), default=NoticeKind.NOTICE.value)
    title = StringField("Title", [line("Give it a title.", longest=LONGEST_TITLE)])
    body = TextAreaField(
        "Text", [words("Write the text.", longest=LONGEST_NOTICE)], description=f"Plain words. {NO_PERSON}"
    )
    ends_on = DayField("The last day it is shown", description="Leave it empty for 60 days from today.")
    looked = HiddenField()

    @property
    def texts(self) -> tuple[str, str]:
        return self.title.data or "", self.body.data or ""


class TakeNoticeForm(Form):
    """A notice in the group's own words. `looked` says which text its writer was asked about already."""

    title = StringField("Title", [line("Give it a title.", longest=LONGEST_TITLE)])
    body = TextAreaField("Text", [words("Write the text.", longest=LONGEST_NOTICE)])
    ends_on = DayField("The last day it stands on your page")
    looked = HiddenField()

    def validate_ends_on(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError("Enter a day, for example 4 March 2027.")

    @property
    def texts(self) -> tuple[str, str]:
        return self.title.data or "", self.body.data or ""


class MailingForm(Form):
    """A mailing for the groups, or one of them in its group's own words."""

    subject = StringField("Subject", [line("Give it a subject.", longest=200)])
    body = TextAreaField(
        "Text", [words("Write the text.", longest=40_000)], description="**Two stars** on each side make words bold."
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

    kind = RadioField("Do you ask or offer?", choices=choices(HELP_KINDS), default=HelpKind.REQUEST.value)
    about = RadioField("What about", choices=choices(ABOUT), default=About.OTHER.value)
    title = StringField("In one line", [line("Say it in one line.", longest=LONGEST_TITLE)])
    body = TextAreaField("A little more", [words("Say a little more.", longest=LONGEST_ASKING)], description=NO_PERSON)


class AnswerForm(Form):
    """An answer to another group."""

    words = TextAreaField(
        "Your answer",
        [words("Write your answer.", longest=LONGEST_ASKING)],
        description="Their officers get it by email. They see your group's name, and no address unless you write one.",
    )
