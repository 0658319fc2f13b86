"""News about all the practices of a network: agreed to by itself, under the same promise, and ended with one press."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.actions.evidence import end_network_news, keep_wording, record
from pcnppg.membership.actions.leaving import NO_NETWORK_NEWS, hold
from pcnppg.membership.rules import Consent, How, State
from pcnppg.store import journal
from pcnppg.store.session import session

CHANGED = "The words below have changed since you opened this page. Read them again before you agree."


def agree_to_network_news(contact_id: int, *, digest: str, how: How, by: Who, at: datetime) -> None:
    """Write down that they agreed to these very words. Safe to repeat.

    `digest` names the words on the page; `RuleBroken` where they have changed since. `NotFound` where there is no network.
    """
    contact = hold(contact_id)
    if contact.state != State.ACTIVE:
        raise RuleBroken("You are not on the list, so we send you no news at all.")
    shown = queries.network_words_of(groups.get_group(contact.group_id), promise=contact.promise)
    if shown is None:
        raise NotFound
    if digest != shown.digest:
        raise RuleBroken(CHANGED)
    if contact.network_news_at is not None:
        return
    contact.network_news_at = at
    wording_id = keep_wording(contact.group_id, shown, at=at)
    record(contact, Consent.NETWORK_AGREED, how=how, by=by, at=at, wording_id=wording_id)
    audit.note("membership.network_news_agreed", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def stop_network_news(contact_id: int, *, how: How, by: Who, at: datetime) -> None:
    """Send no more news of the network. Where they get none, nothing changes."""
    contact = hold(contact_id)
    if contact.network_news_at is None:
        return
    end_network_news(contact, how=how, by=by, at=at)
    journal.note(session(), NO_NETWORK_NEWS, contact.group_id, contact.id, how, at=at)
    audit.note(
        "membership.network_news_stopped", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id)
    )


def end_news_of_others(group_id: int, *, network_name: str, by: Who, at: datetime) -> int:
    """The group joins this network: whoever agreed to news of another one gets none of this one. How many.

    Each is asked again with the words of this network, and nobody gets its news who has not agreed to them (rule 1).
    """
    ended = queries.list_agreed_to_others(group_id, network_name)
    for contact_id in ended:
        stop_network_news(contact_id, how=How.GROUP, by=by, at=at)
    return len(ended)
