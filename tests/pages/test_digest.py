"""The daily digest: once a day at most, only when something new waits, to role-holders only, and it names nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.groups import actions as founding
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR
from pcnppg.pages import jobs
from pcnppg.pages.rules import NOT_MAILED, Waits, What, digest_of
from pcnppg.people import queries as people
from pcnppg.post import emails
from pcnppg.store.session import transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import ask_reset, chair_of
from tests.membership.stories import letters
from tests.people.stories import begun, set_up
from tests.visiting import Visit

pytestmark = pytest.mark.counted

NIGHT = THE_DAY.replace(hour=5)
NEXT_DAY = THE_DAY + timedelta(days=1)


def digests(at: Any = THE_DAY) -> list[dict[str, Any]]:
    """What the job sends at this moment."""
    before = len(all_digests())
    with clock.at(at):
        jobs.send_digests(at)
    return all_digests()[before:]


def all_digests() -> list[dict[str, Any]]:
    return [letter for letter in letters() if letter["kind"] == "pages/digest"]


def test_it_comes_once_a_day_and_only_when_something_new_waits(inside: Flask) -> None:
    group = making.a_group()
    set_up(begun(chair_of(group)))
    other = making.an_officer(group, name="Sue", address="sue@example.com")
    assert digests(NIGHT) == []  # nobody is woken
    assert [letter["to"] for letter in digests()] == ["sue@example.com"]  # nothing waits for Ruth
    assert digests(THE_DAY + timedelta(hours=3)) == []  # the same day
    assert digests(NEXT_DAY) == []  # nothing new
    with clock.at(NEXT_DAY):
        ask_reset(group, chair_of(group), asked_by=other)
    assert digests(NEXT_DAY + timedelta(hours=1)) == []  # that day is done with
    (letter,) = digests(NEXT_DAY + timedelta(days=1))
    assert letter["to"] == "ruth@example.com"
    assert ["reset", 1] in letter["values"]["groups"][-1]["kinds"]
    assert "Carver" not in str(letter["values"])


def test_it_reaches_nobody_without_a_role_and_nobody_who_switched_it_off(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    making.a_person(name="Sam", address="sam@example.net")
    sue = making.an_officer(group, name="Sue", address="sue@example.com")
    page = visit("/account", as_=sue).submit("Stop the daily email").follow()
    assert "You get no daily email." in page.text
    assert {letter["to"] for letter in digests()} == {"ruth@example.com"}
    page = page.submit("Send me the daily email").follow()
    assert "once a day at most" in page.text
    assert {letter["to"] for letter in digests(NEXT_DAY)} == {"sue@example.com"}


def test_one_mail_speaks_of_all_groups(inside: Flask) -> None:
    making.a_group()
    oak = making.a_group(slug="oak-hill", name="Oak Hill Patients", practice="Z99002", chair="oak@example.com")
    with transaction():
        address = EmailAddress.parse("ruth@example.com")
        token = founding.invite(oak, role=Role.VICE_CHAIR, address=address, by=OPERATOR, at=clock.now())
        founding.accept_invitation(token, name="Ruth Carver", at=clock.now())
        founding.invite(oak, role=Role.MEMBER, address=EmailAddress.parse("x@example.com"), by=OPERATOR, at=THE_DAY)
    assert len([letter for letter in digests() if letter["to"] == "ruth@example.com"]) == 1


def test_two_workers_make_up_a_digest_once(inside: Flask) -> None:
    making.a_group()
    assert len(digests()) == 1
    jobs.send_digests(THE_DAY)  # another worker, in the same slot
    assert len(all_digests()) == 1


def test_who_was_erased_meanwhile_is_passed_over(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    making.a_group()
    found = people.lock_person(chair_of(1))
    monkeypatch.setattr(jobs.groups, "list_role_holders", lambda: [found.id, 999_999])
    assert len(digests()) == 1


WAITS = st.builds(
    Waits, st.sampled_from(What), slug=st.sampled_from(["a", "b"]), of=st.integers(0, 3), who=st.sampled_from(["", "x"])
)


@given(st.lists(WAITS, max_size=12))
def test_a_digest_knows_again_what_it_said_before(waiting: list[Waits]) -> None:
    found = digest_of(waiting)
    assert digest_of([*waiting, *waiting]).keys() == found.keys()
    said = {(one.what, one.slug, one.of, one.who) for one in waiting if one.what not in NOT_MAILED}
    assert len(found) == len(said)


@pytest.mark.parametrize("what", [what for what in What if what not in NOT_MAILED])
def test_everything_that_can_wait_has_words_in_the_mail(inside: Flask, what: What) -> None:
    values = {"number": 3, "groups": [{"name": "Elm <Tree>", "kinds": [[what.value, 1], [what.value, 2]]}]}
    words = emails.render("pages/digest", values)
    assert words.subject == "3 things wait for you"
    assert "(2 times)" in words.text
    assert "Elm &lt;Tree&gt;" in words.html
