"""Each kind of field becomes its component, with label, hint, error and what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.web.fields import component, error_list, field_params
from pcnppg.web.forms import DayField, Form, blame

CHOICES = [SelectChoice("a", "Apples"), SelectChoice("b", "Bananas")]


class Everything(Form):
    class Meta:
        csrf = False

    email = EmailField("Your email address", validators=[InputRequired("Enter your email address.")])
    name = StringField("Your name", description="As the <b>practice</b> knows it")
    code = StringField("Code")
    times = IntegerField("How many")
    body = TextAreaField("Your text")
    agree = BooleanField("I agree")
    pick = SelectField("Pick one", choices=CHOICES)
    one = RadioField("One of these", choices=CHOICES)
    some = SelectMultipleField("Some of these", choices=CHOICES)
    file = FileField("A file")
    hidden = HiddenField()
    day = DayField("A day", description="For example 4 June 2027")


@pytest.fixture
def form(whole_app: Flask) -> Iterator[Everything]:
    with whole_app.test_request_context():
        typed = {
            "email": "",
            "name": '"Ann"',
            "agree": "y",
            "pick": "b",
            "one": "a",
            "some": "b",
            "times": "3",
            "hidden": "h",
        }
        made = Everything(MultiDict(typed))
        made.validate()
        yield made


def shown(app: Flask, form: Form, name: str, **over: Any) -> BeautifulSoup:
    source = '{% from "fields/form.html" import field %}{{ field(of, **over) }}'
    return BeautifulSoup(app.jinja_env.from_string(source).render(of=form[name], over=over), "html.parser")


def only(soup: BeautifulSoup, css: str) -> dict[str, str]:
    found = soup.select(css)
    assert len(found) == 1, soup
    return {key: str(value) for key, value in found[0].attrs.items()}


def test_every_kind_of_field_has_its_component(form: Everything) -> None:
    assert {field.name: component(field) for field in form} == {
        "email": "input",
        "name": "input",
        "code": "input",
        "times": "input",
        "body": "textarea",
        "agree": "checkboxes",
        "pick": "select",
        "one": "radios",
        "some": "checkboxes",
        "file": "input",
        "hidden": "hidden",
        "day": "input",
    }


def test_a_field_shows_its_label_hint_error_and_what_was_typed(whole_app: Flask, form: Everything) -> None:
    soup = shown(whole_app, form, "name")
    assert only(soup, "input")["value"] == '"Ann"'
    assert only(soup, "label")["for"] == "name"
    assert "As the <b>practice</b> knows it" in soup.get_text()
    soup = shown(whole_app, form, "email")
    assert "Enter your email address." in soup.get_text()
    assert only(soup, "input")["aria-describedby"] == "email-error"


def test_the_browser_is_told_how_to_help(whole_app: Flask, form: Everything) -> None:
    email = only(shown(whole_app, form, "email"), "input")
    assert (email["type"], email["autocomplete"], email["spellcheck"]) == ("email", "email", "false")
    code = only(shown(whole_app, form, "code"), "input")
    assert (code["type"], code["autocomplete"], code["inputmode"]) == ("text", "one-time-code", "numeric")
    number = only(shown(whole_app, form, "times"), "input")
    assert (number["type"], number["inputmode"], number["value"]) == ("text", "numeric", "3")


def test_choices_keep_what_was_chosen(whole_app: Flask, form: Everything) -> None:
    assert only(shown(whole_app, form, "agree"), "input[checked]")["id"] == "agree"
    assert only(shown(whole_app, form, "pick"), "option[selected]")["value"] == "b"
    radios = shown(whole_app, form, "one")
    assert only(radios, "input[checked]")["value"] == "a"
    assert "One of these" in radios.legend.get_text()  # type: ignore[union-attr]
    assert only(shown(whole_app, form, "some"), "input[checked]")["value"] == "b"
    assert only(shown(whole_app, form, "hidden"), "input")["type"] == "hidden"
    assert only(shown(whole_app, form, "file"), "input")["type"] == "file"


def test_a_day_stands_in_its_box_as_people_write_it(whole_app: Flask) -> None:
    with whole_app.test_request_context():
        soup = shown(whole_app, Everything(formdata=None, day=date(2027, 6, 4)), "day")
    box = only(soup, "input")
    assert (box["type"], box["value"], box["id"]) == ("text", "4 June 2027", "day")
    assert "For example 4 June 2027" in soup.get_text()


def test_words_can_be_put_in_place_of_the_forms_own(whole_app: Flask, form: Everything) -> None:
    for name in ("name", "agree", "one"):
        assert "Other words" in shown(whole_app, form, name, label="Other words").get_text()
    assert field_params(form.name, label={"text": "Big", "size": "l"})["label"] == {"text": "Big", "size": "l"}
    assert field_params(form.body, rows=14)["rows"] == 14


def test_the_summary_links_each_error_to_its_field(form: Everything) -> None:
    assert error_list(form) == [{"text": "Enter your email address.", "href": "#email"}]
    blame(form, RuleBroken("That name is taken.", field="name"))
    blame(form, RuleBroken("The list is closed."))
    blame(form, RuleBroken("Nor this.", field="no_such_field"))
    assert error_list(form) == [
        {"text": "The list is closed.", "href": "#main-content"},
        {"text": "Nor this.", "href": "#main-content"},
        {"text": "Enter your email address.", "href": "#email"},
        {"text": "That name is taken.", "href": "#name"},
    ]


def test_the_first_of_several_choices_is_what_the_summary_leads_to(whole_app: Flask, form: Everything) -> None:
    form.one.errors = [ValidationError("Choose one.")]
    assert {"text": "Choose one.", "href": "#one"} in error_list(form)
    assert [tag["id"] for tag in shown(whole_app, form, "one").select("input")] == ["one", "one-2"]
