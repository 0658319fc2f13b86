"""A network's mailing: offered, taken or not by each group, then queued group by group in each one's own name."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import queries
from pcnppg.federation.actions.agreement import person
from pcnppg.federation.models import NetworkMailing, NetworkMailingAnswer
from pcnppg.federation.rules.offers import may_answer, may_send_mailing
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing.queries.sharing import Shared
from pcnppg.mailing.rules import SUBJECT_LENGTH, is_text_short_enough, may_send
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session


def offer_mailing(network_id: int, *, subject: str, body: str, by: Who, at: datetime) -> NetworkMailing:
    """Offer a mailing to the groups. Nothing is sent by it."""
    _is_whole(subject, body)
    offered = NetworkMailing(
        network_id=network_id, subject=subject.strip(), body=body.strip(), offered_at=at, by_person_id=person(by)
    )
    session().add(offered)
    session().flush()
    audit.note("federation.mailing_offered", by=by, at=at, group_id=network_id, about=("network_mailing", offered.id))
    return offered


def withdraw_mailing(network_id: int, number: int, *, by: Who, at: datetime) -> None:
    """Withdraw an offer that was not sent. Safe to repeat."""
    offered = queries.get_mailing(network_id, number, lock=True)
    if offered.sending_at is not None:
        raise RuleBroken("This mailing was sent already. Each group can take its own back while it is held.")
    if offered.withdrawn_at is None:
        offered.withdrawn_at = at
        session().flush()
        audit.note("federation.mailing_withdrawn", by=by, at=at, group_id=network_id, about=("network_mailing", number))


def answer_mailing(
    group_id: int, number: int, *, is_taken: bool, subject: str = "", body: str = "", by: Who, at: datetime
) -> NetworkMailingAnswer:
    """Take it, in its own words unless others are given, or say that the group does not. Can be changed until it is sent."""
    groups.lock_group(group_id)
    place = queries.get_inside(group_id)
    offered = queries.get_mailing(place.network_id, number, lock=True)
    may_answer(
        is_open=offered.withdrawn_at is None and offered.sending_at is None,
        is_asleep=place.asleep_since is not None,
    ).enforce()
    subject, body = subject.strip() or offered.subject, body.strip() or offered.body
    _is_whole(subject, body)
    answer = queries.find_mailing_answer(number, group_id)
    if answer is None:
        answer = NetworkMailingAnswer(network_mailing_id=number, group_id=group_id)
        session().add(answer)
    answer.is_taken, answer.subject, answer.body = is_taken, subject, body
    answer.at, answer.by_person_id = at, person(by)
    session().flush()
    what = "federation.mailing_taken" if is_taken else "federation.mailing_not_taken"
    audit.note(what, by=by, at=at, group_id=group_id, about=("network_mailing", number))
    return answer


def send_mailing(network_id: int, number: int, *, by: Who, at: datetime) -> NetworkMailing:
    """Let it go out in the name of every group that has taken it. The machine queues them, one after the other."""
    offered = queries.get_mailing(network_id, number, lock=True)
    may_send_mailing(
        is_open=offered.withdrawn_at is None and offered.sending_at is None,
        taken=len(queries.list_taken(network_id, number)),
    ).enforce()
    offered.sending_at, offered.sending_by = at, person(by)
    session().flush()
    audit.note("federation.mailing_sent", by=by, at=at, group_id=network_id, about=("network_mailing", number))
    return offered


def queue_for_group(network_id: int, number: int, group_id: int, *, shared: Shared, at: datetime) -> bool:
    """Queue it for one group, in a transaction of its own; False where that group is no longer there or was done already.

    `shared` is the plan of which mailboxes get it from which group.
    """
    one_at_a_time(f"network mailing {number}")
    groups.lock_group(group_id)
    answer, place = queries.find_mailing_answer(number, group_id), queries.find_inside(group_id)
    assert answer is not None  # noqa: S101 - whoever asks has listed it
    if answer.queued_at is not None:
        return False
    answer.queued_at = at
    session().flush()
    if place is None or place.network_id != network_id or place.asleep_since is not None:
        return False
    sent = mailing.send_for_network(
        group_id,
        subject=answer.subject,
        body=answer.body,
        shared=shared,
        others=queries.list_queued(number),
        by=Who.person(answer.by_person_id),
        at=at,
    )
    answer.mailing_id = sent.mailing.id if sent.mailing else None
    queries.get_mailing(network_id, number, lock=True).repeats += sent.repeats
    session().flush()
    return True


def finish_mailing(network_id: int, number: int, *, at: datetime) -> None:
    """Every group has had its turn."""
    queries.get_mailing(network_id, number, lock=True).sent_at = at
    session().flush()


def _is_whole(subject: str, body: str) -> None:
    may_send(subject, body).enforce()
    if len(subject) > SUBJECT_LENGTH:
        raise RuleBroken(f"Make the subject shorter. It can have {SUBJECT_LENGTH} characters.", field="subject")
    is_text_short_enough(body).enforce(field="body")
