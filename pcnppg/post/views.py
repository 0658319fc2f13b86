"""Pages of post."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("post", __name__)
