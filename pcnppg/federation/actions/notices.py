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
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session
from pcnppg.updates import actions as posting
from pcnppg.updates import queries as updates
from pcnppg.updates.rules import Content, Kind, Side, usual_days

USUAL_DAYS = 60
TAKEN = (
    "Your group has taken it already. It is an update of your own now: change or withdraw it where your updates are."
)


def offer_notice(
    network_id: int, *, kind: NoticeKind, title: str, body: str, ends_on: date | None, by: Who, at: datetime
) -> SharedNotice:
    """Offer it. It stands on the network's page until its end. A group that takes it has an update of its own."""
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
    """Take it off the network's page. Groups that took it are asked to look at theirs again. Safe to repeat."""
    notice = queries.get_notice(network_id, notice_id, lock=True)
    if notice.withdrawn_at is None:
        notice.withdrawn_at = at
        session().flush()
        audit.note("federation.notice_withdrawn", by=by, at=at, group_id=network_id, about=("shared_notice", notice.id))


def take_notice(
    group_id: int,
    notice_id: int,
    *,
    title: str = "",
    body: str = "",
    ends_on: date | None = None,
    by: Who,
    at: datetime,
) -> NoticeAnswer:
    """Make it an update of the group's own, in the notice's words and days unless others are given. It sends no email."""
    notice, answer = _answered(group_id, notice_id, by=by, at=at)
    if answer.update_id is not None and updates.find_standing(group_id, [answer.update_id], at=at):
        raise RuleBroken(TAKEN)
    today = local(at).date()
    ends_on = ends_on or notice.ends_on
    posted = posting.post(
        group_id,
        Content(
            kind=Kind.NEWS,
            title=title.strip() or notice.title,
            parts={"words": body.strip() or notice.body},
            review_on=min(usual_days(today)[0], ends_on),
            ends_on=ends_on,
        ),
        side=Side.GROUP,
        by=by,
        at=at,
    )
    answer.is_taken, answer.update_id = True, posted.id
    session().flush()
    audit.note("federation.notice_taken", by=by, at=at, group_id=group_id, about=("shared_notice", notice_id))
    return answer


def pass_over_notice(group_id: int, notice_id: int, *, by: Who, at: datetime) -> NoticeAnswer:
    """Say that the group does not take it. What it took stays: it is the group's own update, and is withdrawn as one."""
    _, answer = _answered(group_id, notice_id, by=by, at=at)
    if answer.update_id is not None and updates.find_standing(group_id, [answer.update_id], at=at):
        raise RuleBroken(TAKEN)
    answer.is_taken, answer.update_id = False, None
    session().flush()
    audit.note("federation.notice_not_taken", by=by, at=at, group_id=group_id, about=("shared_notice", notice_id))
    return answer


def _answered(group_id: int, notice_id: int, *, by: Who, at: datetime) -> tuple[SharedNotice, NoticeAnswer]:
    """A notice that is open to this group, and the row of its answer. The group is locked."""
    groups.lock_group(group_id)
    place = queries.get_inside(group_id)
    notice = queries.get_notice(place.network_id, notice_id)
    is_open = notice.withdrawn_at is None and notice.ends_on >= local(at).date()
    may_answer(is_open=is_open, is_asleep=place.asleep_since is not None).enforce()
    answer = queries.find_notice_answer(notice_id, group_id)
    if answer is None:
        answer = NoticeAnswer(notice_id=notice_id, group_id=group_id, is_taken=False)
        session().add(answer)
    answer.at, answer.by_person_id = at, person(by)
    return notice, answer
