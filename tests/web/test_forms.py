"""Days as people write them, and text from a larger box."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from pcnppg.web.forms import DayField, Form, calm_lines


class OneDay(Form):
    on = DayField("When?")


def read(app: Flask, typed: str) -> Any:
    with app.test_request_context(method="POST"):
        form = OneDay(MultiDict({"on": typed}), meta={"csrf": False})
        form.validate()
        return form.on


@pytest.mark.parametrize(
    "typed",
    [
        "2027-03-04",
        "4/3/2027",
        "04/03/2027",
        "4.3.2027",
        "4 March 2027",
        " 4  mar 2027 ",
        "04/3/2027",
        "Thursday 4 March 2027",
        "4-3-27",
    ],
)
def test_a_day_is_read_as_people_write_it(whole_app: Flask, typed: str) -> None:
    field = read(whole_app, typed)
    assert (field.data.isoformat(), field._value(), list(field.errors)) == ("2027-03-04", "4 March 2027", [])


@pytest.mark.parametrize("typed", ["soon", "31/2/2027", "4/13/2027", "٤/٣/٢٠٢٧x", "0000-00-00"])
def test_what_is_no_day_is_said_and_kept_as_typed(whole_app: Flask, typed: str) -> None:
    field = read(whole_app, typed)
    assert field.data is None
    assert field.errors == ["Enter a day that the calendar has, for example 4 March 2027."]
    assert field._value() == typed


def test_an_empty_day_is_none_and_no_error(whole_app: Flask) -> None:
    field = read(whole_app, "  ")
    assert (field.data, list(field.errors)) == (None, [])


def test_text_keeps_its_lines_and_nothing_that_no_keyboard_types() -> None:
    assert calm_lines(" one\r\ntwo\x00\x1b three\n\n") == "one\ntwo three"
    assert calm_lines(None) == ""
