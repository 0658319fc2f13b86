"""Invitations on paper: a card, a letter, a page for new patients' packs. Each has a short address that is counted by itself."""

from __future__ import annotations

from typing import Any

from flask import Response, g, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Invites, Permission, code_on
from pcnppg.kernel.settings import current
from pcnppg.membership import queries
from pcnppg.membership.rules import COUNTED_IN, INVITED, in_fives
from pcnppg.membership.views.blueprints import bp
from pcnppg.web.access import open_to
from pcnppg.web.answers import show
from pcnppg.web.qr import qr

CARDS = 4
"""Cards on a sheet of A4."""


@bp.get("/invite")
@open_to(Permission.PRINT_INVITATION)
def inviting() -> Response:
    """What there is to print, and how many people joined by each: in fives, so that nobody is found out."""
    counts = {INVITED[channel]: in_fives(people) for channel, people in queries.count_invited(g.group.id).items()}
    return show(
        "membership/inviting.html",
        Invites=Invites,
        counts=counts,
        most=max(counts.values()),
        together=sum(counts.values()),
        counted_in=COUNTED_IN,
        addresses={what: _short(what) for what in Invites},
    )


@bp.get("/invite/card")
@open_to(Permission.PRINT_INVITATION)
def inviting_card() -> Response:
    """One card on A6."""
    return _sheet("membership/invite_card.html", Invites.CARD, cards=1)


@bp.get("/invite/cards")
@open_to(Permission.PRINT_INVITATION)
def inviting_cards() -> Response:
    """Four cards on A4, to cut."""
    return _sheet("membership/invite_card.html", Invites.CARD, cards=CARDS)


@bp.get("/invite/letter")
@open_to(Permission.PRINT_INVITATION)
def inviting_letter() -> Response:
    return _sheet("membership/invite_letter.html", Invites.LETTER)


@bp.get("/invite/pack")
@open_to(Permission.PRINT_INVITATION)
def inviting_pack() -> Response:
    """A page for the papers that new patients get."""
    return _sheet("membership/invite_pack.html", Invites.PACK)


def _sheet(template: str, what: Invites, **values: Any) -> Response:
    site, path = current().base_url, _path(what)
    return show(
        template,
        qr=qr(f"{site}{path}"),
        site=site.partition("://")[2],
        path=path,
        place=groups.place_of(g.group),
        of_practice=g.group.practice_code is not None,
        **values,
    )


def _short(what: Invites) -> str:
    """The short address as it is printed."""
    return f"{current().base_url}{_path(what)}".partition("://")[2]


def _path(what: Invites) -> str:
    return url_for("groups_outside.short", code=code_on(what, g.group.short_code))
