"""Invitations on paper: a counted short address for each kind, and nothing that tells who used it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.groups.rules import CODE_ENDS, SHORT_CODE_LETTERS, Invites, Role, code_on, codes_meant
from pcnppg.membership import queries, rules
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import INVITED, Channel
from pcnppg.store.session import session, transaction
from tests import making
from tests.membership.stories import confirm, confirm_token, joined, leave, sign_ups, the_group
from tests.visiting import Visit


def test_each_kind_of_paper_has_a_code_of_its_own_that_people_can_type() -> None:
    codes = {what: code_on(what, "bcdfg") for what in Invites}
    assert len(set(codes.values())) == len(Invites) == len(CODE_ENDS)
    assert all(set(code) <= set(SHORT_CODE_LETTERS) for code in codes.values())
    for what, code in codes.items():
        assert ("bcdfg", what) in codes_meant(f" {code.upper()} ")
    assert codes_meant("c") == [("c", Invites.POSTER)]


def test_every_paper_has_a_channel_of_the_same_name() -> None:
    assert {what.value for what in Invites} == {channel.value for channel in INVITED}


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10)])
def test_joins_are_counted_in_fives(number: int, shown: int) -> None:
    assert rules.in_fives(number) == shown


@pytest.mark.parametrize("what", list(Invites))
def test_a_join_through_a_code_is_counted_when_it_is_confirmed(inside: Flask, visit: Visit, what: Invites) -> None:
    group = the_group()
    with transaction():
        session().execute(update(Group).values(short_code="bcdfg"))
    page = visit(f"/j/{code_on(what, 'bcdfg').upper()}").follow()
    page.submit(email="pat@example.com", agree=True)
    channel = Channel(what.value)
    session().rollback()
    assert queries.count_invited(group.id)[channel] == 0
    contact = confirm(group, confirm_token("pat@example.com"))
    assert (contact.channel, queries.count_invited(group.id)[channel]) == (channel, 1)
    assert [form.channel for form in sign_ups(group)] == [channel]
    leave(contact)
    session().rollback()
    assert queries.count_invited(group.id)[channel] == 1


def test_nobody_else_is_counted(inside: Flask, visit: Visit) -> None:
    group, other = the_group(), the_group("oak-hill")
    joined(group, "pat@example.com")
    with transaction():
        session().execute(update(Contact).values(channel=Channel.CARD))
    assert not any(queries.count_invited(other.id).values())
    page = visit("/groups/oak-hill/join?from=list").submit(email="kim@example.com", agree=True)
    assert page.status == 303
    assert [form.channel for form in sign_ups(other)] == ["web"]


def test_an_unknown_code_is_no_group(inside: Flask, visit: Visit) -> None:
    the_group()
    for code in ("zzzzz", "zzzzzc", "c"):
        assert visit(f"/j/{code}").status == 404


@pytest.mark.parametrize("role", [Role.PRACTICE_MANAGER, Role.GP, Role.PRACTICE_STAFF, Role.SECRETARY])
def test_staff_and_officers_print_each_of_them(inside: Flask, visit: Visit, role: Role) -> None:
    group = making.a_group()
    code = get_group(group).short_code
    browser = visit.as_(making.an_officer(group, role=role), second_factor=False)
    page = browser("/groups/elm-tree/invite")
    assert page.text.count("fewer than 5") == 4
    for words, ends, number in (
        ("One card (A6)", "c", 1),
        ("Four cards to cut (A4)", "c", 4),
        ("Letter from the practice (A4)", "t", 1),
        ("Page for the new patient pack (A4)", "n", 1),
    ):
        sheet = page.click(words)
        assert len(sheet.select("svg.qr")) == number
        assert f"/j/{code}{ends}" in sheet.text
        assert "at most 4 emails in any twelve months" in sheet.text.lower()
        assert "Elm Tree Surgery" in sheet.text


def test_counts_are_said_in_fives_and_never_exactly(inside: Flask, visit: Visit) -> None:
    group = the_group()
    for n in range(7):
        joined(group, f"pat{n}@example.com")
    with transaction():
        session().execute(update(Contact).values(channel=Channel.CARD))
    page = visit.as_(making.an_officer(group, role=Role.GP))("/groups/elm-tree/invite")
    said = [" ".join(cell.get_text(" ").split()) for cell in page.select("td:last-child")]
    assert said == ["at least 5 people", "fewer than 5", "fewer than 5", "fewer than 5"]
