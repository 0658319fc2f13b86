"""The contact list as officers read it: pages of fifty, searches, counts, and never another group's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Select, insert
from sqlalchemy.sql.visitors import iterate

from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import OPERATOR
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import Channel, How, Listed, Reach, State, searchable
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import ask, confirm, confirm_token, joined, leave, the_group


def many(group: Group, number: int, *, state: State = State.ACTIVE) -> None:
    """So many contacts, one joined each minute, the last the newest."""
    group_id = group.id
    gone = {"left_at": THE_DAY, "left_how": How.LEAVE_PAGE} if state is State.LEFT else {}
    rows = [
        {
            "group_id": group_id,
            "state": state,
            "name": f"Person {n}",
            "address": f"p{n}.{state}@example.com",
            "mailbox": f"p{n}.{state}@example.com",
            "search": searchable(f"Person {n}", f"p{n}.{state}@example.com"),
            "channel": Channel.WEB,
            "promise": 4,
            "joined_at": THE_DAY + timedelta(minutes=n // 2),  # two in each minute: the number decides
            **gone,
        }
        for n in range(number)
    ]
    with transaction():
        session().execute(insert(Contact), rows)


def names(group: Group, **how: Any) -> list[str]:
    asked = {"listed": Listed.ON, "search": "", "at": THE_DAY} | how
    return [row.name for row in queries.list_contacts(group.id, **asked).rows]


def test_the_list_is_read_in_pages_of_fifty_newest_first_and_back_again(inside: Flask) -> None:
    group = the_group()
    many(group, 120)
    seen, older, pages = [], None, []
    while True:
        page = queries.list_contacts(group.id, listed=Listed.ON, search="", at=THE_DAY, older=older)
        pages.append(page)
        seen += [row.name for row in page.rows]
        if (older := page.older) is None:
            break
    assert seen == [f"Person {n}" for n in reversed(range(120))]
    assert [len(page.rows) for page in pages] == [50, 50, 20]
    assert pages[0].newer is None
    back = queries.list_contacts(group.id, listed=Listed.ON, search="", at=THE_DAY, newer=pages[2].newer)
    assert [row.id for row in back.rows] == [row.id for row in pages[1].rows]
    first = queries.list_contacts(group.id, listed=Listed.ON, search="", at=THE_DAY, newer=back.newer)
    assert [row.id for row in first.rows] == [row.id for row in pages[0].rows]
    assert (first.newer, first.older) == (None, pages[0].older)


def test_a_page_beside_a_contact_that_is_not_here_is_the_first(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    many(group, 3)
    stranger = joined(other, "kim@example.com")
    assert names(group, older=stranger.id) == names(group, newer=4711) == ["Person 2", "Person 1", "Person 0"]


def test_a_page_after_the_last_is_empty(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, "pat@example.com")
    page = queries.list_contacts(group.id, listed=Listed.ON, search="", at=THE_DAY, older=pat.id)
    assert (list(page.rows), page.newer, page.older) == ([], None, None)


@pytest.fixture
def five(inside: Flask) -> Group:
    """Zoë is on the list, Adam is paused, Bea's pause is over, Carl left, Dora was erased, Eve waits."""
    group = the_group()
    for name in ("Zoë O'Neil", "Adam 100%", "Bea_", "Carl", "Dora"):
        joined(group, f"{name.split()[0].strip('_').replace('ë', 'e')}@example.com", name=name)
    people = {row.name: row.id for row in queries.list_contacts(group.id, listed=Listed.ON, search="", at=THE_DAY).rows}
    with transaction():
        actions.pause(people["Adam 100%"], months=3, how=How.MY_PAGE, by=OPERATOR, at=THE_DAY)
    with transaction():
        actions.pause(people["Bea_"], months=3, how=How.MY_PAGE, by=OPERATOR, at=THE_DAY - timedelta(days=200))
    leave(people["Carl"])
    with transaction():
        actions.erase(people["Dora"], by=OPERATOR, at=THE_DAY)
    ask(group, "eve@example.com")
    ask(group, "eve@example.com")
    ask(group, "zoe@example.com")  # known: waits for nothing
    return group


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (Listed.ON, {"Zoë O'Neil", "Adam 100%", "Bea_"}),
        (Listed.PAUSED, {"Adam 100%"}),
        (Listed.LEFT, {"Carl"}),
        (Listed.ALL, {"Zoë O'Neil", "Adam 100%", "Bea_", "Carl"}),
    ],
)
def test_each_state_shows_its_people(five: Group, listed: Listed, found: set[str]) -> None:
    assert set(names(five, listed=listed)) == found
    assert set(names(five, listed=listed, search="EXAMPLE.com")) == found
    assert queries.count_matching(five.id, listed=listed, search="example.com", at=THE_DAY) == len(found)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("zoe", ["Zoë O'Neil"]),
        ("ZOË", ["Zoë O'Neil"]),
        ("neil o", ["Zoë O'Neil"]),
        ("  o'neil  zoe@ ", ["Zoë O'Neil"]),
        ("%", ["Adam 100%"]),
        ("_", ["Bea_"]),
        ("adam@example", ["Adam 100%"]),
        ("dora", []),
        ("' or 1=1 --", []),
        ("\\", []),
        ("zoe adam", []),
    ],
)
def test_a_search_finds_parts_of_name_or_address(five: Group, search: str, found: list[str]) -> None:
    assert names(five, search=search) == found


