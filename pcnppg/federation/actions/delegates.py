"""A group sends people to speak for it in the network, and calls them back."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import emails, queries
from pcnppg.federation.models import Delegate
from pcnppg.federation.rules.belonging import may_send, months_on
from pcnppg.groups import actions as group_actions
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Ended, Role
from pcnppg.kernel.clock import local
from pcnppg.kernel.who import Who
from pcnppg.people import queries as people
from pcnppg.store.session import session


def send_delegate(group_id: int, *, person_id: int, substitute: bool, by: Who, at: datetime) -> Delegate:
    """Send somebody of the group, for the term that its agreement says."""
    network_id = queries.get_inside(group_id).network_id
    groups.lock_groups([network_id, group_id])
    place = queries.get_inside(group_id)
    terms = queries.get_agreement(place.network_id, place.version or 0).terms
    sent = [one for one in queries.list_delegates(network_id, of_group=group_id) if one.is_substitute == substitute]
    who = queries.candidate(network_id, group_id, person_id)
    may_send(who, substitute=substitute, sent=len(sent), terms=terms).enforce(field="who")
    ends_on = months_on(local(at).date(), terms.term_months)
    held = group_actions.appoint(
        network_id, person_id=person_id, role=Role.DELEGATE, term_ends_on=ends_on, by=by, at=at
    )
    made = Delegate(held_id=held.id, network_id=network_id, group_id=group_id, is_substitute=substitute)
    session().add(made)
    session().flush()
    audit.note("federation.delegate_sent", by=by, at=at, group_id=group_id, about=("person", person_id))
    network, group = groups.get_group(network_id), groups.get_group(group_id)
    emails.sent(network, group, people.get_person(person_id), substitute=substitute, ends_on=ends_on, at=at)
    return made


def call_back(group_id: int, delegate_id: int, *, by: Who, at: datetime) -> None:
    """End what a delegate does for the group. What they voted stays."""
    one = queries.get_delegate(group_id, delegate_id)
    network_id = queries.get_inside(group_id).network_id
    group_actions.end_role(network_id, one.held_id, because=Ended.OTHER, by=by, at=at)
    audit.note("federation.delegate_called_back", by=by, at=at, group_id=group_id, about=("person", one.person_id))
