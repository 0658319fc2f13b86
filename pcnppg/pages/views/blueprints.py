"""The two blueprints: pages of the whole site, and pages inside a group."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("pages", __name__)
group_bp = Blueprint("group_pages", __name__)
