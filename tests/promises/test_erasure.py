"""Nothing of an erased person is left (rule 10): in no column of any table, no waiting mail, no log, no caught message.
Neither of a contact, nor of somebody with an account.

The test walks the metadata, so that a new table is searched from its first day. What may stay is the keyed hash in
`suppression`, and rows that say that something happened, not to whom.
"""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from sqlalchemy import select

from pcnppg.federation import actions as federation
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock, keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing.models import Delivery
from pcnppg.meetings.actions import attending, day, following, items, minutes, planning, proposing, rotas
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.models import Item
from pcnppg.meetings.queries import following as actions_of_meetings
from pcnppg.meetings.queries.items import backings_of, list_tray
from pcnppg.meetings.rules.following import Reply
from pcnppg.meetings.rules.items import PassedTo, Wish
from pcnppg.meetings.rules.meetings import Habits, MeetingKind, Plan
from pcnppg.meetings.rules.people import Coming
from pcnppg.meetings.rules.record import DecisionHow
from pcnppg.membership import actions
from pcnppg.membership.models import ContactImportRow, DataRequest, Evidence
from pcnppg.membership.queries import not_me_purpose
from pcnppg.membership.rules import Asked, How, ReachedBy, Ways
from pcnppg.people import actions as people
from pcnppg.people.models import AddressChange, RecoveryCode, SecondFactor, SignInRequest, SignInSession
from pcnppg.people.rules import FORMER
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.session import db, session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.federation.stories import a_story, close, option, put, vote, whole
from tests.federation.stories import send as send_delegate
from tests.groups.stories import ask_reset, chair_of, end_role_held, hand_over, invite
from tests.meetings.stories import a_meeting, backed, confirmed, done
from tests.membership.forms import written_down
from tests.membership.lists import a_list, brought, checked
from tests.membership.stories import (
    ask,
    ask_change,
    beside,
    change_token,
    confirm,
    confirm_token,
    joined,
    leave,
    leave_token,
    letters,
    my_token,
    the_group,
)
from tests.people.stories import begun, give, other_than, set_up
from tests.returns.stories import full, mail, return_path, take
from tests.visiting import Visit

NAME = "Zebedee Quill"
ADDRESS = "Zebedee.Quill@example.com"
MAILBOX = ADDRESS.lower()
OTHER = "zq@quill.example"
HOLD = timedelta(minutes=16)
NEEDLES = ("zebedee", "quill")
"""Parts of both name and address, so that no spelling slips through."""


def everything(value: Any) -> str:
    """What somebody with the database and the keys could read in one field."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        try:
            return Fernet(urlsafe_b64encode(keys.current().seal)).decrypt(raw).decode().casefold()
        except InvalidToken:
            return raw.decode("latin-1").casefold()
    return str(value).casefold()


def found_in_tables(*needles: str) -> set[str]:
    """Every `table.column` in which a needle can be read."""
    session().rollback()
    return {
        f"{table.name}.{column}"
        for table in db.metadata.sorted_tables
        for row in session().execute(select(table)).mappings()
        for column, value in row.items()
        if value is not None and any(needle in everything(value) for needle in needles)
    }


def found_in_mail(folder: Path) -> set[str]:
    return {
        path.name
        for path in (folder.iterdir() if folder.exists() else ())
        if any(needle in path.read_bytes().decode("latin-1").casefold() for needle in NEEDLES)
    }


def send(group: Group, subject: str, officer: int) -> None:
    """A mailing to the whole list, still held."""
    with transaction():
        draft = mailing.begin(
            group.id, subject=subject, body="Come on *Monday*.", by=Who.person(officer), at=clock.now()
        )
        mailing.send(group.id, mailing_id=draft.id, version=draft.version, by=Who.person(officer), at=clock.now())


def reply_to_a_return_path(contact_id: int) -> None:
    """Their mail program answers a mailing at its return path: one answer goes on to the group, another waits; then a report says
    that the mailbox is full.
    """
    came = (
        session().scalars(select(Delivery).where(Delivery.contact_id == contact_id, Delivery.at.is_not(None))).first()
    )
    assert came is not None
    to = return_path(came)
    take(mail(to, text=f"{NAME} is coming.", sender=ADDRESS))
    worker_of(making.the_app()).run(once=True)
    take(mail(to, text=f"{NAME} is not coming.", sender=ADDRESS))
    take(full(to))


def ask_about_details(visit: Visit, contact_id: int, token: str, officer: Visit) -> None:
    """Every way of asking about one's details, each with words that give away who asks; one of them closed already."""
    visit(f"/my/{token}/complain").submit(words=f"I am {NAME}, and you wrote at night.")
    visit("/groups/elm-tree/complain").submit(email=ADDRESS, words=f"{NAME} again.")
    page = officer(f"/groups/elm-tree/data-requests/new?contact_id={contact_id}")
    page = page.submit(kind="access", came_by="letter", asked=f"{NAME} wants a copy.").follow()
    page.submit("Write it into the log", words=f"Rang {NAME}.")
    page.click("Ask them who they are, or what they mean").submit(awaited="identity", words=f"Are you {NAME}?")
    closed = officer(f"/groups/elm-tree/data-requests/new?contact_id={contact_id}")
    closed = closed.submit(kind="correction", came_by="desk", asked=f"Not {NAME.lower()}.").follow()
    closed.click("Close it with an answer").submit(outcome="done", words=f"{NAME} it is.")


