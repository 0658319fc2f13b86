"""What stands around every page: where one can go, and who helps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import g, request, url_for

from pcnppg.kernel import settings
from pcnppg.pages import rules
from pcnppg.pages.rules import Way
from pcnppg.web import access


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the layout prints it. `current` is what `aria-current` says; `post` makes it a button; `rare`, behind More."""

    words: str
    address: str
    current: str = ""
    post: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """All that the layout links to."""

    front: str
    account: list[Link]
    public: list[Link]
    office: list[Link]
    footer: list[Link]
    is_more_open: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """Who helps: a name, and a phone number or mailbox."""

    name: str
    contact: str


def navigation() -> Routes:
    """Where one can go from the page of this request."""
    inside = g.get("group") is not None
    public, office = _links(rules.GROUP if inside else rules.SITE), _links(rules.OFFICE) if inside else []
    is_more_open = any(link.rare and link.current for link in office)
    if len(office) <= rules.FEW_LINKS:
        public, office = [*public, *office], []
    else:
        ours = {link.address for link in office}
        office += _links([rules.AS_PATIENTS])
        office = office if len(office) > rules.ONE_ROW else [replace(link, rare=False) for link in office]
        public = public if any(link.current and link.address not in ours for link in public) else []
    return Routes(
        front=url_for("group.group_pages.group" if inside else "pages.find"),
        account=_account(),
        public=public,
        office=office,
        footer=_links(_in_place(rules.FOOTER, inside)),
        is_more_open=is_more_open,
    )


def helper() -> Helper:
    """The group's own helper for its patients; the operator for those who run a group, and outside groups."""
    group = g.get("group")
    if group is not None and group.helper_contact and not access.roles_here():
        return Helper(group.helper_name, group.helper_contact)
    ours = settings.current()
    return Helper(ours.operator_name, ours.operator_email)


def _account() -> list[Link]:
    if access.person() is None:
        return _links([Way("Sign in", "people.sign_in")])
    return [
        *_links([Way("What needs you", "pages.home"), Way("Your account", "people.account")]),
        Link("Sign out", url_for("people.sign_out"), post=True),
    ]


def _in_place(ways: Iterable[Way], inside: bool) -> list[Way]:
    """The group's own privacy page stands in for the site's."""
    own = Way("Privacy", "group.group_pages.group_privacy")
    return [own if inside and way.endpoint == "pages.privacy" else way for way in ways]


def _links(ways: Iterable[Way]) -> list[Link]:
    here = request.endpoint or ""
    return [
        Link(
            way.words,
            url_for(way.endpoint),
            current="page" if way.is_at(here) else "true" if way.leads_to(here) else "",
            rare=way.rare,
        )
        for way in ways
        if (way.permission is None or access.can(way.permission)) and not (way.instead and access.can(way.instead))
    ]
