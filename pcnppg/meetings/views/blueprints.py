"""The two blueprints: pages inside a group, and those of link holders outside."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("meetings", __name__)
outside = Blueprint("meetings_outside", __name__)