def test_the_list_in_numbers(five: Group) -> None:
    counts = queries.count_contacts(five.id, at=THE_DAY)
    assert (counts.on_list, counts.paused, counts.waiting, counts.left) == (3, 1, 1, 1)
    with clock.at(THE_DAY + timedelta(days=7)):
        assert queries.count_contacts(five.id, at=clock.now()).waiting == 0
    confirm(five, confirm_token("eve@example.com"))
    assert queries.count_contacts(five.id, at=THE_DAY).waiting == 0


def test_an_empty_list_in_numbers(inside: Flask) -> None:
    counts = queries.count_contacts(the_group().id, at=THE_DAY)
    assert (counts.on_list, counts.paused, counts.waiting, counts.left) == (0, 0, 0, 0)


def test_reach_is_against_the_size_of_the_practice(inside: Flask) -> None:
    group = the_group()
    joined(group, "pat@example.com")
    assert queries.reach(group.id) == Reach(1, 3484)
    assert queries.reach(the_group("oak-hill", list_size=None).id) == Reach(0, None)


def test_a_contact_is_found_in_its_own_group_only(five: Group) -> None:
    other = the_group("oak-hill")
    contact = joined(five, "kim@example.com")
    assert queries.get_contact(five.id, contact.id).id == contact.id
    for group_id, contact_id in ((other.id, contact.id), (five.id, 4711)):
        with pytest.raises(NotFound):
            queries.get_contact(group_id, contact_id)


def test_an_erased_contact_is_nobody(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, "pat@example.com")
    with transaction():
        actions.erase(contact.id, by=OPERATOR, at=THE_DAY)
    with pytest.raises(NotFound):
        queries.get_contact(group.id, contact.id)


def test_whom_a_group_may_write_to_is_who_is_on_its_list(five: Group) -> None:
    rows = session().execute(queries.select_active(five.id)).all()
    assert {row.name for row in rows} == {"Zoë O'Neil", "Adam 100%", "Bea_"}
    assert {row.mailbox for row in rows} == {"zoe@example.com", "adam@example.com", "bea@example.com"}


def test_receivers_are_chosen_by_group_consent_and_mailbox_and_by_nothing_else(five: Group) -> None:
    """No answer about anybody's age, health or origin is kept on a contact, so none can choose who is written to."""
    chosen_by = {"group_id", "state", "mailbox"}
    for found in (
        queries.select_active(five.id),
        queries.select_at_mailboxes(five.id, ["zoe@example.com"]),
        queries.select_shared(five.id),
    ):
        asked = [
            part.whereclause for part in iterate(found) if isinstance(part, Select) and part.whereclause is not None
        ]
        columns = {column.name for part in asked for column in iterate(part) if isinstance(column, Column)}
        assert asked
        assert columns <= chosen_by
    about_them = {"name", "name_key", "address", "mailbox", "postal_address", "phone", "search"}
    consent = {"state", "channel", "promise", "joined_at", "agreed_at", "wording_id", "network_news_at", "paused_until"}
    reaching = {"reached_by", "stopped_at", "stopped_because", "tried_at", "left_at", "left_how"}
    assert set(Contact.__table__.columns.keys()) == {"id", "group_id"} | about_them | consent | reaching


def test_the_words_name_who_holds_the_data(inside: Flask) -> None:
    by_practice = queries.words_of(the_group())
    by_group = queries.words_of(the_group("oak-hill", controller="group"))
    assert by_practice.words.startswith("Elm Tree Surgery holds your name")
    assert by_group.words.startswith("Elm Tree Patient Group holds your name")
