"""A place with something behind every door: a group with every role, contacts, mailings, and links of each kind."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from pcnppg.groups import actions as groups
from pcnppg.groups.models import Group, RoleHeld
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock, keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.mailing import actions as mailing
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.jobs import importing as lists
from pcnppg.membership.rules import Agreement, Awaited, CameBy, Channel, ReachedBy, RequestKind, Ways
from pcnppg.post import formats
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session
from tests import making
from tests.house.network import a_network_around

SLUG = "elm-tree"
LEAVING = ("groups_outside.leave.held_id", "groups_outside.leave_role.held_id")
"""Only one's own role can be given up: here it is the chair's, who is not the only one."""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands for each part of an address; `people` are numbers of accounts by role, None for a stranger."""

    values: dict[str, Any]
    people: dict[Role | None, int]
    app: Flask

    def person(self, role: Role | None) -> int:
        return self.people[role]

    def url(self, rule: Rule) -> str:
        """An address of this route where something is."""
        values = {name: self.values.get(f"{rule.endpoint}.{name}", self.values.get(name)) for name in rule.arguments}
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"{rule.rule}: say in tests/house/place.py what {missing} may be"
        url = rule.rule
        for part in url.split("<")[1:]:
            inner = part.partition(">")[0]
            url = url.replace(f"<{inner}>", quote(str(values[inner.partition(":")[2] or inner])))
        return url


def a_place(app: Flask) -> Place:
    """Build it, as of now."""
    group_id = making.a_group(app, slug=SLUG)
    people: dict[Role | None, int] = {None: making.a_person(app)}
    for role in Role:
        people[role] = making.an_officer(group_id, role=role, app=app)
    chair = Who.person(people[Role.CHAIR])
    network = a_network_around(app, group_id, people)
    contact_id = _contact(app, group_id, "pat@example.com")
    _contact(app, group_id, "kim@example.com")
    not_me = _without_email(app, group_id, chair)
    draft = making.apart(app, lambda: _begin(group_id, chair)[0])
    sent = making.apart(app, lambda: _send(group_id, chair))
    values = {
        "slug": SLUG,
        "filename": "app.js",
        "contact_id": contact_id,
        "person_id": people[Role.SECRETARY],
        "mailing_id": sent,
        "code": making.apart(app, lambda: session().get_one(Group, group_id).short_code),
        "name": "none",
        "token": "no-such-token",
        **_links(app, group_id, contact_id),
        "membership_outside.not_me.token": not_me,
        "membership_outside.press_not_me.token": not_me,
        **_drafts(app, draft),
        **_lists(app, group_id, chair),
        **_requests(app, group_id, contact_id, chair),
        **network,
        "version": 1,
        **dict.fromkeys(("invitation_id", "reset_id", "held_id"), 1),
        **dict.fromkeys(LEAVING, making.apart(app, lambda: _held_by(people[Role.CHAIR]))),
        "session_id": 999_999,  # nobody's: ending it ends nothing
    }
    return Place(values, people, app)


def _held_by(person_id: int) -> int:
    return (
        session().scalars(select(RoleHeld.id).where(RoleHeld.person_id == person_id).order_by(RoleHeld.id)).first() or 0
    )


def _drafts(app: Flask, draft: int) -> dict[str, int]:
    """The pages of a mailing that nobody has sent."""
    ends = ("/write", "/preview", "/reach", "/discard", "/send", "/test")
    return {f"{rule.endpoint}.mailing_id": draft for rule in app.url_map.iter_rules() if rule.rule.endswith(ends)}


def _lists(app: Flask, group_id: int, by: Who) -> dict[str, int]:
    """A list that is checked, and for the page that vouches one that came in unverified."""
    checked = _list(app, group_id, by, b"Name,Email\nJo Reed,jo@example.com\nAnn Bell,nonsense\n")
    brought = _list(app, group_id, by, b"Name,Email\nLou Hart,lou@example.com\n")
    making.apart(app, lambda: membership.order(group_id, brought, attested=None, by=by, at=clock.now()))
    contextvars.Context().run(_work_on, app, brought)
    ends = ("/vouch",)
    vouched = {f"{rule.endpoint}.import_id": brought for rule in app.url_map.iter_rules() if rule.rule.endswith(ends)}
    return {"import_id": checked, **vouched}


def _list(app: Flask, group_id: int, by: Who, content: bytes) -> int:
    number = making.apart(app, lambda: membership.take_list(group_id, content, by=by, at=clock.now()).id)
    contextvars.Context().run(_work_on, app, number)
    return number


def _work_on(app: Flask, import_id: int) -> None:
    with app.app_context():
        lists.work_on(import_id)


