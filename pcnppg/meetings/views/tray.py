"""The tray: what officers do with what was proposed, and what came by post, by phone or at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Kind, Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.meetings.actions import proposing
from pcnppg.meetings.forms.items import (
    BehalfForm,
)
from pcnppg.meetings.queries import items, meetings, raising
from pcnppg.meetings.rules.holding import HELD_WORDS, HeldBecause
from pcnppg.meetings.rules.items import ROLES_AS_SAID, CameBy, ItemState, PassedTo
from pcnppg.meetings.views.blueprints import bp
from pcnppg.meetings.views.tray_acts import coming_meetings
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Item


@bp.get("/tray")
@open_to(Permission.RULE_TRAY)
def tray() -> Response:
    """What waits for the officers, by what it waits for."""
    found = items.list_tray(g.group.id)
    return show(
        "meetings/tray.html",
        items=found,
        backings=items.backings_of(found),
        names={item.id: items.proposer_name(item) for item in found},
        sources=raising.sources_of(found),
        held_words=HELD_WORDS,
        next_meeting=meetings.find_next(g.group.id, now()),
    )


@bp.get("/tray/add")
@open_to(Permission.RULE_TRAY)
def tray_add() -> Response:
    return _behalf_page(_behalf(BehalfForm.fresh()))


@bp.post("/tray/add")
@open_to(Permission.RULE_TRAY)
def add_to_tray() -> Response:
    form = _behalf(BehalfForm.posted())
    if not form.validate():
        return _behalf_page(form, status=422)
    try:
        with transaction():
            made = proposing.propose_for(
                g.group.id,
                form.meeting_id.data or 0,
                form.wish,
                came_by=CameBy(form.came_by.data),
                name=form.name.data or "",
                address=form.address,
                guest_of=form.guest_of.data or "" if form.guest_of else "",
                by=who(),
                at=now(),
            )
            item_id = made.id
    except NotFound:
        return _behalf_page(blame(form, RuleBroken("Choose a meeting.", field="meeting_id")), status=422)
    except RuleBroken as refusal:
        return _behalf_page(blame(form, refusal), status=422)
    return moved(url_for(".tray_item", item_id=item_id), saying="Written down. It is in the tray.")


@bp.get("/tray/<int:item_id>")
@open_to(Permission.RULE_TRAY, seen="meetings.item_seen")
def tray_item(item_id: int) -> Response:
    """One item with all that can be done with it."""
    found = items.get_item(g.group.id, item_id)
    into = items.get_item(g.group.id, found.merged_into) if found.merged_into is not None else None
    return show(
        "meetings/tray_item.html",
        item=found,
        name=items.proposer_name(found),
        source=raising.sources_of([found])[found.id],
        backed_at_home=raising.backing_by_group(found),
        network=_network_of(found),
        backings=items.backings_of([found])[found.id],
        history=items.history_of(found),
        roles=ROLES_AS_SAID,
        held=HELD_WORDS[HeldBecause(found.held_because)] if found.held_because else "",
        is_told=items.proposer_of(found) is not None,
        into=into,
    )


def _network_of(item: Item) -> str:
    """What the network is called with which an item lies now; empty where it lies with none."""
    network_id = raising.network_of(g.group.id)
    if item.state != ItemState.PASSED or item.passed_to != PassedTo.NETWORK or network_id is None:
        return ""
    return groups.get_group(network_id).name


def _behalf(form: BehalfForm) -> BehalfForm:
    """Only a network's meetings have guests from outside."""
    if g.group.kind == Kind.NETWORK:
        form.guest_of.label.text = "Do they speak for somebody from outside?"
    else:
        del form.guest_of
    return form


def _behalf_page(form: BehalfForm, *, status: int = 200) -> Response:
    form.meeting_id.choices = coming_meetings()
    return show("meetings/tray_add.html", status=status, form=form)
