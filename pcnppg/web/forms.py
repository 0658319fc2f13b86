"""The base of every form, the field for a day, the check of a text, and how a refusal from a rule becomes the error of a field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from pcnppg.kernel.days import day_typed
from pcnppg.kernel.refusals import Refusal


class Form(FlaskForm):
    """A form that reads only what was posted."""

    @classmethod
    def posted(cls, **values: Any) -> Self:
        """The form as it came in this request."""
        return cls(request.form, **values)

    @classmethod
    def fresh(cls, **values: Any) -> Self:
        """The form as first shown, filled with `values`."""
        return cls(formdata=None, **values)

    @classmethod
    def asked(cls, **values: Any) -> Self:
        """The form as it stands in the address bar: a search. It changes nothing, so it carries no token."""
        return cls(request.args, meta={"csrf": False}, **values)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Is all of it filled in as it should be? If not, the errors are with their fields."""
        return bool(super().validate(extra_validators))  # type: ignore[no-untyped-call]  # not typed


class Upload(Form):
    """A form with one file, in a field that it names `file`; `content` are its bytes."""

    content: bytes

    @classmethod
    def posted(cls, **values: Any) -> Self:
        return cls(CombinedMultiDict([request.files, request.form]), **values)

    def validate_file(self, field: Any) -> None:
        sent = request.files.get("file")
        self.content = sent.read() if sent else b""
        if sent:
            sent.close()
        if not sent or not sent.filename:
            raise ValidationError("Choose a file.")


Filled = TypeVar("Filled", bound=Form)


def blame(form: Filled, refusal: Refusal) -> Filled:
    """Put the refusal's sentence where the person will look: at its field, or above the form."""
    field = form._fields.get(refusal.field or "")
    if field is None:
        form.form_errors = [*form.form_errors, refusal.message]
    else:
        field.errors = [*field.errors, refusal.message]
    return form


class DayField(Field):
    """A day, typed as people write it: the one such field of the house. `data` is the date, or None.

    What cannot be read is said in our words, and kept as it was typed. Whether a day is needed, and which one will do, is
    for the form to say. No calendar of the browser's: inside one the focus cannot be seen, and some put the month first.
    """

    widget = TextInput()

    def __init__(self, label: str, validators: Any = None, **values: Any) -> None:
        super().__init__(label, validators, **values)  # type: ignore[no-untyped-call]  # not typed

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = " ".join(" ".join(valuelist).split())
        self.data = day_typed(self.typed)
        if self.typed and self.data is None:
            raise ValueError("Enter a day that the calendar has, for example 4 March 2027.")

    @property
    def is_empty(self) -> bool:
        return not self._value()

    def _value(self) -> str:
        """A day as people write it; what could not be read as it was typed."""
        return f"{self.data.day} {self.data:%B %Y}" if self.data else getattr(self, "typed", "")


def calm_lines(text: str | None) -> str:
    """What was typed into a larger box: a database takes no zero byte, and no keyboard types one."""
    typed = (text or "").replace("\r\n", "\n")
    return "".join(c for c in typed if c == "\n" or unicodedata.category(c) != "Cc").strip()


def words(empty: str = "", *, longest: int) -> Any:
    """A check: plain text of some lines, not too long; `empty` is what to say where there is none."""

    def check(_form: Form, field: Any) -> None:
        field.data = calm_lines(field.data)
        if empty and not field.data:
            raise ValidationError(empty)
        if len(field.data) > longest:
            raise ValidationError(f"Make this shorter. It can have {longest:,} characters at most.")

    return check
