"""Office mail of a network: invitations, delegates, votes, and answers to requests for help, without anybody's address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from pcnppg.groups import queries as groups
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.federation.models import Decision, HelpPost
    from pcnppg.federation.queries import Line, Spokes
    from pcnppg.groups.models import Group
    from pcnppg.people.models import Person

Value = str | bool | date | datetime


def invited(network: Group, group: Group, *, at: datetime) -> None:
    """To a group's officers: the network would like to have you."""
    for officer in groups.list_officers(group.id):
        _send("invited", group, officer.person_id, officer.mailbox, at, network_name=network.name)


def left(network: Group, group: Group, *, at: datetime) -> None:
    """To the network's officers: a group has left."""
    for officer in groups.list_officers(network.id):
        _send("left", network, officer.person_id, officer.mailbox, at, left_name=group.name)


def sent(network: Group, group: Group, person: Person, *, substitute: bool, ends_on: date, at: datetime) -> None:
    """To a delegate: you speak for your group from today on."""
    values: dict[str, Value] = {"home_name": group.name, "substitute": substitute, "ends_on": ends_on}
    _send("sent", network, person.id, person.mailbox or "", at, **values)


def opened(network: Group, decision: Decision, speaking: Sequence[Spokes], *, at: datetime) -> None:
    """To everybody on the roll: a vote is open."""
    values: dict[str, Value] = {"question": decision.question, "closes_at": decision.closes_at}
    for one in speaking:
        _send("opened", network, one.person_id, one.mailbox, at, **values, decision_id=str(decision.id))


def entered(network: Group, decision: Decision, line: Line, *, words: str, at: datetime) -> None:
    """To whoever voted by phone: what was written down for them."""
    values = {"question": decision.question, "words": words, "decision_id": str(decision.id)}
    _send("entered", network, line.person_id, line.mailbox, at, **values)


def answered(group: Group, other: Group, asked: HelpPost, *, words: str, at: datetime) -> None:
    """To the officers of a group that asked or offered: another group's answer."""
    values = {"other_name": other.name, "asked": asked.title, "words": words, "post_id": str(asked.id)}
    for officer in groups.list_officers(group.id):
        _send("answered", group, officer.person_id, officer.mailbox, at, **values)


def _send(message: str, group: Group, person_id: int, mailbox: str, at: datetime, **values: Value) -> None:
    post.enqueue(
        kind=f"federation/{message}",
        mail_class=MailClass.OFFICE,
        to=mailbox,
        values={"from_name": group.name, "group_name": group.name, "slug": group.slug, **values},
        at=at,
        about=("person", person_id),
    )
