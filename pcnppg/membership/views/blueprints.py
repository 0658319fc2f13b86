"""The two blueprints, and how a page outside a group finds the group, and the person, that its link belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, url_for

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.web.access import be_inside
from pcnppg.web.answers import moved, show

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact

bp = Blueprint("membership", __name__)
outside = Blueprint("membership_outside", __name__)

OVERVIEW = "pages.my"
DEAD = "membership/my_dead.html"


def inside_group(group_id: int) -> None:
    """Show the name and the helper of the group that a link belongs to."""
    be_inside(groups.get_group(group_id))


def dead_link(template: str) -> Response:
    """A friendly page for a link that no longer works: the same whatever was wrong with it."""
    return show(template, status=404)


def _dead_link(token: str) -> Response:
    """While we still know which group mailed it, the page says so, and where a new one is asked for."""
    group_id = queries.find_group_of_my_link(token)
    if group_id is not None:
        inside_group(group_id)
    return dead_link(DEAD)


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody at the pages about their own details: their link, and who they are."""

    token: str
    contact: Contact
    is_shared: bool

    @property
    def me(self) -> Who:
        return Who.contact(self.contact.id)

    @property
    def link(self) -> dict[str, Any]:
        """What an address of these pages is made with. It says who only where the link alone does not."""
        return {"token": self.token, "who": self.contact.id if self.is_shared else None}

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return show(f"membership/{template}.html", status=status, mine=self.link, contact=self.contact, **values)

    def back(self, said: str) -> Response:
        """To the overview, with a sentence."""
        return moved(url_for(OVERVIEW, **self.link), saying=said)


def of_my_link(view: Callable[[Mine], Response]) -> Callable[[str], Response]:
    """Find the person whose link this is. Where several share the mailbox and none is named, they are asked who first.

    Whoever has confirmed nothing yet has nothing to change: the overview shows all there is.
    """

    @wraps(view)
    def found(token: str) -> Response:
        at = now()
        try:
            link = queries.get_my_link(token, at=at)
        except NotFound:
            return _dead_link(token)
        inside_group(link.group_id)
        opened = queries.open_link(token, who=queries.read_who(request.values.get("who")), at=at)
        if opened.contact is None and request.method == "GET":
            return moved(url_for(OVERVIEW, token=token))
        if opened.contact is None:
            raise NotFound
        return view(Mine(token, opened.contact, opened.is_shared))

    return found
