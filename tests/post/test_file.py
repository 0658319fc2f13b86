"""Mail caught in a folder: whole messages, the newest five hundred, gone with the person."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcnppg.post.rules import handed_over
from pcnppg.post.transports import file
from pcnppg.post.transports.file import FileTransport, discard_naming, discard_to, find_caught, folder_of, list_caught
from pcnppg.post.transports.transport import Trouble

MESSAGE = b"Subject: Hello\r\nDate: Thu, 04 Mar 2027 10:30:00 +0000\r\n\r\nHello\r\n"


def catch(folder: Path, *to: str) -> FileTransport:
    transport = FileTransport(folder)
    for receiver in to:
        assert transport.hand_over("b+1@pcnppg.test", receiver, MESSAGE) == handed_over("250 2.0.0")
    return transport


@pytest.mark.parametrize(
    ("url", "folder"), [("file:/a/b", "/a/b"), ("file:///a/b", "/a/b"), ("file:mail", "mail"), ("file:/a%20b", "/a b")]
)
def test_the_folder_is_what_the_address_names(url: str, folder: str) -> None:
    assert folder_of(url) == Path(folder)


def test_a_message_is_kept_whole_under_its_envelope(tmp_path: Path) -> None:
    transport = catch(tmp_path / "mail", "ann@example.com")
    transport.check()
    transport.rest()
    transport.close()
    (kept,) = (tmp_path / "mail").iterdir()
    assert kept.suffix == ".eml"
    envelope = b"Return-Path: <b+1@pcnppg.test>\r\nX-Envelope-To: <ann@example.com>\r\n"
    assert kept.read_bytes() == envelope + MESSAGE


def test_the_newest_come_first(tmp_path: Path) -> None:
    catch(tmp_path, "a@example.com", "b@example.com", "c@example.com")
    (tmp_path / "notes.eml").write_text("not ours")
    listed = list_caught(tmp_path, limit=2)
    assert [one.to for one in listed] == ["c@example.com", "b@example.com"]
    assert listed[0].subject == "Hello"
    assert listed[0].sent_at is not None
    assert listed[0].sent_at.isoformat() == "2027-03-04T10:30:00+00:00"


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "KEPT", 5)
    monkeypatch.setattr(file, "SWEEP_EVERY", 3)
    catch(tmp_path, *(f"p{n}@example.com" for n in range(30)))
    kept = [one.to for one in list_caught(tmp_path, limit=100)]
    assert 5 <= len(kept) <= 8
    assert kept[0] == "p29@example.com"


def test_mail_to_somebody_goes_with_them(tmp_path: Path) -> None:
    catch(tmp_path, "ann@example.com", "bea@example.com", "Ann@Example.com")
    assert discard_to(tmp_path, "ann@example.com") == 2
    assert [one.to for one in list_caught(tmp_path, limit=100)] == ["bea@example.com"]
    assert discard_to(tmp_path / "nowhere", "ann@example.com") == 0


def test_only_what_was_caught_is_found(tmp_path: Path) -> None:
    catch(tmp_path, "ann@example.com")
    (caught,) = list_caught(tmp_path, limit=1)
    found = find_caught(tmp_path, caught.name)
    assert found is not None
    assert found[1].get_content() == "Hello\r\n"
    for name in ("../secret", "x", "0" * 20 + "-" + "0" * 8):
        assert find_caught(tmp_path, name) is None


def test_a_message_without_date_and_subject_is_listed(tmp_path: Path) -> None:
    FileTransport(tmp_path).hand_over("a@b.test", "ann@example.com", b"X: y\r\n\r\n")
    (caught,) = list_caught(tmp_path, limit=1)
    assert (caught.subject, caught.sent_at) == ("", None)


def test_a_folder_that_cannot_be_written_is_trouble_and_costs_no_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    transport = FileTransport(tmp_path / "file" / "mail")
    with pytest.raises(Trouble, match="folder: NotADirectoryError"):
        transport.hand_over("a@b.test", "ann@example.com", MESSAGE)
    with pytest.raises(Trouble):
        transport.check()


def test_what_names_somebody_goes_with_them_and_namesakes_in_part_stay(tmp_path: Path) -> None:
    transport = catch(tmp_path, "ann@example.com", "bob@example.com")
    for text in ("Ann Archer has gone.", "Ann Archery is fun.", "Write to ann@example.com", "Joann Archer is here."):
        body = f"Subject: News\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        transport.hand_over("b+1@pcnppg.test", "bob@example.com", body.encode())
    transport.hand_over("b+1@pcnppg.test", "bob@example.com", b"Subject: ANN ARCHER has gone\r\n\r\n")
    assert discard_naming(tmp_path, "ann@example.com", "Ann Archer") == 4
    assert sorted(one.subject for one in list_caught(tmp_path, limit=9)) == ["Hello", "News", "News"]
