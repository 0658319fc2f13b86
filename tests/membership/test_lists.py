"""Bringing a list in: whose rows come in, with which evidence, and that nothing is half done, left behind or done twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.actions import bringing, importing
from pcnppg.membership.jobs import importing as jobs
from pcnppg.membership.models import (
    ConsentRecord,
    Contact,
    ContactImport,
    ContactImportRow,
    Evidence,
    Suppression,
    Wording,
)
from pcnppg.membership.rules import Because, CameBy, How, RequestKind, State, name_key
from pcnppg.membership.rules.columns import Columns
from pcnppg.membership.rules.importing import MOST_OPEN, Attestation, Fate, Known, Row, Stage, fate_of, understand
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.lists import (
    ATTESTED,
    WORDS,
    a_list,
    brought,
    checked,
    fates,
    file,
    here,
    ordered,
    the_import,
)
from tests.membership.stories import (
    ask,
    confirm,
    confirm_token,
    erase_by,
    joined,
    leave,
    letters,
    my_token,
    the_group,
    what_happened,
)
from tests.membership.test_races import at_once

TWO = a_list(("Jo Reed", "Jo@Example.org"), ("Ann Bell", "ann@example.org"))
BOTH = [("Jo Reed", "jo@example.org"), ("Ann Bell", "ann@example.org")]


def nothing_is_left(number: int | None = None) -> bool:
    """No row of any list, and no file."""
    session().rollback()
    rows = session().scalar(select(func.count()).select_from(ContactImportRow))
    files = session().scalar(select(func.count()).where(ContactImport.file.is_not(None)))
    return not rows and not files


# Who comes in


def test_with_a_whole_attestation_people_come_in_with_their_evidence(inside: Flask) -> None:
    group = the_group(promise=4)
    number = brought(group, TWO)
    assert here(group) == [(name, mailbox, "active") for name, mailbox in BOTH]
    jo = session().scalars(select(Contact).order_by(Contact.id)).first()
    assert jo is not None
    assert (jo.address, jo.channel, jo.promise, jo.joined_at) == ("Jo@Example.org", "list", 4, THE_DAY)
    assert jo.agreed_at is not None
    assert clock.local(jo.agreed_at).date() == ATTESTED.given_on
    assert session().get_one(Wording, jo.wording_id).words == WORDS
    assert what_happened(jo) == [("agreed", "list", 4)]
    line = session().scalars(select(ConsentRecord).where(ConsentRecord.contact_id == jo.id)).one()
    evidence = session().get_one(Evidence, line.evidence_id)
    assert (evidence.kind, evidence.given_on, evidence.given_at) == ("list", ATTESTED.given_on, ATTESTED.given_at)
    assert (line.wording_id, evidence.wording_id) == (jo.wording_id, jo.wording_id)
    assert [found.id for found in queries.list_contacts(group.id, listed="on", search="reed", at=THE_DAY).rows] == [
        jo.id
    ]  # type: ignore[arg-type]
    assert the_import(number).came_in == 2
    assert nothing_is_left()
    assert not letters()


def test_a_promise_lower_than_the_groups_is_kept(inside: Flask) -> None:
    group = the_group(promise=4)
    brought(group, TWO, attested=Attestation("At most twice a year.", ATTESTED.given_on, "at the desk", 2))
    assert set(session().scalars(select(Contact.promise))) == {2}


@pytest.mark.parametrize("later", [False, True], ids=["attested at once", "vouched for later"])
def test_a_lower_promise_since_that_day_binds_though_it_was_raised_again(inside: Flask, later: bool) -> None:
    group = the_group(promise=6)
    number = brought(group, TWO, attested=None) if later else 0
    with transaction():
        actions.lower_promise(group.id, 2, by=OPERATOR, at=THE_DAY)
        actions.raise_promise(group.id, 5, why="We have more to tell you now.", by=OPERATOR, at=THE_DAY)
    if later:
        with transaction():
            actions.vouch(group.id, number, attested=ATTESTED, by=OPERATOR, at=THE_DAY)
    else:
        brought(group, TWO)
    assert set(session().scalars(select(Contact.promise))) == {2}
    assert set(session().scalars(select(ConsentRecord.promise).where(ConsentRecord.what == "agreed"))) == {2}


def test_without_it_they_are_unverified_and_in_no_mailing(inside: Flask) -> None:
    group = the_group()
    brought(group, TWO, attested=None)
    assert [state for _, _, state in here(group)] == ["unverified", "unverified"]
    found = session().scalars(select(Contact)).first()
    assert found is not None
    assert (found.agreed_at, found.wording_id) == (None, None)
    assert what_happened(found) == [("brought_in", "list", None)]
    assert not list(session().execute(queries.select_active(group.id)))
    assert queries.count_contacts(group.id, at=THE_DAY).unverified == 2


def test_each_fate_stays_out_but_the_new(inside: Flask) -> None:
    group = the_group()
    joined(group, "here@example.org", name="Here Already")
    joined(group, "nameless@example.org")
    joined(group, "shared@example.org", name="Kim")
    leave(joined(group, "left@example.org", name="Left Before"))
    joined(group, "gone@example.org")
    erase_by(my_token(group, "gone@example.org"))
    content = a_list(
        ("HERE  already", "HERE@example.org"),
        ("", "here@example.org"),
        ("Nameless Now", "nameless@example.org"),
        ("Pat", "shared@example.org"),
        ("Somebody", "left@example.org"),
        ("Somebody", "gone@example.org"),
        ("New", "new@example.org"),
        ("New", "new@example.org"),
        ("Other", "new@example.org"),
        ("Bad", "nonsense@"),
        ("gone@example.org", "Gone Person"),
    )
    number = checked(group, content)
    assert list(fates(number).values()) == [
        "here", "here", "here", "new", "left", "suppressed", "new", "twice", "new", "not_an_address", "suppressed",
    ]  # fmt: skip
    with transaction():
        actions.order(group.id, number, attested=ATTESTED, by=OPERATOR, at=THE_DAY)
    jobs.work_on(number)
    assert [name for name, _, state in here(group) if state == "active"][-3:] == ["Pat", "New", "Other"]
    assert nothing_is_left()


def test_of_who_left_or_was_erased_nothing_is_kept(inside: Flask) -> None:
    group = the_group()
    leave(joined(group, "left@example.org", name="Left Before"))
    number = checked(group, a_list(("Left Before", "left@example.org"), ("New", "new@example.org")))
    row = session().scalars(select(ContactImportRow).where(ContactImportRow.import_id == number)).first()
    assert row is not None
    assert (row.fate, row.name, row.address, row.mailbox, row.mailbox_hash, row.name_key) == ("left", *[None] * 4, "")


def test_one_group_does_not_decide_for_another(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    leave(joined(other, "jo@example.org", name="Jo Reed"))
    joined(other, "ann@example.org", name="Ann Bell")
    brought(group, TWO)
    assert [state for _, _, state in here(group)] == ["active", "active"]
    assert len(here(other)) == 2


def test_whoever_joined_left_or_was_erased_since_the_check_is_decided_again(inside: Flask) -> None:
    group = the_group()
    content = a_list(*[(name, f"{name}@example.org") for name in ("joined", "left", "gone", "new")])
    number = ordered(group, content)
    joined(group, "joined@example.org", name="Joined")
    leave(joined(group, "left@example.org"))
    joined(group, "gone@example.org")
    erase_by(my_token(group, "gone@example.org"))
    jobs.work_on(number)
    assert [(name, state) for name, _, state in here(group)] == [
        ("Joined", "active"),
        (None, "left"),
        (None, "erased"),
        ("new", "active"),
    ]
    assert the_import(number).came_in == 1


NAMES = st.sampled_from(["", "Pat", "Kim"])
STATES = st.sampled_from([State.ACTIVE, State.UNVERIFIED, State.LEFT])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.dictionaries(NAMES, STATES, max_size=3),
    barred=st.sampled_from([None, Because.LEFT, Because.ERASED]),
    name=NAMES,
)
def test_what_the_database_decides_is_what_the_rule_says(
    inside: Flask, people: dict[str, State], barred: Because | None, name: str
) -> None:
    with transaction() as open_:
        for model in (ContactImportRow, ContactImport, ConsentRecord, Contact, Suppression):
            if model is not ConsentRecord:
                open_.query(model).delete()
    group = session().scalar(select(Group)) or the_group()
    number = checked(group, a_list((name, "both@example.org")))
    mailbox_hash = keys.current().mailbox_hash("both@example.org")
    with transaction() as open_:
        for theirs, state in people.items():
            left = {"left_at": THE_DAY, "left_how": How.LETTER} if state is State.LEFT else {}
            at = {"address": "both@example.org", "mailbox": "both@example.org", "search": "both", "joined_at": THE_DAY}
            known = {"group_id": group.id, "state": state, "name": theirs or None, "name_key": name_key(theirs)}
            open_.add(Contact(**known, **at, **left, channel="web", promise=4))
        if barred:
            open_.add(Suppression(group_id=group.id, mailbox_hash=mailbox_hash, since=THE_DAY, because=barred))
    here_now = {name_key(theirs) for theirs, state in people.items() if state is not State.LEFT}
    known = queries.known_at(group.id, ["both@example.org"]).get("both@example.org", Known())
    assert set(known.here) == here_now
    assert set(known.left) == {name_key(theirs) for theirs, state in people.items() if state is State.LEFT}
    assert known.suppressed == barred
    row = understand(2, [name, "both@example.org"], Columns(1, (0,), 1))
    assert row is not None
    with transaction():
        bringing._decide_again(group.id, number)
    assert fates(number) == {2: fate_of(row, known, ())}


# Vouching


@pytest.mark.parametrize(
    "attested",
    [
        Attestation("", ATTESTED.given_on, "there", 4),
        Attestation(WORDS, ATTESTED.given_on, "", 4),
        Attestation(WORDS, THE_DAY.date() + timedelta(days=1), "there", 4),
        Attestation(WORDS, ATTESTED.given_on, "there", 0),
        Attestation(WORDS, ATTESTED.given_on, "there", 13),
    ],
)
def test_half_an_attestation_is_none(inside: Flask, attested: Attestation) -> None:
    group = the_group()
    number = checked(group, TWO)
    with pytest.raises(RuleBroken), transaction():
        actions.order(group.id, number, attested=attested, by=OPERATOR, at=THE_DAY)
    assert the_import(number).stage == Stage.CHECKED
    assert not session().scalar(select(func.count()).select_from(Evidence))


def test_a_list_can_be_vouched_for_later(inside: Flask) -> None:
    group = the_group(promise=4)
    officer = Who.person(1)
    number = brought(group, a_list(*BOTH, ("Lou", "lou@example.org")), attested=None)
    other = brought(group, a_list(("Max", "max@example.org")), attested=None)
    lou = session().scalars(select(Contact).where(Contact.name == "Lou")).one()
    leave(lou)
    assert [(found.id, people) for found, people in queries.list_unverified_imports(group.id)] == [
        (other, 1),
        (number, 2),
    ]
    with transaction():
        assert actions.vouch(group.id, number, attested=ATTESTED, by=officer, at=THE_DAY) == 2
    assert [state for _, _, state in here(group)] == ["active", "active", "left", "unverified"]
    jo = session().scalars(select(Contact).where(Contact.name == "Jo Reed")).one()
    assert (jo.promise, clock.local(jo.agreed_at or THE_DAY).date()) == (4, ATTESTED.given_on)
    assert what_happened(jo) == [("brought_in", "list", None), ("agreed", "list", 4)]
    assert what_happened(lou)[-1][0] == "withdrawn"
    evidence = queries.find_evidence(the_import(number))
    assert evidence is not None
    assert evidence.given_at == ATTESTED.given_at
    with pytest.raises(RuleBroken, match="waits for that"), transaction():
        actions.vouch(group.id, number, attested=ATTESTED, by=officer, at=THE_DAY)
    assert queries.count_unverified(the_import(number)) == 0


@pytest.mark.parametrize("how", ["one click", "erased", "objected"])
def test_vouching_brings_nobody_back_to_a_mailbox_that_somebody_left(inside: Flask, how: str) -> None:
    group = the_group()
    pat = joined(group, "jo@example.org", name="Pat")
    number = brought(group, TWO, attested=None)
    with transaction():
        if how == "one click":
            actions.leave_mailbox(pat.id, how=How.ONE_CLICK, by=Who.contact(pat.id), at=THE_DAY)
        elif how == "erased":
            actions.erase(pat.id, by=Who.contact(pat.id), at=THE_DAY)
        else:
            actions.write_down_request(
                group.id, kind=RequestKind.OBJECTION, came_by=CameBy.LETTER, received_on=THE_DAY.date(),
                contact_id=pat.id, who="", answer_to="", asked="Stop.", by=OPERATOR, at=THE_DAY,
            )  # fmt: skip
    with transaction():
        assert actions.vouch(group.id, number, attested=ATTESTED, by=OPERATOR, at=THE_DAY) == 1
    assert [row.mailbox for row in session().execute(queries.select_active(group.id))] == ["ann@example.org"]
    assert (None, None, "erased") in here(group)
    assert not queries.count_unverified(the_import(number))


def test_only_a_list_that_came_in_can_be_vouched_for(inside: Flask) -> None:
    group = the_group()
    number = checked(group, TWO)
    with pytest.raises(RuleBroken, match="not brought in"), transaction():
        actions.vouch(group.id, number, attested=ATTESTED, by=OPERATOR, at=THE_DAY)
    assert queries.find_evidence(the_import(number)) is None


def test_unverified_people_can_join_leave_be_taken_off_and_be_erased(inside: Flask) -> None:
    group = the_group()
    people = [(name, f"{name}@example.org") for name in ("joins", "leaves", "asks", "goes")]
    brought(group, a_list(*people), attested=None)
    joins, leaves, asks, _ = session().scalars(select(Contact.id).order_by(Contact.id))
    ask(group, "joins@example.org")
    assert confirm(group, confirm_token("joins@example.org")).id == joins
    leave(leaves)
    with transaction():
        actions.record_leaving(group.id, contact_id=asks, how=How.PHONE, by=Who.person(1), at=THE_DAY)
    erase_by(my_token(group, "goes@example.org"))
    assert [state for _, _, state in here(group)] == ["active", "left", "left", "erased"]
    number = checked(group, a_list(*people))
    assert list(fates(number).values()) == ["here", "left", "left", "suppressed"]


# Nothing half done, nothing left


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (file("11"), "quotation mark"),
        (file("16"), "nobody in this list"),
        (file("31"), "damaged"),
        (b"Email\n\n", "nobody"),
    ],
)
def test_a_list_that_is_refused_leaves_nothing_but_why(inside: Flask, content: bytes, says: str) -> None:
    number = checked(the_group(), content)
    stopped = the_import(number)
    assert (stopped.stage, says in (stopped.why or "")) == (Stage.STOPPED, True)
    assert nothing_is_left()


def test_a_list_that_breaks_leaves_nothing_but_that(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    group = the_group()

    def breaks(*_: object, **__: object) -> None:
        raise ValueError("jo@example.org")

    monkeypatch.setattr(jobs, "fate_of", breaks)
    with pytest.raises(ValueError, match="jo@"):
        checked(group, TWO)
    stopped = session().scalars(select(ContactImport)).one()
    assert stopped.why == jobs.BROKE
    assert nothing_is_left()


def test_bringing_in_that_breaks_brings_nobody_in_and_can_be_done_again(
    inside: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = the_group()
    number = ordered(group, TWO)
    with monkeypatch.context() as broken:
        broken.setattr(bringing.audit, "note", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.work_on(number)
    assert here(group) == []
    assert the_import(number).stage == Stage.BRINGING
    jobs.work_on(number)
    jobs.work_on(number)
    assert len(here(group)) == 2


def test_work_that_died_is_begun_again_and_the_old_turn_is_over(inside: Flask) -> None:
    group = the_group()
    with transaction():
        number = actions.take_list(group.id, TWO, by=OPERATOR, at=THE_DAY).id
        assert importing.take_turn(number, "dead", at=THE_DAY) is not None
    row = (Row(2, "Half", "half@example.org", "half@example.org", key="half"), Fate.NEW)
    with transaction():
        assert importing.stage(number, "dead", [row], upto=2, at=THE_DAY)
    jobs.work_on(number)
    assert fates(number) == {2: "new", 3: "new"}
    with transaction():
        assert not importing.stage(number, "dead", [row], upto=2, at=THE_DAY)
        assert not importing.note_sheet(number, "dead", None, None, at=THE_DAY)  # type: ignore[arg-type]
        importing.finish_check(number, "dead", at=THE_DAY)
        importing.stop(number, "dead", "late", at=THE_DAY)
    assert the_import(number).stage == Stage.CHECKED


def test_work_ends_where_the_list_was_thrown_away_meanwhile(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    group = the_group()
    real = jobs.look_through

    def thrown_away(group_id: int, sheet: object, columns: object):  # type: ignore[no-untyped-def]
        for decided in real(group_id, sheet, columns):  # type: ignore[arg-type]
            with transaction():
                actions.discard(group_id, session().scalars(select(ContactImport.id)).one(), by=OPERATOR, at=THE_DAY)
            yield decided

    monkeypatch.setattr(jobs, "look_through", thrown_away)
    number = checked(group, TWO)
    jobs.work_on(number)
    assert session().get(ContactImport, number) is None
    assert nothing_is_left()


def test_a_list_is_thrown_away_with_all_of_it_unless_it_came_in(inside: Flask) -> None:
    group = the_group()
    waiting, wanted, done = checked(group, TWO), ordered(group, TWO), brought(group, TWO)
    for number in (waiting, wanted):
        with transaction():
            actions.discard(group.id, number, by=OPERATOR, at=THE_DAY)
    assert nothing_is_left()
    assert session().scalars(select(Evidence.id)).all() == [the_import(done).evidence_id]
    with pytest.raises(RuleBroken, match="on your list already"), transaction():
        actions.discard(group.id, done, by=OPERATOR, at=THE_DAY)


def test_lists_that_nobody_brings_in_are_removed_after_a_day(inside: Flask) -> None:
    group = the_group()
    old = [checked(group, TWO), checked(group, file("15")), checked(group, file("11")), ordered(group, TWO)]
    done = brought(group, TWO)
    with clock.at(THE_DAY + timedelta(hours=20)):
        kept = checked(group, TWO)
        jobs.forget_staged(clock.now())
    assert all(session().get(ContactImport, number) for number in old)
    jobs.forget_staged(THE_DAY + timedelta(days=1))
    session().rollback()
    assert set(session().scalars(select(ContactImport.id))) == {kept, done}
    assert set(session().scalars(select(ContactImportRow.import_id))) == {kept}


def test_a_group_has_so_many_lists_waiting_and_no_more(inside: Flask) -> None:
    group = the_group()
    for _ in range(MOST_OPEN):
        checked(group, TWO)
    with pytest.raises(RuleBroken, match="wait already"):
        checked(group, TWO)


def test_what_is_not_to_be_done_is_not_done(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    number = checked(group, a_list(("Bad", "nonsense")))
    order = {"attested": None, "by": OPERATOR, "at": THE_DAY}
    with pytest.raises(RuleBroken, match="Nobody in this list is new"), transaction():
        actions.order(group.id, number, **order)  # type: ignore[arg-type]
    done = brought(group, TWO)
    with pytest.raises(RuleBroken, match="not checked any more"), transaction():
        actions.order(group.id, done, **order)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match="being worked on"), transaction():
        actions.choose_columns(group.id, done, Columns(0), by=OPERATOR, at=THE_DAY)
    for act in (
        lambda: actions.order(other.id, number, **order),  # type: ignore[arg-type]
        lambda: actions.discard(other.id, number, by=OPERATOR, at=THE_DAY),
        lambda: actions.vouch(other.id, done, attested=ATTESTED, by=OPERATOR, at=THE_DAY),
        lambda: actions.choose_columns(other.id, number, Columns(0), by=OPERATOR, at=THE_DAY),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    with transaction():
        assert actions.bring_in(number, by=OPERATOR, at=THE_DAY) is None
        assert actions.bring_in(999, by=OPERATOR, at=THE_DAY) is None


def test_a_list_that_vanishes_between_two_looks_is_not_found(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    group = the_group()
    number = checked(group, TWO)
    monkeypatch.setattr(importing.importing, "lock_import", lambda _: None)
    with pytest.raises(NotFound), transaction():
        actions.discard(group.id, number, by=OPERATOR, at=THE_DAY)


def test_columns_are_chosen_where_headings_do_not_say(inside: Flask) -> None:
    group = the_group()
    number = checked(group, file("15"))
    assert the_import(number).stage == Stage.CHOOSING
    for columns, rows in ((Columns(1, (0,)), ["new", "new"]), (Columns(0, (1,)), ["misplaced", "misplaced"])):
        with transaction():
            actions.choose_columns(group.id, number, columns, by=OPERATOR, at=THE_DAY)
        jobs.work_on(number)
        assert list(fates(number).values()) == rows
    assert checked(group, file("15"), columns=Columns(1, (0,), 1)) > number


# Erasing, and two at once


def test_who_is_erased_goes_from_lists_that_wait(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    joined(group, "jo@example.org", name="Jo Reed")
    link = my_token(group, "jo@example.org")
    content = a_list(
        *BOTH, ("Jo Reed", "jo@@example.org"), ("jo@example.org", "Jo Reed"), ("Jo Reed" * 20, "jo@example.org")
    )
    number, elsewhere = checked(group, content), checked(other, content)
    choosing = checked(group, file("15"))
    erase_by(link)
    assert fates(number) == {3: "new", 4: "not_an_address"}
    kept = (
        session()
        .scalars(select(ContactImportRow).where(ContactImportRow.number == 4, ContactImportRow.import_id == number))
        .one()
    )
    assert (kept.name, kept.address) == (None, None)
    assert queries.find_file(group.id, number) is None
    assert the_import(choosing).why == importing.SOMEBODY_WENT
    assert queries.find_file(group.id, choosing) is None
    assert len(fates(elsewhere)) == 5
    assert queries.find_file(other.id, elsewhere) == content


@pytest.mark.parametrize("turn", range(3))
def test_two_officers_with_the_same_list_at_once_bring_nobody_in_twice(inside: Flask, turn: int) -> None:
    group = the_group()
    people = [(f"Pat {number}", f"pat{number}@example.org") for number in range(60)]
    first, second = ordered(group, a_list(*people)), ordered(group, a_list(*reversed(people)))
    outcomes = at_once(
        inside,
        *[lambda number=number: actions.bring_in(number, by=OPERATOR, at=THE_DAY) for number in (first, second, first)],
    )
    assert sum(outcome or 0 for outcome in outcomes) == 60
    assert len(here(group)) == 60
    assert session().scalar(select(func.count()).select_from(ConsentRecord)) == 60
    assert sorted([the_import(first).came_in or 0, the_import(second).came_in or 0]) == [0, 60]
    assert nothing_is_left()


@pytest.mark.parametrize("turn", range(3))
def test_erasing_while_a_list_comes_in_keeps_the_person_out(inside: Flask, turn: int) -> None:
    group = the_group()
    contact = joined(group, "jo@example.org", name="Jo Reed").id
    number = ordered(group, TWO)
    at_once(
        inside,
        lambda: actions.bring_in(number, by=OPERATOR, at=THE_DAY),
        lambda: actions.erase(contact, by=Who.contact(contact), at=THE_DAY),
    )
    assert [name for name, _, state in here(group) if state == "active"] == ["Ann Bell"]


@pytest.mark.parametrize("turn", range(3))
def test_joining_while_a_list_comes_in_makes_one_contact(inside: Flask, turn: int) -> None:
    group = the_group()
    ask(group, "jo@example.org", name="Jo Reed")
    token, digest = confirm_token("jo@example.org"), queries.words_of(group).digest
    number = ordered(group, TWO)
    outcomes = at_once(
        inside,
        lambda: actions.confirm(token, digest=digest, at=THE_DAY).id,
        lambda: actions.bring_in(number, by=OPERATOR, at=THE_DAY),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert sorted(mailbox or "" for _, mailbox, _ in here(group)) == ["ann@example.org", "jo@example.org"]


def test_others_can_write_while_a_list_is_checked(inside: Flask) -> None:
    """Each chunk is a transaction of its own: between two of them somebody joins."""
    group = the_group()
    people = [(f"Pat {number}", f"pat{number}@example.org") for number in range(2500)]
    seen: list[int] = []
    real = importing.stage

    def stage(*args: object, **values: object) -> bool:
        seen.append(session().scalar(select(func.count()).select_from(ContactImportRow)) or 0)
        return real(*args, **values)  # type: ignore[arg-type]

    importing.stage = stage  # type: ignore[assignment]
    try:
        checked(group, a_list(*people))
    finally:
        importing.stage = real
    assert seen == [0, 1000, 2000]


def test_the_background_does_the_work_and_a_break_is_logged_without_names(
    inside: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = the_group()
    with transaction():
        number = actions.take_list(group.id, TWO, by=OPERATOR, at=THE_DAY).id
    jobs.in_background(number)
    _wait_for(number)
    assert the_import(number).stage == Stage.CHECKED
    monkeypatch.setattr(jobs, "work_on", lambda _: 1 / 0)
    jobs.in_background(number)
    _wait_for(number)
    assert f"the work on list {number} broke: ZeroDivisionError" in caplog.text


def _wait_for(number: int) -> None:
    for thread in threading.enumerate():
        if thread.name == f"list {number}":
            thread.join(20)


def test_each_step_is_in_the_audit_by_number(inside: Flask) -> None:
    group = the_group()
    number = brought(group, TWO, by=Who.person(7))
    lines = session().scalars(
        select(AuditEntry).where(AuditEntry.about_kind == "contact_import").order_by(AuditEntry.id)
    )
    assert [(line.what, line.by_id, line.about_id, line.count) for line in lines] == [
        ("membership.list_taken", 7, number, None),
        ("membership.list_brought_in", 7, number, 2),
    ]


def test_a_checked_list_without_headings_row_numbers_is_paged(inside: Flask) -> None:
    group = the_group()
    number = checked(group, a_list(*[("Bad", f"nonsense {n}") for n in range(120)]))
    first = queries.list_rows(number, [Fate.NOT_AN_ADDRESS])
    assert (first.rows[0].number, first.before, first.after) == (2, None, 51)
    second = queries.list_rows(number, [Fate.NOT_AN_ADDRESS], after=first.after)
    assert (second.rows[0].number, second.before, second.after) == (52, 52, 101)
    third = queries.list_rows(number, [Fate.NOT_AN_ADDRESS], after=second.after)
    assert (third.before, third.after) == (102, None)
    assert queries.list_rows(number, [Fate.NOT_AN_ADDRESS], before=third.before).rows == second.rows
    back = queries.list_rows(number, [Fate.NOT_AN_ADDRESS], before=52)
    assert (back.rows, back.before) == (first.rows, None)
