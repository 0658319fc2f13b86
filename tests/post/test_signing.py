"""DKIM signatures, checked by a library that others wrote: what we sign holds, and what was changed on the way does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pcnppg.kernel.settings import Settings, SettingsError
from pcnppg.post.formats import build_message
from pcnppg.post.jobs.signing import Signer, Signing, relaxed_body, signer_for
from pcnppg.post.rules import Item

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def message(text: str = "Hello,\n\nplease  come. \n\n\n", **headers: str) -> bytes:
    return build_message(
        from_name="Elm Tree Patients & Fr\u00fcnde", from_address="elm-tree@mail.example", to_name="", to_address="pat@example.org",
        reply_to="chair@example.org", subject="Our long, long meeting about \u00fcbermorgen " * 3, text=text,
        html="<p>Hello</p>", headers={"List-Unsubscribe": "<https://x.example/u/a>", **headers},
        message_id="<d.1@mail.example>", date=datetime(2027, 3, 4, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def signer() -> Signer:
    return Signer(RSA, domain="mail.example", selector="pcnppg")


def holds(signer: Signer, signed: bytes) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"pcnppg._domainkey.mail.example."
        return signer.record.encode()

    return dkim.verify(signed, dnsfunc=ask)


def test_what_we_sign_holds_and_what_was_changed_does_not(signer: Signer) -> None:
    signed = signer.sign(message())
    assert holds(signer, signed)
    assert all(len(line) <= 998 for line in signed.split(b"\r\n"))
    assert holds(signer, signed.replace(b"Subject:", b"SUBJECT:  "))  # what servers may do
    assert not holds(signer, signed.replace(b"please", b"do not"))
    assert not holds(signer, signed.replace(b"x.example/u/a", b"y.example/u/b"))
    assert not holds(signer, signed.replace(b"\r\nTo:", b"\r\nFrom: boss@mail.example\r\nTo:", 1))


@pytest.mark.parametrize("body", ["", "\n\n", "one\n", "tabs\t \there  \n", "no end"])
def test_bodies_of_all_kinds_hold(signer: Signer, body: str) -> None:
    assert holds(signer, signer.sign(message(body)))


def test_a_body_is_calmed_as_the_standard_says() -> None:
    assert relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"  # RFC 6376, 3.4.5
    assert relaxed_body(b"\r\n\r\n") == b""
    assert relaxed_body(b"") == b""
    assert relaxed_body(b"a") == b"a\r\n"


def test_messages_are_signed_as_they_are_made(signer: Signer) -> None:
    class Queue:
        name = "outbox"
        seen: list[object] = []

        def claim(self, worker, *, at, limit):
            return [Item(1, "a@mail.example", "pat@example.org", message)]

        def settle(self, worker, results, *, at):
            self.seen.append(results)

        def abandon(self, worker, *, at):
            return 7

    queue, at = Signing(Queue(), signer), datetime(2027, 3, 4, tzinfo=UTC)
    (item,) = queue.claim("w", at=at, limit=1)
    assert holds(signer, item.make())
    queue.settle("w", [], at=at)
    assert (Queue.seen, queue.abandon("w", at=at), queue.name) == ([[]], 7, "outbox")


def test_the_key_is_read_from_the_file_that_the_settings_name(tmp_path: Path) -> None:
    plain = Settings.from_environment({"PCNPPG_INSTANCE": str(tmp_path)})
    assert signer_for(plain) is None
    path = tmp_path / "dkim.pem"
    settings = replace(plain, dkim_key=str(path), dkim_selector="s1")
    path.write_bytes(RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    found = signer_for(settings)
    assert found is not None
    assert found.selector == "s1"
    path.write_text("nonsense")
    with pytest.raises(SettingsError, match="PCNPPG_DKIM_KEY"):
        signer_for(settings)
    other = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SettingsError, match="RSA key"):
        signer_for(settings)
