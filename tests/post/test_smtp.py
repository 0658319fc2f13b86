"""One real conversation in each misbehaviour of a mail server: what became of the message, and of the next one."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pcnppg.post.rules import NOT_ATTEMPTED, UNCERTAIN, Item, Outcome, handed_over, refused, temporary
from pcnppg.post.transports import conversation, smtp
from pcnppg.post.transports.opening import Server
from pcnppg.post.transports.smtp import SmtpTransport
from pcnppg.post.transports.transport import Trouble
from tests.sink import PASSWORD, USER, Sink

pytestmark = pytest.mark.usefixtures("impatient")

FROM, TO = "no-reply@pcnppg.test", "ann@example.com"
Transports = Callable[..., SmtpTransport]
YES = handed_over("250 2.0.0")
LOST = temporary("line lost")


@pytest.fixture
def transport(sink: Sink) -> Iterator[Transports]:
    made: list[SmtpTransport] = []

    def open_one(url: str = "", hurry: Callable[[], float] = lambda: math.inf, connections: int = 1) -> SmtpTransport:
        server = Server.parse(url or sink.url)
        made.append(SmtpTransport(server, helo="pcnppg.test", hurry=hurry, connections=connections))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


@pytest.fixture(params=[True, False], ids=["pipelined", "in steps"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, transport: Transports
) -> Iterator[tuple[SmtpTransport, Sink]]:
    """A server that takes commands in one go, and one that does not."""
    offers = ("PIPELINING",) if request.param else ()
    with Sink(tmp_path / "either", offers=offers, keep_mail=True) as sink:
        yield transport(sink.url), sink


def an_item(n: int = 1, *, to: str = TO, body: str = "Hello\r\n") -> Item:
    return Item(n, FROM, to, f"Message-ID: <{n}@x>\r\n\r\n{body}".encode)


def send_all(transport: SmtpTransport, *items: Item) -> dict[int, Outcome]:
    """What becomes of them all."""
    transport.take(items)
    known: list[tuple[Item, Outcome]] = []
    end = time.monotonic() + 30
    while len(known) < len(items) and time.monotonic() < end:
        known += transport.wait(1.0)
    assert len(known) == len(items), "it does not answer for each"
    return {item.key: outcome for item, outcome in known}


def send(transport: SmtpTransport, n: int = 1, *, to: str = TO, body: str = "Hello\r\n") -> Outcome:
    return send_all(transport, an_item(n, to=to, body=body))[n]


def trouble(transport: SmtpTransport, n: int = 1, *, to: str = TO, body: str = "Hello\r\n") -> Trouble:
    outcome = send(transport, n, to=to, body=body)
    assert transport.trouble is not None
    assert transport.trouble.outcome == outcome
    return transport.trouble


def test_messages_go_one_after_another_over_one_connection(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    assert [send(transport, n) for n in (1, 2, 3)] == [YES, YES, YES]
    transport.close()
    assert sink.accepted() == [(TO, "<1@x>"), (TO, "<2@x>"), (TO, "<3@x>")]
    assert sink.seen() == ["connect", "quit"]


def test_dots_and_long_bodies_arrive_as_they_were(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    body = ".\r\n..\r\n.dot\r\nend." + "\r\n.x" * 60_000 + "\r\n.\r\n"
    assert send(transport, body=body) == YES
    bare = Item(2, FROM, TO, lambda: b".no header, no end")
    assert send_all(transport, bare) == {2: YES}
    assert sink.messages() == [f"Message-ID: <1@x>\r\n\r\n{body}".encode(), b".no header, no end\r\n"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("code", "outcome"),
    [("550 5.1.1 <ann@example.com> unknown", refused("550 5.1.1")), ("452 4.2.2 full", temporary("452 4.2.2"))],
)
def test_a_no_concerns_its_message_alone(
    either: tuple[SmtpTransport, Sink], stage: str, code: str, outcome: Outcome
) -> None:
    transport, sink = either
    sink.misbehave({"at": stage, "do": "reply", "code": code, "times": 1})
    assert send(transport, 1) == outcome
    assert send(transport, 2) == YES
    assert sink.accepted() == [(TO, "<2@x>")]
    assert sink.seen() == ["connect"], "the same connection"


def test_a_no_without_an_enhanced_status_is_kept_as_its_code(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "550-no\r\n550 really not"})
    assert send(transport) == refused("550")


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_421_pauses_and_puts_the_message_off(either: tuple[SmtpTransport, Sink], stage: str) -> None:
    transport, sink = either
    sink.misbehave({"at": stage, "do": "reply", "code": "421 4.3.2 closing", "times": 1})
    assert trouble(transport).outcome == temporary("421 4.3.2")
    assert send(transport, 2) == YES
    assert sink.seen() == ["connect", "connect"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("deed", ["close", "hang"])
def test_a_line_lost_before_the_final_dot_puts_the_message_off(
    either: tuple[SmtpTransport, Sink], stage: str, deed: str
) -> None:
    transport, sink = either
    sink.misbehave({"at": stage, "do": deed, "times": 1})
    assert trouble(transport).outcome == LOST
    assert send(transport, 2) == YES


@pytest.mark.parametrize("deed", ["close", "hang", "drop"])
def test_no_reply_after_the_final_dot_is_uncertain(either: tuple[SmtpTransport, Sink], deed: str) -> None:
    transport, sink = either
    sink.misbehave({"at": "dot", "do": deed, "times": 1})
    assert trouble(transport).outcome == UNCERTAIN
    assert len(sink.accepted()) == (deed == "drop")
    assert send(transport, 2) == YES


@pytest.mark.parametrize("words", ["hello", "354 more?", "999 what", "250-a\r\n251 b", "x" * 5000])
def test_nonsense_after_the_final_dot_is_uncertain(either: tuple[SmtpTransport, Sink], words: str) -> None:
    transport, sink = either
    sink.misbehave({"at": "dot", "do": "reply", "code": words, "times": 1})
    assert trouble(transport).outcome == UNCERTAIN


@pytest.mark.parametrize("words", ["hello", "999 what", "250-x\r\n" * 300])
def test_nonsense_before_the_final_dot_puts_the_message_off(either: tuple[SmtpTransport, Sink], words: str) -> None:
    transport, sink = either
    sink.misbehave({"at": "data", "do": "reply", "code": words, "times": 1})
    assert trouble(transport).outcome == LOST


def test_a_yes_where_the_server_should_ask_for_the_message_puts_it_off(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    sink.misbehave({"at": "data", "do": "reply", "code": "250 ok", "times": 1})
    assert trouble(transport).outcome == LOST


@pytest.mark.parametrize("stage", ["connect", "ehlo"])
@pytest.mark.parametrize("code", ["554 5.7.1 go away", "421 4.3.2 busy"])
def test_a_no_to_the_conversation_concerns_no_message(sink: Sink, transport: Transports, stage: str, code: str) -> None:
    sink.misbehave({"at": stage, "do": "reply", "code": code, "times": 1})
    ours = transport()
    caught = trouble(ours)
    assert caught.outcome is NOT_ATTEMPTED
    assert "go away" not in str(caught)
    assert code[:9] in caught.reason
    assert send(ours) == YES


@pytest.mark.parametrize("stage", ["connect", "ehlo"])
@pytest.mark.parametrize("deed", ["close", "hang"])
def test_a_line_lost_before_any_message_concerns_none(sink: Sink, transport: Transports, stage: str, deed: str) -> None:
    sink.misbehave({"at": stage, "do": deed, "times": 1})
    assert trouble(transport()).outcome is NOT_ATTEMPTED


@pytest.mark.parametrize("code", ["530 5.7.0 sign in first", "535 5.7.8 no"])
def test_a_wish_that_we_sign_in_refuses_no_message(sink: Sink, transport: Transports, code: str) -> None:
    sink.misbehave({"at": "mail", "do": "reply", "code": code})
    assert trouble(transport()).outcome is NOT_ATTEMPTED


def test_a_server_that_is_not_there_concerns_no_message(transport: Transports) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert trouble(transport(f"smtp://127.0.0.1:{port}")).outcome is NOT_ATTEMPTED
    assert trouble(transport("smtp://no.such.host.invalid:25")).outcome is NOT_ATTEMPTED


@pytest.mark.parametrize("deed", ["close", "421"])
def test_a_kept_connection_that_ended_meanwhile_is_replaced_without_a_word(
    either: tuple[SmtpTransport, Sink], deed: str
) -> None:
    transport, sink = either
    rule = {"at": "mail", "do": "close"} if deed == "close" else {"at": "mail", "do": "reply", "code": "421 4.4.2 idle"}
    sink.misbehave(rule | {"from_": 2, "times": 1})
    assert [send(transport, n) for n in (1, 2)] == [YES, YES]
    assert sink.seen() == ["connect", "connect"]


def test_a_server_that_hung_up_while_we_were_idle_is_noticed(
    sink: Sink, transport: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "ASK_AFTER", 0.0)
    ours = transport()
    assert send(ours) == YES
    ours._open[0].sock.shutdown(socket.SHUT_RDWR)
    assert send(ours, 2) == YES
    assert sink.seen() == ["connect", "connect"]


def test_a_no_stands_when_the_server_hangs_up_after_it(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "550 5.7.1 no", "then": "close", "times": 1})
    assert send(transport) == refused("550 5.7.1")
    assert send(transport, 2) == YES


def test_a_no_to_rset_only_costs_the_connection(either: tuple[SmtpTransport, Sink]) -> None:
    transport, sink = either
    sink.misbehave(
        {"at": "rcpt", "do": "reply", "code": "550 5.1.1", "times": 1}, {"at": "rset", "do": "reply", "code": "500 no"}
    )
    assert [send(transport, 1), send(transport, 2)] == [refused("550 5.1.1"), YES]
    assert sink.seen() == ["connect", "connect"]


def test_a_server_that_will_not_read_the_body_is_left(transport: Transports) -> None:
    with _deaf_server(b"") as url:
        assert trouble(transport(url), body="x" * 76 + "\r\n" * 20_000_000).outcome == LOST


def test_a_server_that_refuses_in_the_middle_of_the_body_is_heard(transport: Transports) -> None:
    with _deaf_server(b"552 5.3.4 too big\r\n") as url:
        assert trouble(transport(url), body="\r\n" * 20_000_000).outcome == refused("552 5.3.4")


def test_a_server_that_drips_is_not_waited_for_for_ever(transport: Transports) -> None:
    with _dripping_server() as url:
        began = time.monotonic()
        assert trouble(transport(url)).outcome is NOT_ATTEMPTED
        assert time.monotonic() - began < 5


def test_asked_to_stop_it_does_not_wait_for_a_hanging_server(
    sink: Sink, transport: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "FINAL_SECONDS", 120.0)
    sink.misbehave({"at": "dot", "do": "hang"})
    until = math.inf
    ours = transport(hurry=lambda: until)
    ours.take([an_item(1)])
    assert ours.wait(0.5) == []
    ours.take([an_item(2)])
    began = time.monotonic()
    until = began + 0.5
    known = [*ours.wait(5), *ours.wait(5)]
    assert {item.key: outcome for item, outcome in known} == {1: UNCERTAIN, 2: NOT_ATTEMPTED}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "to",
    [
        "a b@example.com",
        "ann@example.com>\r\nRCPT TO:<eve@example.com",
        "ö",
        "ö@",
        "ö@[127.0.0.1]",
        "ö ö@example.com",
        "",
    ],
)
def test_what_is_no_address_never_reaches_the_line(sink: Sink, transport: Transports, to: str) -> None:
    assert send(transport(), to=to) == refused("553 5.1.3")
    assert sink.seen() == []


def test_an_idle_connection_is_given_back(sink: Sink, transport: Transports, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = transport()
    send(ours)
    ours.rest()
    assert sink.seen() == ["connect"]
    monkeypatch.setattr(smtp, "REST_AFTER", 0.0)
    ours.rest()
    assert sink.seen() == ["connect", "quit"]
    ours.rest()


def test_whether_a_server_would_take_mail_can_be_asked(sink: Sink, transport: Transports) -> None:
    transport().check()
    assert sink.seen() == ["connect", "quit"]
    sink.misbehave({"at": "connect", "do": "reply", "code": "554 5.3.2 no service"})
    with pytest.raises(Trouble, match=r"greeting: 554 5\.3\.2"):
        transport().check()


def test_the_address_of_a_server_is_read() -> None:
    assert Server.parse("smtp://mail.example.org") == Server("smtp", "mail.example.org", 25, None, "")
    assert Server.parse("smtps://a%40b:p%3Aw@[::1]") == Server("smtps", "::1", 465, "a@b", "p:w")
    assert Server.parse("smtp+starttls://u:p@h:2525") == Server("smtp+starttls", "h", 2525, "u", "p")


def test_a_domain_outside_ascii_goes_out_as_its_a_labels(sink: Sink, transport: Transports) -> None:
    assert send(transport(), to="ann@müller.example") == YES
    assert sink.receivers() == ["ann@xn--mller-kva.example"]


def test_what_a_server_does_not_offer_is_a_clear_no_and_costs_nobody_else(
    tmp_path: Path, transport: Transports
) -> None:
    eight_bit = Item(3, FROM, TO, "Message-ID: <3@x>\r\n\r\nGrüße\r\n".encode)
    large = an_item(4, body="x" * 2000)
    mixed = [an_item(1), an_item(2, to="jörg@example.com"), eight_bit, large, an_item(5)]
    with Sink(tmp_path / "little", offers=("PIPELINING", "SIZE 1000")) as sink:
        found = send_all(transport(sink.url), *mixed)
        assert found == {1: YES, 2: refused("553 5.6.7"), 3: refused("554 5.6.3"), 4: refused("552 5.3.4"), 5: YES}
    with Sink(tmp_path / "much", offers=("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE")) as sink:
        assert set(send_all(transport(sink.url), *mixed).values()) == {YES}


def test_several_lines_carry_many_messages_each(tmp_path: Path, transport: Transports) -> None:
    with Sink(tmp_path / "several") as sink:
        ours = transport(sink.url, connections=3)
        found = send_all(ours, *(an_item(n, to=f"p{n}@example.com") for n in range(60)))
        ours.close()
        assert set(found.values()) == {YES}
        assert sorted(sink.receivers()) == sorted(f"p{n}@example.com" for n in range(60))
        assert 1 < sink.seen().count("connect") <= 3
        assert sink.seen().count("quit") == sink.seen().count("connect")


@pytest.mark.parametrize("deed", ["close", "421"])
def test_a_server_that_takes_few_messages_a_line_costs_no_message_a_try(
    either: tuple[SmtpTransport, Sink], deed: str
) -> None:
    """The envelope that left with the body before it goes over the next line: the server was only through with this one."""
    transport, sink = either
    rule = (
        {"at": "mail", "do": "close"} if deed == "close" else {"at": "mail", "do": "reply", "code": "421 4.4.2 enough"}
    )
    sink.misbehave(rule | {"from_": 3, "times": 1})
    found = send_all(transport, *(an_item(n) for n in range(6)))
    assert set(found.values()) == {YES}
    assert transport.trouble is None
    assert sink.seen() == ["connect", "connect"]


def test_only_what_was_at_the_head_of_a_lost_line_is_in_doubt(sink: Sink, transport: Transports) -> None:
    """The next one's envelope had left with its body: that one has not been handed over, and goes."""
    sink.misbehave({"at": "dot", "do": "drop", "from_": 2, "times": 1})
    ours = transport()
    ours.take([an_item(n) for n in range(3)])
    found: dict[int, Outcome] = {}
    while len(found) < 3:
        found |= {item.key: outcome for item, outcome in ours.wait(5)}
    assert found == {0: YES, 1: UNCERTAIN, 2: NOT_ATTEMPTED}
    assert ours.trouble is not None
    assert send(ours, 2) == YES
    assert Counter(sink.accepted()).most_common(1)[0][1] == 1


