"""Signing in by a mailed code or link, and signing out. The same pages for every address."""

from __future__ import annotations

from flask import Response, request, session, url_for

from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import Verdict
from pcnppg.people import actions, queries
from pcnppg.people.forms import CodeForm, SignInForm
from pcnppg.people.rules import ASKS_AN_HOUR, TOO_MANY_CODES, device_words, is_local_path
from pcnppg.people.views.blueprints import bp, onward
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, let_in, open_to, person
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.security import is_within, network_address

ASKED, NEXT = "asked", "next"


@bp.get("/sign-in")
@open_to(ANYONE)
def sign_in() -> Response:
    onto = request.args.get("next", "")
    if person() is not None:
        return moved(onward(onto))
    return _sign_in_page(SignInForm.fresh(next=onto))


@bp.post("/sign-in")
@open_to(ANYONE)
def ask_to_sign_in() -> Response:
    form = SignInForm.posted()
    if not form.validate():
        return _sign_in_page(form, status=422)
    if is_within(ASKS_AN_HOUR, "sign-in", network_address()):
        with transaction():
            actions.ask_to_sign_in(address=form.address, at=now())
    onto = form.next.data or ""
    session[ASKED], session[NEXT] = form.address.mailbox, onto if is_local_path(onto) else ""
    return moved(url_for(".code"))


@bp.get("/sign-in/code")
@open_to(ANYONE)
def code() -> Response:
    if ASKED not in session:
        return moved(url_for(".sign_in"))
    return _code_page(CodeForm.fresh())


@bp.post("/sign-in/code")
@open_to(ANYONE)
def give_code() -> Response:
    if ASKED not in session:
        return moved(url_for(".sign_in"))
    form = CodeForm.posted()
    if not form.validate():
        return _code_page(form, status=422)
    with transaction():
        opened = actions.sign_in_with_code(
            mailbox=session[ASKED], code=form.code.data, device=_device(), at=now(), instead_of=_session_before()
        )
    if isinstance(opened, Verdict):
        must_wait = opened.because == TOO_MANY_CODES
        return _code_page(blame(form, RuleBroken(opened.because, field="code")), status=422, must_wait=must_wait)
    return _enter(opened, session.get(NEXT, ""))


@bp.get("/sign-in/link/<token>")
@open_to(HOLDER)
def link(token: str) -> Response:
    if not queries.is_link_good(keys.token_hash(token), at=now()):
        return _dead_link()
    return show("people/link.html", device=_device())


@bp.post("/sign-in/link/<token>")
@open_to(HOLDER)
def follow_link(token: str) -> Response:
    with transaction():
        opened = actions.sign_in_with_link(token, device=_device(), at=now(), instead_of=_session_before())
    return _enter(opened, session.get(NEXT, "")) if opened else _dead_link()


@bp.post("/sign-out")
@open_to(ANYONE)
def sign_out() -> Response:
    someone = person()
    if someone is not None:
        with transaction():
            actions.sign_out(someone.session_id, by=someone.who, at=now())
    session.clear()
    return moved(url_for("pages.find"), saying="You are signed out.")


def _enter(opened: actions.Opened, onto: str) -> Response:
    let_in(opened.cookie)
    if queries.second_factor_needed(opened.person_id):
        return moved(url_for(".second_factor", next=onward(onto)))
    return moved(onward(onto))


def _sign_in_page(form: SignInForm, *, status: int = 200) -> Response:
    return show("people/sign_in.html", status=status, form=form)


def _code_page(form: CodeForm, *, status: int = 200, must_wait: bool = False) -> Response:
    return show("people/code.html", status=status, form=form, address=session[ASKED], must_wait=must_wait)


def _dead_link() -> Response:
    return show("people/link_dead.html", status=404)


def _device() -> str:
    return device_words(request.user_agent.string)


def _session_before() -> int | None:
    someone = person()
    return someone.session_id if someone else None
