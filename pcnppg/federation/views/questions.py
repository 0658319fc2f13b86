"""Putting a question to the vote, votes that came by phone, closing, and giving an elected officer their role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.actions.decisions import Asked
from pcnppg.federation.forms import PhoneForm, QuestionForm
from pcnppg.federation.rules import wording
from pcnppg.federation.rules.decisions import Counting, OnTie, Quorum, Rule, Terms
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import network_id, today
from pcnppg.groups.rules import Permission, Role, as_role
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

if TYPE_CHECKING:
    from pcnppg.federation.models import DecisionDraft

USUAL_DAYS = 21


@bp.get("/decisions/new")
@open_to(Permission.RUN_NETWORK)
def question_new() -> Response:
    network_id()
    return _write_page(QuestionForm.fresh(closes_on=today() + timedelta(days=USUAL_DAYS)))


@bp.post("/decisions/new")
@open_to(Permission.RUN_NETWORK)
def question_begin() -> Response:
    form = QuestionForm.posted()
    if not form.validate():
        return _write_page(form, status=422)
    with transaction():
        draft = actions.draft_decision(network_id(), _asked(form), by=who(), at=now())
        draft_id = draft.id
    return moved(url_for(".question", draft_id=draft_id))


@bp.get("/decisions/drafts/<int:draft_id>")
@open_to(Permission.RUN_NETWORK)
def question(draft_id: int) -> Response:
    """What will be fixed when the vote opens, and for whom."""
    return _open_page(draft_id, Form.fresh())


@bp.get("/decisions/drafts/<int:draft_id>/edit")
@open_to(Permission.RUN_NETWORK)
def question_edit(draft_id: int) -> Response:
    draft = _waiting(draft_id)
    names = ("question", "explanation", "rule", "counting", "quorum", "on_tie", "is_secret", "needs_view", "closes_on")
    kept = {name: getattr(draft, name) for name in names}
    options = "" if draft.elects else draft.options
    return _write_page(QuestionForm.fresh(**kept, options=options, elects=draft.elects or ""), draft_id=draft_id)


@bp.post("/decisions/drafts/<int:draft_id>/edit")
@open_to(Permission.RUN_NETWORK)
def question_save(draft_id: int) -> Response:
    form = QuestionForm.posted()
    if not form.validate():
        _waiting(draft_id)
        return _write_page(form, draft_id=draft_id, status=422)
    with transaction():
        actions.draft_decision(network_id(), _asked(form), draft_id=draft_id, by=who(), at=now())
    return moved(url_for(".question", draft_id=draft_id), saying="Your words are saved.")


@bp.post("/decisions/drafts/<int:draft_id>/open")
@open_to(Permission.RUN_NETWORK)
def question_open(draft_id: int) -> Response:
    try:
        with transaction():
            opened = actions.open_decision(network_id(), draft_id, by=who(), at=now())
            decision_id = opened.id
    except RuleBroken as refusal:
        return _open_page(draft_id, blame(Form.fresh(), refusal), status=422)
    return moved(
        url_for(".decision", decision_id=decision_id), saying="The vote is open. Everybody on the roll was told."
    )


@bp.post("/decisions/drafts/<int:draft_id>/discard")
@open_to(Permission.RUN_NETWORK)
def question_discard(draft_id: int) -> Response:
    with transaction():
        actions.discard_draft(network_id(), draft_id, by=who(), at=now())
    return moved(url_for(".decisions"), saying="The question was thrown away. Nobody has voted on it.")


@bp.get("/decisions/<int:decision_id>/phone")
@open_to(Permission.RUN_NETWORK)
def phone_vote(decision_id: int) -> Response:
    return _phone_page(decision_id, PhoneForm.fresh())


@bp.post("/decisions/<int:decision_id>/phone")
@open_to(Permission.RUN_NETWORK)
def enter_vote(decision_id: int) -> Response:
    form = _offered(decision_id, PhoneForm.posted())
    if not form.validate():
        return _phone_page(decision_id, form, status=422)
    try:
        with transaction():
            actions.enter_vote(
                network_id(), decision_id, line_id=form.line.data, option_id=form.option_id, by=who(), at=now()
            )
    except RuleBroken as refusal:
        return _phone_page(decision_id, blame(form, refusal), status=422)
    saying = "The vote is counted. Whoever gave it gets an email that says what you wrote down."
    return moved(url_for(".decision", decision_id=decision_id), saying=saying)


@bp.post("/decisions/<int:decision_id>/close")
@open_to(Permission.RUN_NETWORK)
def close(decision_id: int) -> Response:
    with transaction():
        actions.close(network_id(), decision_id, by=who(), at=now())
    return moved(url_for(".decision", decision_id=decision_id), saying="The vote is closed and counted.")


@bp.post("/decisions/<int:decision_id>/office")
@open_to(Permission.RUN_NETWORK)
def take_office(decision_id: int) -> Response:
    with transaction():
        name = actions.take_office(network_id(), decision_id, by=who(), at=now())
    return moved(url_for(".network"), saying=f"{name} holds the role now.")


def _waiting(draft_id: int) -> DecisionDraft:
    draft = queries.get_draft(network_id(), draft_id)
    if draft.decision_id is not None or draft.discarded_at is not None:
        raise NotFound
    return draft


def _asked(form: QuestionForm) -> Asked:
    elects = Role(form.elects.data) if form.elects.data else None
    standing = [one for one in queries.list_delegates(network_id()) if not one.is_substitute]
    options = tuple(str(one.delegate_id) for one in standing) if elects else form.lines
    return Asked(
        question=form.question.data,
        explanation=form.explanation.data,
        options=options,
        terms=Terms(
            rule=Rule(form.rule.data),
            counting=Counting(form.counting.data),
            quorum=Quorum(form.quorum.data),
            on_tie=OnTie(form.on_tie.data),
            options=len(options),
            is_secret=form.is_secret.data,
            needs_view=form.needs_view.data,
        ),
        closes_on=form.closes_on.data,
        elects=elects,
    )


def _write_page(form: QuestionForm, *, draft_id: int = 0, status: int = 200) -> Response:
    return show("federation/question_edit.html", status=status, form=form, draft_id=draft_id)


def _open_page(draft_id: int, form: Form, *, status: int = 200) -> Response:
    draft = queries.get_draft(network_id(), draft_id)
    if draft.decision_id is not None:
        return moved(url_for(".decision", decision_id=draft.decision_id))
    _waiting(draft_id)
    speaking = queries.list_delegates(network_id())
    names = {str(one.delegate_id): f"{one.name}, {one.group}" for one in speaking}
    lines = [line for line in draft.options.split("\n") if line.strip()]
    return show(
        "federation/question.html",
        status=status,
        form=form,
        draft=draft,
        options=[names.get(line, line) for line in lines],
        speaking=[one for one in speaking if not one.is_substitute],
        silent=_silent({one.group_id for one in speaking if not one.is_substitute}),
        ways=(
            wording.RULES[Rule(draft.rule)],
            wording.COUNTINGS[Counting(draft.counting)],
            wording.QUORUMS[Quorum(draft.quorum)],
            wording.TIES[OnTie(draft.on_tie)],
        ),
        elects=as_role(draft.elects) if draft.elects else "",
    )


def _silent(speaking: set[int]) -> list[str]:
    """Groups without a delegate: they would have no vote."""
    return [one.group.name for one in queries.list_inside(network_id()) if one.group.id not in speaking]


def _offered(decision_id: int, form: PhoneForm) -> PhoneForm:
    whole = queries.whole_of(queries.get_decision(network_id(), decision_id))
    form.offer((option.id, name) for option, name in zip(whole.options, whole.names, strict=True))
    return form.lines((line.id, f"{line.name}, {line.group}") for line in whole.roll if line.speaks_now)


def _phone_page(decision_id: int, form: PhoneForm, *, status: int = 200) -> Response:
    whole = queries.whole_of(queries.get_decision(network_id(), decision_id))
    return show("federation/phone.html", status=status, form=_offered(decision_id, form), whole=whole, at=now())
