"""The base of every form, and how a refusal from a rule becomes the error of a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from flask import request
from flask_wtf import FlaskForm

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


Filled = TypeVar("Filled", bound=Form)


def blame(form: Filled, refusal: Refusal) -> Filled:
    """Put the refusal's sentence where the person will look: at its field, or above the form."""
    field = form._fields.get(refusal.field or "")
    if field is None:
        form.form_errors = [*form.form_errors, refusal.message]
    else:
        field.errors = [*field.errors, refusal.message]
    return form
