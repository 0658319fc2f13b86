"""The journal of handovers: what is marked before it goes, and what became of it; one line for a batch (settled 29)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.post.rules import Fate, Result
from pcnppg.store import journal
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.mailing.actions.delivering import Claimed

MARKED, OUTCOME, SENT, TAKEN_BACK, STOPPED = "marked", "outcome", "sent", "taken_back", "stopped"
LETTERS = {
    Fate.HANDED_OVER: "h",
    Fate.UNCERTAIN: "u",
    Fate.REFUSED: "r",
    Fate.TEMPORARY: "t",
    Fate.NOT_ATTEMPTED: "n",
}


def write_marks(group_id: int, mailing_id: int, claimed: Sequence[Claimed], *, at: datetime) -> None:
    """Before they go: the delivery that carries each message, and each contact whom it is for."""
    people = (
        f"{message.delivery.id}:{one.delivery.id}:{one.delivery.contact_id}"
        for message in claimed
        for one in message.sharing
    )
    journal.note(session(), MARKED, group_id, mailing_id, ",".join(people), at=at)


def write_outcomes(results: Sequence[Result], *, at: datetime) -> None:
    """What became of the messages, by the delivery that carried each."""
    if results:
        found = (f"{key}:{LETTERS[outcome.fate]}" for key, outcome in results)
        journal.note(session(), OUTCOME, ",".join(found), at=at)
