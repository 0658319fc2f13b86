"""One request: how it stands, what was done, and each step that an officer can take with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import Verdict
from pcnppg.membership import actions, queries
from pcnppg.membership.forms.requests import (
    CloseRequestForm,
    ExtendRequestForm,
    NoteForm,
    PauseRequestForm,
    ResumeRequestForm,
)
from pcnppg.membership.rules import (
    Awaited,
    Outcome,
    day_in_england,
    may_acknowledge,
    may_close,
    may_erase,
    may_extend,
    may_pause,
    may_resume,
)
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

SEEN = "membership.request_seen"
Page = Callable[..., Response]


@bp.get("/data-requests/<int:request_id>")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request(request_id: int) -> Response:
    return _page(request_id, NoteForm.fresh())


@bp.post("/data-requests/<int:request_id>")
@open_to(Permission.ANSWER_REQUESTS)
def note_request(request_id: int) -> Response:
    form = NoteForm.posted()
    return _do(
        request_id,
        form,
        _page,
        lambda at: actions.note_request(g.group.id, request_id, words=form.words.data, by=who(), at=at),
        "Your line is in the log.",
    )


@bp.post("/data-requests/<int:request_id>/acknowledge")
@open_to(Permission.ANSWER_REQUESTS)
def acknowledge_request(request_id: int) -> Response:
    with transaction():
        actions.acknowledge(g.group.id, request_id, by=who(), at=now())
    return _back(request_id, "It is written down that they know.")


@bp.get("/data-requests/<int:request_id>/pause")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request_pause(request_id: int) -> Response:
    return _pause_page(request_id, PauseRequestForm.fresh(on=day_in_england(now())))


@bp.post("/data-requests/<int:request_id>/pause")
@open_to(Permission.ANSWER_REQUESTS)
def pause_request(request_id: int) -> Response:
    form = PauseRequestForm.posted()
    return _do(
        request_id,
        form,
        _pause_page,
        lambda at: actions.pause_request(
            g.group.id,
            request_id,
            awaited=Awaited(form.awaited.data),
            on=form.on.data,
            words=form.words.data,
            by=who(),
            at=at,
        ),
        "The clock stands until they answer.",
    )


@bp.get("/data-requests/<int:request_id>/go-on")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request_resume(request_id: int) -> Response:
    return _resume_page(request_id, ResumeRequestForm.fresh(on=day_in_england(now())))


@bp.post("/data-requests/<int:request_id>/go-on")
@open_to(Permission.ANSWER_REQUESTS)
def resume_request(request_id: int) -> Response:
    form = ResumeRequestForm.posted()
    return _do(
        request_id,
        form,
        _resume_page,
        lambda at: actions.resume_request(
            g.group.id, request_id, on=form.on.data, words=form.words.data, by=who(), at=at
        ),
        "The clock runs again. The days that it stood are added.",
    )


@bp.get("/data-requests/<int:request_id>/extend")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request_extend(request_id: int) -> Response:
    return _extend_page(request_id, ExtendRequestForm.fresh())


@bp.post("/data-requests/<int:request_id>/extend")
@open_to(Permission.ANSWER_REQUESTS)
def extend_request(request_id: int) -> Response:
    form = ExtendRequestForm.posted()
    return _do(
        request_id,
        form,
        _extend_page,
        lambda at: actions.extend_request(g.group.id, request_id, words=form.words.data, by=who(), at=at),
        "You have two more months.",
    )


@bp.get("/data-requests/<int:request_id>/close")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request_close(request_id: int) -> Response:
    return _close_page(request_id, CloseRequestForm.fresh())


@bp.post("/data-requests/<int:request_id>/close")
@open_to(Permission.ANSWER_REQUESTS)
def close_request(request_id: int) -> Response:
    form = CloseRequestForm.posted()
    return _do(
        request_id,
        form,
        _close_page,
        lambda at: actions.close_request(
            g.group.id, request_id, outcome=Outcome(form.outcome.data), words=form.words.data, by=who(), at=at
        ),
        "The request is closed.",
    )


@bp.get("/data-requests/<int:request_id>/erase")
@open_to(Permission.ANSWER_REQUESTS, seen=SEEN)
def data_request_erase(request_id: int) -> Response:
    return _erase_page(request_id, Form.fresh())


@bp.post("/data-requests/<int:request_id>/erase")
@open_to(Permission.ANSWER_REQUESTS)
def erase_for_request(request_id: int) -> Response:
    return _do(
        request_id,
        Form.posted(),
        _erase_page,
        lambda at: actions.erase_for_request(g.group.id, request_id, by=who(), at=at),
        "The person is erased, and the request is closed.",
    )


def _get(request_id: int) -> queries.Asked:
    return queries.get_asked(g.group.id, request_id, today=day_in_england(now()))


def _do(request_id: int, form: Form, page: Page, act: Callable[[datetime], None], saying: str) -> Response:
    """Check, change, and go back to the request; or show the page of the step again with what to mend."""
    if not form.validate():
        return page(request_id, form, status=422)
    try:
        with transaction():
            act(now())
    except RuleBroken as refusal:
        return page(request_id, blame(form, refusal), status=422)
    return _back(request_id, saying)


def _back(request_id: int, saying: str) -> Response:
    return moved(url_for(".data_request", request_id=request_id), saying=saying)


def _page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    timing, today = asked.timing, asked.today
    return show(
        "membership/request.html",
        status=status,
        form=form,
        asked=asked,
        log=queries.list_log(request_id),
        same=queries.find_same_mailbox(asked.request),
        can_acknowledge=may_acknowledge(timing),
        can_pause=may_pause(timing, today, today),
        can_resume=may_resume(timing, today, today),
        can_extend=may_extend(timing, today),
        can_erase=may_erase(timing, has_contact=asked.contact is not None),
        can_close=may_close(timing),
    )


def _pause_page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    return _step_page("pause", asked, form, may_pause(asked.timing, asked.today, asked.today), status)


def _resume_page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    return _step_page("resume", asked, form, may_resume(asked.timing, asked.today, asked.today), status)


def _extend_page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    return _step_page("extend", asked, form, may_extend(asked.timing, asked.today), status)


def _close_page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    return _step_page("close", asked, form, may_close(asked.timing), status)


def _erase_page(request_id: int, form: Form, *, status: int = 200) -> Response:
    asked = _get(request_id)
    return _step_page("erase", asked, form, may_erase(asked.timing, has_contact=asked.contact is not None), status)


def _step_page(step: str, asked: queries.Asked, form: Form, verdict: Verdict, status: int) -> Response:
    """The page of one step; back to the request where the step is not open now."""
    if not verdict:
        return _back(asked.request.id, verdict.because)
    return show(f"membership/request_{step}.html", status=status, form=form, asked=asked)
