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
from pcnppg.mailing.rules import HAVE_YOUR_SAY
from pcnppg.meetings.actions import agenda, backing, items, papers, planning, proposing
from pcnppg.meetings.models import Meeting
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import PassedTo, Wish
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.jobs import importing as lists
from pcnppg.membership.models import Storm
from pcnppg.membership.rules import (
    Agreement,
    Awaited,
    CameBy,
    Channel,
    How,
    ReachedBy,
    RequestKind,
    Stopped,
    Ways,
)
from pcnppg.post import formats
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session
from pcnppg.updates import actions as updates
from pcnppg.updates.rules import Content, Side, To, usual_days
from pcnppg.updates.rules import Kind as UpdateKind
from tests import making
from tests.house.meetings_held import held
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
        **_returned(app, group_id),
        "membership_outside.not_me.token": not_me,
        "membership_outside.press_not_me.token": not_me,
        **_drafts(app, draft),
        **_lists(app, group_id, chair),
        **_requests(app, group_id, contact_id, chair),
        **_updates(app, group_id, Who.person(people[Role.PRACTICE_MANAGER])),
        **network,
        "version": 1,
        "year": clock.local(clock.now()).year,
        **dict.fromkeys(("invitation_id", "reset_id", "held_id"), 1),
        **dict.fromkeys(LEAVING, making.apart(app, lambda: _held_by(people[Role.CHAIR]))),
        **_meetings(app, group_id, people),
        **held(app, group_id, people),
        "session_id": 999_999,  # nobody's: ending it ends nothing
    }
    return Place(values, people, app)


def _meetings(app: Flask, group_id: int, people: dict[Role | None, int]) -> dict[str, Any]:
    """A meeting with a published agenda, a paper, items in the tray, one passed to the practice, and a form to confirm."""
    chair = Who.person(people[Role.CHAIR])
    now = clock.now()
    starts_at = now + timedelta(weeks=6)

    def build() -> dict[str, Any]:
        plan = Plan(MeetingKind.ORDINARY, starts_at, starts_at + timedelta(minutes=90), place="The library, Elm Road")
        meeting_id = planning.plan_meeting(group_id, plan, by=chair, at=now).id
        waits = proposing.propose(group_id, meeting_id, Wish("Later opening hours"), by=chair, at=now).id
        asked = proposing.propose(group_id, meeting_id, Wish("A working lift"), by=chair, at=now).id
        items.pass_on(group_id, asked, passed_to=PassedTo.PRACTICE, words="When will it run?", by=chair, at=now)
        on = proposing.propose(group_id, meeting_id, Wish("Shorter queues at the desk"), by=chair, at=now).id
        entry = items.accept(
            group_id, on, meeting_id=meeting_id, minutes=20, purpose=Purpose.DECIDE, by=chair, at=now
        ).id
        file = {"name": "Plan of the desk", "content": b"%PDF-1.7 a plan"}
        paper = papers.add_file(group_id, meeting_id, entry, **file, by=chair, at=now).id
        version = session().get_one(Meeting, meeting_id).agenda_version
        agenda.publish_agenda(group_id, meeting_id, version=version, by=chair, at=now)
        made = backing.back(group_id, waits, by=chair, at=now)
        return {
            "meeting_id": meeting_id,
            "item_id": waits,
            "entry_id": entry,
            "paper_id": paper,
            "act": "accept",
            "group.meetings.question.item_id": asked,
            "group.meetings.answer_question.item_id": asked,
            **dict.fromkeys(
                ("meetings_outside.item_mail.token", "meetings_outside.switch_off.token"),
                keys.current().sign("item mail", made.id),
            ),
        }

    known = making.apart(app, build)
    address = EmailAddress.parse("vi@example.com")
    token = _mailed(
        app,
        lambda: proposing.ask_to_propose(
            group_id, known["meeting_id"], Wish("More chairs"), address=address, name=None, by=VISITOR, at=clock.now()
        ),
    )
    ends = ("confirm_proposal", "press_confirm_proposal")
    return {**known, **{f"group.meetings.{end}.token": token for end in ends}}


def _held_by(person_id: int) -> int:
    return (
        session().scalars(select(RoleHeld.id).where(RoleHeld.person_id == person_id).order_by(RoleHeld.id)).first() or 0
    )


def _returned(app: Flask, group_id: int) -> dict[str, Any]:
    """Somebody whose address stopped working, somebody who left and may come back, and many who left at once."""
    stopped, left = _contact(app, group_id, "ida@example.com"), _contact(app, group_id, "lee@example.com")
    lee = EmailAddress.parse("lee@example.com")
    making.apart(app, lambda: membership.mark_stopped([stopped], because=Stopped.HARD, at=clock.now()))
    making.apart(app, lambda: membership.leave(left, how=How.LEAVE_PAGE, by=Who.contact(left), at=clock.now()) and None)
    way_back = _mailed(app, lambda: membership.tell_my_link(group_id, address=lee, by=VISITOR, at=clock.now()))

    def storm() -> int:
        known = {"what": "left", "presses": 9, "by_program": 9, "usual": 1, "seen_at": None, "seen_by": None}
        made = Storm(group_id=group_id, began_at=clock.now(), last_at=clock.now(), **known)
        session().add(made)
        session().flush()
        return made.id

    return {
        "storm_id": making.apart(app, storm),
        "group.membership.contact_address.contact_id": stopped,
        "group.membership.mend_address.contact_id": stopped,
        "membership_outside.my_come_back.token": way_back,
        "membership_outside.press_come_back.token": way_back,
    }


def _drafts(app: Flask, draft: int) -> dict[str, int]:
    """The pages of a mailing that nobody has sent."""
    ends = ("/write", "/preview", "/reach", "/discard", "/send", "/test", "/plan")
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


def _updates(app: Flask, group_id: int, manager: Who) -> dict[str, Any]:
    """An update and thanks of the practice's."""

    def post() -> int:
        review_on, ends_on = usual_days(clock.now().date())
        said = Content(UpdateKind.NEWS, "The lift works again", {"words": "From Monday."}, review_on, ends_on)
        return updates.post(group_id, said, side=Side.PRACTICE, by=manager, at=clock.now()).id

    def thank() -> int:
        words = {"to": To.GROUP, "words": "Thank you.", "side": Side.PRACTICE}
        return updates.say_thanks(group_id, **words, by=manager, at=clock.now()).id

    return {"kind": "news", "update_id": making.apart(app, post), "thanks_id": making.apart(app, thank)}


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
    new = EmailAddress.parse("pat.lee@example.com")
    ends = {
        "/u/": keys.current().sign("leave", contact_id),
        "/say/": keys.current().sign(HAVE_YOUR_SAY, contact_id),
        "/my/": my,
        "/confirm/": _mailed(app, lambda: _join(group_id, "new@example.com")),
        "/address/": _mailed(app, lambda: _move(contact_id, new)),
        "/invitations/": invitation,
    }
    return {
        f"{rule.endpoint}.token": token
        for rule in app.url_map.iter_rules()
        for start, token in ends.items()
        if rule.rule.startswith(f"{start}<token>")
    }


def _move(contact_id: int, to: EmailAddress) -> None:
    membership.change_address(contact_id, address=to, how=How.MY_PAGE, by=Who.contact(contact_id), at=clock.now())


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
