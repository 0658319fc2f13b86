"""The roles that somebody holds themselves, and giving one up."""

from __future__ import annotations

from flask import Response, session, url_for

from pcnppg.groups import actions, queries
from pcnppg.groups.rules import Role, as_role, keeps_an_officer
from pcnppg.groups.views.blueprints import outside
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import SIGNED_IN, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@outside.get("/account/roles")
@open_to(SIGNED_IN)
def own_roles() -> Response:
    held = [(role, group, as_role(role.role)) for role, group in queries.list_own(who().person_id or 0)]
    return show("groups/own_roles.html", held=held)


@outside.get("/account/roles/<int:held_id>/leave")
@open_to(SIGNED_IN)
def leave(held_id: int) -> Response:
    return _page(held_id, Form.fresh())


@outside.post("/account/roles/<int:held_id>/leave")
@open_to(SIGNED_IN)
def leave_role(held_id: int) -> Response:
    try:
        with transaction():
            actions.leave_role(who().person_id or 0, held_id, at=now())
    except RuleBroken as refusal:
        return _page(held_id, blame(Form.fresh(), refusal), status=422)
    session.clear()
    return moved(
        url_for("pages.find"), saying="Your role has ended. Thank you for all that you did. You are signed out."
    )


def _page(held_id: int, form: Form, *, status: int = 200) -> Response:
    held = queries.get_own(who().person_id or 0, held_id)
    left = queries.count_officers_left(held.group_id, without=[held_id])
    return show(
        "groups/leave_role.html",
        status=status,
        form=form,
        held=held,
        of=queries.get_group(held.group_id),
        as_role=as_role(held.role),
        verdict=keeps_an_officer(held.role, officers_left=left),
        is_only_chair=held.role == Role.CHAIR and queries.count_chairs(held.group_id) == 1,
        officers_left=left,
    )
