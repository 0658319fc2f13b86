"""The blueprint that the pages hang on, how they set a text, and for whom the reader may speak."""

from __future__ import annotations

from flask import Blueprint

from pcnppg.groups.rules import Role
from pcnppg.updates import formats
from pcnppg.updates.rules import Side, sides_of
from pcnppg.web.access import roles_here

bp = Blueprint("updates", __name__)
bp.add_app_template_filter(formats.blocks, "blocks")


def my_sides() -> list[Side]:
    """For whom whoever is signed in may speak in this group."""
    return sides_of(Role(role) for role in roles_here())
