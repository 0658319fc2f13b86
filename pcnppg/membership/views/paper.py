"""The paper form, what officers write down from it, and the page of who says "not me"."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.settings import current
from pcnppg.membership import actions, formats, queries
from pcnppg.membership.forms import AddForm
from pcnppg.membership.rules import ReachedBy
from pcnppg.membership.views.blueprints import bp, dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

DEAD = "membership/not_me_dead.html"


@bp.get("/contacts/form")
@open_to(Permission.SEE_OFFICE)
def contact_form() -> Response:
    """A sheet to fill in by hand."""
    return show("membership/paper_form.html", shown=queries.words_of(g.group), extra=formats.extra_words())


@bp.get("/contacts/add")
@open_to(Permission.ADD_CONTACT)
def contact_add() -> Response:
    someone = person()
    return _add_page(AddForm.fresh(wording="present", taken_by=someone.name if someone else ""))


@bp.post("/contacts/add")
@open_to(Permission.ADD_CONTACT)
def contact_write_down() -> Response:
    form = AddForm.posted()
    if not form.validate():
        return _add_page(form, status=422)
    try:
        with transaction():
            contact = actions.write_down(
                g.group.id, name=form.known_as, ways=form.ways, agreement=form.agreement, by=who(), at=now()
            )
            contact_id, by_email = contact.id, contact.reached_by == ReachedBy.EMAIL
    except RuleBroken as refusal:
        return _add_page(blame(form, refusal), status=422)
    told = "They get one email now that says so." if by_email else "They are not told by us: tell them yourself."
    return moved(url_for(".contact", contact_id=contact_id), saying=f"Written down: they are on the list. {told}")


@outside.get("/not-me/<token>")
@open_to(HOLDER)
def not_me(token: str) -> Response:
    contact = queries.find_not_me(token)
    if contact is None:
        return dead_link(DEAD)
    inside_group(contact.group_id)
    return show("membership/not_me.html", token=token)


@outside.post("/not-me/<token>")
@open_to(HOLDER)
def press_not_me(token: str) -> Response:
    try:
        with transaction():
            group_id = actions.not_me(token, at=now())
    except NotFound:
        return dead_link(DEAD)
    inside_group(group_id)
    return show("membership/not_me_done.html")


@bp.get("/contacts/labels")
@open_to(Permission.SEE_CONTACTS, seen="membership.labels_seen")
def contact_labels() -> Response:
    """A label for everybody who is reached by post."""
    people = queries.list_without_email(g.group.id, ReachedBy.POST, at=now())
    back = (url_for(".contacts"), "Back to the contact list")
    return show("membership/labels.html", people=people, back=back)


def _add_page(form: AddForm, *, status: int = 200) -> Response:
    return show(
        "membership/contact_add.html",
        status=status,
        form=form,
        shown=queries.words_of(g.group),
        extra=formats.extra_words(),
        join_address=f"{current().base_url}/j/{g.group.short_code}".partition("://")[2],
    )
