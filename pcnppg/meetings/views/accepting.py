"""The end of the way of minutes: accepted at a later meeting, then published for everybody with names reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.actions import minutes as actions
from pcnppg.meetings.forms.minutes import AcceptForm, PublicForm
from pcnppg.meetings.queries import minutes as queries
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.rules.naming import may_still_name, reduced
from pcnppg.meetings.views.blueprints import bp
from pcnppg.meetings.views.minutes import readable
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Meeting


@bp.get("/meetings/<int:meeting_id>/minutes/accept")
@open_to(Permission.TAKE_MINUTES)
def minutes_accept(meeting_id: int) -> Response:
    return _accept_page(meeting_id, AcceptForm.fresh())


@bp.post("/meetings/<int:meeting_id>/minutes/accept")
@open_to(Permission.TAKE_MINUTES)
def minutes_accepted(meeting_id: int) -> Response:
    form = _offered(meeting_id, AcceptForm.posted())
    if not form.validate():
        return _accept_page(meeting_id, form, status=422)
    try:
        with transaction():
            actions.accept(g.group.id, meeting_id, at_meeting=form.at_meeting.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _accept_page(meeting_id, blame(form, refusal), status=422)
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="The minutes are accepted.")


@bp.get("/meetings/<int:meeting_id>/minutes/publish")
@open_to(Permission.TAKE_MINUTES)
def minutes_publish(meeting_id: int) -> Response:
    """What everybody will read, to be looked through before."""
    found, meeting = queries.get_minutes(g.group.id, meeting_id), get_meeting(g.group.id, meeting_id)
    words = found.public_words or reduced(found.words, queries.swaps_for(meeting))
    return _publish_page(meeting, PublicForm.fresh(words=words))


@bp.post("/meetings/<int:meeting_id>/minutes/publish")
@open_to(Permission.TAKE_MINUTES)
def minutes_published(meeting_id: int) -> Response:
    form = PublicForm.posted()
    try:
        with transaction():
            actions.publish(g.group.id, meeting_id, form.text, by=who(), at=now())
    except RuleBroken as refusal:
        return _publish_page(get_meeting(g.group.id, meeting_id), blame(form, refusal), status=422)
    return moved(url_for(".minutes", meeting_id=meeting_id), saying="The minutes are on the group's page.")


def _offered(meeting_id: int, form: AcceptForm) -> AcceptForm:
    """The later meetings that have begun."""
    later = queries.list_accepting(get_meeting(g.group.id, meeting_id), now())
    form.offer([one.id for one in later])
    return form


def _accept_page(meeting_id: int, form: AcceptForm, *, status: int = 200) -> Response:
    found, meeting = readable(meeting_id)
    later = queries.list_accepting(meeting, now())
    _offered(meeting_id, form)
    if later and form.at_meeting.data is None:
        form.at_meeting.data = later[0].id
    return show(
        "meetings/accept.html",
        status=status,
        form=form,
        meeting=meeting,
        minutes=found,
        later=later,
        unanswered=queries.count_unanswered(found),
    )


def _publish_page(meeting: Meeting, form: PublicForm, *, status: int = 200) -> Response:
    swaps = queries.swaps_for(meeting)
    return show(
        "meetings/publish_minutes.html",
        status=status,
        form=form,
        meeting=meeting,
        minutes=queries.get_minutes(g.group.id, meeting.id),
        roll=queries.roll_of(meeting, public=True),
        still=may_still_name(form.words.data or "", list(swaps)),
        swaps=swaps,
    )
