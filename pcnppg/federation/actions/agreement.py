"""The agreement in its versions; a group invited, joining, resting, waking, leaving. No contact moves by any of it.

Who agreed to news of another network gets none of the one that their group joins (rule 1).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.federation import emails, queries
from pcnppg.federation.actions.agreeing import count_purposes
from pcnppg.federation.models import Agreement, AgreementAcceptance, Belonging
from pcnppg.federation.rules.belonging import Ended, Terms, is_version, may_accept, may_invite, may_publish
from pcnppg.groups import actions as group_actions
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Ended as RoleEnded
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions as membership
from pcnppg.store.session import session

GONE = "This invitation is closed. Nothing was changed."


def publish(network_id: int, terms: Terms, *, over: int, by: Who, at: datetime) -> Agreement:
    """The next version of a network's agreement. Each group stays under the version that it accepted until it accepts this.

    `over` is the version that whoever publishes has read, 0 for none.
    """
    groups.lock_group(network_id)
    before = queries.find_agreement(network_id)
    version = before.version if before else 0
    if version != over:
        raise RuleBroken("Somebody else published a version since you opened this page. Look at it before you go on.")
    may_publish(terms, before.terms if before else None).enforce()
    made = Agreement(
        network_id=network_id, version=version + 1, published_at=at, by_person_id=person(by), **asdict(terms)
    )
    session().add(made)
    session().flush()
    count_purposes(network_id, at=at)
    audit.note("federation.agreement_published", by=by, at=at, group_id=network_id, about=("agreement", made.id))
    return made


def invite_group(network_id: int, group_id: int, *, by: Who, at: datetime) -> Belonging:
    """Invite a practice group of the network. Its chair answers."""
    network = groups.lock_group(network_id)
    group = groups.get_group(group_id)
    if queries.is_network(group):
        raise NotFound
    may_invite(
        queries.where_is(group, network_id),
        network_code=network.network_code or "",
        has_agreement=queries.find_agreement(network_id) is not None,
    ).enforce(field="group")
    place = Belonging(network_id=network_id, group_id=group_id, invited_at=at, invited_by=person(by))
    session().add(place)
    session().flush()
    audit.note("federation.group_invited", by=by, at=at, group_id=network_id, about=("belonging", place.id))
    emails.invited(network, group, at=at)
    return place


def take_back(network_id: int, group_id: int, *, by: Who, at: datetime) -> None:
    """The network takes an invitation back."""
    groups.lock_group(network_id)
    place = queries.find_place(network_id, group_id)
    if place is None or place.accepted_at is not None:
        raise RuleBroken(GONE)
    _end(place, Ended.TAKEN_BACK, by=by, at=at)


def decline(group_id: int, network_id: int, *, by: Who, at: datetime) -> None:
    """A group's chair says no."""
    _lock_both(network_id, group_id)
    place = queries.find_place(network_id, group_id)
    if place is None or place.accepted_at is not None:
        raise RuleBroken(GONE)
    _end(place, Ended.DECLINED, by=by, at=at)


def accept(group_id: int, network_id: int, *, read: int, by: Who, at: datetime) -> Belonging:
    """A group's chair says yes to the version that was `read`: to join, or to a newer version of what it agreed to."""
    _lock_both(network_id, group_id)
    place, agreement = queries.find_place(network_id, group_id), queries.find_agreement(network_id)
    if place is None or agreement is None:
        raise RuleBroken(GONE)
    if place.accepted_at is None:
        may_accept(
            queries.where_is(groups.get_group(group_id), network_id), version=agreement.version, read=read
        ).enforce()
        place.accepted_at = at
    elif place.version == agreement.version:
        return place
    else:
        is_version(agreement.version, read).enforce()
    place.version = agreement.version
    session().add(AgreementAcceptance(belonging_id=place.id, version=agreement.version, at=at, by_person_id=person(by)))
    session().flush()
    network = directory.find_network(groups.get_group(network_id).network_code or "")
    name = shown_name(network.name) if network else ""
    membership.end_news_of_others(group_id, network_name=name, by=by, at=at)
    audit.note("federation.agreed", by=by, at=at, group_id=group_id, about=("belonging", place.id))
    return place


def leave(group_id: int, *, by: Who, at: datetime) -> None:
    """Leave the network, in one act. Its delegates' roles end; list, members, pages and past votes stay as they are."""
    found = queries.get_inside(group_id)
    network = _lock_both(found.network_id, group_id)
    place = queries.get_inside(group_id)
    for one in queries.list_delegates(place.network_id, of_group=group_id):
        group_actions.end_role(place.network_id, one.held_id, because=RoleEnded.OTHER, by=by, at=at)
    _end(place, Ended.LEFT, by=by, at=at)
    count_purposes(place.network_id, at=at)
    emails.left(network, groups.get_group(group_id), at=at)


def sleep(group_id: int, *, by: Who, at: datetime) -> None:
    """Let the network speak for a group that rests. Its list, its consents and its pages stay."""
    _lock_both(queries.get_inside(group_id).network_id, group_id)
    place = queries.get_inside(group_id)
    if place.asleep_since is None:
        place.asleep_since = at
        session().flush()
        count_purposes(place.network_id, at=at)
        audit.note("federation.fell_asleep", by=by, at=at, group_id=group_id)


def wake(group_id: int, *, by: Who, at: datetime) -> None:
    """Wake a group that rests. Safe to repeat."""
    groups.lock_group(group_id)
    place = queries.get_inside(group_id)
    if place.asleep_since is not None:
        place.asleep_since = None
        session().flush()
        audit.note("federation.woke", by=by, at=at, group_id=group_id)


def _end(place: Belonging, because: Ended, *, by: Who, at: datetime) -> None:
    place.ended_at, place.ended_because = at, because
    place.asleep_since = None
    session().flush()
    audit.note(f"federation.{because}", by=by, at=at, group_id=place.group_id, about=("belonging", place.id))


def _lock_both(network_id: int, group_id: int):  # type: ignore[no-untyped-def]
    groups.lock_groups([network_id, group_id])
    return groups.get_group(network_id)


def person(by: Who) -> int:
    """The account of whoever acts: only people act for groups."""
    if by.person_id is None:
        raise ValueError("only somebody with an account acts for a group")
    return by.person_id
