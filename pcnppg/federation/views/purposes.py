"""What a network's meeting is for: the words, what each group says to them, and the record of who agreed to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import AgreeForm, PurposeForm
from pcnppg.federation.rules.purposes import may_answer
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import me, network_id
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.queries import meetings
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

if TYPE_CHECKING:
    from pcnppg.federation.queries import Talk


@bp.get("/meetings/<int:meeting_id>/purpose")
@open_to(Permission.SEE_NETWORK)
def purpose(meeting_id: int) -> Response:
    talk = _talk(meeting_id)
    return _page(talk, AgreeForm.fresh(read=str(talk.version)))


@bp.post("/meetings/<int:meeting_id>/purpose")
@open_to(Permission.VOTE)
def answer_purpose(meeting_id: int) -> Response:
    """A delegate says for their group that it agrees, or what should change."""
    talk, form = _talk(meeting_id), AgreeForm.posted()
    if not form.validate():
        return _page(talk, form, status=422)
    try:
        with transaction():
            actions.answer_purpose(
                network_id(),
                meeting_id,
                read=form.version,
                agrees=form.agrees,
                words=form.words.data or "",
                by=who(),
                at=now(),
            )
    except RuleBroken as refusal:
        return _page(_talk(meeting_id), blame(form, refusal), status=422)
    return moved(url_for(".purpose", meeting_id=meeting_id), saying="What your group says is written down.")


@bp.get("/meetings/<int:meeting_id>/purpose/edit")
@open_to(Permission.RUN_NETWORK)
def purpose_edit(meeting_id: int) -> Response:
    talk = _talk(meeting_id)
    known = talk.draft.words if talk.draft else talk.meeting.about
    return _edit_page(talk, PurposeForm.fresh(words=known, over=str(talk.version)))


@bp.post("/meetings/<int:meeting_id>/purpose/edit")
@open_to(Permission.RUN_NETWORK)
def draft_purpose(meeting_id: int) -> Response:
    talk, form = _talk(meeting_id), PurposeForm.posted()
    try:
        with transaction():
            actions.draft_purpose(
                network_id(), meeting_id, words=form.words.data or "", over=form.version, by=who(), at=now()
            )
    except RuleBroken as refusal:
        return _edit_page(talk, blame(form, refusal), status=422)
    saying = "It is before the groups now. Their delegates find it when they sign in."
    return moved(url_for(".purpose", meeting_id=meeting_id), saying=saying)


def _talk(meeting_id: int) -> Talk:
    return queries.talk_of(network_id(), meetings.get_meeting(network_id(), meeting_id))


def _page(talk: Talk, form: AgreeForm, *, status: int = 200) -> Response:
    spokes = queries.spokes_of(network_id(), me())
    mine = next((one for one in talk.voices if spokes and one.group.id == spokes.group_id), None)
    may = may_answer(
        version=talk.version,
        read=talk.version,
        speaks=spokes is not None,
        is_awake=mine is not None,
        is_published=talk.meeting.settled_at is not None,
    )
    form.read.data = str(talk.version) if status == 200 else form.read.data
    return show(
        "federation/purpose.html",
        status=status,
        talk=talk,
        meeting=talk.meeting,
        spokes=spokes,
        mine=mine,
        may=may,
        form=form,
        record=queries.record_of(talk.meeting.id),
        earlier=queries.list_purposes(talk.meeting.id)[1:],
    )


def _edit_page(talk: Talk, form: PurposeForm, *, status: int = 200) -> Response:
    return show("federation/purpose_edit.html", status=status, talk=talk, meeting=talk.meeting, form=form)
