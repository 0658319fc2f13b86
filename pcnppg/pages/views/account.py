"""What is kept about somebody with an account: seen, taken away as a copy, erased."""

from __future__ import annotations

from flask import Response, jsonify, session, url_for

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.pages import actions, queries
from pcnppg.pages.rules import MOST_KEPT_SHOWN
from pcnppg.pages.views.blueprints import bp
from pcnppg.people import queries as people
from pcnppg.store.session import transaction
from pcnppg.web import access
from pcnppg.web.access import SIGNED_IN, SignedIn, open_to
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

TITLE = "What we keep about you"


@bp.get("/account/kept")
@open_to(SIGNED_IN)
def kept() -> Response:
    tables = queries.told_of_person(_myself().person_id, now())
    return _code_first("pages.kept") or show("pages/kept.html", tables=tables, most=MOST_KEPT_SHOWN)


@bp.get("/account/kept/page")
@open_to(SIGNED_IN)
def kept_page() -> Response:
    """The same as a page that can be kept, and read without us."""
    if (first := _code_first("pages.kept")) is not None:
        return first
    at = now()
    answer = show("pages/kept_page.html", title=TITLE, at=at, tables=queries.told_of_person(_myself().person_id, at))
    answer.headers["Content-Disposition"] = "attachment; filename=what-we-keep.html"
    return answer


@bp.get("/account/kept/copy")
@open_to(SIGNED_IN)
def kept_copy() -> Response:
    """The same as a file that another program can read."""
    if (first := _code_first("pages.kept")) is not None:
        return first
    answer = jsonify(queries.copy_of_person(_myself().person_id, now()))
    answer.headers["Content-Disposition"] = "attachment; filename=what-we-keep.json"
    return answer


@bp.get("/account/erase")
@open_to(SIGNED_IN)
def erase_account() -> Response:
    return _code_first("pages.erase_account") or _erase_page(Form.fresh())


@bp.post("/account/erase")
@open_to(SIGNED_IN)
def press_erase_account() -> Response:
    if (first := _code_first("pages.erase_account")) is not None:
        return first
    me = _myself()
    try:
        with transaction():
            actions.erase_account(me.person_id, by=me.who, at=now())
    except (RuleBroken, Conflict) as refusal:
        return _erase_page(blame(Form.fresh(), refusal), status=refusal.status)
    session.clear()
    return moved(url_for(".account_erased"))


@bp.get("/account/erased")
@open_to(access.ANYONE)
def account_erased() -> Response:
    return show("pages/account_erased.html")


def _erase_page(form: Form, *, status: int = 200) -> Response:
    return show("pages/erase_account.html", status=status, form=form, toll=queries.toll_of(_myself().person_id, now()))


def _code_first(endpoint: str) -> Response | None:
    """Whoever has an authenticator gives its code before they see or erase all of it."""
    me = _myself()
    if people.needs_code_now(me.person_id, has_second_factor=me.has_second_factor):
        return moved(url_for("people.second_factor", next=url_for(endpoint)))
    return None


def _myself() -> SignedIn:
    someone = access.person()
    assert someone is not None  # noqa: S101 - the door lets nobody else in
    return someone
