"""A text of the library."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, StringField, TextAreaField

from pcnppg.federation.forms.shape import NO_PERSON, choices, line
from pcnppg.federation.rules.library import LONGEST_TEXT, LONGEST_TITLE, TEXT_WORDS, TextKind
from pcnppg.web.forms import Form, words


class TextForm(Form):
    """A text as its group changes it. `over` is the version that the writer began from."""

    title = StringField("Title", [line("Give it a title.", longest=LONGEST_TITLE)])
    body = TextAreaField(
        "Text",
        [words("Write the text.", longest=LONGEST_TEXT)],
        description="## at the start of a line makes a heading, a dash makes a list. **Two stars** make words bold.",
    )
    over = HiddenField()

    @property
    def version(self) -> int:
        return int(self.over.data) if (self.over.data or "").isdecimal() else 0


class ShareForm(TextForm):
    """A text that is shared for the first time."""

    kind = RadioField("What it is", choices=choices(TEXT_WORDS), default=TextKind.TERMS.value, description=NO_PERSON)
