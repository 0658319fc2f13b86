"""The blueprints that the pages hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("groups", __name__)
outside = Blueprint("groups_outside", __name__)
