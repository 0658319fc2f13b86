"""What the world's name servers say about the domain we send from: SPF, DKIM, DMARC, and where its own mail goes.

Large mail providers refuse or hide mail of a domain that does not say who may send for it. Where no name server answers we say
so, and hold it against nobody.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dns.exception
import dns.rdata
import dns.resolver
from dns.rdtypes.txtbase import TXTBase
from dns.resolver import Resolver

from pcnppg.post.jobs.signing import Signer

PATIENCE = 3.0
"""Seconds that a name server has for one answer."""
FAR_TOO_MANY = ("+all", "?all")


class Unasked(Exception):
    """No name server could be asked."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was looked up: is it as it should be, and what to do where it is not."""

    name: str
    well: bool
    words: str


def look(domain: str, *, signer: Signer | None, resolver: Resolver | None = None) -> Iterator[Said]:
    """Everything that name servers can tell of this domain."""
    try:
        ask = resolver or Resolver()
        yield _spf(domain, _texts(ask, domain))
        yield _dkim(domain, signer, ask)
        yield _dmarc(domain, _dmarc_texts(ask, domain))
        yield _incoming(domain, ask)
    except (Unasked, dns.resolver.NoResolverConfiguration):
        yield Said("mail domain", True, "could not ask: no name server answered. Try again where one does")


def _spf(domain: str, texts: Sequence[str]) -> Said:
    found = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return Said(
            "SPF", False, f'{domain} does not say who may send for it. Add a TXT record like "v=spf1 a mx ~all"'
        )
    if len(found) > 1:
        return Said("SPF", False, f"{domain} has {len(found)} SPF records, and receivers then trust none. Keep one")
    words = found[0].lower().split()
    if any(word in FAR_TOO_MANY for word in words):
        return Said("SPF", False, f"{domain} lets everybody send for it. End the record with ~all or -all")
    if not any(word in {"-all", "~all"} or word.startswith("redirect=") for word in words):
        return Said("SPF", False, f"the record of {domain} has no end. Add ~all or -all")
    return Said("SPF", True, f"{domain} says who may send for it")


def _dkim(domain: str, signer: Signer | None, ask: Resolver) -> Said:
    if signer is None:
        return Said(
            "DKIM", True, "we do not sign. Your mail server should: ask whoever runs it, or set PCNPPG_DKIM_KEY"
        )
    place = f"{signer.selector}._domainkey.{domain}"
    tags = [_tags(text) for text in _texts(ask, place)]
    keys = ["".join(tag["p"].split()) for tag in tags if "p" in tag]
    if not keys:
        return Said("DKIM", False, f"{place} has no key. Add this TXT record: {signer.record}")
    if _same_key(keys[0], signer):
        return Said("DKIM", True, f"the key at {place} is ours")
    return Said("DKIM", False, f"the key at {place} is not the one that we sign with. It should be: {signer.record}")


def _same_key(published: str, signer: Signer) -> bool:
    try:
        return base64.b64decode(published, validate=True) == signer.public
    except ValueError:
        return False


def _dmarc(domain: str, texts: Sequence[str]) -> Said:
    found = [tags for text in texts if (tags := _tags(text)).get("v", "").upper() == "DMARC1"]
    if len(found) != 1 or found[0].get("p") not in {"none", "quarantine", "reject"}:
        words = f'_dmarc.{domain} has no policy. Add a TXT record there, to begin with "v=DMARC1; p=none"'
        return Said("DMARC", False, words)
    return Said("DMARC", True, f"the policy of {domain} is {found[0]['p']}")


def _dmarc_texts(ask: Resolver, domain: str) -> Sequence[str]:
    """Those of the domain itself or of the nearest one above it that has any (RFC 9989 walks up the tree too)."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        texts = _texts(ask, "_dmarc." + ".".join(labels[start:]))
        if texts:
            return texts
    return []


def _incoming(domain: str, ask: Resolver) -> Said:
    if _answers(ask, domain, "MX"):
        return Said("incoming mail", True, f"{domain} takes mail, so bounces can come back")
    return Said(
        "incoming mail", False, f"{domain} takes no mail, so bounces and leaving mail are lost. Add an MX record"
    )


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _texts(ask: Resolver, name: str) -> list[str]:
    found = (one for one in _answers(ask, name, "TXT") if isinstance(one, TXTBase))
    return [b"".join(one.strings).decode("utf-8", "replace") for one in found]


def _answers(ask: Resolver, name: str, kind: str) -> list[dns.rdata.Rdata]:
    try:
        return list(ask.resolve(name, kind, lifetime=PATIENCE))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as wrong:
        raise Unasked from wrong
