"""Jinja for pages: loaders, loud undefined, escaping everywhere but in text, and the filters that spell dates and numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader
from wtforms import Field, RadioField, SelectField, SelectMultipleField, TextAreaField

from pcnppg.kernel import clock
from pcnppg.web import access
from pcnppg.web.forms import Form


class Undefined(ChainableUndefined):
    """Components may look into what is not there; printing it is an error."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()

    __html__ = __str__


def autoescape(name: str | None) -> bool:
    """Everything but plain text is escaped, the component library's `.jinja` files too."""
    return name is None or not name.endswith((".txt", ".ics", ".csv"))


def init(app: Flask) -> None:
    app.jinja_options = {**app.jinja_options, "autoescape": autoescape, "undefined": Undefined}
    own = app.jinja_loader
    assert own is not None  # noqa: S101 - Flask always has one
    app.jinja_loader = ChoiceLoader([own, PackageLoader("nhsuk_frontend_jinja")])
    app.jinja_env.filters.update(
        day=day,
        clock_time=clock_time,
        moment=moment,
        count=count,
        nth=nth,
        field_params=field_params,
        error_list=error_list,
        component=component,
    )
    app.jinja_env.globals.update(can=access.can, person=access.person, now=clock.now)


def day(value: date | datetime) -> str:
    """Tuesday 4 March 2027."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def clock_time(value: datetime) -> str:
    """6:30pm, 9am, midday, midnight."""
    local = clock.local(value)
    if local.minute == 0 and local.hour in {0, 12}:
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """Tuesday 4 March 2027 at 6:30pm."""
    return f"{day(value)} at {clock_time(value)}"


def count(number: int, one: str, many: str = "") -> str:
    """1 patient, 3,484 patients."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


MACROS: dict[type, str] = {
    TextAreaField: "textarea",
    SelectMultipleField: "checkboxes",
    RadioField: "radios",
    SelectField: "select",
}
AUTOCOMPLETE = {"email": "email", "name": "name", "code": "one-time-code", "totp": "one-time-code"}


def component(field: Field) -> str:
    """Which component of the library shows this field."""
    return next((MACROS[cls] for cls in type(field).__mro__ if cls in MACROS), "input")


def field_params(field: Any, **over: Any) -> dict[str, Any]:
    """What the component's macro is to be called with; `over` overrides."""
    kind = component(field)
    params: dict[str, Any] = {"name": field.name, "id": field.id}
    if field.description:
        params["hint"] = {"text": field.description}
    if field.errors:
        params["errorMessage"] = {"text": str(field.errors[0])}
    if kind in {"radios", "checkboxes"}:
        del params["id"]
        params |= {"idPrefix": field.id, "fieldset": {"legend": {"text": field.label.text, "size": "s"}}}
        chosen = field.data if isinstance(field.data, list | tuple | set) else [field.data]
        params["items"] = [{"value": v, "text": t, "checked": v in chosen} for v, t, *_ in field.iter_choices()]
        return params | over
    params["label"] = {"text": field.label.text, "size": "s"}
    if kind == "select":
        params["items"] = [{"value": v, "text": t, "selected": chosen} for v, t, chosen, *_ in field.iter_choices()]
        return params | over
    params["value"] = field._value()
    if kind == "input":
        params["type"] = getattr(field.widget, "input_type", "text")
        if field.name in AUTOCOMPLETE:
            params["autocomplete"] = AUTOCOMPLETE[field.name]
        if params["type"] == "email":
            params["spellcheck"] = False
    return params | over


def error_list(form: Form) -> list[dict[str, str]]:
    """Every error of a form for the summary at the head of the page, each with the field it links to."""
    above = [{"text": str(error), "href": "#main-content"} for error in form.form_errors]
    return above + [{"text": str(field.errors[0]), "href": f"#{field.id}"} for field in form if field.errors]
