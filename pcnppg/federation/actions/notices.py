"""The network offers a notice; each group takes it or not, in words of its own if it likes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pcnppg.audit import actions as audit
from pcnppg.federation import queries
from pcnppg.federation.actions.agreement import person
from pcnppg.federation.models import NoticeAnswer, SharedNotice
from pcnppg.federation.rules.offers import NoticeKind, may_answer, may_offer
from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local
from pcnppg.kernel.who import Who
from pcnppg.store.session import session

USUAL_DAYS = 60


def offer_notice(
    network_id: int, *, kind: NoticeKind, title: str, body: str, ends_on: date | None, by: Who, at: datetime
) -> SharedNotice:
    """Offer it. It stands on the network's page until its end; on a group's page once that group has taken it."""
    today = local(at).date()
    may_offer(title, body, ends_on=ends_on, today=today).enforce()
    notice = SharedNotice(
        network_id=network_id,
        kind=kind,
        title=title.strip(),
        body=body.strip(),
        ends_on=ends_on or today + timedelta(days=USUAL_DAYS),
        offered_at=at,
        by_person_id=person(by),
    )
    session().add(notice)
    session().flush()
    audit.note("federation.notice_offered", by=by, at=at, group_id=network_id, about=("shared_notice", notice.id))
    return notice


def withdraw_notice(network_id: int, notice_id: int, *, by: Who, at: datetime) -> None:
    """Take it off every page. Safe to repeat."""
    notice = queries.get_notice(network_id, notice_id, lock=True)
    if notice.withdrawn_at is None:
        notice.withdrawn_at = at
        session().flush()
        audit.note("federation.notice_withdrawn", by=by, at=at, group_id=network_id, about=("shared_notice", notice.id))


def answer_notice(
    group_id: int, notice_id: int, *, is_taken: bool, title: str = "", body: str = "", by: Who, at: datetime
) -> NoticeAnswer:
    """Take a notice, in its own words unless others are given, or say that the group does not. Can be changed later."""
    groups.lock_group(group_id)
    place = queries.get_inside(group_id)
    notice = queries.get_notice(place.network_id, notice_id)
    is_open = notice.withdrawn_at is None and notice.ends_on >= local(at).date()
    may_answer(is_open=is_open, is_here=True, is_asleep=place.asleep_since is not None).enforce()
    title, body = title.strip() or notice.title, body.strip() or notice.body
    may_offer(title, body, ends_on=None, today=local(at).date()).enforce()
    answer = queries.find_notice_answer(notice_id, group_id)
    if answer is None:
        answer = NoticeAnswer(notice_id=notice_id, group_id=group_id)
        session().add(answer)
    answer.is_taken, answer.title, answer.body = is_taken, title, body
    answer.at, answer.by_person_id = at, person(by)
    session().flush()
    what = "federation.notice_taken" if is_taken else "federation.notice_not_taken"
    audit.note(what, by=by, at=at, group_id=group_id, about=("shared_notice", notice_id))
    return answer