def requests_left() -> list[tuple[str, str | None]]:
    session().rollback()
    found = select(DataRequest).order_by(DataRequest.id)
    return [(request.kind, request.outcome) for request in session().scalars(found)]


class Listener(logging.Handler):
    """Hears every line of every logger, as a file on disk would."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_info)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def heard() -> Iterator[Listener]:
    listener, root = Listener(), logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield listener
    root.removeHandler(listener)
    root.setLevel(level)


def test_nothing_of_an_erased_person_is_left(
    inside: Flask, visit: Visit, settings: Settings, heard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    group = the_group()
    mail = settings.instance / "mail"
    mailbox_hash = keys.current().mailbox_hash(MAILBOX)

    # A whole life on the list, by the pages: joined twice, confirmed, paused, left, back again.
    form = visit("/groups/elm-tree/join")
    form.submit(email=ADDRESS, name=NAME, agree=True)
    form.submit(email=f" {MAILBOX.upper()} ", name=NAME.upper(), agree=True)
    form.submit(email="nonsense zebedee", name=NAME, agree=True)
    contact = confirm(group, confirm_token(ADDRESS))
    visit.post(f"/u/{leave_token(contact)}", {"act": "pause", "months": "3"})
    worker_of(inside).run(once=True)
    leave(contact)
    ask(group, ADDRESS, name=NAME)
    confirm(group, confirm_token(ADDRESS))
    visit("/groups/elm-tree/my").submit(email=ADDRESS)
    (waiting,) = letters("my")
    page = visit(f"/my/{waiting['values']['token']}")
    page = page.click("Change your name").submit(name=f"{NAME} the Second").follow()
    moved = page.click("Change your email address").submit(email="zebedee@quill.example").follow()
    worker_of(inside).run(once=True)
    moved = visit(f"/my/{waiting['values']['token']}/address").submit("Send me a link to confirm it", email=OTHER)
    assert moved.status == 303
    officer = making.an_officer(group)
    send(group, "Spring news", officer)
    with clock.at(THE_DAY + HOLD):
        worker_of(inside).run(once=True)
    reply_to_a_return_path(contact.id)
    send(group, "Summer news", officer)
    visit("/groups/elm-tree/my").submit(email=ADDRESS)
    an_owner_without_an_account(group.id, officer)
    ask_about_details(visit, contact.id, str(waiting["values"]["token"]), visit.as_(officer))

    # It can be found before: otherwise the search below would prove nothing.
    before = found_in_tables(*NEEDLES)
    assert {"contact.name", "contact.address", "contact.mailbox", "contact.search", "outbox_message.sealed"} <= before
    assert {"action.owner_name", "action.mailbox", "action_update.words"} <= before
    assert {"contact_move.address", "contact_move.mailbox"} <= before
    assert {"data_request.asked", "data_request.answer_to", "data_request_note.words"} <= before
    hashes = {
        "action.mailbox_hash",
        "sign_up.mailbox_hash",
        "my_link.mailbox_hash",
        "contact_move.told_hash",
        "data_request.mailbox_hash",
    }
    assert hashes <= found_in_tables(mailbox_hash)
    assert found_in_mail(mail)
    assert sorted(session().scalars(select(Delivery.state))) == ["handed_over", "queued"]

    page = visit(f"/my/{waiting['values']['token']}").click("Erase my details").submit()
    assert page.heading == "Your details are erased"

    assert found_in_tables(*NEEDLES) == set()
    assert requests_left() == [
        ("complaint", "erased"),
        ("complaint", "erased"),
        ("access", "erased"),
        ("correction", "done"),
    ]
    assert found_in_tables(mailbox_hash) == {"suppression.mailbox_hash"}
    assert found_in_tables(keys.current().mailbox_hash(OTHER)) == set()
    assert found_in_mail(mail) == set()
    with clock.at(THE_DAY + 2 * HOLD):
        worker_of(inside).run(once=True)
    assert found_in_mail(mail) == set()
    assert found_in_tables(*NEEDLES) == set()
    said = "\n".join([*heard.lines, caplog.text]).casefold()
    assert not [
        needle for needle in (*NEEDLES, mailbox_hash, str(waiting["values"]["token"]).casefold()) if needle in said
    ]


def in_a_meeting(group_id: int, me: int, other: int) -> int:
    """Somebody sits in a meeting, is named in all that is written down there, and has something to do."""
    by, at = Who.person(other), clock.now()
    plan = Plan(MeetingKind.ORDINARY, at, at + timedelta(hours=1), place="The library")
    agreed = {"how": DecisionHow.AGREED, "votes": None, "casting": None, "slip": None}
    with transaction():
        met = planning.plan_meeting(group_id, plan, by=by, at=at).id
        planning.keep_habits(group_id, Habits(quorum_number=2), by=by, at=at)
        attending.say(group_id, met, Coming.COMING, is_named=True, by=Who.person(me), at=at)
        attending.mark(group_id, met, {me: "here", other: "here"}, by=by, at=at)
        day.note(group_id, met, None, f"{NAME.upper()} told us of the bell.", slip=None, by=by, at=at)
        day.decide(group_id, met, None, motion=f"We thank {NAME}.", **agreed, by=by, at=at)
        given = following.give(
            group_id, words=f"{NAME} rings the bell", owner=Owner(me), due_on=None, meeting_id=met, by=by, at=at
        )
        following.reply(
            group_id, given.id, Reply.CANNOT, words=f"I, {NAME}, am away.", by_day=None, by=Who.person(me), at=at
        )
        rotas.take_on(group_id, met, 1, by=Who.person(me), at=at)
        day.end_meeting(group_id, met, by=by, at=at)
        minutes.circulate(group_id, met, by=by, at=at)
        minutes.propose_correction(group_id, met, f"{NAME} said it was blue.", by=Who.person(me), at=at)
    return met


MEETINGS_NAME_THEM = {
    "meeting_note.words", "meeting_decision.motion", "action.words", "action_update.words", "minutes.words",
    "minutes_correction.words",
}  # fmt: skip


def an_owner_without_an_account(group_id: int, officer: int) -> None:
    """An action that a contact has: name and address beside it, and their own words about it."""
    owner = Owner(name=NAME, address=EmailAddress.parse(ADDRESS))
    with transaction():
        by = Who.person(officer)
        given = following.give(group_id, words="Ring the bell", owner=owner, due_on=None, by=by, at=clock.now())
        link = actions_of_meetings.link_token(given)
        following.reply_by_link(link, Reply.CANNOT, words=f"{NAME} is away.", by_day=None, at=clock.now())


def test_nothing_of_an_erased_account_is_left(
    inside: Flask, visit: Visit, settings: Settings, heard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole life as an officer: chair, named in the settings, lost an authenticator, moved house, handed over."""
    caplog.set_level(logging.DEBUG)
    group_id = making.a_group(chair=ADDRESS, chair_name=NAME)
    mail = settings.instance / "mail"
    me = chair_of(group_id)
    other = making.an_officer(group_id, name="Sue", address="sue@example.com")
    with transaction():
        row = session().get_one(Group, group_id)
        row.reply_address = row.helper_contact = row.privacy_contact = ADDRESS
    set_up(begun(me))
    ask_reset(group_id, me, asked_by=other)
    with transaction():
        people.ask_to_sign_in(address=EmailAddress.parse(ADDRESS), at=clock.now())
        people.ask_new_address(me, address=EmailAddress.parse(f"new.{MAILBOX}"), by=Who.person(me), at=clock.now())
    give(other_than(), ADDRESS)
    by_post = Ways(ReachedBy.POST, postal_address="2 Elm Road\nWithy")
    for taken_by in (NAME.upper(), "Sam Okafor"):
        written_down(session().get_one(Group, group_id), by_post, name=f"Nan {taken_by[0]}", taken_by=taken_by)
    worker_of(inside).run(once=True)
    browser = visit.as_(me)
    browser("/groups/elm-tree/mailings/new").submit(subject="Spring news", body="Come on Monday.")
    browser("/groups/elm-tree/updates/new/news").submit(title="Closed on Monday", words="Ring 111 then.")
    browser("/groups/elm-tree/thanks/new").submit(to="members", words="For the shortbread.")
    history = visit.as_(other)("/groups/elm-tree/updates/1/history")
    assert NAME in history.text
    kept = browser("/account/kept").text
    assert "Closed on Monday" in kept
    assert "For the shortbread." in kept
    invite(making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com"), ADDRESS)
    in_a_meeting(group_id, me, other)
    hand_over(group_id, other, by=me)
    end_role_held(group_id, me, Role.MEMBER, words=f"Farewell, {NAME}")
    browser = Visit(visit.app, me)

    before = found_in_tables(*NEEDLES)
    assert before >= MEETINGS_NAME_THEM
    assert {
        "person.name", "person.address", "person.mailbox", "outbox_message.sealed", "invitation.address",
        "role_held.ended_words", "patient_group.reply_address", "patient_group.helper_name",
        "patient_group.helper_contact", "patient_group.privacy_contact", "address_change.address", "evidence.taken_by",
    } <= before  # fmt: skip
    assert len(found_in_mail(mail)) >= 3
    keyed = [keys.current().keyed_hash(what, MAILBOX) for what in ("sign-in", "new address")]
    assert found_in_tables(keyed[0]) == {"sign_in_request.mailbox_hash", "sign_in_try.key_hash"}

    page = browser("/account/erase").submit("Erase my account").follow()
    assert page.heading == "Your account is erased"

    assert session().scalars(select(Evidence.taken_by).order_by(Evidence.id)).all() == [FORMER, "Sam Okafor"]
    # Published notices, and words that people agreed to, stay as they were read: they named where one could ask then.
    assert found_in_tables(*NEEDLES, *keyed) == {"privacy_notice.words", "wording.words"}
    assert found_in_mail(mail) == set()
    worker_of(inside).run(once=True)
    assert found_in_mail(mail) == set()
    for model in (SecondFactor, RecoveryCode, SignInSession, SignInRequest, AddressChange):
        assert not session().scalars(select(model.id).where(model.person_id == me)).all()
    said = "\n".join([*heard.lines, caplog.text]).casefold()
    assert not [needle for needle in (*NEEDLES, *keyed) if needle in said]
    assert visit.as_(other)("/groups/elm-tree/members/past").status == 200
    history = visit.as_(other)("/groups/elm-tree/updates/1/history")
    assert "Closed on Monday" in history.text
    assert NAME not in history.text


def test_mail_that_waits_for_others_and_their_items_name_nobody_who_was_erased(
    inside: Flask, settings: Settings
) -> None:
    """Somebody else's item thanks them, and its backer's mail still waits: it goes, without the name."""
    group = the_group()
    contact, officer = joined(group, ADDRESS, name=NAME), making.an_officer(group)
    member = making.an_officer(group, role=Role.MEMBER, address="mia@example.org")
    by, at = Who.person(officer), clock.now()
    plan = Plan(MeetingKind.ORDINARY, at + timedelta(days=42), at + timedelta(days=42, hours=1), place="The library")
    with transaction():
        met = planning.plan_meeting(group.id, plan, by=by, at=at).id
        wish = Wish(f"A bench for {NAME}", could_words=f"Ask {NAME.upper()}.")
        item = proposing.propose(group.id, met, wish, by=Who.person(member), at=at)
        items.park(group.id, item.id, words=f"{NAME} is away.", by=by, at=at)
        items.decline(group.id, item.id, words=f"{NAME} has one.", by=by, at=at)
        following.give(
            group.id, words=f"Thank {NAME}", owner=Owner(name="Vi Lark", address=EmailAddress.parse("vi@example.org")),
            due_on=None, by=by, at=at,
        )  # fmt: skip
    before = found_in_tables(*NEEDLES)
    assert {"agenda_item.title", "agenda_item.outcome", "item_note.words", "outbox_message.sealed"} <= before
    with transaction():
        actions.erase(contact.id, how=How.MY_PAGE, by=Who.contact(contact.id), at=clock.now())
    assert found_in_tables(*NEEDLES) == set()
    worker_of(inside).run(once=True)
    mail = settings.instance / "mail"
    assert found_in_mail(mail) == set()
    assert sum("bench for somebody" in path.read_text() for path in mail.iterdir()) == 2
    assert sum("Thank somebody" in path.read_text() for path in mail.iterdir()) == 1


def test_nothing_is_left_of_a_delegate_who_stood_and_voted(inside: Flask, visit: Visit, settings: Settings) -> None:
    """What they voted stays and counts; that it was they does not."""
    story = a_story(2)
    me = making.an_officer(story.groups[0], role=Role.MEMBER, name=NAME, address=ADDRESS)
    delegates = [send_delegate(story.groups[0], me, by=story.chairs[0])]
    delegates.append(send_delegate(story.groups[1], story.members[1], by=story.chairs[1]))
    worker_of(inside).run(once=True)
    decision = put(story, elects=Role.SECRETARY, options=tuple(str(one) for one in delegates))
    vote(story, decision, me, NAME)
    line = next(line.id for line in whole(decision).roll if line.person_id == story.members[1])
    with transaction():
        given = {"line_id": line, "option_id": option(decision, NAME), "by": story.by, "at": clock.now()}
        federation.enter_vote(story.network, decision, **given)
    close(story, decision)
    assert {"person.name", "outbox_message.sealed"} <= found_in_tables(*NEEDLES)
    assert found_in_mail(settings.instance / "mail")
    assert "Shall we buy a banner?" in visit.as_(me)("/account/kept").text
    visit.as_(me)("/account/erase").submit("Erase my account")
    assert found_in_tables(*NEEDLES) == set()
    assert found_in_mail(settings.instance / "mail") == set()
    assert whole(decision).conclusion == "Decided: A former member."
    assert len(whole(decision).cast) == 2


def test_nothing_is_left_of_whose_items_were_raised_to_the_network(
    inside: Flask, visit: Visit, settings: Settings
) -> None:
    """What they proposed and backed at home went on to the network, one item with its answer. The business stays, they do not."""
    story = a_story(1)
    home, group = story.groups[0], session().get_one(Group, story.groups[0])
    joined(group, ADDRESS, name=NAME)
    meeting = a_meeting(home, by=story.chairs[0])
    own = confirmed(home, meeting, ADDRESS, f"{NAME} waits too long at the desk")
    unread = confirmed(home, meeting, ADDRESS, f"A seat for {NAME}")
    other = confirmed(home, meeting, "kim@example.com", "Lower bells")
    backed(home, meeting, other, ADDRESS)
    for item in (own, unread, other):
        done(items.pass_on, home, item, passed_to=PassedTo.NETWORK, by=story.chairs[0])
    there = {item.raised_from: item.id for item in list_tray(story.network)}
    done(items.answer, story.network, there[own], words=f"We told {NAME}: from May.", by=story.chair)
    worker_of(inside).run(once=True)
    raised = select(Item).where(Item.group_id == story.network, Item.title.icontains(NAME))
    assert len(session().scalars(raised).all()) == 2
    visit(f"/my/{my_token(group, ADDRESS)}/erase").submit()
    assert found_in_tables(*NEEDLES) == set()
    assert found_in_tables(keys.current().mailbox_hash(MAILBOX)) == {"suppression.mailbox_hash"}
    assert found_in_mail(settings.instance / "mail") == set()
    kept = session().get_one(Item, there[own])
    assert (kept.title, kept.answer_words or kept.outcome) == (
        "somebody waits too long at the desk",
        "We told somebody: from May.",
    )
    assert backings_of([session().get_one(Item, there[other])]) == {there[other]: 1}


def test_nothing_is_left_of_whom_an_officer_erases_on_request(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    contact = joined(group, ADDRESS, name=NAME)
    ask_about_details(visit, contact.id, my_token(group, ADDRESS), officer := visit.as_officer(group))
    page = officer(f"/groups/elm-tree/data-requests/new?contact_id={contact.id}")
    page = page.submit(kind="erasure", came_by="letter", asked=f"Erase {NAME}.").follow()
    worker_of(inside).run(once=True)
    assert {"data_request.asked", "contact.name"} <= found_in_tables(*NEEDLES)
    page.click("Erase them now").submit()
    assert found_in_tables(*NEEDLES) == set()
    assert found_in_tables(keys.current().mailbox_hash(MAILBOX)) == {"suppression.mailbox_hash"}
    assert found_in_mail(settings.instance / "mail") == set()
    assert requests_left()[-1] == ("erasure", "done")


def test_nothing_is_left_of_who_never_confirmed(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    ask(group, ADDRESS, name=NAME)
    worker_of(inside).run(once=True)
    ask(group, ADDRESS, name=NAME)
    link = f"/my/{my_token(group, ADDRESS)}/erase"
    assert {"sign_up.name", "sign_up.address", "sign_up.mailbox", "outbox_message.sealed"} <= found_in_tables(*NEEDLES)
    visit(link).submit()
    assert found_in_tables(*NEEDLES, keys.current().mailbox_hash(MAILBOX)) == set()
    assert found_in_mail(settings.instance / "mail") == set()


def test_nothing_is_left_of_who_agreed_on_paper(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    officer = Who.person(making.an_officer(group))
    hidden = {"taken_by": "Quill's daughter", "kept_at": "Under Q for Quill"}
    by_post = written_down(group, Ways(ReachedBy.POST, postal_address="Zebedee's House\nWithy"), name=NAME, **hidden)
    by_phone = written_down(group, Ways(ReachedBy.PHONE, phone="01632 960 911"), name=NAME, **hidden)
    by_email = written_down(group, Ways(ReachedBy.EMAIL, EmailAddress.parse(ADDRESS)), name=NAME, by=officer, **hidden)
    wish = Asked(by="Quill's daughter", on=clock.local(clock.now()).date(), how=How.DESK)
    for contact in (by_post, by_phone):
        address = EmailAddress.parse(f"zebedee.{contact.id}@quill.example")
        with transaction():
            actions.ask_address_for_them(group.id, contact.id, address=address, asked=wish, by=officer, at=clock.now())
    worker_of(inside).run(once=True)
    before = found_in_tables(*NEEDLES, "01632 960 911")
    assert {
        "contact.postal_address",
        "contact.phone",
        "evidence.taken_by",
        "evidence.kept_at",
        "evidence.asked_by",
        "contact_move.address",
        "contact.mailbox",
    } <= before
    assert found_in_mail(settings.instance / "mail")
    with transaction():
        for contact in (by_post, by_phone):
            actions.erase(contact.id, how=How.LETTER, by=officer, at=clock.now())
    visit(f"/not-me/{keys.current().sign(not_me_purpose(MAILBOX), by_email.id)}").submit()
    assert found_in_tables(*NEEDLES, "01632 960 911") == set()
    assert found_in_tables(keys.current().mailbox_hash(MAILBOX)) == {"suppression.mailbox_hash"}
    assert found_in_mail(settings.instance / "mail") == set()


def test_nothing_is_left_of_who_changed_to_letters_before(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    contact = joined(group, ADDRESS, name=NAME)
    ask(group, ADDRESS, name=NAME)
    my_token(group, ADDRESS)
    told = {"how": How.PHONE, "by": Who.person(1), "at": clock.now()}
    with transaction():
        ways = Ways(ReachedBy.POST, postal_address="Zebedee's House\nWithy")
        actions.correct_for_them(group.id, contact.id, name=NAME, ways=ways, **told)
    with transaction():
        actions.erase(contact.id, **told)
    assert found_in_tables(*NEEDLES, keys.current().mailbox_hash(MAILBOX)) == set()


def test_nothing_is_left_in_lists_that_officers_brought(inside: Flask, visit: Visit) -> None:
    group = the_group()
    people = ((NAME, ADDRESS), (NAME, "kim@example.com"))
    brought(group, a_list(people[0]), attested=None)
    link = f"/my/{my_token(group, ADDRESS)}/erase"
    broken = (("zebedee.quill@example.com", NAME), (NAME, "zebedee.quill@"), (NAME * 20, ADDRESS), (NAME, ""))
    waiting = checked(group, a_list(("Kim", "kim@example.com"), people[0], (NAME.upper(), MAILBOX), *broken))
    checked(group, a_list(people[0]).replace(b"Email", b"Where to"))
    staged = {
        "contact_import_row.name",
        "contact_import_row.address",
        "contact_import_row.mailbox",
        "contact_import.file",
    }
    assert staged <= found_in_tables(*NEEDLES)
    mailbox_hash = keys.current().mailbox_hash(MAILBOX)
    assert "contact_import_row.mailbox_hash" in found_in_tables(mailbox_hash)
    visit(link).submit()
    assert found_in_tables(*NEEDLES) == set()
    assert found_in_tables(mailbox_hash) == {"suppression.mailbox_hash"}
    # Sent again, the list is read without keeping a word of theirs; the others in it stay.
    again = checked(group, a_list(("Kim", "kim@example.com"), people[0]))
    rows = select(ContactImportRow.name).where(
        ContactImportRow.import_id.in_([waiting, again]), ContactImportRow.name.is_not(None)
    )
    assert session().scalars(rows).all() == ["Kim", "Kim"]
    assert found_in_tables(*NEEDLES) == set()


def test_a_page_that_breaks_logs_where_and_not_whom(
    inside: Flask, visit: Visit, heard: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_group()
    form = visit("/groups/elm-tree/join")
    token = form.one("main input[name=csrf_token]")["value"]

    def breaks(*_: Any, **values: Any) -> None:
        raise ValueError(f"cannot write to {values}")

    monkeypatch.setattr(actions, "join", breaks)
    posted = {"email": ADDRESS, "name": NAME, "agree": "y", "csrf_token": token}
    page = visit.open("POST", "/groups/elm-tree/join", data=posted, may_break=True)
    assert page.status == 500
    assert NAME not in page.html
    said = "\n".join(heard.lines)
    assert "ValueError in group.membership.ask_to_join" in said
    assert not [needle for needle in NEEDLES if needle in said.casefold()]


def test_nothing_is_left_after_a_change_of_address_either(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    contact = joined(group, ADDRESS, name=NAME)
    worker_of(inside).run(once=True)
    ask_change(contact, OTHER)
    token = change_token(OTHER)
    worker_of(inside).run(once=True)
    visit(f"/address/{token}").submit()
    assert found_in_tables("zebedee.quill@") == set(), "the old address is forgotten at once"
    visit(f"/my/{my_token(group, OTHER)}/erase").submit()
    assert found_in_tables(*NEEDLES) == set()
    hashes = [keys.current().mailbox_hash(mailbox) for mailbox in (MAILBOX, OTHER)]
    assert found_in_tables(*hashes) == {"suppression.mailbox_hash"}
    assert found_in_mail(settings.instance / "mail") == set()


def test_who_shares_the_mailbox_keeps_what_is_theirs(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    contact = joined(group, "shared@example.com", name=NAME)
    kim = beside(contact, "Kim")
    ask(group, "shared@example.com", name=NAME)
    ask(group, "shared@example.com", name="Lou")
    ask_change(kim, "kim@new.example")
    ask_change(contact, OTHER)
    link = f"/my/{my_token(group, 'shared@example.com')}"
    visit(f"{link}/erase?who={contact.id}").submit()
    assert found_in_tables(*NEEDLES) == set()
    assert {"contact.name", "contact.mailbox", "sign_up.name", "contact_move.mailbox"} <= found_in_tables(
        "kim", "lou", "shared@"
    )
    assert visit(link).heading == "What we hold about you"


def test_everybody_else_stays(inside: Flask, visit: Visit, settings: Settings) -> None:
    group = the_group()
    joined(group, "kim@example.com", name="Kim")
    joined(group, ADDRESS, name=NAME)
    worker_of(inside).run(once=True)
    visit(f"/my/{my_token(group, ADDRESS)}/erase").submit()
    assert "contact.name" in found_in_tables("kim")
    assert len(list((settings.instance / "mail").glob("*.eml"))) == 2
