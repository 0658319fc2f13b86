"""What a network offers and what each group made of it; the board of help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from pcnppg.federation.models import (
    HelpAnswer,
    HelpPost,
    NetworkMailing,
    NetworkMailingAnswer,
    NoticeAnswer,
    SharedNotice,
)
from pcnppg.federation.queries.belonging import list_inside
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session
from pcnppg.updates import queries as updates

if TYPE_CHECKING:
    from pcnppg.federation.queries.belonging import Inside
    from pcnppg.updates.queries import Posted


def get_notice(network_id: int, notice_id: int, *, lock: bool = False) -> SharedNotice:
    """A notice of this network."""
    found = select(SharedNotice).where(SharedNotice.id == notice_id, SharedNotice.network_id == network_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    notice = session().scalar(found)
    if notice is None:
        raise NotFound
    return notice


def list_notices(network_id: int, today: date) -> list[SharedNotice]:
    """Notices that stand today, the newest first."""
    found = select(SharedNotice).where(
        SharedNotice.network_id == network_id, SharedNotice.withdrawn_at.is_(None), SharedNotice.ends_on >= today
    )
    return list(session().scalars(found.order_by(SharedNotice.offered_at.desc(), SharedNotice.id.desc())))


def find_notice_answer(notice_id: int, group_id: int) -> NoticeAnswer | None:
    found = select(NoticeAnswer).where(NoticeAnswer.notice_id == notice_id, NoticeAnswer.group_id == group_id)
    return session().scalar(found)


def list_called_off(group_id: int, network_id: int, at: datetime) -> list[Posted]:
    """A group's updates that came from notices which the network withdrew since, and nobody has looked at after that."""
    found = (
        select(NoticeAnswer.update_id, SharedNotice.withdrawn_at)
        .join(SharedNotice, SharedNotice.id == NoticeAnswer.notice_id)
        .where(
            NoticeAnswer.group_id == group_id,
            NoticeAnswer.update_id.is_not(None),
            SharedNotice.network_id == network_id,
            SharedNotice.withdrawn_at.is_not(None),
        )
    )
    since = {number: moment for number, moment in session().execute(found) if number is not None and moment is not None}
    return updates.find_untouched(group_id, since, at=at) if since else []


def list_notices_for(group_id: int, network_id: int, today: date) -> list[tuple[SharedNotice, NoticeAnswer | None]]:
    """What the network offers a group today, each with what the group made of it."""
    return [(notice, find_notice_answer(notice.id, group_id)) for notice in list_notices(network_id, today)]


