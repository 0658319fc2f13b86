"""What officers change for somebody who asked them to: details, and a pause; and an address that they ask for."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import AskAddressForm, ChangeForm, PauseForThemForm
from pcnppg.membership.rules import HERE, How, ReachedBy, State, is_paused
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

CONFIRMS = (
    "Written down. The address counts once they press the button in our email to it. "
    "We send at most three of these emails to one address in a day."
)
GONE = "This person has left the list, so there is nothing to change."


@bp.get("/contacts/<int:contact_id>/change")
@open_to(Permission.CHANGE_CONTACT, seen="membership.contact_seen")
def contact_change(contact_id: int) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    names = ("name", "reached_by", "postal_address", "phone")
    known = {name: getattr(found, name) for name in names}
    return _change_page(contact_id, ChangeForm.fresh(**known))


@bp.post("/contacts/<int:contact_id>/change")
@open_to(Permission.CHANGE_CONTACT)
def contact_corrected(contact_id: int) -> Response:
    form = ChangeForm.posted()
    if not form.validate():
        return _change_page(contact_id, form, status=422)
    try:
        with transaction():
            actions.correct_for_them(
                g.group.id,
                contact_id,
                name=form.known_as,
                ways=form.ways,
                how=How(form.how.data),
                by=who(),
                at=now(),
            )
    except RuleBroken as refusal:
        return _change_page(contact_id, blame(form, refusal), status=422)
    return moved(url_for(".contact", contact_id=contact_id), saying="Their details are changed.")


@bp.get("/contacts/<int:contact_id>/email")
@open_to(Permission.CHANGE_CONTACT, seen="membership.contact_seen")
def contact_email(contact_id: int) -> Response:
    return _email_page(contact_id, AskAddressForm.fresh())


@bp.post("/contacts/<int:contact_id>/email")
@open_to(Permission.CHANGE_CONTACT)
def contact_email_asked(contact_id: int) -> Response:
    """Ask for an address, or stop asking for those that wait: `act` says which. The answer is the same for every address."""
    form = AskAddressForm.posted()
    there = url_for(".contact", contact_id=contact_id)
    if request.form.get("act") == "stop":
        number = queries.get_contact(g.group.id, contact_id).id
        with transaction():
            actions.keep_address(number, by=who(), at=now())
        return moved(there, saying="Stopped. The link in our email works no longer.")
    if not form.validate():
        return _email_page(contact_id, form, status=422)
    try:
        with transaction():
            actions.ask_address_for_them(
                g.group.id, contact_id, address=form.address, asked=form.as_asked, by=who(), at=now()
            )
    except RuleBroken as refusal:
        return _email_page(contact_id, blame(form, refusal), status=422)
    return moved(there, saying=CONFIRMS)


@bp.get("/contacts/<int:contact_id>/pause")
@open_to(Permission.CHANGE_CONTACT, seen="membership.contact_seen")
def contact_pause(contact_id: int) -> Response:
    return _pause_page(contact_id, PauseForThemForm.fresh())


@bp.post("/contacts/<int:contact_id>/pause")
@open_to(Permission.CHANGE_CONTACT)
def contact_paused(contact_id: int) -> Response:
    """Pause, or end the pause: `act` says which."""
    form = PauseForThemForm.posted()
    ends = request.form.get("act") == "resume"
    if not form.validate():
        return _pause_page(contact_id, form, status=422)
    how, by, at = How(form.how.data), who(), now()
    try:
        with transaction():
            if ends:
                actions.resume_for_them(g.group.id, contact_id, how=how, by=by, at=at)
            else:
                actions.pause_for_them(g.group.id, contact_id, months=form.chosen, how=how, by=by, at=at)
    except RuleBroken as refusal:
        return _pause_page(contact_id, blame(form, refusal), status=422)
    saying = "The pause is over. They hear from us again." if ends else "Paused. They hear nothing until it is over."
    return moved(url_for(".contact", contact_id=contact_id), saying=saying)


def _change_page(contact_id: int, form: ChangeForm, *, status: int = 200) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    if found.state not in HERE:
        return moved(url_for(".contact", contact_id=contact_id), saying=GONE)
    if found.reached_by != ReachedBy.EMAIL:
        form.reached_by.choices = [one for one in form.reached_by.choices if one.value != ReachedBy.EMAIL]
    return show("membership/contact_change.html", status=status, form=form, contact=found)


def _email_page(contact_id: int, form: AskAddressForm, *, status: int = 200) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    if found.state not in HERE:
        return moved(url_for(".contact", contact_id=contact_id), saying=GONE)
    waiting = queries.list_waiting_changes(contact_id, at=now())
    return show("membership/contact_email.html", status=status, form=form, contact=found, waiting=waiting)


def _pause_page(contact_id: int, form: PauseForThemForm, *, status: int = 200) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    if found.state != State.ACTIVE:
        return moved(url_for(".contact", contact_id=contact_id), saying=GONE)
    paused = is_paused(found.paused_until, now())
    return show("membership/contact_pause.html", status=status, form=form, contact=found, paused=paused)
