"""One's own account: where one is signed in, one's name, one's authenticator and recovery codes."""

from __future__ import annotations

from flask import Response, request, session, url_for

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.people import actions, formats, queries
from pcnppg.people.forms import NameForm, TotpForm
from pcnppg.people.views.blueprints import bp, myself
from pcnppg.people.views.second_factor import confirm, set_up_page
from pcnppg.store.session import transaction
from pcnppg.web.access import SIGNED_IN, open_to
from pcnppg.web.answers import moved, show


@bp.get("/account")
@open_to(SIGNED_IN)
def account() -> Response:
    return _page(NameForm.fresh(name=queries.get_person(myself().person_id).name))


@bp.post("/account")
@open_to(SIGNED_IN)
def rename() -> Response:
    form = NameForm.posted()
    if not form.validate():
        return _page(form, status=422)
    with transaction():
        actions.rename(myself().person_id, name=form.name.data, by=myself().who, at=now())
    return moved(url_for(".account"), saying="Your name is changed.")


@bp.post("/account/sessions/<int:session_id>/end")
@open_to(SIGNED_IN)
def end_session(session_id: int) -> Response:
    me = myself()
    if session_id not in {row.id for row in queries.list_sessions(me.person_id, at=now())}:
        raise NotFound
    with transaction():
        actions.sign_out(session_id, by=me.who, at=now())
    return moved(url_for(".account"), saying="That device is signed out.")


@bp.post("/account/sign-out-everywhere")
@open_to(SIGNED_IN)
def sign_out_everywhere() -> Response:
    me = myself()
    with transaction():
        actions.sign_out_everywhere(me.person_id, by=me.who, at=now())
    session.clear()
    return moved(url_for("pages.find"), saying="You are signed out everywhere.")


@bp.post("/account/digest")
@open_to(SIGNED_IN)
def switch_digest() -> Response:
    """The daily email about what needs them: `act` says whether it comes."""
    on = request.form.get("act") == "on"
    with transaction():
        actions.switch_digest(myself().person_id, on=on, by=myself().who, at=now())
    saying = (
        "The daily email comes again." if on else "The daily email comes no more. What needs you is on this site still."
    )
    return moved(url_for(".account"), saying=saying)


@bp.post("/account/recovery-codes")
@open_to(SIGNED_IN)
def renew_recovery_codes() -> Response:
    me = myself()
    if not me.has_second_factor:
        return moved(url_for(".second_factor", next=url_for(".account")))
    codes = formats.make_recovery_codes()
    with transaction():
        actions.renew_recovery_codes(me.person_id, codes=codes, by=me.who, at=now())
    return show("people/recovery_codes.html", codes=codes, onto=url_for(".account"))


@bp.get("/account/authenticator")
@open_to(SIGNED_IN)
def authenticator() -> Response:
    if not myself().has_second_factor:
        return moved(url_for(".second_factor", next=url_for(".account")))
    return set_up_page(TotpForm.fresh())


@bp.post("/account/authenticator/new")
@open_to(SIGNED_IN)
def start_authenticator() -> Response:
    me = myself()
    if not me.has_second_factor:
        return moved(url_for(".second_factor", next=url_for(".account")))
    with transaction():
        actions.start_next_second_factor(me.person_id, by=me.who, at=now())
    return moved(url_for(".authenticator"))


@bp.post("/account/authenticator")
@open_to(SIGNED_IN)
def confirm_authenticator() -> Response:
    if not myself().has_second_factor:
        return moved(url_for(".second_factor", next=url_for(".account")))
    form = TotpForm.posted()
    if not form.validate():
        return set_up_page(form, status=422)
    return confirm(form, url_for(".account"))


def _page(form: NameForm, *, status: int = 200) -> Response:
    me = myself()
    factor = queries.find_second_factor(me.person_id)
    return show(
        "people/account.html",
        status=status,
        form=form,
        address=queries.address_of(me.person_id),
        sessions=queries.list_sessions(me.person_id, at=now()),
        this_session=me.session_id,
        has_authenticator=factor is not None and factor.confirmed_at is not None,
        recovery_codes=queries.count_recovery_codes(me.person_id),
        digest_is_off=queries.get_person(me.person_id).digest_off_at is not None,
    )
