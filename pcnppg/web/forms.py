"""The base of every form, the field for a day, and how a refusal from a rule becomes the error of a field."""

from __future__ import annotations

from calendar import month_abbr, month_name
from collections.abc import Mapping
from datetime import date
from typing import Any, Self, TypeVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.utils import unset_value

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


class DayField(Field):
    """A day of the calendar in three boxes: `data` is the date, or None. A month may be written as a word.

    `typed` is what stood in the boxes. Whether a day is needed, and which one will do, is for the form to say.
    """

    PARTS = ("day", "month", "year")

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)  # type: ignore[no-untyped-call]  # not typed
        day: date | None = self.data
        self.typed = [str(day.day), str(day.month), str(day.year)] if day else ["", "", ""]
        if formdata:
            self.typed = [" ".join(formdata.get(f"{self.name}-{part}", "").split()) for part in self.PARTS]
            self.data = self._read()

    def _read(self) -> date | None:
        if not any(self.typed):
            return None
        try:
            day, month, year = self.typed
            return date(_number(year), _month(month), _number(day))
        except ValueError:
            self.process_errors = ("Enter a day that is in the calendar, for example 4 6 2027.",)
            return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValueError
    return int(text)


def _month(text: str) -> int:
    """ "6", "06", "June" or "jun"."""
    word = text.casefold().rstrip(".")
    named = [
        n for names in (month_name, month_abbr) for n, name in enumerate(names) if name and name.casefold() == word
    ]
    return named[0] if named else _number(text)


Filled = TypeVar("Filled", bound=Form)


def blame(form: Filled, refusal: Refusal) -> Filled:
    """Put the refusal's sentence where the person will look: at its field, or above the form."""
    field = form._fields.get(refusal.field or "")
    if field is None:
        form.form_errors = [*form.form_errors, refusal.message]
    else:
        field.errors = [*field.errors, refusal.message]
    return form
