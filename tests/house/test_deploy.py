"""Putting it on a server: the files to copy, and what name servers say about the domain, asked of one of our own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from dns.resolver import Resolver

from pcnppg.cli import deploy, mail_domain
from pcnppg.post.jobs.signing import Signer
from tests.house.conftest import Done

DOMAIN = "mail.example.org"
SIGNER = Signer(generate_private_key(65537, 2048), domain=DOMAIN, selector="pcnppg")
GOOD = {
    (DOMAIN, "TXT"): ['"site-verification=1"', '"v=spf1 a " "mx ~all"'],
    (DOMAIN, "MX"): [f"10 {DOMAIN}."],
    (f"pcnppg._domainkey.{DOMAIN}", "TXT"): [
        " ".join(f'"{SIGNER.record[at : at + 200]}"' for at in range(0, 600, 200))
    ],
    ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none; rua=mailto:x@example.org"'],
}


class NameServer:
    """Answers over UDP from a dictionary; where `silent`, with a failure."""

    def __init__(self) -> None:
        self.records = dict(GOOD)
        self.silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def resolver(self) -> Resolver:
        found = Resolver(configure=False)
        found.nameservers, found.port = ["127.0.0.1"], self.socket.getsockname()[1]
        return found

    def _serve(self) -> None:
        while True:
            try:
                wire, client = self.socket.recvfrom(4096)
            except OSError:
                return
            self.socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def _answer(self, asked: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        (question,) = asked.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        found = self.records.get((name, kind))
        if self.silent:
            answer.set_rcode(dns.rcode.REFUSED)
        elif found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def server() -> Iterator[NameServer]:
    found = NameServer()
    yield found
    found.socket.close()


def wrong(server: NameServer, signer: Signer | None = SIGNER) -> dict[str, str]:
    looked = mail_domain.look(DOMAIN, signer=signer, resolver=server.resolver)
    return {said.name: said.words for said in looked if not said.well}


def test_a_domain_that_is_set_up_is_well(server: NameServer) -> None:
    assert wrong(server) == {}
    assert wrong(server, None) == {}


@pytest.mark.parametrize(
    ("place", "records", "name", "says"),
    [
        ((DOMAIN, "TXT"), [], "SPF", "does not say who may send"),
        ((DOMAIN, "TXT"), ['"v=spf1 ~all"', '"v=spf1 -all"'], "SPF", "2 SPF records"),
        ((DOMAIN, "TXT"), ['"v=spf1 +all"'], "SPF", "lets everybody send"),
        ((DOMAIN, "TXT"), ['"v=spf1 mx"'], "SPF", "has no end"),
        ((f"pcnppg._domainkey.{DOMAIN}", "TXT"), [], "DKIM", "has no key"),
        ((f"pcnppg._domainkey.{DOMAIN}", "TXT"), ['"v=DKIM1; p=AAAA"'], "DKIM", "is not the one"),
        ((f"pcnppg._domainkey.{DOMAIN}", "TXT"), ['"v=DKIM1; p=!"'], "DKIM", "is not the one"),
        (("_dmarc.example.org", "TXT"), [], "DMARC", "has no policy"),
        (("_dmarc.example.org", "TXT"), ['"v=DMARC1; p=perhaps"'], "DMARC", "has no policy"),
        ((DOMAIN, "MX"), [], "incoming mail", "takes no mail"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(
    server: NameServer, place: tuple[str, str], records: list[str], name: str, says: str
) -> None:
    server.records[place] = records
    found = wrong(server)
    assert list(found) == [name]
    assert says in found[name]


def test_where_nobody_answers_nothing_is_held_against_anybody(server: NameServer) -> None:
    server.silent = True
    (said,) = mail_domain.look(DOMAIN, signer=SIGNER, resolver=server.resolver)
    assert said.well
    assert said.words.startswith("could not ask")


# The files


def test_each_file_is_listed_with_where_it_goes_and_printed_as_it_is(command: Callable[..., Done]) -> None:
    listed = command("deploy", ENV="nonsense").out
    for path in deploy.FOLDER.iterdir():
        assert path.name in listed
        assert command("deploy", path.name, ENV="nonsense").out == path.read_text()
    assert command("deploy", "nonsense").status == 2


def test_systemd_takes_the_units(tmp_path: Path, aloud: Callable[[str], None]) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        aloud("the units were not checked: this machine has no systemd-analyze")
        return
    for path in deploy.FOLDER.glob("pcnppg-*"):
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/pcnppg/bin/pcnppg", sys.executable))
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        [program, "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    hardened = [program, "security", "--offline=yes", "--threshold=20"]
    for unit in (unit for unit in units if unit.endswith(".service")):
        done = subprocess.run([*hardened, unit], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout  # exposed to 2 of 10 at most
