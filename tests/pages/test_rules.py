"""What stands in the navigation, who runs a group in words, what waits first, and the next good step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from pcnppg.groups.rules import NEEDS_SECOND_FACTOR, OFFICERS, Permission, Role
from pcnppg.membership.rules import Reach
from pcnppg.pages import rules
from pcnppg.pages.rules import Sight, Step, Waits, What, in_order, is_silent, next_step, runs_it

AT = datetime(2027, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("ways", [rules.SITE, rules.GROUP, rules.OFFICE, rules.FOOTER])
def test_every_way_leads_somewhere(whole_app: Flask, ways: tuple[rules.Way, ...]) -> None:
    for way in ways:
        assert way.endpoint in whole_app.view_functions
        for place in way.within:
            assert any(
                e == place or (place.endswith(("_", ".")) and e.startswith(place)) for e in whole_app.view_functions
            )


def test_a_way_knows_the_pages_behind_it() -> None:
    contacts = next(way for way in rules.OFFICE if way.words == "Contact list")
    assert contacts.is_at("group.membership.contacts")
    assert not contacts.leads_to("group.membership.contacts")
    assert contacts.leads_to("group.membership.contact")
    assert contacts.leads_to("group.membership.contact_take_off")
    assert not contacts.leads_to("group.mailing.mailings")


@pytest.mark.parametrize(
    ("held", "officers", "members", "staff"),
    [
        ({}, "", 0, ""),
        ({Role.CHAIR: 1}, "a chair", 0, ""),
        ({Role.CHAIR: 1, Role.VICE_CHAIR: 2, Role.SECRETARY: 1}, "a chair, 2 vice chairs and a secretary", 0, ""),
        ({Role.SECRETARY: 2, Role.MEMBER: 5}, "2 secretaries", 5, ""),
        ({Role.GP: 1, Role.PRACTICE_STAFF: 3}, "", 0, "a GP and 3 members of practice staff"),
    ],
)
def test_who_runs_a_group_is_said_without_names(held: dict[Role, int], officers: str, members: int, staff: str) -> None:
    found = runs_it(held)
    assert (found.officers, found.members, found.staff) == (officers, members, staff)


def test_what_is_urgent_stands_first_and_then_what_is_old() -> None:
    newer, older = Waits(What.DRAFT, AT, of=1), Waits(What.DRAFT, AT - timedelta(days=1), of=2)
    assert in_order([Waits(What.SILENT, AT), newer, older, Waits(What.CODES), Waits(What.RESET, AT)]) == [
        Waits(What.RESET, AT),
        Waits(What.CODES),
        older,
        newer,
        Waits(What.SILENT, AT),
    ]


def test_nine_months_without_a_mailing_are_silence() -> None:
    june = datetime(2026, 6, 4, tzinfo=UTC)
    assert is_silent(june, june, AT)
    assert not is_silent(june + timedelta(seconds=1), june, AT)
    assert is_silent(None, june, AT)
    assert not is_silent(None, AT, AT)


@pytest.mark.parametrize("role", list(Role))
def test_without_the_authenticator_code_nobody_sees_what_it_guards(role: Role) -> None:
    sight = Sight(frozenset({role}), has_second_factor=False)
    assert sight.may(Permission.SEE_OFFICE)
    assert not any(sight.may(p) for p in Permission if p in NEEDS_SECOND_FACTOR)
    assert Sight(frozenset({role}), has_second_factor=True).may(Permission.SEE_CONTACTS) == (role in OFFICERS)


@pytest.mark.parametrize(
    ("role", "reach", "step"),
    [
        (Role.MEMBER, None, Step.TELL),
        (Role.PRACTICE_MANAGER, Reach(400, 3000), Step.TELL),
        (Role.CHAIR, Reach(0, 3000), Step.POSTER),
        (Role.CHAIR, Reach(299, 3000), Step.POSTER),
        (Role.CHAIR, Reach(300, 3000), Step.MAILING),
        (Role.CHAIR, Reach(5, None), Step.MAILING),
        (Role.CHAIR, None, Step.POSTER),
    ],
)
def test_the_next_good_step_fits_the_role_and_the_reach(role: Role, reach: Reach | None, step: Step) -> None:
    assert next_step(Sight(frozenset({role}), has_second_factor=True), reach) is step
