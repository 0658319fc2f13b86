"""Which kind of group a page belongs to, and which network a practice group is in."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from flask import g
from wtforms import HiddenField

from pcnppg.federation import queries
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.refusals import NotFound
from pcnppg.updates.rules import Doubted, digest, doubts
from pcnppg.web.access import person


def network_id() -> int:
    """The network group of this request; a page of a practice group is not found."""
    if not queries.is_network(g.group):
        raise NotFound
    return int(g.group.id)


def home_id() -> int:
    """The practice group of this request; a page of a network group is not found."""
    if queries.is_network(g.group):
        raise NotFound
    return int(g.group.id)


def its_network() -> int:
    """The network of this request: the network group itself, or that of the practice group."""
    return int(g.group.id) if queries.is_network(g.group) else queries.get_inside(g.group.id).network_id


def me() -> int:
    """The number of whoever is signed in, 0 for nobody."""
    someone = person()
    return someone.person_id if someone else 0


def today() -> date:
    return local(now()).date()


class Looked(Protocol):
    looked: HiddenField


def doubts_left(form: Looked, texts: tuple[str, ...]) -> list[Doubted]:
    """What a writer should look at once more before many read it; nothing where they were asked about this text."""
    found, seen = doubts(texts), digest(texts)
    asked = form.looked.data == seen
    form.looked.data = seen if found else ""
    return [] if asked else found
