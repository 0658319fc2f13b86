"""Drafting what a network's meeting is for, and each group saying what it thinks. Nothing said is ever changed."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import queries
from pcnppg.federation.actions.agreeing import count_purpose
from pcnppg.federation.actions.agreement import person
from pcnppg.federation.models import PurposeAnswer, PurposeDraft
from pcnppg.federation.rules.purposes import may_answer, may_draft, may_say
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import purpose as meeting_purpose
from pcnppg.store.session import session


def draft_purpose(network_id: int, meeting_id: int, *, words: str, over: int, by: Who, at: datetime) -> PurposeDraft:
    """Put words before the groups. What they said to earlier words stays written down, and no longer counts.

    `over` is the version that whoever writes has read, 0 for none.
    """
    _of_network(network_id)
    meeting = meeting_purpose.take_meeting(network_id, meeting_id)
    before = next(iter(queries.list_purposes(meeting_id)), None)
    version = before.version if before else 0
    if version != over:
        raise RuleBroken("Somebody else wrote it anew since you opened this page. Look at it before you go on.")
    is_published = meeting.settled_at is not None
    may_draft(words, before=before.words if before else None, is_published=is_published).enforce(field="words")
    made = PurposeDraft(
        network_id=network_id,
        meeting_id=meeting_id,
        version=version + 1,
        words=words.strip(),
        at=at,
        by_person_id=person(by),
    )
    session().add(made)
    meeting_purpose.put_purpose(network_id, meeting_id, made.words)
    audit.note("federation.purpose_drafted", by=by, at=at, group_id=network_id, about=("meeting", meeting_id))
    return made


def answer_purpose(
    network_id: int, meeting_id: int, *, read: int, agrees: bool, words: str = "", by: Who, at: datetime
) -> PurposeAnswer:
    """Say for the group that sent you that it agrees, or what should change. The group's last word counts."""
    _of_network(network_id)
    meeting = meeting_purpose.take_meeting(network_id, meeting_id)
    talk, spokes = queries.talk_of(network_id, meeting), queries.spokes_of(network_id, person(by))
    may_answer(
        version=talk.version,
        read=read,
        speaks=spokes is not None,
        is_awake=spokes is not None and any(one.group.id == spokes.group_id for one in talk.voices),
        is_published=meeting.settled_at is not None,
    ).enforce()
    assert spokes is not None  # noqa: S101 - the rule has said so
    assert talk.draft is not None  # noqa: S101 - the same
    may_say(words, agrees=agrees).enforce(field="words")
    made = PurposeAnswer(
        draft_id=talk.draft.id,
        group_id=spokes.group_id,
        delegate_id=spokes.delegate_id,
        agrees=agrees,
        words="" if agrees else words.strip(),
        at=at,
    )
    session().add(made)
    session().flush()
    audit.note("federation.purpose_answered", by=by, at=at, group_id=network_id, about=("purpose_answer", made.id))
    count_purpose(network_id, meeting_id, by=by, at=at)
    return made


def _of_network(network_id: int) -> None:
    if not queries.is_network(groups.lock_group(network_id)):
        raise NotFound
