"""Delivery reports as RFC 3464 lays them down: fields for each receiver, machine-readable, in whatever part they came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pcnppg.returns.formats.phrases import any_of, calm
from pcnppg.returns.formats.status import decide, status_in
from pcnppg.returns.rules import What

_FIELD = re.compile(
    r"^(original-recipient|final-recipient|action|status|diagnostic-code|remote-mta)[ \t]*:[ \t]*(.*)$", re.I
)
ARRIVED = ("delivered", "relayed", "expanded")
LATE = any_of("still-tried")
ADDRESSES = ("original-recipient", "final-recipient")


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a report says of one receiver. `action` is in lower case, empty where it is missing."""

    action: str
    status: str | None
    said: str


def receivers_in(fields: str) -> list[Receiver]:
    """The receivers that a report names, in its order."""
    return [_receiver(block) for block in _blocks(fields) if _is_about_somebody(block)]


def judge(receivers: list[Receiver], text: str) -> tuple[What, str | None] | None:
    """What a report comes to, and the status of its failure. What failed outweighs what did not; and where an address leads
    to several people, it is alive as long as one of them is only full or away.

    `text` are the words beside it; they are asked where a receiver's own fields say nothing. None for no receivers.
    """
    found = [(_judge_one(one, text), one.status) for one in receivers]
    for what in (What.SOFT, What.HARD, What.DELAYED, What.NOTICE):
        for judged, status in found:
            if judged is what:
                return what, status
    return None


def _judge_one(one: Receiver, text: str) -> What:
    if one.action.startswith(ARRIVED) or (one.status and one.status.startswith("2")):
        return What.NOTICE
    if one.action.startswith("delay"):
        return What.DELAYED
    if not one.action and one.status and one.status.startswith("4") and LATE.search(calm(f"{one.said} {text}")):
        return What.DELAYED
    known = decide(one.status, one.said) or decide(one.status, f"{one.said} {text}")
    if known is not None:
        return known
    # It failed for good, and nobody says why: that is what a status of five means.
    return What.HARD if one.status and one.status.startswith("5") else What.SOFT


def _blocks(fields: str) -> Iterator[dict[str, str]]:
    """The fields of each receiver; the next begins where an address comes again, empty line or not."""
    block: dict[str, str] = {}
    name = ""
    for line in fields.splitlines():
        found = _FIELD.match(line)
        if found:
            name = found[1].lower()
            if name in block and (name in ADDRESSES or "action" in block):
                yield block
                block = {}
            block.setdefault(name, found[2].strip())
        elif line[:1] in {" ", "\t"} and line.strip() and name:
            block[name] += " " + line.strip()
        else:
            if not line.strip() and _is_about_somebody(block) and "action" in block:
                yield block
                block = {}
            name = ""
    yield block


def _is_about_somebody(block: dict[str, str]) -> bool:
    return "action" in block or "status" in block


def _receiver(block: dict[str, str]) -> Receiver:
    action = re.split(r"[^a-z]", block.get("action", "").lower().strip(), maxsplit=1)[0]
    said = block.get("diagnostic-code", "")
    status = status_in(block.get("status", ""), anywhere=True)
    beside = status_in(said)
    # A status that says nothing gives way to the one that the remote server gave.
    if beside and (status is None or status.endswith(".0.0") or (beside[0] == status[0] == "5" and status == "5.0.0")):
        status = beside
    return Receiver(action, status, said)
