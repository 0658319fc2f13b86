"""The authenticator: setting it up, being asked for its code, coming in without it."""

from __future__ import annotations

import segno
from flask import Response, request, url_for
from markupsafe import Markup

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.people import actions, formats, queries
from pcnppg.people.forms import RecoveryForm, StartForm, TotpForm
from pcnppg.people.views.blueprints import bp, myself, onward
from pcnppg.store.session import transaction
from pcnppg.web.access import SIGNED_IN, open_to
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/second-factor")
@open_to(SIGNED_IN)
def second_factor() -> Response:
    me, onto = myself(), request.args.get("next", "")
    is_ready = queries.find_second_factor(me.person_id) is not None
    if me.has_second_factor or not (is_ready or queries.second_factor_needed(me.person_id)):
        return moved(onward(onto))
    if not is_ready:
        # No role of theirs asked for one when they signed in.
        return show("people/start.html", form=StartForm.fresh(next=onto))
    return _page(TotpForm.fresh(next=onto))


@bp.post("/second-factor/start")
@open_to(SIGNED_IN)
def start_second_factor() -> Response:
    with transaction():
        actions.prepare_second_factor(myself().person_id, at=now())
    return moved(url_for(".second_factor", next=StartForm.posted().next.data or None))


@bp.post("/second-factor")
@open_to(SIGNED_IN)
def give_second_factor() -> Response:
    form = TotpForm.posted()
    if not form.validate():
        return _page(form, status=422)
    if _is_set_up():
        return _asked(form)
    return confirm(form, onward(form.next.data))


@bp.get("/second-factor/recovery")
@open_to(SIGNED_IN)
def recovery() -> Response:
    return show("people/recovery.html", form=RecoveryForm.fresh(next=request.args.get("next", "")))


@bp.post("/second-factor/recovery")
@open_to(SIGNED_IN)
def give_recovery_code() -> Response:
    form = RecoveryForm.posted()
    if not form.validate():
        return show("people/recovery.html", status=422, form=form)
    me = myself()
    with transaction():
        verdict = actions.give_recovery_code(
            me.person_id, session_id=me.session_id, code=form.recovery.data, by=me.who, at=now()
        )
    if not verdict:
        return show("people/recovery.html", status=422, form=blame(form, RuleBroken(verdict.because, field="recovery")))
    return moved(
        url_for(".account"),
        saying="You are in. If your phone is lost, choose “Move to a new phone” now. The recovery code is used up.",
    )


def confirm(form: TotpForm, onto: str) -> Response:
    """The first code of a new authenticator. The recovery codes are shown once: the answer is the page itself."""
    me, codes = myself(), formats.make_recovery_codes()
    with transaction():
        verdict = actions.confirm_second_factor(
            me.person_id, session_id=me.session_id, totp=form.totp.data, codes=codes, by=me.who, at=now()
        )
    if not verdict:
        return set_up_page(blame(form, RuleBroken(verdict.because, field="totp")), status=422)
    return show("people/recovery_codes.html", codes=codes, onto=onto)


def set_up_page(form: Form, *, status: int = 200) -> Response:
    """The secret of the authenticator that is to be set up, as a picture and as text."""
    factor = queries.find_second_factor(myself().person_id)
    sealed = (factor.next_sealed_secret if factor.confirmed_at else factor.sealed_secret) if factor else None
    if sealed is None:
        return moved(url_for(".account"), saying="Your authenticator is set up already.")
    address = formats.totp_address(sealed, queries.address_of(myself().person_id))
    return show(
        "people/set_up.html",
        status=status,
        form=form,
        qr=_qr(address),
        secret=formats.secret_of(sealed),
        is_next=_is_set_up(),
        action=url_for(".confirm_authenticator") if _is_set_up() else url_for(".give_second_factor"),
    )


def _asked(form: TotpForm) -> Response:
    me = myself()
    with transaction():
        verdict = actions.give_totp(me.person_id, session_id=me.session_id, totp=form.totp.data, by=me.who, at=now())
    if not verdict:
        return _page(blame(form, RuleBroken(verdict.because, field="totp")), status=422)
    return moved(onward(form.next.data))


def _page(form: TotpForm, *, status: int = 200) -> Response:
    if _is_set_up():
        return show("people/second_factor.html", status=status, form=form)
    return set_up_page(form, status=status)


def _is_set_up() -> bool:
    factor = queries.find_second_factor(myself().person_id)
    return factor is not None and factor.confirmed_at is not None


def _qr(address: str) -> Markup:
    made = segno.make(address, error="m", micro=False)
    return Markup(made.svg_inline(scale=4, border=2, svgclass="qr", omitsize=True, title="The same as the text below"))  # noqa: S704 - our own drawing
