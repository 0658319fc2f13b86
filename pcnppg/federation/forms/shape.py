"""Checks and fields that the forms of a network share."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from pcnppg.web.forms import Form, words

NO_PERSON = "Name nobody, and write nothing about anybody's health."


def line(empty: str = "", *, longest: int) -> Any:
    """A check: the same on one line."""
    as_words = words(empty, longest=longest)

    def check(form: Form, field: Any) -> None:
        field.data = " ".join((field.data or "").split())
        as_words(form, field)

    return check


def choices(said: dict[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(one.value, words) for one, words in said.items()]


def number(label: str, lowest: int, highest: int, description: str = "") -> IntegerField:
    said = f"Enter a number from {lowest} to {highest}."
    return IntegerField(label, [InputRequired(said), NumberRange(lowest, highest, said)], description=description)
