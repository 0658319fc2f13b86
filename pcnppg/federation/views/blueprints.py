"""The blueprint of the network's pages, of the network group and of the practice groups in it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("federation", __name__)
