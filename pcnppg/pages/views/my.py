"""What we hold about you: at a glance, all of it to read or to take away, and being erased. Changing it stands in `membership`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, get_template_attribute, request, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Kept
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.queries import backing
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.queries import Opened
from pcnppg.membership.rules import State, is_paused
from pcnppg.pages import formats, queries
from pcnppg.pages.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, be_inside, open_to
from pcnppg.web.answers import moved, show

DEAD = "membership/my_dead.html"
SAID = {
    "consent": ("membership/told.html", "happened"),
    "mailings": ("mailing/told.html", "outcome"),
    "service_messages": ("membership/told.html", "message"),
    "written_down": ("membership/told.html", "deed"),
}
"""Which macro says each line of these parts in words: the same on the page and in the file."""


def of_link(view: Callable[[str, Opened], Response]) -> Callable[[str], Response]:
    """Find what the link opens, and take the look of its group."""

    @wraps(view)
    def found(token: str) -> Response:
        at = now()
        try:
            link = contacts.get_my_link(token, at=at)
        except NotFound:
            return _dead_link(token)
        be_inside(groups.get_group(link.group_id))
        opened = contacts.open_link(token, who=contacts.read_who(request.values.get("who")), at=at)
        if opened.must_choose and request.endpoint != f"{bp.name}.my":
            return moved(url_for(".my", token=token))
        return view(token, opened)

    return found


@bp.get("/my/<token>")
@open_to(HOLDER)
@of_link
def my(token: str, opened: Opened) -> Response:
    if opened.must_choose:
        return show("pages/my_who.html", token=token, people=opened.people, until=opened.link.expires_at)
    at, contact = now(), opened.contact
    return show(
        "pages/my.html",
        **_of(token, opened),
        held=queries.overview_of(opened, at),
        is_active=contact is not None and contact.state == State.ACTIVE,
        is_paused=contact is not None and is_paused(contact.paused_until, at),
        until=opened.link.expires_at,
        kept=Kept(),
        say=backing.say_token(contact.id) if contact is not None and contact.state == State.ACTIVE else "",
    )


@bp.get("/my/<token>/all")
@open_to(HOLDER)
@of_link
def my_all(token: str, opened: Opened) -> Response:
    """Everything, to read or to print."""
    if opened.contact is None:
        return moved(url_for(".my", token=token))  # that page shows all there is
    told = queries.tell_all(opened.contact.id, now())
    return show("pages/my_all.html", **_of(token, opened), told=told, at=now())


@bp.get("/my/<token>/copy")
@open_to(HOLDER)
@of_link
def my_copy(token: str, opened: Opened) -> Response:
    """Everything, as a file that another program can read."""
    told = queries.tell_opened(opened, now())
    for part in SAID.keys() & told.keys():
        say = get_template_attribute(*SAID[part])
        told[part] = [{**line, "in_words": _plain(say(line))} for line in told[part]]
    answer = current_app.response_class(formats.as_json(told), mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=what-we-hold.json"
    return answer


@bp.get("/my/<token>/erase")
@open_to(HOLDER)
@of_link
def my_erase(token: str, opened: Opened) -> Response:
    return show("pages/my_erase.html", **_of(token, opened))


@bp.post("/my/<token>/erase")
@open_to(HOLDER)
@of_link
def press_erase(token: str, opened: Opened) -> Response:
    with transaction():
        membership.erase_by_link(token, who=opened.contact.id if opened.contact else None, at=now())
    return show("pages/my_erased.html", token=token, others=opened.is_shared)


def _dead_link(token: str) -> Response:
    """While we still know which group mailed it, the page says so, and where a new one is asked for."""
    group_id = contacts.find_group_of_my_link(token)
    if group_id is not None:
        be_inside(groups.get_group(group_id))
    return show(DEAD, status=404)


def _of(token: str, opened: Opened) -> dict[str, Any]:
    """What all these pages are made with. Addresses say who only where the link alone does not."""
    who = opened.contact.id if opened.contact and opened.is_shared else None
    return {"mine": {"token": token, "who": who}, "contact": opened.contact, "is_shared": opened.is_shared}


def _plain(text: Any) -> str:
    """What a macro says, as text for a file: nothing to escape there."""
    return " ".join(text.unescape().split())
