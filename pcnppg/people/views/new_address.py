"""Correcting the address that one signs in with. The pages are the same whether or not the new one has an account (rule 6)."""

from __future__ import annotations

from flask import Response, session, url_for

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.people import actions, queries
from pcnppg.people.forms import AddressForm, CodeForm
from pcnppg.people.views.blueprints import bp, myself
from pcnppg.store.session import transaction
from pcnppg.web.access import SIGNED_IN, open_to
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

NEW = "new_address"


@bp.get("/account/address")
@open_to(SIGNED_IN)
def new_address() -> Response:
    return _code_first() or _page(AddressForm.fresh())


@bp.post("/account/address")
@open_to(SIGNED_IN)
def ask_new_address() -> Response:
    if (first := _code_first()) is not None:
        return first
    form = AddressForm.posted()
    if not form.validate():
        return _page(form, status=422)
    with transaction():
        actions.ask_new_address(myself().person_id, address=form.address, by=myself().who, at=now())
    session[NEW] = form.address.shown
    return moved(url_for(".new_address_code"))


@bp.get("/account/address/code")
@open_to(SIGNED_IN)
def new_address_code() -> Response:
    return _code_page(CodeForm.fresh())


@bp.post("/account/address/code")
@open_to(SIGNED_IN)
def confirm_new_address() -> Response:
    if (first := _code_first()) is not None:
        return first
    form = CodeForm.posted()
    if not form.validate():
        return _code_page(form, status=422)
    try:
        with transaction():
            verdict = actions.confirm_address(myself().person_id, code=form.code.data, by=myself().who, at=now())
    except RuleBroken as refusal:
        return _code_page(blame(form, refusal), status=422)
    if not verdict:
        return _code_page(blame(form, RuleBroken(verdict.because, field="code")), status=422)
    session.pop(NEW, None)
    return moved(url_for(".account"), saying="Your email address is changed. We told the old one.")


def _code_first() -> Response | None:
    """Whoever has an authenticator gives its code before the address changes: it opens the account."""
    me = myself()
    if queries.needs_code_now(me.person_id, has_second_factor=me.has_second_factor):
        return moved(url_for(".second_factor", next=url_for(".new_address")))
    return None


def _page(form: AddressForm, *, status: int = 200) -> Response:
    address = queries.address_of(myself().person_id)
    return show("people/new_address.html", status=status, form=form, address=address)


def _code_page(form: CodeForm, *, status: int = 200) -> Response:
    if NEW not in session:
        return moved(url_for(".new_address"))
    return show("people/new_address_code.html", status=status, form=form, address=session[NEW])
