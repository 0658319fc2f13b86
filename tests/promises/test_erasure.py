"""Nothing of an erased person is left (rule 10): in no column of any table, no waiting mail, no log, no caught message.

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

from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.session import db, session, transaction
from tests import making
from tests.conftest import THE_DAY
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
    send(group, "Summer news", officer)
    visit("/groups/elm-tree/my").submit(email=ADDRESS)

    # It can be found before: otherwise the search below would prove nothing.
    before = found_in_tables(*NEEDLES)
    assert {"contact.name", "contact.address", "contact.mailbox", "contact.search", "outbox_message.sealed"} <= before
    assert {"address_change.address", "address_change.mailbox"} <= before
    assert {"sign_up.mailbox_hash", "my_link.mailbox_hash", "address_change.told_hash"} <= found_in_tables(mailbox_hash)
    assert found_in_mail(mail)
    assert sorted(session().scalars(select(Delivery.state))) == ["handed_over", "queued"]

    page = visit(f"/my/{waiting['values']['token']}").click("Erase my details").submit()
    assert page.heading == "Your details are erased"

    assert found_in_tables(*NEEDLES) == set()
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
    assert {"contact.name", "contact.mailbox", "sign_up.name", "address_change.mailbox"} <= found_in_tables(
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
