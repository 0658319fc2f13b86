"""Makes the story happen: every group, person and mailing through the actions that people use, with the clock turned."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import partial

import pyotp
from flask import Flask

from pcnppg.demo import notices
from pcnppg.demo.meetings import Meetings
from pcnppg.demo.minutes import meet_today
from pcnppg.demo.network import Together
from pcnppg.demo.story import (
    BEGAN,
    DOMAIN,
    FIRST_NAMES,
    GROUPS,
    LAST_NAMES,
    RETURNED,
    Asking,
    Letter,
    Told,
)
from pcnppg.directory.jobs import DEMO_FILES, import_files
from pcnppg.groups import actions as founding
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import OFFICERS, USUAL, Role, usual_end
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.mailing import actions as mailing
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.rules import Agreement, CameBy, Channel, How, ReachedBy, RequestKind, Ways
from pcnppg.people import actions as people
from pcnppg.people import formats as authenticators
from pcnppg.people import queries as accounts
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.rules import Outcome, handed_over
from pcnppg.post.transports.transport import OneByOne
from pcnppg.returns import actions as returns
from pcnppg.store.session import transaction
from pcnppg.updates import actions as picking
from pcnppg.updates import queries as updates

CONFIRM = re.compile(r"/confirm/(\S+)")
CAME = {Channel.WEB: 55, Channel.POSTER: 25, Channel.CARD: 12, Channel.LETTER: 3, Channel.PACK: 5}
"""Of every hundred who join, how many came by which way."""
FORTNIGHT = timedelta(days=14)
Event = tuple[datetime, int, Callable[[], None]]


class Postbag:
    """Takes every mail of the year, keeps confirm links and the last return path of each mailbox, and lets the rest go."""

    def __init__(self) -> None:
        self.links: dict[str, str] = {}
        self.paths: dict[str, str] = {}

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        self.paths[to] = envelope_from
        plain = next(part for part in message_from_bytes(data).walk() if part.get_content_type() == "text/plain")
        if found := CONFIRM.search(bytes(plain.get_payload(decode=True)).decode()):
            self.links[to] = found.group(1)
        return handed_over("250 2.0.0")

    def check(self) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class Life:
    """One group's year, as it goes on."""

    told: Told
    app: Flask
    bag: Postbag
    chance: random.Random
    group_id: int = 0
    by: dict[Role, Who] = field(default_factory=dict)
    joined: int = 0
    on_list: list[int] = field(default_factory=list)

    def events(self, today: datetime, first: int) -> Iterator[Event]:
        """What happens when, in no order. `first` is the number of this group's first patient."""
        began = today - BEGAN if self.told.letters[0].days_ago > 200 else today - timedelta(days=190)
        yield began, 0, self.found
        yield began + timedelta(days=1), 1, self.set_up
        meetings = int((today - began) / FORTNIGHT) - 1
        for n in range(meetings):
            share = range(self._joined_by(n, meetings), self._joined_by(n + 1, meetings))
            yield began + timedelta(days=3) + n * FORTNIGHT, 2, partial(self.join, [first + i for i in share])
        for letter in self.told.letters:
            yield today - timedelta(days=letter.days_ago, hours=-2), 3, partial(self.write, letter)
            yield today - timedelta(days=letter.days_ago - 1), 4, self.some_leave
        yield began + timedelta(days=20), 2, self.write_down
        for asking in self.told.asking:
            yield today - timedelta(days=asking.days_ago), 5, partial(self.ask, asking)
        for notice in notices.NOTICES.get(self.told.slug, ()):
            yield today - timedelta(days=notice.days_ago), 5, partial(self.post, notice)
        for praise in notices.PRAISES.get(self.told.slug, ()):
            yield today - timedelta(days=praise.days_ago), 5, partial(self.thank, praise)
        if self.told.returned:
            yield today - timedelta(days=min(letter.days_ago for letter in self.told.letters) - 1), 4, self.come_back
        if self.told.meets:
            yield from Meetings(self).events(today)
        if self.told.meets_today:
            yield today, 7, partial(self.meet_today, today)
        if self.told.draft:
            yield today - timedelta(hours=4), 6, self.at_their_own_pages
            yield today - timedelta(hours=3), 6, self.begin_draft
        if self.told.planned:
            yield today - timedelta(hours=2), 6, self.plan

    def meet_today(self, today: datetime) -> None:
        meet_today(self.group_id, self.by, today)

    def _joined_by(self, n: int, meetings: int) -> int:
        """A new group grows fast at first, then slower."""
        return int(self.told.joins * (n / meetings) ** 0.5)

    def found(self) -> None:
        chair = self.told.people[0][1]
        with transaction():
            group, token = founding.create_practice_group(
                practice_code=self.told.practice_code,
                name=self.told.name,
                slug=self.told.slug,
                chair=address_of(chair),
                by=OPERATOR,
                at=clock.now(),
            )
            self.group_id = group.id
        self.accept(Role.CHAIR, chair, token)

    def accept(self, role: Role, name: str, token: str) -> None:
        with transaction():
            accepted = founding.accept_invitation(token, name=name, at=clock.now())
        self.by[role] = Who.person(accepted.person_id)
        if role in OFFICERS:
            enrol(accepted.person_id)

    def set_up(self) -> None:
        chair, told = self.by[Role.CHAIR], self.told
        with transaction():
            founding.set_up(
                self.group_id,
                name=told.name,
                purpose=told.purpose,
                reply_address=EmailAddress.parse(f"{told.slug}@{DOMAIN}"),
                helper_name=told.helper_name,
                helper_contact=told.helper_phone,
                by=chair,
                at=clock.now(),
            )
            self.say_who_holds_the_data()
            if told.promise < USUAL:
                membership.lower_promise(self.group_id, told.promise, by=chair, at=clock.now())
        for role, name in told.people[1:]:
            with transaction():
                ends_on = usual_end(role, clock.local(clock.now()).date())
                token = founding.invite(
                    self.group_id, role=role, address=address_of(name), term_ends_on=ends_on, by=chair, at=clock.now()
                )
            self.accept(role, name, token)

    def say_who_holds_the_data(self) -> None:
        group, officer = groups.get_group(self.group_id), self.told.data_protection_officer
        holder = replace(
            group.holder,
            holder_address=self.told.holder_address,
            officer_name=officer,
            officer_contact=address_of(officer).shown,
            registration=self.told.registration,
        )
        by = self.by[Role.CHAIR]
        founding.publish_notice(group.id, holder, over=group.notice_version, by=by, at=clock.now())

    def join(self, numbers: list[int]) -> None:
        for number in numbers:
            name = patient_name(number)
            with transaction():
                membership.join(
                    self.group_id,
                    address=patient_address(number),
                    name=name if self.chance.random() < 0.8 else None,
                    channel=self.chance.choices(list(CAME), weights=list(CAME.values()))[0],
                    by=VISITOR,
                    at=clock.now(),
                )
        self.deliver()
        for number in numbers:
            if self.chance.random() < 0.95:
                self.confirm(self.bag.links.pop(patient_address(number).mailbox))

    def confirm(self, token: str) -> None:
        sign_up = contacts.find_open_sign_up(token, at=clock.now())
        assert sign_up is not None  # noqa: S101 - the link was mailed a moment ago
        with transaction():
            digest = contacts.words_of(groups.get_group(sign_up.group_id)).digest
            self.on_list.append(membership.confirm(token, digest=digest, at=clock.now()).id)

    def write_down(self) -> None:
        """The secretary comes home from a coffee morning with forms."""
        for one in self.told.on_paper:
            way = ReachedBy.EMAIL if one.email else ReachedBy.POST if one.postal_address else ReachedBy.PHONE
            address = EmailAddress.parse(one.email) if one.email else None
            with transaction():
                membership.write_down(
                    self.group_id,
                    name=one.name,
                    ways=Ways(way, address, one.postal_address or None, one.phone or None),
                    agreement=Agreement(
                        channel=one.channel,
                        taken_by=self.told.people[-1][1],
                        given_on=clock.local(clock.now()).date() - timedelta(days=2),
                        kept_at="Blue folder in the surgery's back room" if one.channel is Channel.PAPER else None,
                    ),
                    by=self.by.get(Role.SECRETARY) or self.by[Role.CHAIR],
                    at=clock.now(),
                )

    def write(self, letter: Letter) -> None:
        writer = self.by.get(Role.SECRETARY) or self.by[Role.CHAIR]
        with transaction():
            draft = mailing.begin(self.group_id, subject=letter.subject, body=letter.body, by=writer, at=clock.now())
            if letter.tells:
                waiting = {one.id for one in updates.list_waiting(self.group_id, clock.now())}
                picking.pick(self.group_id, draft.id, chosen=waiting, by=writer, at=clock.now())
            sent = mailing.send(self.group_id, mailing_id=draft.id, version=draft.version, by=writer, at=clock.now())
            due = sent.held_until
        assert due is not None  # noqa: S101 - a sent mailing is held
        with clock.at(due):
            self.deliver()

    def some_leave(self) -> None:
        for contact_id in self.chance.sample(self.on_list, len(self.on_list) // self.told.leaves_every):
            self.on_list.remove(contact_id)
            me = Who.contact(contact_id)
            with transaction():
                if self.chance.random() < 0.7:
                    membership.leave(contact_id, how=How.LEAVE_PAGE, by=me, at=clock.now())
                else:
                    membership.pause(contact_id, months=6, how=How.LEAVE_PAGE, by=me, at=clock.now())

    def come_back(self) -> None:
        """A mail server reports that nobody is there: the address stops."""
        path = self.bag.paths[self.told.returned]
        with transaction():
            returns.take(RETURNED.format(path=path).encode(), (path,), at=clock.now())

    def ask(self, asking: Asking) -> None:
        """Somebody asks about their details; an officer writes it down, or it comes from the page for complaints."""
        now, by = clock.now(), self.by[Role.CHAIR]
        with transaction():
            if asking.kind is RequestKind.COMPLAINT:
                address = EmailAddress.parse(f"sheila.holt@{DOMAIN}")
                membership.complain(self.group_id, address=address, words=asking.words, by=VISITOR, at=now)
                return
            membership.write_down_request(
                self.group_id,
                kind=asking.kind,
                came_by=CameBy.LETTER,
                received_on=clock.local(now).date(),
                contact_id=self.on_list[asking.days_ago % len(self.on_list)],
                who="",
                answer_to="",
                asked=asking.words,
                by=by,
                at=now,
            )

    def at_their_own_pages(self) -> None:
        """Three people change something themselves: a pause until a day, news of the network, a new address that waits."""
        at, how = clock.now(), How.MY_PAGE
        away, keen, moving = self.on_list[-3:]
        with transaction():
            back = clock.local(at).date() + timedelta(days=40)
            membership.pause_until(away, day=back, how=how, by=Who.contact(away), at=at)
            shown = contacts.network_words_of(groups.get_group(self.group_id), promise=self.told.promise)
            if shown is not None:
                membership.agree_to_network_news(keen, digest=shown.digest, how=how, by=Who.contact(keen), at=at)
            address = EmailAddress.parse(f"a.new.address@{DOMAIN}")
            membership.change_address(moving, address=address, how=how, by=Who.contact(moving), at=at)

    def post(self, notice: notices.Notice) -> None:
        notices.post(self.group_id, notice, self.by)

    def thank(self, praise: notices.Praise) -> None:
        notices.thank(self.group_id, praise, self.by)

    def begin_draft(self) -> None:
        subject, body = self.told.draft or ("", "")
        with transaction():
            mailing.begin(self.group_id, subject=subject, body=body, by=self.by[Role.CHAIR], at=clock.now())

    def plan(self) -> None:
        """A mailing for ten in the morning, six days from now."""
        subject, body = self.told.planned or ("", "")
        moment = clock.local(clock.now() + timedelta(days=6)).replace(hour=10, minute=0, second=0, microsecond=0)
        by = self.by[Role.CHAIR]
        with transaction():
            draft = mailing.begin(self.group_id, subject=subject, body=body, by=by, at=clock.now())
            mailing.schedule(
                self.group_id, mailing_id=draft.id, version=draft.version, moment=moment, by=by, at=clock.now()
            )

    def deliver(self) -> None:
        worker_of(self.app, transport=OneByOne(self.bag)).run(once=True)


def play(app: Flask) -> None:
    """Fill an empty database with the year that ends now. Needs an application context."""
    today = clock.now()
    chance = random.Random(42)  # noqa: S311 - the same year each time, not a secret
    with clock.at(today - BEGAN - timedelta(days=1)):
        import_files(*DEMO_FILES, by=OPERATOR, at=clock.now())
    bag, events, first = Postbag(), list[Event](), 0
    lives = [Life(told, app, bag, chance) for told in GROUPS]
    for life in lives:
        events += life.events(today, first)
        first += life.told.joins
    events += Together(lives).events(today)
    for moment, _, happen in sorted(events, key=lambda event: event[:2]):
        with clock.at(moment):
            happen()


def enrol(person_id: int) -> None:
    """Set up an authenticator, as the page after the invitation does."""
    codes = authenticators.make_recovery_codes()
    with transaction():
        opened = people.begin_session(person_id, device="the demonstration", at=clock.now())
        factor = accounts.lock_second_factor(person_id)
        assert factor is not None  # noqa: S101 - accepting such a role made it ready
        totp = pyotp.TOTP(authenticators.secret_of(factor.sealed_secret)).at(clock.now())
        me = Who.person(person_id)
        people.confirm_second_factor(
            person_id, session_id=opened.session_id, totp=totp, codes=codes, by=me, at=clock.now()
        ).enforce()
        people.sign_out(opened.session_id, by=me, at=clock.now())


def address_of(name: str) -> EmailAddress:
    """Where a member of the story has their mail."""
    return EmailAddress.parse(f"{'.'.join(name.lower().replace('dr ', '').split())}@{DOMAIN}")


def patient_name(number: int) -> str:
    """The name of the story's patient of this number; no two are called the same."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[(number * 5 + number // 24) % len(LAST_NAMES)]}"


def patient_address(number: int) -> EmailAddress:
    return EmailAddress.parse(f"{patient_name(number).lower().replace(' ', '.')}{number}@{DOMAIN}")