def get_mailing(network_id: int, number: int, *, lock: bool = False) -> NetworkMailing:
    """A mailing that this network offers or has sent."""
    found = select(NetworkMailing).where(NetworkMailing.id == number, NetworkMailing.network_id == network_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    offered = session().scalar(found)
    if offered is None:
        raise NotFound
    return offered


def list_mailings(network_id: int) -> list[NetworkMailing]:
    """A network's mailings, the newest first, without those withdrawn."""
    found = select(NetworkMailing).where(NetworkMailing.network_id == network_id, NetworkMailing.withdrawn_at.is_(None))
    return list(session().scalars(found.order_by(NetworkMailing.offered_at.desc(), NetworkMailing.id.desc())))


def list_open_mailings(network_id: int) -> list[NetworkMailing]:
    """Those that groups can still take or not."""
    return [one for one in list_mailings(network_id) if one.sending_at is None]


def list_sending() -> list[tuple[int, int]]:
    """In every network: mailings that are being queued, as network and number."""
    found = select(NetworkMailing.network_id, NetworkMailing.id).where(
        NetworkMailing.sending_at.is_not(None), NetworkMailing.sent_at.is_(None)
    )
    return [(network_id, number) for network_id, number in session().execute(found.order_by(NetworkMailing.id))]


def find_mailing_answer(number: int, group_id: int) -> NetworkMailingAnswer | None:
    found = select(NetworkMailingAnswer).where(
        NetworkMailingAnswer.network_mailing_id == number, NetworkMailingAnswer.group_id == group_id
    )
    return session().scalar(found.execution_options(populate_existing=True))


def list_mailings_for(group_id: int, network_id: int) -> list[tuple[NetworkMailing, NetworkMailingAnswer | None]]:
    """Mailings that a group can take or not, each with what it made of it."""
    return [(one, find_mailing_answer(one.id, group_id)) for one in list_open_mailings(network_id)]


def list_taken(network_id: int, number: int) -> list[int]:
    """The groups in the network now that have taken a mailing and do not rest, by their number."""
    awake = [one.group.id for one in list_inside(network_id) if not one.is_asleep]
    found = select(NetworkMailingAnswer.group_id).where(
        NetworkMailingAnswer.network_mailing_id == number,
        NetworkMailingAnswer.is_taken,
        NetworkMailingAnswer.group_id.in_(awake),
    )
    return list(session().scalars(found.order_by(NetworkMailingAnswer.group_id)))


def list_to_queue(network_id: int, number: int) -> list[int]:
    """Those of them whose turn has not come yet."""
    done = select(NetworkMailingAnswer.group_id).where(
        NetworkMailingAnswer.network_mailing_id == number, NetworkMailingAnswer.queued_at.is_not(None)
    )
    queued = set(session().scalars(done))
    return [group_id for group_id in list_taken(network_id, number) if group_id not in queued]


def list_queued(number: int) -> list[int]:
    """The mailings in groups' names that a network's mailing has become so far."""
    found = select(NetworkMailingAnswer.mailing_id).where(
        NetworkMailingAnswer.network_mailing_id == number, NetworkMailingAnswer.mailing_id.is_not(None)
    )
    return [row_id for row_id in session().scalars(found.order_by(NetworkMailingAnswer.id)) if row_id is not None]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the groups of a network made of an offer, by name."""

    taken: Sequence[str]
    not_taken: Sequence[str]
    waiting: Sequence[str]
    asleep: Sequence[str]


def answers_to_mailing(network_id: int, number: int) -> Answers:
    """Which groups take a mailing, which do not, which have not said."""
    found = select(NetworkMailingAnswer).where(NetworkMailingAnswer.network_mailing_id == number)
    return _answers(list_inside(network_id), {row.group_id: row.is_taken for row in session().scalars(found)})


def answers_to_notice(network_id: int, notice_id: int) -> Answers:
    """The same for a notice."""
    found = select(NoticeAnswer).where(NoticeAnswer.notice_id == notice_id)
    return _answers(list_inside(network_id), {row.group_id: row.is_taken for row in session().scalars(found)})


def _answers(inside: Sequence[Inside], said: dict[int, bool]) -> Answers:
    awake = [one.group for one in inside if not one.is_asleep]
    return Answers(
        taken=[group.name for group in awake if said.get(group.id) is True],
        not_taken=[group.name for group in awake if said.get(group.id) is False],
        waiting=[group.name for group in awake if group.id not in said],
        asleep=[one.group.name for one in inside if one.is_asleep],
    )


@dataclass(frozen=True, slots=True)
class Post:
    """A request or an offer on the board, with the group that put it there and the answers that it got."""

    row: HelpPost
    group: str
    answers: Sequence[tuple[str, HelpAnswer]]


def list_posts(network_id: int) -> list[HelpPost]:
    """Open requests and offers, the newest first."""
    found = select(HelpPost).where(HelpPost.network_id == network_id, HelpPost.closed_at.is_(None))
    return list(session().scalars(found.order_by(HelpPost.posted_at.desc(), HelpPost.id.desc())))


def list_board(network_id: int) -> list[Post]:
    """The same, with names."""
    rows = list_posts(network_id)
    names = groups.list_by_ids({row.group_id for row in rows})
    return [Post(row, names[row.group_id].name, ()) for row in rows]


def get_post(network_id: int, post_id: int) -> HelpPost:
    found = session().scalar(select(HelpPost).where(HelpPost.id == post_id, HelpPost.network_id == network_id))
    if found is None:
        raise NotFound
    return found


def get_own_post(group_id: int, post_id: int) -> HelpPost:
    found = session().scalar(select(HelpPost).where(HelpPost.id == post_id, HelpPost.group_id == group_id))
    if found is None:
        raise NotFound
    return found


def whole_post(network_id: int, post_id: int, *, reader: int) -> Post:
    """One of the board. The answers are for the group that asked, and each answering group's own for itself."""
    row = get_post(network_id, post_id)
    found = select(HelpAnswer).where(HelpAnswer.post_id == post_id).order_by(HelpAnswer.id)
    mine = [answer for answer in session().scalars(found) if reader in (row.group_id, answer.group_id)]
    names = groups.list_by_ids({row.group_id, *(answer.group_id for answer in mine)})
    return Post(row, names[row.group_id].name, [(names[answer.group_id].name, answer) for answer in mine])
