"""Pages of mailing."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("mailing", __name__)
