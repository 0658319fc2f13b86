"""A pause or a new address while a mailing waits: what still goes, to whom, and that each mailbox gets it once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from pcnppg.kernel import clock
from pcnppg.kernel.clock import start_of
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_list, contacts_of, deliveries, send
from tests.membership.stories import ask_change, change_token, press_change

HOLD = timedelta(minutes=16)


def deliver(app: Flask, after: timedelta = HOLD) -> None:
    with clock.at(THE_DAY + after):
        worker_of(app).run(once=True)


def outcomes(mailing_id: int) -> list[tuple[str, str | None]]:
    session().rollback()
    return [(one.state, one.left_out_because) for one in deliveries(mailing_id)]


def used(contact_id: int) -> int:
    return queries.count_used([contact_id], THE_DAY + HOLD)[contact_id]


# A pause that starts while a mailing is queued


def pause_until(contact_id: int, days: int) -> None:
    day = (THE_DAY + timedelta(days=days)).date()
    with transaction():
        membership.pause_until(contact_id, day=day, how=How.MY_PAGE, by=Who.contact(contact_id), at=THE_DAY)


def test_a_pause_that_starts_while_a_mailing_is_queued_stops_it_and_uses_nothing(inside: Flask) -> None:
    group, officers = a_list(2)
    pat, kim = contacts_of(group)
    mailing = send(group, officers[0])
    assert used(pat) == 1
    pause_until(pat, 1)
    deliver(inside)
    assert outcomes(mailing) == [("left_out", "paused"), ("handed_over", None)]
    assert (used(pat), used(kim)) == (0, 1)


def test_a_pause_that_is_over_when_its_turn_comes_stops_nothing(inside: Flask) -> None:
    group, officers = a_list(1)
    (pat,) = contacts_of(group)
    mailing = send(group, officers[0])
    pause_until(pat, 1)
    over = start_of((THE_DAY + timedelta(days=1)).date()) - THE_DAY
    deliver(inside, over)
    assert outcomes(mailing) == [("handed_over", None)]


def test_a_pause_that_was_ended_again_stops_nothing(inside: Flask) -> None:
    group, officers = a_list(1)
    (pat,) = contacts_of(group)
    mailing = send(group, officers[0])
    pause_until(pat, 30)
    with transaction():
        membership.resume(pat, how=How.MY_PAGE, by=Who.contact(pat), at=THE_DAY)
    deliver(inside)
    assert outcomes(mailing) == [("handed_over", None)]


# A new address while a mailing is queued


def receivers(settings: Settings) -> list[str]:
    """To whom mail was handed over, without service messages."""
    found = []
    for path in sorted(Path(settings.instance / "mail").glob("*.eml")):
        head = path.read_text(errors="replace").partition("\n\n")[0]
        if "List-Id:" in head:
            found += [
                line.partition("<")[2].partition(">")[0] or line[4:].strip()
                for line in head.splitlines()
                if line.startswith("To:")
            ]
    return sorted(found)


def move(contact_id: int, text: str) -> None:
    ask_change(contact_id, text)
    press_change(change_token(text))


def share(group: int) -> tuple[int, int, int]:
    """Three people of a group at one mailbox."""
    pat, kim, sam = contacts_of(group)
    with transaction():
        mailbox = session().get_one(Contact, pat).mailbox
        for contact_id, key in ((kim, "kim"), (sam, "sam")):
            session().execute(
                update(Contact).where(Contact.id == contact_id).values(mailbox=mailbox, address=mailbox, name_key=key)
            )
    return pat, kim, sam


def carried(mailing: int) -> dict[int, int | None]:
    """Who carries whose copy: contact by contact."""
    session().rollback()
    rows = deliveries(mailing)
    owner = {row.id: row.contact_id for row in rows}
    return {row.contact_id: owner.get(row.carried_by) if row.carried_by else None for row in rows}


def carry(mailing: int, by: int, others: list[int]) -> None:
    with transaction():
        carrier = (
            session()
            .scalars(select(Delivery.id).where(Delivery.mailing_id == mailing, Delivery.contact_id == by))
            .one()
        )
        theirs = update(Delivery).where(Delivery.mailing_id == mailing, Delivery.contact_id.in_(others))
        session().execute(theirs.values(carried_by=carrier))


def test_what_is_queued_goes_to_the_new_address(inside: Flask, settings: Settings) -> None:
    group, officers = a_list(1)
    (pat,) = contacts_of(group)
    mailing = send(group, officers[0])
    move(pat, "pat@new.example")
    deliver(inside)
    assert outcomes(mailing) == [("handed_over", None)]
    assert receivers(settings) == ["pat@new.example"]


def test_who_was_carried_takes_a_message_of_their_own_along(inside: Flask) -> None:
    group, officers = a_list(3)
    pat, kim, sam = share(group)
    mailing = send(group, officers[0])
    carry(mailing, pat, [kim, sam])
    move(kim, "kim@new.example")
    assert carried(mailing) == {pat: None, kim: None, sam: pat}


def test_who_carried_others_leaves_one_of_them_to_carry_the_rest(inside: Flask) -> None:
    group, officers = a_list(3)
    pat, kim, sam = share(group)
    mailing = send(group, officers[0])
    carry(mailing, pat, [kim, sam])
    move(pat, "pat@new.example")
    assert carried(mailing) == {pat: None, kim: None, sam: kim}


def test_who_comes_to_somebodys_mailbox_is_carried_with_what_waits_there(inside: Flask) -> None:
    group, officers = a_list(2)
    pat, kim = contacts_of(group)
    mailing, other = send(group, officers[0]), send(group, officers[1])
    with transaction():  # one of the two has gone out to Pat already
        gone = update(Delivery).where(Delivery.mailing_id == other, Delivery.contact_id == pat)
        session().execute(gone.values(state="handed_over", at=THE_DAY))
    with transaction():
        session().get_one(Contact, kim).name_key = "kim"
    there = session().get_one(Contact, pat).mailbox
    assert there is not None
    move(kim, there)
    assert carried(mailing) == {pat: None, kim: pat}
    assert carried(other) == {pat: None, kim: None}


def test_nobody_who_is_unknown_has_anything_to_part_from(inside: Flask) -> None:
    with transaction():
        actions.go_to_mailbox(4711, "nobody@example.org")


@pytest.mark.parametrize("state", ["attempting", "handed_over", "withdrawn"])
def test_what_is_no_longer_queued_stays_as_it_is(inside: Flask, state: str) -> None:
    group, officers = a_list(3)
    pat, kim, sam = share(group)
    mailing = send(group, officers[0])
    carry(mailing, pat, [kim, sam])
    values = {"attempting": {"at": THE_DAY, "attempting_by": "w"}, "handed_over": {"at": THE_DAY}}.get(state, {})
    with transaction():
        session().execute(update(Delivery).where(Delivery.mailing_id == mailing).values(state=state, **values))
    move(pat, "pat@new.example")
    assert carried(mailing) == {pat: None, kim: pat, sam: pat}
