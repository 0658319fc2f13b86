"""The blueprint that all pages of mailing hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("mailing", __name__)
