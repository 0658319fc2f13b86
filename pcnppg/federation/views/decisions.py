"""Decisions: the list, one with its result, the votes; voting, and the view of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import ViewForm, VoteForm
from pcnppg.federation.rules import wording
from pcnppg.federation.rules.decisions import may_close, may_vote
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import me, network_id
from pcnppg.groups.rules import Permission, as_role
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, can, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

if TYPE_CHECKING:
    from pcnppg.federation.queries import Line, Whole


@bp.get("/decisions")
@open_to(ANYONE)
def decisions() -> Response:
    """What was decided, for anybody; what is being decided, for those who take part."""
    inside = can(Permission.SEE_NETWORK)
    found = [whole if inside else queries.without_names(whole) for whole in queries.list_decisions(network_id())]
    return show(
        "federation/decisions.html",
        closed=[whole for whole in found if whole.is_closed],
        still_open=[whole for whole in found if not whole.is_closed] if inside else [],
        drafts=queries.list_drafts(network_id()) if can(Permission.RUN_NETWORK) else [],
        at=now(),
    )


@bp.get("/decisions/<int:decision_id>")
@open_to(ANYONE)
def decision(decision_id: int) -> Response:
    """The question and how it is decided; the result with its sum; for a delegate, the vote."""
    return _page(_whole(decision_id))


@bp.get("/decisions/<int:decision_id>/votes")
@open_to(Permission.SEE_NETWORK, seen="federation.votes_seen")
def votes(decision_id: int) -> Response:
    """Every vote, and the count made again while you look. A secret one shows numbers only."""
    whole = _whole(decision_id)
    return show(
        "federation/votes.html",
        whole=whole,
        papers=queries.list_papers(whole) if whole.is_closed or not whole.decision.is_secret else [],
        same=whole.result == queries.recount(whole) if whole.is_closed else None,
        ways=_ways(whole),
    )


@bp.post("/decisions/<int:decision_id>/vote")
@open_to(Permission.VOTE)
def vote(decision_id: int) -> Response:
    whole = _whole(decision_id)
    form = VoteForm.posted().offer(_offered(whole))
    if not form.validate():
        return _page(whole, vote=form)
    try:
        with transaction():
            number = actions.vote(network_id(), decision_id, person_id=me(), option_id=form.option_id, at=now())
    except RuleBroken as refusal:
        return _page(_whole(decision_id), vote=blame(form, refusal))
    return moved(url_for(".decision", decision_id=decision_id), saying=_thanks(whole, number))


@bp.post("/decisions/<int:decision_id>/view")
@open_to(Permission.VOTE)
def write_view(decision_id: int) -> Response:
    whole, form = _whole(decision_id), ViewForm.posted()
    mine = _mine(whole)
    if not form.validate() or mine is None:
        return _page(whole, view=form)
    try:
        with transaction():
            actions.write_view(
                network_id(), decision_id, group_id=mine.group_id, words=form.words.data, by=who(), at=now()
            )
    except RuleBroken as refusal:
        return _page(_whole(decision_id), view=blame(form, refusal))
    return moved(url_for(".decision", decision_id=decision_id), saying="What your group thinks is written down.")


def _whole(decision_id: int) -> Whole:
    return queries.whole_of(queries.get_decision(network_id(), decision_id))


def _mine(whole: Whole) -> Line | None:
    return next(iter(queries.list_my_lines(whole, me())), None) if me() else None


def _offered(whole: Whole) -> list[tuple[int, str]]:
    return [(option.id, name) for option, name in zip(whole.options, whole.names, strict=True)]


def _thanks(whole: Whole, number: int) -> str:
    if not whole.decision.is_secret:
        return "Your vote is counted."
    shown = f"{number:012}"
    return (
        f"Your vote is counted. Its number is {shown[:4]} {shown[4:8]} {shown[8:]}. Write it down: nobody else knows that "
        "it is yours. When the vote is closed, you find it in the list of votes."
    )


def _ways(whole: Whole) -> dict[str, str]:
    """How it is decided, in words."""
    terms = whole.terms
    found = {
        "What it takes": wording.RULES[terms.rule],
        "Who has a vote": wording.COUNTINGS[terms.counting],
        "How many must vote": wording.QUORUMS[terms.quorum],
        "If the votes are equal": wording.TIES[terms.on_tie],
        "Who sees the votes": "Nobody sees who voted how" if terms.is_secret else "The network sees who voted how",
    }
    if terms.needs_view:
        found["Before a vote"] = "Each group says first what it thinks"
    return found


def _page(whole: Whole, *, vote: VoteForm | None = None, view: ViewForm | None = None) -> Response:
    """The page, with the form that was refused if one was."""
    refused = view or vote
    vote, view = (vote or VoteForm.fresh()).offer(_offered(whole)), view or ViewForm.fresh()
    at, mine = now(), _mine(whole)
    decision = whole.decision
    asked: dict[str, Any] = {"closes_at": decision.closes_at, "is_closed": whole.is_closed, "at": at}
    inside = can(Permission.SEE_NETWORK)
    return show(
        "federation/decision.html",
        status=422 if refused else 200,
        whole=whole if inside else queries.without_names(whole),
        decision=decision,
        ways=_ways(whole),
        is_open=whole.is_open(at),
        inside=inside,
        mine=mine,
        verdict=may_vote(queries.voter_of(whole, mine), needs_view=False, **asked) if mine else None,
        my_view=queries.find_view(decision.id, mine.group_id) if mine else None,
        views=queries.list_views(whole) if inside else [],
        form=refused or vote,
        vote=vote,
        view=view,
        may_close=may_close(closes_at=decision.closes_at, cast=len(whole.cast), on_roll=len(whole.seats), at=at),
        elects=as_role(decision.elects) if decision.elects else "",
    )
