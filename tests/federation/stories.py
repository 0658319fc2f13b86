"""A network of our stories: its group, practice groups that joined it, their delegates, and questions put to the vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from pcnppg.directory.models import Network, Practice
from pcnppg.federation import actions, queries
from pcnppg.federation.actions.decisions import Asked
from pcnppg.federation.models import Decision
from pcnppg.federation.queries import Whole
from pcnppg.federation.rules.belonging import USUAL, Terms
from pcnppg.federation.rules.decisions import Counting, OnTie, Quorum, Rule
from pcnppg.federation.rules.decisions import Terms as Ways
from pcnppg.groups import actions as founding
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.store.session import session, transaction
from tests import making

NETWORK = "U99001"
CODES = ("Z99001", "Z99002", "Z99003", "Z99004", "Z99005")
SLUGS = ("elm-tree", "oak-hill", "fernway", "tannery", "lantern")


@dataclass(frozen=True, slots=True)
class Story:
    """A network, its chair, and its groups with their chairs and members, all as numbers."""

    network: int
    chair: int
    groups: tuple[int, ...]
    chairs: tuple[int, ...]
    members: tuple[int, ...]

    @property
    def by(self) -> Who:
        return Who.person(self.chair)


def practices_of(network: str | None, *codes: str) -> None:
    """Put these practices in a network of the directory, or in none."""
    with transaction() as open_:
        if network and open_.get(Network, network) is None:
            open_.add(Network(code=network, name="RIVERSIDE PCN", closed_on=None))
            open_.flush()
        for code in codes:
            open_.get_one(Practice, code).network_code = network


def a_network(
    *, code: str = NETWORK, slug: str = "riverside", name: str = "Riverside Patients", chair: str = "ned@example.com"
) -> tuple[int, int]:
    """A network group with its chair: both numbers."""
    with transaction() as open_:
        if open_.get(Network, code) is None:
            open_.add(Network(code=code, name="RIVERSIDE PCN", closed_on=None))
            open_.flush()
        group, token = founding.create_network_group(
            network_code=code, name=name, slug=slug, chair=EmailAddress.parse(chair), by=OPERATOR, at=now()
        )
        found = founding.accept_invitation(token, name="Ned Barton", at=now())
        return group.id, found.person_id


def a_home(n: int, *, network: str | None = NETWORK) -> tuple[int, int, int]:
    """A practice group with a chair and a member: their numbers."""
    chair = f"chair-{SLUGS[n]}@example.com"
    name = SLUGS[n].replace("-", " ").title()
    group = making.a_group(slug=SLUGS[n], name=name, practice=CODES[n], chair=chair, chair_name=f"Chair of {name}")
    if network:
        practices_of(network, CODES[n])
    member = making.an_officer(
        group, role=Role.MEMBER, name=f"Member of {name}", address=f"member-{SLUGS[n]}@example.com"
    )
    officers = groups.list_officers(group)
    return group, officers[0].person_id, member


def a_story(homes: int = 3, *, terms: Terms = USUAL) -> Story:
    """A network with an agreement, and groups that joined it."""
    network, chair = a_network()
    found = [a_home(n) for n in range(homes)]
    publish(network, chair, terms)
    for group, home_chair, _ in found:
        invite(network, group, by=chair)
        accept(network, group, by=home_chair)
    return Story(network, chair, *(tuple(column) for column in zip(*found, strict=True)))


def publish(network: int, by: int, terms: Terms = USUAL) -> int:
    with transaction():
        before = queries.find_agreement(network)
        over = before.version if before else 0
        return actions.publish(network, terms, over=over, by=Who.person(by), at=now()).version


def invite(network: int, group: int, *, by: int) -> None:
    with transaction():
        actions.invite_group(network, group, by=Who.person(by), at=now())


def accept(network: int, group: int, *, by: int, read: int | None = None) -> None:
    with transaction():
        agreement = queries.find_agreement(network)
        version = agreement.version if agreement else 0
        actions.accept(group, network, read=read or version, by=Who.person(by), at=now())


def leave(group: int, *, by: int) -> None:
    with transaction():
        actions.leave(group, by=Who.person(by), at=now())


def send(group: int, person: int, *, by: int, substitute: bool = False) -> int:
    """Send a delegate: the number."""
    with transaction():
        made = actions.send_delegate(group, person_id=person, substitute=substitute, by=Who.person(by), at=now())
        return made.id


def call_back(group: int, delegate: int, *, by: int) -> None:
    with transaction():
        actions.call_back(group, delegate, by=Who.person(by), at=now())


def all_send(story: Story) -> None:
    """Each group sends its member as delegate and its chair as substitute."""
    for group, chair, member in zip(story.groups, story.chairs, story.members, strict=True):
        send(group, member, by=chair)
        send(group, chair, by=chair, substitute=True)


def asked(**over: Any) -> Asked:
    """A plain question."""
    ways = {name: over.pop(name) for name in list(over) if name in Ways.__slots__ and name != "options"}
    given = {
        "question": "Shall we buy a banner?",
        "explanation": "It costs £80.",
        "options": ("Yes", "No"),
        "closes_on": local(now()).date() + timedelta(days=7),
        "elects": None,
    }
    usual: dict[str, Any] = {
        "rule": Rule.SIMPLE,
        "counting": Counting.GROUPS,
        "quorum": Quorum.HALF,
        "on_tie": OnTie.FALLS,
    }
    return Asked(**{**given, **over}, terms=Ways(**{**usual, **ways}, options=0))


def put(story: Story, **over: Any) -> int:
    """Put a question to the vote: its number."""
    with transaction():
        draft = actions.draft_decision(story.network, asked(**over), by=story.by, at=now())
        return actions.open_decision(story.network, draft.id, by=story.by, at=now()).id


def whole(decision_id: int) -> Whole:
    session().rollback()
    return queries.whole_of(session().get_one(Decision, decision_id))


def option(decision_id: int, words: str | None) -> int | None:
    """The number of an answer by its words; None abstains."""
    if words is None:
        return None
    found = whole(decision_id)
    return next(one.id for one, name in zip(found.options, found.names, strict=True) if name == words)


def vote(story: Story, decision_id: int, person: int, words: str | None) -> int:
    chosen = option(decision_id, words)
    with transaction():
        return actions.vote(story.network, decision_id, person_id=person, option_id=chosen, at=now())


def close(story: Story, decision_id: int) -> Whole:
    with transaction():
        actions.close(story.network, decision_id, by=story.by, at=now())
    return whole(decision_id)


def rows(model: Any) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0


def a_day(days: int) -> date:
    return local(now()).date() + timedelta(days=days)
