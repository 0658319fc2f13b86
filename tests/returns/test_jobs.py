"""How mail that comes back gets in: through a mail server's pipe, and from a mailbox on a real IMAP server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pcnppg import cli
from pcnppg.kernel import clock
from pcnppg.kernel import settings as settings_of
from pcnppg.post.jobs.periodic import Periodic
from pcnppg.post.models import JobRun
from pcnppg.returns import actions
from pcnppg.returns.jobs.inbox import Inbox, look_into_inbox
from pcnppg.returns.jobs.receive import receive
from pcnppg.returns.models import TakenMail
from pcnppg.store.session import session
from tests import making
from tests.conftest import THE_DAY
from tests.membership.stories import leave_token
from tests.returns.imap import PASSWORD, USER, Imap
from tests.returns.stories import PAT, again, delivery_to, mail, mailed, report, return_path, with_pat


def piped(app: Flask, raw: bytes, *recipients: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    session().rollback()
    answer = app.test_cli_runner().invoke(receive, list(recipients), input=raw, env=env)
    return answer.exit_code, answer.output.strip()


def to_leave(contact: int) -> str:
    return f"u+{leave_token(contact)}@pcnppg.test"


def test_a_mail_to_the_leaving_address_leaves(inside: Flask) -> None:
    _, pat = with_pat()
    assert piped(inside, mail(to_leave(pat.id), subject="leave")) == (0, "taken off the list")
    assert again(pat).state == "left"


def test_a_report_is_taken_once(inside: Flask) -> None:
    group, pat = with_pat()
    raw = report(return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group)))))
    assert piped(inside, raw) == (0, "noted as returned")
    assert piped(inside, raw) == (0, "taken before")
    assert again(pat).stopped_because == "hard"


@pytest.mark.parametrize("name", ["argument", "ORIGINAL_RECIPIENT", "RECIPIENT"])
def test_the_receiver_of_the_envelope_comes_with_the_pipe(inside: Flask, name: str) -> None:
    _, pat = with_pat()
    raw, to = b"From: kim@example.com\nTo: undisclosed\nSubject: leave\n\n\n", to_leave(pat.id)
    if name == "argument":
        assert piped(inside, raw, to) == (0, "taken off the list")
    else:
        assert piped(inside, raw, env={name: to}) == (0, "taken off the list")


def test_a_long_mail_is_read_to_its_end(inside: Flask) -> None:
    _, pat = with_pat()
    assert piped(inside, mail(to_leave(pat.id)) + b"x" * 3_000_000) == (0, "taken off the list")


def test_mail_that_is_not_ours_is_taken_and_nothing_is_said_of_it(
    inside: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    _, pat = with_pat()
    with caplog.at_level(logging.DEBUG):
        for raw in (b"", b"\xff\xfe", mail("leave@pcnppg.test", subject="unsubscribe"), mail(PAT)):
            assert piped(inside, raw) == (0, "nothing to do")
    assert again(pat).state == "active"
    assert "pat" not in caplog.text
    assert "kim" not in caplog.text


def test_a_database_that_is_away_makes_the_mail_server_bring_it_again(
    inside: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    monkeypatch.setattr(cli, "pcnppg", away)
    for argv, status in ((["pcnppg", "mail", "receive"], 75), (["pcnppg", "groups", "create"], 1)):
        monkeypatch.setattr("sys.argv", argv)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == status
    assert "Try again in a minute" in capsys.readouterr().err


def test_the_command_is_known_by_its_public_name() -> None:
    group = cli.pcnppg.get_command(None, "mail")  # type: ignore[arg-type]
    assert group is not None
    assert "receive" in group.commands  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def imap() -> Iterator[Imap]:
    with Imap() as server:
        yield server


@pytest.fixture
def box(imap: Imap) -> Imap:
    """The server with an empty mailbox."""
    with imap.box() as ours:
        ours.select("INBOX")
        ours.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
        ours.expunge()
    return imap


def url(server: Imap, *, scheme: str = "imap", password: str = PASSWORD, folder: str = "INBOX") -> str:
    return f"{scheme}://{USER}:{quote(password, safe='')}@127.0.0.1:{server.port}/{folder}"


def set_inbox(monkeypatch: pytest.MonkeyPatch, where: str | None) -> None:
    monkeypatch.setattr(settings_of, "_settings", replace(settings_of.current(), inbox_url=where))


def look() -> int:
    session().rollback()
    return look_into_inbox(clock.now())


def test_new_mail_is_taken_from_the_mailbox_and_marked_as_seen(
    inside: Flask, box: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, pat = with_pat()
    raw = report(return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group)))))
    set_inbox(monkeypatch, url(box))
    box.deliver(raw, b"From: kim@example.com\nSubject: x\n\n" + b"line\n" * 400_000, b"\n")
    assert look() == 3
    assert box.seen() == [True, True, True]
    assert again(pat).stopped_because == "hard"
    assert look() == 0


def test_what_fails_stays_new_and_the_others_come_in(
    inside: Flask, box: Imap, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, pat = with_pat()
    set_inbox(monkeypatch, url(box))
    box.deliver(b"Subject: the bad one\n\nx", mail(to_leave(pat.id)))
    right = actions.take

    def stumbles(raw: bytes, *rest: object, **more: object) -> object:
        if b"the bad one" in raw:
            raise RuntimeError("pat@example.com")
        return right(raw, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "take", stumbles)
    assert look() == 1
    assert box.seen() == [False, True]
    assert again(pat).state == "left"
    assert "RuntimeError" in caplog.text
    assert "pat@" not in caplog.text


def test_a_line_that_breaks_before_the_mark_makes_no_second_deed(
    inside: Flask, box: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, pat = with_pat()
    to = return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))
    set_inbox(monkeypatch, url(box))
    box.deliver(mail(to))
    assert look() == 1
    with box.box() as ours:  # as if the mark had never arrived
        ours.select("INBOX")
        ours.uid("STORE", "1:*", "-FLAGS.SILENT", r"(\Seen)")
    assert look() == 1
    assert len(session().scalars(select(TakenMail)).all()) == 1
    assert box.seen() == [True]


def test_a_database_that_is_away_leaves_the_mail_new(inside: Flask, box: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    set_inbox(monkeypatch, url(box))
    box.deliver(b"Subject: x\n\nx")
    monkeypatch.setattr(actions, "take", away)
    with pytest.raises(OperationalError):
        look()
    assert box.seen() == [False]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"password": "wrong"}, "error"), ({"folder": "No such"}, "error"), ({"scheme": "imaps"}, "SSL")],
)
def test_a_mailbox_that_cannot_be_read_is_said_once_and_waits(
    inside: Flask,
    box: Imap,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, str],
    reason: str,
) -> None:
    set_inbox(monkeypatch, url(box, **wrong))  # type: ignore[arg-type]
    assert look() == 0
    assert reason in caplog.text
    assert PASSWORD not in caplog.text


def test_where_no_mailbox_is_set_nothing_is_asked(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    set_inbox(monkeypatch, None)
    assert look() == 0


def test_an_encrypted_line_whose_certificate_somebody_vouches_for(
    inside: Flask, certificate: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Imap(certificate) as server:
        set_inbox(monkeypatch, url(server, scheme="imap+starttls"))
        server.deliver(b"Subject: x\n\nx")
        assert look() == 0
        assert "SSLCertVerificationError" in caplog.text
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert look() == 1
        assert server.seen() == [True]


def test_the_parts_of_the_setting() -> None:
    found = Inbox.of("imaps://re%40turned:p%2Fw@mail.example/Returned%20mail")
    assert (found.user, found.password, found.host, found.port, found.folder) == (
        "re@turned",
        "p/w",
        "mail.example",
        993,
        "Returned mail",
    )
    assert (Inbox.of("imap://a:b@localhost").port, Inbox.of("imap://a:b@localhost").folder) == (143, "INBOX")


def test_the_worker_looks_and_forgets_by_itself(inside: Flask) -> None:
    wanted = {"returns.look_into_inbox", "returns.forget_old", "membership.forget_presses"}
    lent = [job for job in inside.extensions["worker"].jobs if job.name in wanted]
    assert {job.name for job in lent} == wanted
    Periodic(lent).run_due(THE_DAY)
    session().rollback()
    assert all(run.finished_at for run in session().scalars(select(JobRun)))
