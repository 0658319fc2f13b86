"""Groups with a contact list of any size, written straight into the tables: for what no journey of ours could build in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select

from pcnppg.directory.models import Network
from pcnppg.groups import actions as founding
from pcnppg.groups.models import Group, RoleHeld
from pcnppg.groups.rules import Controller, Holder, Kind, Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.mailing import actions
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import Channel, State, name_key, searchable
from pcnppg.people.models import Person
from pcnppg.store.session import session, transaction

WORDS = "Please come to our **meeting** on Tuesday.\n\nTell us what you think: https://example.org/say"


def a_list(
    people: int = 3, *, slug: str = "elm-tree", promise: int = 4, officers: int = 2, at: datetime | None = None
) -> tuple[int, list[int]]:
    """A group with so many contacts, in a transaction of its own: its number, and its officers'."""
    with transaction():
        return write_list(people, slug=slug, promise=promise, officers=officers, at=at or clock.now())


def write_list(people: int, *, slug: str, promise: int, officers: int, at: datetime) -> tuple[int, list[int]]:
    """The same inside somebody's transaction."""
    network = f"U{session().scalar(select(func.count()).select_from(Network)) or 0:05}"
    session().add(Network(code=network, name="ELM NETWORK", closed_on=None))
    session().flush()
    group = Group(
        kind=Kind.NETWORK,
        slug=slug,
        short_code=slug[:12],
        name=f"Patients of {slug.replace('-', ' ').title()}",
        practice_code=None,
        network_code=network,
        purpose="To speak up for patients.",
        reply_address=f"{slug}@example.org",
        helper_name="Ruth Carver",
        helper_contact="01632 960 001",
        controller=Controller.GROUP,
        privacy_contact=f"privacy-{slug}@example.org",
        promise=promise,
        created_at=at,
        set_up_at=at,
    )
    session().add(group)
    session().flush()
    holder = Holder(
        controller=Controller.GROUP, holder_name=group.name, privacy_contact=group.privacy_contact, officer_name=""
    )
    founding.publish_notice(group.id, holder, over=None, by=OPERATOR, at=at)
    return group.id, [_officer(group, n, at) for n in range(officers)] + _fill(group, people, at)


def _officer(group: Group, n: int, at: datetime) -> int:
    mailbox = f"officer{n}-{group.slug}@example.org"
    person = Person(name=("Joan Ellis", "Amir Shah", "Cath Moor")[n], address=mailbox, mailbox=mailbox, created_at=at)
    session().add(person)
    session().flush()
    role = (Role.CHAIR, Role.SECRETARY, Role.VICE_CHAIR)[n]
    session().add(RoleHeld(group_id=group.id, person_id=person.id, role=role, since=at))
    return person.id


def _fill(group: Group, people: int, at: datetime) -> list[int]:
    rows = [_contact(group, n, at) for n in range(people)]
    for start in range(0, people, 5000):
        session().execute(insert(Contact), rows[start : start + 5000])
    return []


def _contact(group: Group, n: int, at: datetime) -> dict[str, Any]:
    mailbox = f"patient{n}-{group.slug}@example.org"
    name = f"Pat Number {n}" if n % 3 else None
    return {
        "group_id": group.id,
        "state": State.ACTIVE,
        "name": name,
        "address": mailbox,
        "mailbox": mailbox,
        "search": searchable(name, mailbox),
        "channel": Channel.WEB,
        "promise": group.promise,
        "joined_at": at - timedelta(days=400),
        "paused_until": None,
        "left_at": None,
        "left_how": None,
    }


def share_a_mailbox(*contact_ids: int) -> None:
    """Put these contacts at the mailbox of the first, each with a name of their own, in a transaction of its own."""
    with transaction():
        first = session().get_one(Contact, contact_ids[0])
        for n, contact_id in enumerate(contact_ids):
            one = session().get_one(Contact, contact_id)
            one.mailbox, one.address = first.mailbox, first.address
            one.name = f"Person {n}"
            one.name_key = name_key(one.name)


def contacts_of(group_id: int) -> list[int]:
    return list(session().scalars(select(Contact.id).where(Contact.group_id == group_id).order_by(Contact.id)))


_letters = count(1)


def a_draft(group_id: int, officer: int, *, subject: str = "Our summer meeting", body: str | None = None) -> int:
    """A draft, in a transaction of its own. Left alone its words differ from those of every other: the same go out once."""
    body = f"{WORDS}\n\nThis is letter {next(_letters)}." if body is None else body
    with transaction():
        return actions.begin(group_id, subject=subject, body=body, by=Who.person(officer), at=clock.now()).id


def send(group_id: int, officer: int, *, mailing_id: int | None = None, at: datetime | None = None) -> int:
    """A mailing sent, in a transaction of its own."""
    mailing_id = mailing_id or a_draft(group_id, officer)
    with transaction():
        version = session().get_one(Mailing, mailing_id).version
        actions.send(group_id, mailing_id=mailing_id, version=version, by=Who.person(officer), at=at or clock.now())
    return mailing_id


def deliveries(mailing_id: int) -> list[Delivery]:
    found = select(Delivery).where(Delivery.mailing_id == mailing_id).order_by(Delivery.id)
    return list(session().scalars(found.execution_options(populate_existing=True)))
