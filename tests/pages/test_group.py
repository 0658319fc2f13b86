"""A group's own page: what it is, who runs it, what it promises, how to join."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from pcnppg.directory.models import Network
from pcnppg.groups import actions as founding
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR
from pcnppg.mailing.models import Mailing
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_list, send
from tests.membership.stories import joined
from tests.visiting import Visit


def test_it_says_what_it_is_why_it_exists_and_what_it_promises(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit("/groups/elm-tree")
    assert page.heading == "About us"
    assert page.title == "About us – Elm Tree Patient Group"
    assert "We are the patient group of Elm Tree Surgery." in page.text
    assert "To speak up for patients of the practice." in page.text
    assert "at most 4 emails in any twelve months" in page.text
    assert [a.get_text() for a in page.select("main a.nhsuk-button")] == ["Join"]
    assert page.click("Join").status == 200


def test_it_names_roles_but_nobody_except_the_helper(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    making.an_officer(group, role=Role.SECRETARY, name="Amir Hidden")
    making.an_officer(group, role=Role.PRACTICE_MANAGER, name="Karen Hidden")
    page = visit("/groups/elm-tree")
    assert "A chair and a secretary, all volunteers." in page.text
    assert "From the practice, a practice manager works with us." in page.text
    assert "Ruth Carver will help" in page.text
    assert "Hidden" not in page.text
    assert "Patients ask Ruth Carver for help" in visit.as_officer(group, role=Role.VICE_CHAIR)("/groups/elm-tree").text


def test_reach_is_a_sentence_where_the_list_size_is_known(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    assert "in every 100" not in visit("/groups/elm-tree").text
    joined(session().get_one(Group, group_id), "pat@example.com")
    page = visit("/groups/elm-tree")
    assert "1 of 3,484 patients, fewer than 0.1 in every 100, get our emails." in page.text
    assert "pat@example.com" not in page.html


def test_the_latest_three_mailings_stand_there_with_their_dates(inside: Flask, visit: Visit) -> None:
    group_id, (officer, _) = a_list(promise=12)
    for days in range(5):
        mailing_id = send(group_id, officer)
        if days < 4:  # the newest is still held
            with transaction():
                mailing = session().get_one(Mailing, mailing_id)
                mailing.subject = f"News {days}"
                mailing.first_handed_over_at = THE_DAY + timedelta(days=days)
    page = visit("/groups/elm-tree")
    assert [a.get_text() for a in page.select("main li a")] == ["News 3", "News 2", "News 1"]
    assert "Thursday 4 March 2027" not in page.text
    assert "Friday 5 March 2027" in page.text
    assert page.click("News 3").status == 200


def test_a_network_group_speaks_of_its_network(inside: Flask, visit: Visit) -> None:
    with transaction():
        session().add(Network(code="U99001", name="ELM VALLEY PCN", closed_on=None))
        session().flush()
        chair = EmailAddress.parse("chair@example.com")
        founding.create_network_group(
            network_code="U99001", name="Elm Valley", slug="elm-valley", chair=chair, by=OPERATOR, at=clock.now()
        )
    page = visit("/groups/elm-valley")
    assert "We bring together the patient groups of Elm Valley PCN." in page.text
    assert "We are just starting." in page.text
    assert "We have sent no email yet." in page.text


def test_an_unknown_group_is_not_found(app: Flask, visit: Visit) -> None:
    assert visit("/groups/nowhere").status == 404
    assert visit("/groups/x'--").status == 404
