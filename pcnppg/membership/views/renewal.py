"""Asked again after two years, in a mailing that goes anyway: do you still want our emails?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.rules import State
from pcnppg.membership.views.blueprints import inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import show

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact


@outside.get("/renew/<token>")
@open_to(HOLDER)
def renew(token: str) -> Response:
    return _page(token, _whose(token))


@outside.post("/renew/<token>")
@open_to(HOLDER)
def press_renew(token: str) -> Response:
    contact = _whose(token)
    try:
        with transaction():
            promise = actions.renew(contact.id, digest=request.form.get("digest", ""), at=now()).promise
    except RuleBroken as refusal:
        return _page(token, contact, status=422, changed=refusal.message)
    return show("membership/renewed.html", promise=promise)


def _whose(token: str) -> Contact:
    contact_id = keys.current().read("renew", token)
    contact = queries.find_contact(contact_id) if contact_id is not None else None
    if contact is None or contact.state == State.ERASED:
        raise NotFound
    inside_group(contact.group_id)
    return contact


def _page(token: str, contact: Contact, *, status: int = 200, changed: str = "") -> Response:
    """It shows no data, because mail is forwarded."""
    if contact.state != State.ACTIVE:
        return show("membership/renew_left.html")
    shown = queries.words_of(groups.get_group(contact.group_id))
    return show("membership/renew.html", status=status, shown=shown, changed=changed, token=token)
