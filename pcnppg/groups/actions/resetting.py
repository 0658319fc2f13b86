"""A lost authenticator: another officer asks, all officers are told and can stop it, a day later it is done (settled 20)."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import emails, queries
from pcnppg.groups.models import SecondFactorReset
from pcnppg.groups.rules import OFFICERS, RESET_NOTICE, may_ask_reset
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.people import actions as people_actions
from pcnppg.people import queries as people
from pcnppg.store.session import session


def ask_reset(group_id: int, *, person_id: int, asked_by: int, at: datetime) -> SecondFactorReset:
    """Start the day's notice, and tell every officer of the group."""
    group = queries.lock_group(group_id)
    factor = people.find_second_factor(person_id)
    may_ask_reset(
        own=person_id == asked_by,
        is_officer=_is_officer(person_id, group_id),
        has_authenticator=factor is not None and factor.confirmed_at is not None,
        is_asked=any(reset.person_id == person_id for reset in queries.list_open_resets(group_id)),
    ).enforce()
    reset = SecondFactorReset(
        group_id=group_id,
        person_id=person_id,
        asked_by=asked_by,
        asked_at=at,
        due_at=at + RESET_NOTICE,
        done_at=None,
        stopped_at=None,
    )
    session().add(reset)
    session().flush()
    audit.note("groups.reset_asked", by=Who.person(asked_by), at=at, group_id=group_id, about=("person", person_id))
    emails.reset_asked(group, reset, lost=people.get_person(person_id), asker=people.get_person(asked_by))
    return reset


def stop_reset(group_id: int, reset_id: int, *, by: Who, at: datetime) -> None:
    """Any officer of the group can stop it until it is done."""
    reset = queries.lock_reset(group_id, reset_id)
    if reset.done_at is not None:
        raise RuleBroken("This was done already. The person sets up a new authenticator when they next sign in.")
    if reset.stopped_at is None:
        _stop(reset, by=by, at=at)
        emails.reset_stopped(queries.get_group(group_id), lost=people.get_person(reset.person_id), at=at)


def stop_quietly(person_id: int, *, by: Who, at: datetime) -> None:
    """Somebody is erased: there is no authenticator of theirs to take off."""
    for reset in queries.list_open_resets_of(person_id):
        _stop(reset, by=by, at=at)


def do_due_resets(*, by: Who, at: datetime) -> int:
    """Take off what has had its day of notice; how many. Who is no officer any more neither asks nor gets it."""
    done = 0
    for reset in queries.list_due_resets(at=at):
        if _is_wanted_still(reset):
            people_actions.reset_second_factor(reset.person_id, by=by, at=at)
            reset.done_at = at
            done += 1
            audit.note("groups.reset_done", by=by, at=at, group_id=reset.group_id, about=("person", reset.person_id))
        else:
            _stop(reset, by=by, at=at)
    return done


def tell_officers_of_recovery(person_id: int, what: str, at: datetime) -> None:
    """Office mail to the other officers of every group in which this person is one. `people` lends the occasion."""
    person = people.get_person(person_id)
    for place in queries.list_places(person_id):
        if place.roles & OFFICERS:
            emails.recovered(place.group, person=person, what=what, at=at)


def _is_wanted_still(reset: SecondFactorReset) -> bool:
    """Are both still officers, and is the authenticator still the lost one, not one set up since it was asked for?"""
    factor = people.lock_second_factor(reset.person_id)
    return (
        _is_officer(reset.person_id, reset.group_id)
        and _is_officer(reset.asked_by, reset.group_id)
        and factor is not None
        and factor.confirmed_at is not None
        and factor.confirmed_at <= reset.asked_at
    )


def _is_officer(person_id: int, group_id: int) -> bool:
    return bool(queries.roles_of(person_id, group_id) & OFFICERS)


def _stop(reset: SecondFactorReset, *, by: Who, at: datetime) -> None:
    reset.stopped_at = at
    session().flush()
    audit.note("groups.reset_stopped", by=by, at=at, group_id=reset.group_id, about=("person", reset.person_id))
