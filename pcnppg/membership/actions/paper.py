"""Writing down who agreed on paper, at the desk or by phone; and the way back for who says "not me"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, formats, queries
from pcnppg.membership.actions.evidence import keep_wording, record
from pcnppg.membership.actions.leaving import take_in_hand
from pcnppg.membership.actions.rights import erase
from pcnppg.membership.models import Contact, Evidence, MyLink
from pcnppg.membership.rules import (
    HERE,
    Agreement,
    Consent,
    How,
    ReachedBy,
    Shown,
    State,
    Ways,
    binding_promise,
    may_come_back,
    may_write_down,
    name_key,
    searchable,
)
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

LEFT_BEFORE = (
    "Somebody at this address left the list, so it cannot be added by hand. Only the person's own form brings them back. "
    "Give them the address on your poster. Nobody was added, and no email was sent."
)
OTHER_WORDS = "The promise has changed since that day, so the form has older words. Choose “other words” and type them."


def write_down(group_id: int, *, name: str | None, ways: Ways, agreement: Agreement, by: Who, at: datetime) -> Contact:
    """Put somebody on the list who agreed away from our pages, with the evidence. Who has a mailbox is told at once.

    `RuleBroken` where they are here already, or left before: nobody is brought back by hand (rule 4).
    """
    group = groups.lock_group(group_id)
    shown = _words_on_the_form(group, ways.by, agreement)
    contact = _who_it_is(group_id, name, ways, agreement)
    wording_id = keep_wording(group_id, shown, at=at)
    evidence = _keep_evidence(group_id, agreement, wording_id, by=by, at=at)
    since = queries.list_promises_since(group_id, agreement.day_begins)
    contact.promise = binding_promise(shown.promise, [group.promise, *since])
    contact.wording_id = wording_id
    put_ways(contact, name, ways)
    _put_on_list(contact, agreement, at=at)
    record(
        contact,
        Consent.AGREED,
        how=How(agreement.channel.value),
        by=by,
        at=at,
        promise=contact.promise,
        wording_id=wording_id,
        evidence_id=evidence.id,
    )
    audit.note("membership.written_down", by=by, at=at, group_id=group_id, about=("contact", contact.id))
    if contact.mailbox is not None:
        _lead_links_to(contact)
        officer = queries.names_of([by.person_id]).get(by.person_id, "")
        emails.say_written_down(group, contact, shown, evidence, officer=officer)
    return contact


def not_me(token: str, *, at: datetime) -> int:
    """Take off and erase, at once, whose form was written down with an address that is not theirs. The number of the group."""
    found = queries.find_not_me(token)
    if found is None:
        raise NotFound
    groups.lock_group(found.group_id)
    contact = take_in_hand(found.id, at=at)
    if queries.find_not_me(token) is None:
        raise NotFound
    me = Who.contact(contact.id)
    if contact.state in HERE:
        record(contact, Consent.WITHDRAWN, how=How.NOT_ME, by=me, at=at)
        audit.note("membership.not_me", by=me, at=at, group_id=contact.group_id, about=("contact", contact.id))
    erase(contact.id, how=How.NOT_ME, by=me, at=at)
    return contact.group_id


def put_ways(contact: Contact, name: str | None, ways: Ways) -> None:
    """Write a name and how somebody is reached into their row."""
    contact.name, contact.name_key = name, name_key(name)
    contact.reached_by = ways.by
    contact.address = ways.address.shown if ways.address else None
    contact.mailbox = ways.address.mailbox if ways.address else None
    contact.postal_address, contact.phone = ways.postal_address, ways.phone
    contact.search = searchable(name, contact.address, contact.postal_address, contact.phone)


def _put_on_list(contact: Contact, agreement: Agreement, *, at: datetime) -> None:
    contact.state, contact.channel = State.ACTIVE, agreement.channel
    contact.joined_at, contact.agreed_at = at, agreement.given_at(at)
    contact.paused_until = contact.left_at = contact.left_how = None
    contact.stopped_at = contact.stopped_because = contact.tried_at = None
    session().add(contact)
    session().flush()


def _words_on_the_form(group: Group, by: ReachedBy, agreement: Agreement) -> Shown:
    if agreement.words is not None and agreement.promise is not None:
        words = agreement.words
        return Shown(words=words, digest=formats.digest(words), promise=agreement.promise)
    if queries.list_promises_since(group.id, agreement.day_ends):
        raise RuleBroken(OTHER_WORDS, field="wording")
    return queries.words_for(group, by)


def _who_it_is(group_id: int, name: str | None, ways: Ways, agreement: Agreement) -> Contact:
    """The row to fill: a new one, or that of the same person, unverified so far or back by a newer form of their own."""
    known = _known(group_id, name, ways)
    active = [one for one in known if one.state == State.ACTIVE]
    may_write_down(name_key(name), [one.name_key for one in active]).enforce()
    same = next((one for one in known if one.name_key == name_key(name)), None)
    if same is not None and same.state == State.LEFT:
        if same.mailbox is not None:
            raise RuleBroken(LEFT_BEFORE, field="email")
        assert same.left_at is not None  # noqa: S101 - leaving is dated
        may_come_back(same.left_at, agreement.given_on).enforce(field="given_on")
    return same or Contact(group_id=group_id)


def _known(group_id: int, name: str | None, ways: Ways) -> list[Contact]:
    if ways.address is None:
        return queries.list_like(group_id, name, ways)
    if queries.is_suppressed(group_id, ways.address.mailbox):
        raise RuleBroken(LEFT_BEFORE, field="email")
    # Those on the list first. Somebody else who joined from that mailbox lifts nothing for who left from it.
    return queries.list_at_mailbox(group_id, ways.address.mailbox)


def _keep_evidence(group_id: int, agreement: Agreement, wording_id: int, *, by: Who, at: datetime) -> Evidence:
    evidence = Evidence(
        group_id=group_id,
        kind=agreement.channel.value,
        given_on=agreement.given_on,
        given_at=None,
        taken_by=agreement.taken_by,
        kept_at=agreement.kept_at,
        wording_id=wording_id,
        written_at=at,
        by_person_id=by.person_id,
    )
    session().add(evidence)
    session().flush()
    return evidence


def _lead_links_to(contact: Contact) -> None:
    """A link to what is held, mailed while nothing was held, shows them now; and its button erases them."""
    mailbox_hash = keys.current().mailbox_hash(contact.mailbox or "")
    theirs = (MyLink.group_id == contact.group_id, MyLink.mailbox_hash == mailbox_hash, MyLink.contact_id.is_(None))
    session().execute(update(MyLink).where(*theirs).values(contact_id=contact.id))