def test_a_server_that_lets_fewer_lines_in_gets_no_more(tmp_path: Path, transport: Transports) -> None:
    with Sink(tmp_path / "few") as sink:
        sink.misbehave({"at": "connect", "do": "reply", "code": "421 4.7.0 too many", "from_": 2})
        ours = transport(sink.url, connections=4)
        sink_slow = [an_item(n, to=f"p{n}@example.com") for n in range(80)]
        assert set(send_all(ours, *sink_slow).values()) == {YES}
        assert ours.trouble is None
        tried = sink.seen().count("connect")
        assert set(send_all(ours, *(an_item(n) for n in range(80))).values()) == {YES}
        assert sink.seen().count("connect") == tried, "it is not asked again at once"


@pytest.mark.parametrize(("code", "lines"), [("451 4.3.0 busy", 1), ("452 4.2.2 full", 4), ("450 4.7.1 grey", 1)])
def test_asked_for_less_it_uses_fewer_lines_until_trust_returns(
    code: str, lines: int, tmp_path: Path, transport: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TRUST", 4)
    with Sink(tmp_path / "less") as sink:
        ours = transport(sink.url, connections=4)
        sink.misbehave({"at": "dot", "do": "reply", "code": code, "times": 2})
        assert set(send_all(ours, an_item(1), an_item(2)).values()) == {temporary(code[:9])}
        assert ours.lines == lines
        send_all(ours, *(an_item(n) for n in range(12)))
        assert ours.lines == 4


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a server at 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


SIGNED_IN = f"{quote(USER)}:{quote(PASSWORD)}@"


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("way", ["PLAIN LOGIN", "LOGIN"])
def test_an_encrypted_line_with_sign_in(
    scheme: str, way: str, certificate: Path, tmp_path: Path, transport: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    offers = ("PIPELINING", f"AUTH {way}")
    with Sink(tmp_path / "tls", certificate=certificate, wrapped=scheme == "smtps", offers=offers) as sink:
        ours = transport(f"{scheme}://{SIGNED_IN}127.0.0.1:{sink.port}")
        assert [send(ours, 1), send(ours, 2, body="x" * 200_000)] == [YES, YES]
        assert sink.seen() == ["connect", f"auth {way.split(maxsplit=1)[0]} True"]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    scheme: str, certificate: Path, tmp_path: Path, transport: Transports
) -> None:
    with Sink(tmp_path / "tls", certificate=certificate, wrapped=scheme == "smtps") as sink:
        caught = trouble(transport(f"{scheme}://127.0.0.1:{sink.port}"))
        assert (caught.outcome, caught.reason.endswith("SSLCertVerificationError")) == (NOT_ATTEMPTED, True)
        assert sink.accepted() == []


def test_without_encryption_offered_nothing_is_said_in_the_open(sink: Sink, transport: Transports) -> None:
    caught = trouble(transport(f"smtp+starttls://{SIGNED_IN}127.0.0.1:{sink.port}"))
    assert caught.reason == "starttls: not offered"
    assert "auth" not in " ".join(sink.seen())


@pytest.mark.parametrize("words", ["220 ready\r\n250 injected"])
def test_words_slipped_in_before_encryption_are_not_believed(
    words: str, certificate: Path, tmp_path: Path, transport: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Sink(tmp_path / "tls", certificate=certificate) as sink:
        sink.misbehave({"at": "starttls", "do": "reply", "code": words})
        assert trouble(transport(f"smtp+starttls://127.0.0.1:{sink.port}")).reason == "starttls: spoke too early"


def test_a_wrong_password_concerns_no_message(tmp_path: Path, transport: Transports) -> None:
    with Sink(tmp_path / "auth", offers=("AUTH PLAIN",)) as sink:
        caught = trouble(transport(f"smtp://{quote(USER)}:wrong@127.0.0.1:{sink.port}"))
        assert (caught.outcome, caught.reason) == (NOT_ATTEMPTED, "auth: 535 5.7.8")


def test_a_server_without_a_way_to_sign_in_that_we_know(sink: Sink, transport: Transports) -> None:
    assert trouble(transport(f"smtp://{SIGNED_IN}127.0.0.1:{sink.port}")).reason == "auth: not offered"


class _Server:
    """A server that answers the envelope and then follows `serve`."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self._end = threading.Event()

    def __enter__(self) -> str:
        threading.Thread(target=self._meet, daemon=True).start()
        return f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._listener.close()

    def _meet(self) -> None:
        sock, _ = self._listener.accept()
        with sock:
            self._serve(sock)
            self._end.wait(20)


def _deaf_server(last_words: bytes) -> _Server:
    def serve(sock: socket.socket) -> None:
        sock.sendall(b"220 deaf\r\n")
        for reply in (b"250 deaf\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            sock.recv(1024)
            sock.sendall(reply)
        sock.sendall(last_words)

    return _Server(serve)


def _dripping_server() -> _Server:
    def serve(sock: socket.socket) -> None:
        try:
            for _ in range(200):
                sock.sendall(b"2")
                time.sleep(0.05)
        except OSError:
            pass

    return _Server(serve)