def _requests(app: Flask, group_id: int, contact_id: int, by: Who) -> dict[str, int]:
    """A request for each page that needs one of its own kind or state."""

    def write(kind: RequestKind, *, paused: bool = False) -> int:
        now = clock.now()
        known = {"who": "", "answer_to": "", "asked": "Please.", "contact_id": contact_id}
        made = membership.write_down_request(
            group_id, kind=kind, came_by=CameBy.LETTER, received_on=now.date(), by=by, at=now, **known
        )
        if paused:
            why = Awaited.IDENTITY
            membership.pause_request(group_id, made.id, awaited=why, on=now.date(), words="", by=by, at=now)
        return made.id

    page = "group.membership"
    return {
        "request_id": making.apart(app, lambda: write(RequestKind.ACCESS)),
        f"{page}.data_request_erase.request_id": making.apart(app, lambda: write(RequestKind.ERASURE)),
        f"{page}.data_request_resume.request_id": making.apart(app, lambda: write(RequestKind.ACCESS, paused=True)),
        f"{page}.erase_for_request.request_id": 999_999,  # nobody's: erasing would end the story of the others
    }


def _contact(app: Flask, group_id: int, address: str) -> int:
    token = _mailed(app, lambda: _join(group_id, address))

    def confirm() -> int:
        digest = contacts.words_of(session().get_one(Group, group_id)).digest
        return membership.confirm(token, digest=digest, at=clock.now()).id

    return making.apart(app, confirm)


def _without_email(app: Flask, group_id: int, by: Who) -> str:
    """People written down from forms, by post, by phone and by email: the link of the last that says "not me"."""
    took = {"taken_by": "Sam Okafor", "given_on": clock.local(clock.now()).date(), "kept_at": "Blue folder"}

    def write(name: str, ways: Ways) -> str:
        agreement = Agreement(channel=Channel.PAPER, **took)
        contact = membership.write_down(group_id, name=name, ways=ways, agreement=agreement, by=by, at=clock.now())
        return keys.current().sign(contacts.not_me_purpose(contact.mailbox or ""), contact.id)

    making.apart(app, lambda: write("Abe Fox", Ways(ReachedBy.POST, postal_address="4 Weir Lane\nWithy\nZZ1 2AB")))
    making.apart(app, lambda: write("Ida Lamb", Ways(ReachedBy.PHONE, phone="01632 960 777")))
    return making.apart(app, lambda: write("Nan Webb", Ways(ReachedBy.EMAIL, EmailAddress.parse("nan@example.com"))))


def _join(group_id: int, address: str) -> None:
    found = EmailAddress.parse(address)
    membership.join(group_id, address=found, name="Pat Lee", channel=Channel.WEB, by=VISITOR, at=clock.now())


def _begin(group_id: int, by: Who) -> tuple[int, int]:
    body = "Please come on Tuesday and **tell us what you think**."
    draft = mailing.begin(group_id, subject="Our spring meeting", body=body, by=by, at=clock.now())
    return draft.id, draft.version


def _send(group_id: int, by: Who) -> int:
    number, version = _begin(group_id, by)
    mailing.send(group_id, mailing_id=number, version=version, by=by, at=clock.now())
    return number


def deliver(app: Flask, *, after: timedelta = timedelta(hours=1)) -> None:
    """Let the worker hand over all that is due by then."""

    def work() -> None:
        with app.app_context(), clock.at(clock.now() + after):
            worker_of(app).run(once=True)

    contextvars.Context().run(work)


def _links(app: Flask, group_id: int, contact_id: int) -> dict[str, str]:
    """A good link of each kind, by the endpoint that takes it."""
    invited = EmailAddress.parse("new-member@example.com")
    invitation = making.apart(
        app, lambda: groups.invite(group_id, role=Role.MEMBER, address=invited, by=OPERATOR, at=clock.now())
    )
    pat = EmailAddress.parse("pat@example.com")
    my = _mailed(app, lambda: membership.tell_my_link(group_id, address=pat, by=VISITOR, at=clock.now()))
    ends = {
        "/u/": keys.current().sign("leave", contact_id),
        "/my/": my,
        "/confirm/": _mailed(app, lambda: _join(group_id, "new@example.com")),
        "/invitations/": invitation,
    }
    return {
        f"{rule.endpoint}.token": token
        for rule in app.url_map.iter_rules()
        for start, token in ends.items()
        if rule.rule.startswith(f"{start}<token>")
    }


def _mailed(app: Flask, act: Callable[[], object]) -> str:
    """The token in the message that `act` queued."""

    def find() -> str:
        act()
        session().flush()
        newest = session().scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert newest is not None
        assert newest.sealed is not None
        found = re.search(r"'token': '([^']+)'", str(formats.unseal(keys.current().seal, newest.sealed)))
        assert found
        return found[1]

    return making.apart(app, find)
