"""The base of every form, and how a refusal from a rule becomes the error of a field."""

from __future__ import annotations

from typing import Any, Self

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


def blame(form: Form, refusal: Refusal) -> Form:
    """Put the refusal's sentence where the person will look: at its field, or above the form."""
    field = form._fields.get(refusal.field or "")
    if field is None:
        form.form_errors = [*form.form_errors, refusal.message]
    else:
        field.errors = [*field.errors, refusal.message]
    return form
