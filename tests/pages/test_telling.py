"""Everything that is held about somebody, to read and to take away in the same words; and nothing is left out."""

from __future__ import annotations

import json
import re
import time
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from pcnppg.audit import actions as audit
from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys, paths
from pcnppg.kernel.who import Who
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership.models import ConsentRecord, Contact, Evidence
from pcnppg.membership.rules import Channel, Step, searchable
from pcnppg.pages.formats import as_json
from pcnppg.pages.queries import TELLERS, tell_all
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.base import Base
from pcnppg.store.session import db, session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.lists import a_list, checked
from tests.membership.stories import (
    ask,
    ask_change,
    beside,
    joined,
    my_token,
    the_group,
)
from tests.pages.test_my import PAT, copy_of, send
from tests.visiting import Visit


def note(what: str, *, group_id: int, contact_id: int) -> None:
    """A line of audit, by somebody."""
    audit.note(what, by=Who.person(7), at=THE_DAY, group_id=group_id, about=("contact", contact_id))


# Everything, to read and to take away


def test_everything_is_on_the_page_and_in_the_file_in_the_same_words(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Olive Officer")
    contact = joined(group, PAT, name="Pat Lee")
    visit.as_(officer)(f"/groups/elm-tree/contacts/{contact.id}")
    send(group, officer, "Spring news")
    with clock.at(THE_DAY + timedelta(hours=1)):
        worker_of(inside).run(once=True)
    send(group, officer, "Held news")
    ask_change(contact, "pat@new.example")
    page = visit(f"/my/{my_token(group, PAT)}").click("Read or print everything")
    told = copy_of(page)
    assert told["details"]["name"] == "Pat Lee"
    assert told["details"]["address"] == PAT
    assert told["consent"][0]["words"] in {int(number) for number in told["words"]}
    assert [line["subject"] for line in told["mailings"]] == [None, "Spring news"]
    assert told["mailings"][1]["in_words"] == "We sent it to you. It was the 1st of at most 4 in twelve months."
    assert told["addresses_waiting"][0]["address"] == "pat@new.example"
    said = {line["in_words"] for line in told["written_down"]}
    assert {"You pressed the button to join.", "An officer of the group opened the page with your details."} <= said
    for part in ("consent", "mailings", "service_messages", "written_down"):
        assert told[part]
        for line in told[part]:
            assert line["in_words"] in page.text
    for words in told["words"].values():
        assert all(block in page.text for block in words.split("\n\n"))
    assert "Olive" not in page.html + json.dumps(told)
    assert "Held news" not in page.html + json.dumps(told)


def test_officers_evidence_is_shown_to_whom_it_is_about(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    with transaction():
        paper = {"kind": "paper", "given_on": date(2027, 2, 1), "given_at": "the front desk", "taken_by": "Iris Bell"}
        evidence = Evidence(group_id=group.id, kept_at="the blue folder", written_at=THE_DAY, **paper)
        session().add(evidence)
        session().flush()
        line = {"what": "agreed", "how": "paper", "promise": 4, "evidence_id": evidence.id}
        session().add(ConsentRecord(group_id=group.id, contact_id=contact.id, at=THE_DAY, **line))
    page = visit(f"/my/{my_token(group, PAT)}/all")
    for said in (
        "A paper form, Monday 1 February 2027, the front desk.",
        "Taken by Iris Bell",
        "Kept at: the blue folder.",
    ):
        assert said in page.text
    assert copy_of(page)["consent"][-1]["evidence"]["taken_by"] == "Iris Bell"


@pytest.mark.parametrize(
    ("state", "because", "said"),
    [
        ("left_out", "none_left", "had all the emails that we promised you"),
        ("left_out", "shared", "somebody at the same address had all"),
        ("left_out", "paused", "your emails were paused"),
        ("left_out", "promise_lowered", "the promise was lowered"),
        ("left_out", "left", "You were left out."),
        ("withdrawn", None, "because you left first"),
        ("taken_back", None, "took it back before it went"),
        ("refused", None, "refused it"),
        ("given_up", None, "gave up"),
        ("uncertain", None, "do not know if it reached you"),
        ("queued", None, "has not gone yet"),
        ("attempting", None, "has not gone yet"),
    ],
)
def test_every_outcome_has_plain_words(inside: Flask, visit: Visit, state: str, because: str | None, said: str) -> None:
    group = the_group()
    contact = joined(group, PAT)
    mailing_id = send(group, making.an_officer(group), "News")
    with transaction():
        row = session().scalars(select(Delivery).where(Delivery.mailing_id == mailing_id)).one()
        row.state, row.left_out_because = state, because
        row.at = THE_DAY if state in {"attempting", "uncertain"} else None
        row.attempting_by = "somebody" if state == "attempting" else None
    assert said in visit(f"/my/{my_token(group, PAT)}/all").text
    (line,) = tell_all(contact.id, THE_DAY)["mailings"]
    assert (line["state"], line["left_out_because"]) == (state, because)


def test_what_other_groups_and_other_people_hold_is_not_among_it(inside: Flask, visit: Visit) -> None:
    group, other = the_group(), the_group("oak-hill")
    joined(group, PAT, name="Pat Lee")
    joined(other, PAT, name="Patricia Secret")
    joined(group, "kim@example.com", name="Kim Secret")
    with transaction():  # somebody of another group typed this contact's number into an address
        note("membership.contact_seen", group_id=other.id, contact_id=1)
    page = visit(f"/my/{my_token(group, PAT)}/all")
    assert "Secret" not in page.html + json.dumps(copy_of(page))
    assert "opened the page" not in page.text


def test_in_a_shared_mailbox_each_is_told_of_their_own_forms_and_lists(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    kim = beside(pat, "Kim Lee")
    for name in ("Pat Lee", "Kim Lee"):
        ask(group, PAT, name=name)
    checked(group, a_list(("Kim Lee", PAT)))
    told = {one.id: tell_all(one.id, THE_DAY) for one in (pat, kim)}
    assert [[form["name"] for form in one["forms_waiting"]] for one in told.values()] == [["Pat Lee"], ["Kim Lee"]]
    assert [[row["name"] for row in one["lists_waiting"]] for one in told.values()] == [[], ["Kim Lee"]]
    token = my_token(group, PAT)
    assert "A list that an officer has brought" in visit(f"/my/{token}/all?who={kim.id}").text


def test_what_somebody_asked_is_told_with_its_log(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT)
    link = f"/my/{my_token(group, PAT)}"
    visit(f"{link}/complain").submit(words="You wrote at night.")
    page = visit(f"{link}/all")
    for said in (
        "What you asked about your details",
        "A complaint , from the page about",
        "You wrote at night.",
        "It arrived",
    ):
        assert said in page.text
    assert copy_of(page)["requests"][0]["words"] == "You wrote at night."


def test_a_name_with_tricks_is_text_on_the_page_and_as_it_is_in_the_file(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT, name='<b>O\'Neil & "Zoë"</b>')
    page = visit(f"/my/{my_token(group, PAT)}/all")
    assert "<b>O'Neil" in page.text
    assert copy_of(page)["details"]["name"] == '<b>O\'Neil & "Zoë"</b>'


# Nothing is left out


def test_every_domain_that_holds_something_about_a_contact_tells_of_it() -> None:
    held = {
        mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if any(
            key.column.table.name == "contact" for column in mapper.local_table.columns for key in column.foreign_keys
        )
    }
    assert held | {"membership"} == set(TELLERS)
    can = {
        path.relative_to(paths.ROOT / "pcnppg").parts[0]
        for path in (paths.ROOT / "pcnppg").rglob("*.py")
        if "def tell_about_contact(" in path.read_text()
    }
    assert can == set(TELLERS)


def test_every_table_with_a_contact_in_it_is_told_of() -> None:
    """A new table must be thought of here: where it is told, or why it need not be."""
    told = {"sign_up", "consent_record", "suppression", "my_link", "contact_move", "delivery", "data_request"}
    told |= {"agenda_item", "backing"}
    held = {
        table.name
        for table in db.metadata.sorted_tables
        if any(key.column.table.name == "contact" for column in table.columns for key in column.foreign_keys)
    }
    assert held == told


def test_every_deed_and_every_message_has_words() -> None:
    words = (paths.TEMPLATES / "membership" / "told.html").read_text()
    source = "".join(path.read_text() for path in (paths.ROOT / "pcnppg" / "membership").rglob("*.py"))
    about_a_contact = set(re.findall(r'audit\.note\(\s*"(membership\.\w+)"', source)) - {
        "membership.promise_lowered",
        "membership.promise_raised",
        "membership.sign_up_erased",  # nobody is left to read it
        "membership.storm",  # many presses from one network: about no one contact
        "membership.storm_seen",
    }
    about_a_contact = {
        deed for deed in about_a_contact if not deed.startswith("membership.list_")
    }  # about no one contact
    steps = {f"membership.request_{step}" for step in Step}
    looks = {"membership.contact_seen", "membership.copy_seen", "membership.request_seen"}
    assert [deed for deed in sorted(about_a_contact | steps | looks) if f'"{deed}"' not in words] == []
    kinds = {f"membership/{path.name}" for path in (paths.TEMPLATES / "emails" / "membership").iterdir()}
    kinds -= {"membership/exported"}  # to officers, about a copy of the list
    assert [kind for kind in sorted(kinds) if f'"{kind}"' not in words] == []


def test_what_is_not_known_yet_is_said_all_the_same(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    with transaction():
        note("later.deed", group_id=group.id, contact_id=contact.id)
    assert "changed or looked at what we hold about you (later.deed)" in visit(f"/my/{my_token(group, PAT)}/all").text


def test_an_officers_look_is_written_down_with_whom_they_looked_at(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    visit.as_officer(group)(f"/groups/elm-tree/contacts/{contact.id}")
    line = session().scalars(select(AuditEntry).where(AuditEntry.what == "membership.contact_seen")).one()
    assert (line.about_kind, line.about_id) == ("contact", contact.id)


def test_a_long_life_among_many_is_told_in_a_second(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group)
    contact = joined(group, PAT, name="Pat Lee")
    crowd(group, contact, officer, people=5000)
    token = my_token(group, PAT)
    visit(f"/my/{token}/all")
    for part in ("/all", "/copy", ""):
        began = time.perf_counter()
        assert visit.open("GET", f"/my/{token}{part}", checked=False).status == 200
        assert time.perf_counter() - began < 1


def crowd(group: Group, contact: Contact, officer: int, *, people: int) -> None:
    """So many others, and 200 deliveries and 500 lines of audit about one."""
    group_id, contact_id = group.id, contact.id
    with transaction():
        rows = [
            {
                "group_id": group_id, "state": "active", "address": f"p{n}@example.org", "mailbox": f"p{n}@example.org",
                "search": searchable(None, f"p{n}@example.org"), "channel": Channel.WEB, "promise": 4, "joined_at": THE_DAY,
            }
            for n in range(people)
        ]  # fmt: skip
        session().execute(insert(Contact), rows)
        at = THE_DAY - timedelta(days=2000)
        written = {"begun_by": officer, "begun_at": at, "edited_by": officer, "edited_at": at, "sent_by": officer}
        mailings = [
            {
                "group_id": group_id, "state": "sent", "subject": f"News {n}", "body": "x", "version": 1, **written,
                "sent_at": at + timedelta(days=n), "held_until": at + timedelta(days=n), "first_handed_over_at": at,
            }
            for n in range(200)
        ]  # fmt: skip
        session().execute(insert(Mailing), mailings)
        ids = session().scalars(select(Mailing.id)).all()
        session().execute(insert(Delivery), [
            {
                "mailing_id": number, "contact_id": contact_id, "state": "handed_over", "ordinal": 1, "of_at_most": 4,
                "queued_at": at, "due_at": at, "tries": 0, "at": at + timedelta(days=n),
            }
            for n, number in enumerate(ids)
        ])  # fmt: skip
        session().execute(insert(AuditEntry), [
            {
                "at": at + timedelta(days=n), "by_kind": "person", "by_id": officer, "group_id": group_id,
                "what": "membership.contact_seen", "about_kind": "contact", "about_id": contact_id,
            }
            for n in range(500)
        ])  # fmt: skip


def test_the_keys_of_a_mailbox_do_not_leave_the_house(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT)
    token = my_token(group, PAT)
    said = visit(f"/my/{token}/copy").answer.get_data(as_text=True)
    assert keys.current().mailbox_hash(PAT.lower()) not in said
    assert keys.token_hash(token) not in said


def test_only_plain_values_go_into_the_file() -> None:
    assert json.loads(as_json({"on": date(2027, 3, 4), "at": THE_DAY})) == {
        "on": "2027-03-04",
        "at": THE_DAY.isoformat(),
    }
    with pytest.raises(TypeError, match="no plain value"):
        as_json({"row": object()})
