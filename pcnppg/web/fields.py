"""How a form's field becomes a component of the library: which one, and what it is called with."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from pcnppg.web.forms import DayField, Form

COMPONENTS: dict[type, str] = {
    HiddenField: "hidden",
    DayField: "dateInput",
    FileField: "fileUpload",
    BooleanField: "checkboxes",
    TextAreaField: "textarea",
    SelectMultipleField: "checkboxes",
    RadioField: "radios",
    SelectField: "select",
}
AUTOCOMPLETE = {"email": "email", "name": "name", "code": "one-time-code", "totp": "one-time-code"}
DIGITS = frozenset({"code", "totp"})
"""Fields typed on a number pad although they are no numbers."""


def component(field: Field) -> str:
    """Which component shows this field."""
    return next((COMPONENTS[cls] for cls in type(field).__mro__ if cls in COMPONENTS), "input")


def field_params(field: Any, **over: Any) -> dict[str, Any]:
    """What the component's macro is to be called with; `over` overrides. A label may be given as its words alone."""
    kind = component(field)
    params = _common(field)
    if isinstance(field, BooleanField):
        params |= _one_box(field, over.pop("label", None))
    elif kind in {"radios", "checkboxes"}:
        params |= _choices(field, over.pop("label", None))
    elif kind == "dateInput":
        params |= _boxes(field, over.pop("label", None))
    else:
        params |= {"id": field.id, "label": _label(over.pop("label", None) or field.label.text)}
        if kind == "select":
            params["items"] = [{"value": v, "text": t, "selected": chosen} for v, t, chosen, *_ in field.iter_choices()]
        elif kind != "fileUpload":
            params["value"] = field._value()
        if kind == "input":
            params |= _typing(field)
    return params | over


def error_list(form: Form) -> list[dict[str, str]]:
    """Every error of a form for the summary at the head of the page, each with the field it links to."""
    above = [{"text": str(error), "href": "#main-content"} for error in form.form_errors]
    return above + [{"text": str(field.errors[0]), "href": f"#{field.id}"} for field in form if field.errors]


def _common(field: Any) -> dict[str, Any]:
    params: dict[str, Any] = {"name": field.name}
    if field.description:
        params["hint"] = {"text": field.description}
    if field.errors:
        params["errorMessage"] = {"text": str(field.errors[0])}
    return params


def _label(words: Any) -> dict[str, Any]:
    return words if isinstance(words, dict) else {"text": words, "size": "s"}


def _one_box(field: Any, words: Any) -> dict[str, Any]:
    text = words or field.label.text
    return {"idPrefix": field.id, "items": [{"value": "y", "text": text, "checked": bool(field.data)}]}


def _choices(field: Any, words: Any) -> dict[str, Any]:
    chosen = field.data if isinstance(field.data, list | tuple | set) else [field.data]
    return {
        "idPrefix": field.id,
        "fieldset": {"legend": _label(words or field.label.text)},
        "items": [{"value": v, "text": t, "checked": v in chosen} for v, t, *_ in field.iter_choices()],
    }


def _boxes(field: Any, words: Any) -> dict[str, Any]:
    """Three boxes; the first has the field's own id, so that an error's link leads to where one types."""
    wrong = "nhsuk-input--error" if field.errors else ""
    return {
        "id": f"{field.id}-boxes",
        "fieldset": {"legend": _label(words or field.label.text)},
        "items": [
            {
                "id": field.id if part == "day" else f"{field.id}-{part}",
                "name": f"{field.name}-{part}",
                "label": part.capitalize(),
                "value": typed,
                "width": 2 if part == "day" else 4,
                "classes": wrong,
                # A month may be a word, so the month's box gets the whole keyboard.
                "inputmode": "text" if part == "month" else "numeric",
            }
            for part, typed in zip(field.PARTS, field.typed, strict=True)
        ],
    }


def _typing(field: Any) -> dict[str, Any]:
    """How the browser helps with what is typed."""
    params: dict[str, Any] = {"type": getattr(field.widget, "input_type", "text")}
    if field.name in AUTOCOMPLETE:
        params["autocomplete"] = AUTOCOMPLETE[field.name]
    if params["type"] == "email":
        params["spellcheck"] = False
    if isinstance(field, IntegerField):
        # A box for digits, not a spinner that a mouse wheel turns.
        params |= {"type": "text", "inputmode": "numeric"}
    elif field.name in DIGITS:
        params["inputmode"] = "numeric"
    return params
