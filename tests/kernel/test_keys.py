"""The installation's keys are made once, and what they sign cannot be guessed, bent or used for something else."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel import keys
from pcnppg.kernel.keys import Keys

OURS = Keys(session=b"s" * 32, link=b"l" * 32, suppression=b"u" * 32, seal=b"e" * 32)
LARGEST = 2**63 - 1


def test_keys_are_made_once_and_read_again(tmp_path: Path) -> None:
    first = keys.load(tmp_path)
    assert keys.load(tmp_path) == first
    assert len({first.session, first.link, first.suppression, first.seal}) == 4


def test_keys_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    keys.load(tmp_path)
    for path in [tmp_path / "keys", *(tmp_path / "keys").iterdir()]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    together, found = Barrier(8), []

    def start() -> None:
        together.wait()
        found.append(keys.load(tmp_path))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == sorted(keys.NAMES)


@given(st.integers(min_value=1, max_value=LARGEST))
def test_a_token_is_read_back_whatever_a_mail_server_did_to_its_case(row_id: int) -> None:
    token = OURS.sign("leave", row_id)
    assert OURS.read("leave", token) == row_id
    assert OURS.read("leave", token.upper()) == row_id
    assert len(token) <= 64 - len("u+")
    assert token.replace("-", "").isalnum()


def test_a_token_opens_one_door_only() -> None:
    assert OURS.read("bounce", OURS.sign("leave", 7)) is None


def test_a_token_of_another_installation_is_refused() -> None:
    theirs = Keys(session=OURS.session, link=b"x" * 32, suppression=OURS.suppression, seal=OURS.seal)
    assert OURS.read("leave", theirs.sign("leave", 7)) is None


@pytest.mark.parametrize("row_id", [1, 7, LARGEST])
def test_no_bent_token_is_accepted(row_id: int) -> None:
    token = OURS.sign("leave", row_id)
    bent = [
        token[:-1],
        token + "a",
        token[1:],
        "0" + token,
        token.replace("-", "--"),
        token.replace("-", ""),
        f" {token}",
    ]
    assert [OURS.read("leave", text) for text in bent] == [None] * len(bent)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_tokens(text: str) -> None:
    assert OURS.read("leave", text) is None


def test_a_mailbox_is_recognised_by_a_hash_that_only_this_installation_can_make() -> None:
    assert OURS.mailbox_hash("pat@example.com") == OURS.mailbox_hash("pat@example.com")
    assert OURS.mailbox_hash("pat@example.com") != OURS.mailbox_hash("sam@example.com")
    theirs = Keys(session=OURS.session, link=OURS.link, suppression=b"x" * 32, seal=OURS.seal)
    assert theirs.mailbox_hash("pat@example.com") != OURS.mailbox_hash("pat@example.com")


def test_a_random_token_is_kept_only_as_its_hash() -> None:
    token, kept = keys.new_token()
    assert keys.token_hash(token) == kept
    assert token not in kept
    assert keys.new_token()[0] != token
    assert len(keys.token_hash("\ud800")) == 64


def test_keys_are_asked_for_only_after_they_were_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_keys", None)
    with pytest.raises(RuntimeError, match="not loaded"):
        keys.current()
    keys.use(OURS)
    assert keys.current() is OURS
