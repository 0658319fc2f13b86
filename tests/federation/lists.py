"""Networks whose groups have contact lists of any size, written straight into the tables where the road would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from pcnppg.federation import actions, queries
from pcnppg.federation.jobs import send_mailings
from pcnppg.federation.models import NetworkMailing
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.mailing.models import Delivery
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import Channel, State, searchable
from pcnppg.store.session import session, transaction
from tests.federation.stories import Story
from tests.mailing.lists import deliveries

AGREED = timedelta(days=100)


def contact(
    group: int,
    mailbox: str,
    *,
    promise: int = 4,
    agreed_at: datetime | None = None,
    name: str | None = None,
    paused_until: datetime | None = None,
    network: bool = True,
) -> int:
    """Somebody on a group's list, who agreed to news of the network unless told otherwise."""
    moment = now() - AGREED
    with transaction() as open_:
        one = Contact(
            group_id=group,
            state=State.ACTIVE,
            name=name,
            name_key=(name or "").casefold(),
            address=mailbox,
            mailbox=mailbox,
            search=searchable(name, mailbox),
            channel=Channel.WEB,
            promise=promise,
            joined_at=moment,
            agreed_at=moment,
            network_news_at=(agreed_at or moment) if network else None,
            paused_until=paused_until,
        )
        open_.add(one)
        open_.flush()
        return one.id


def many(group: int, mailboxes: Sequence[str], *, promise: int = 4) -> None:
    """A long list of people who all agreed to news of the network."""
    moment = now() - AGREED
    plain = {
        "group_id": group,
        "state": State.ACTIVE,
        "channel": Channel.WEB,
        "promise": promise,
        "joined_at": moment,
        "agreed_at": moment,
        "network_news_at": moment,
    }
    rows = [{**plain, "address": mailbox, "mailbox": mailbox, "search": mailbox} for mailbox in mailboxes]
    with transaction() as open_:
        for start in range(0, len(rows), 5000):
            open_.execute(insert(Contact), rows[start : start + 5000])


def offer(story: Story, *, subject: str = "A day for carers", body: str = "Please come on *Monday*.") -> int:
    with transaction():
        return actions.offer_mailing(story.network, subject=subject, body=body, by=story.by, at=now()).id


def take(story: Story, number: int, n: int, *, is_taken: bool = True, subject: str = "", body: str = "") -> None:
    by = Who.person(story.chairs[n])
    with transaction():
        actions.answer_mailing(story.groups[n], number, is_taken=is_taken, subject=subject, body=body, by=by, at=now())


def send_now(story: Story, number: int) -> NetworkMailing:
    """Press Send, and let the machine queue it."""
    with transaction():
        actions.send_mailing(story.network, number, by=story.by, at=now())
    send_mailings(now())
    session().rollback()
    return queries.get_mailing(story.network, number)


def sent_by(story: Story, number: int, n: int) -> list[Delivery]:
    """The deliveries of a network's mailing in one group's name."""
    answer = queries.find_mailing_answer(number, story.groups[n])
    return deliveries(answer.mailing_id) if answer is not None and answer.mailing_id else []


def receivers(story: Story, number: int) -> dict[str, list[int]]:
    """From which groups each mailbox gets a network's mailing, counting from 0: queued or handed over, one message each."""
    found: dict[str, list[int]] = {}
    for n in range(len(story.groups)):
        for delivery in sent_by(story, number, n):
            if delivery.state in {"queued", "attempting", "handed_over", "uncertain"} and delivery.carried_by is None:
                mailbox = session().get_one(Contact, delivery.contact_id).mailbox or ""
                found.setdefault(mailbox, []).append(n)
    return found
