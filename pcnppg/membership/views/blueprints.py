"""The two blueprints, and how a page outside a group finds the group that its link belongs to."""

from __future__ import annotations

from flask import Blueprint, Response

from pcnppg.groups import queries as groups
from pcnppg.web.access import be_inside
from pcnppg.web.answers import show

bp = Blueprint("membership", __name__)
outside = Blueprint("membership_outside", __name__)


def inside_group(group_id: int) -> None:
    """Show the name and the helper of the group that a link belongs to."""
    be_inside(groups.get_group(group_id))


def dead_link(template: str) -> Response:
    """A friendly page for a link that no longer works: the same whatever was wrong with it."""
    return show(template, status=404)
