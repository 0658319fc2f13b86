"""The contact list for officers: who is on it, how each one came, and "please take me off"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import LISTED, SearchForm, TakeOffForm
from pcnppg.membership.rules import HERE, NOT_ME_SHOWN, Counts, How, Listed, State, is_paused
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.htmx import wants_fragment


@bp.get("/contacts")
@open_to(Permission.SEE_CONTACTS, seen="membership.list_seen")
def contacts() -> Response:
    form = SearchForm.asked()
    at, words, listed = now(), form.search.data or "", form.listed
    counts = None if wants_fragment() else queries.count_contacts(g.group.id, at=at)
    page = queries.list_contacts(
        g.group.id, listed=listed, search=words, at=at, older=_number("older"), newer=_number("newer")
    )
    values: dict[str, Any] = {
        "search": form,
        "page": page,
        "listed": listed,
        "listed_words": LISTED[listed],
        "words": words,
        "first": 1 + _before(page, listed, words, at),
        "total": _total(page, listed, words, at, counts),
        "older": _neighbour(form, "older", page.older),
        "newer": _neighbour(form, "newer", page.newer),
        "here": url_for(".contacts"),
        "at": at,
    }
    if counts is None:
        return show("membership/_contacts_found.html", **values)
    return show(
        "membership/contacts.html",
        counts=counts,
        reach=queries.reach(g.group.id, on_list=counts.by_email),
        renewing=queries.count_due_for_renewal(g.group, at=at),
        not_me=queries.list_not_me(g.group.id, since=at - NOT_ME_SHOWN),
        exports=queries.list_exports(g.group.id),
        **values,
    )


@bp.get("/contacts/<int:contact_id>")
@open_to(Permission.SEE_CONTACTS, seen="membership.contact_seen")
def contact(contact_id: int) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    return show(
        "membership/contact.html",
        contact=found,
        on_list=found.state in HERE,
        unverified=found.state == State.UNVERIFIED,
        paused=is_paused(found.paused_until, now()),
        waiting=queries.list_waiting_changes(found.id, at=now()),
        records=queries.list_consent(found.id),
        forms=queries.list_evidence(found.id),
    )


@bp.get("/contacts/<int:contact_id>/take-off")
@open_to(Permission.RECORD_LEAVING, seen="membership.contact_seen")
def contact_take_off(contact_id: int) -> Response:
    return _take_off_page(contact_id, TakeOffForm.fresh())


@bp.post("/contacts/<int:contact_id>/take-off")
@open_to(Permission.RECORD_LEAVING)
def press_take_off(contact_id: int) -> Response:
    form = TakeOffForm.posted()
    if not form.validate():
        return _take_off_page(contact_id, form, status=422)
    with transaction():
        actions.record_leaving(g.group.id, contact_id=contact_id, how=How(form.how.data), by=who(), at=now())
    return moved(
        url_for(".contact", contact_id=contact_id), saying="They are off the list. No more mailings go to them."
    )


def _take_off_page(contact_id: int, form: TakeOffForm, *, status: int = 200) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    if found.state not in HERE:
        return moved(url_for(".contact", contact_id=contact_id), saying="This person has left the list already.")
    return show("membership/contact_take_off.html", status=status, form=form, contact=found)


def _before(page: queries.ListPage, listed: Listed, words: str, at: datetime) -> int:
    """How many stand on the pages before this one."""
    if page.newer is None:
        return 0
    return queries.count_before(g.group.id, page.newer, listed=listed, search=words, at=at)


def _total(page: queries.ListPage, listed: Listed, words: str, at: datetime, counts: Counts | None) -> int:
    """How many this part of the list holds, or the search found. What fits on one page, or is counted anyway, is not asked."""
    if page.newer is None and page.older is None:
        return len(page.rows)
    if counts is not None and listed is Listed.ON and not words.split():
        return counts.on_list
    return queries.count_matching(g.group.id, listed=listed, search=words, at=at)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _neighbour(form: SearchForm, edge: str, contact_id: int | None) -> str | None:
    """The address of the page before or after, None where there is none."""
    if contact_id is None:
        return None
    values: dict[str, Any] = {"search": form.search.data or None, "state": form.state.data or None, edge: contact_id}
    return url_for(".contacts", **values)
