"""Where people with an account land: what needs them."""

from __future__ import annotations

from flask import Response

from pcnppg.kernel.clock import now
from pcnppg.pages import queries
from pcnppg.pages.rules import What, next_step
from pcnppg.pages.views.blueprints import bp
from pcnppg.web import access
from pcnppg.web.access import SIGNED_IN, open_to
from pcnppg.web.answers import show


@bp.get("/home")
@open_to(SIGNED_IN)
def home() -> Response:
    """The few things that wait for this person; then each of their groups."""
    someone = access.person()
    assert someone is not None  # noqa: S101 - the door lets nobody else in
    proven = someone.has_second_factor
    lives = queries.lives_of(someone.person_id, has_second_factor=proven)
    waiting = queries.list_waiting(someone.person_id, lives, has_second_factor=proven, at=now())
    step = next_step(lives[0].sight, lives[0].reach) if lives else None
    staff = queries.staff_of(lives, now())
    below = {life.group.slug for life in lives if life.group.id in staff}  # what asks staff stands there, by its title
    above = [one for one in waiting if one.what is not What.ASKED or one.slug not in below]
    return show("pages/home.html", lives=lives, waiting=above, nothing=not waiting, step=step, staff=staff)
