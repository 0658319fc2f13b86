"""What people are shown, what they agreed to, and the links that were mailed to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel import keys
from pcnppg.kernel.kept import Kept, Value
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership import formats
from pcnppg.membership.models import ConsentRecord, Contact, MyLink, PromiseChange, SignUp, Wording
from pcnppg.membership.queries.logs import requests_of
from pcnppg.membership.rules import RENEWAL_MONTHS, Raise, Shown, State, Told, months_later
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

CHANGES = 20
"""Changes of the promise that are told at most."""

Asked = Callable[[int, datetime], Sequence[Told]]
_asked: list[Asked] = []
ToldElsewhere = Callable[[int, int | None, str, datetime], list[Kept]]
_told_elsewhere: list[ToldElsewhere] = []
UsedUp = Callable[[int, int, datetime], int]
_used_up: list[UsedUp] = []


def on_telling(asked: Asked) -> None:
    """Lend the answer to "which mailings was this contact sent in the last 365 days?" (mailing stands above us)."""
    if asked not in _asked:
        _asked.append(asked)


def list_mailings_told(contact_id: int, at: datetime) -> list[Told]:
    """The mailings that count under the promise to a contact now, newest first."""
    return sorted((told for ask in _asked for told in ask(contact_id, at)), key=lambda told: told.at, reverse=True)


def on_telling_more(asked: ToldElsewhere) -> None:
    """Lend what another domain keeps in a group about a contact's number (None: no contact) and a mailbox's hash."""
    if asked not in _told_elsewhere:
        _told_elsewhere.append(asked)


def told_elsewhere(group_id: int, contact_id: int | None, mailbox_hash: str, *, at: datetime) -> list[Kept]:
    """What the domains above keep about them, by heading."""
    return [kept for ask in _told_elsewhere for kept in ask(group_id, contact_id, mailbox_hash, at)]


def on_lowering(asked: UsedUp) -> None:
    """Lend the answer to "how many of a group would have none left under this promise?" (mailing stands above us)."""
    if asked not in _used_up:
        _used_up.append(asked)


def count_used_up(group_id: int, promise: int, at: datetime) -> int:
    """How many on the list have none left at once if the promise is lowered to this number."""
    return sum(ask(group_id, promise, at) for ask in _used_up)


def words_of(group: Group, *, promise: int | None = None) -> Shown:
    """The exact words that this group shows to whoever wants to join, now; or as they would read with another promise."""
    place = groups.place_of(group) if group.practice_code else group.name
    return formats.shown(
        holder=group.holder_name,
        privacy_contact=group.privacy_contact,
        group_name=group.name,
        practice_name=place,
        promise=promise or group.promise,
    )


def find_raise(group_id: int) -> Raise | None:
    """The last time that the promise was raised, with what the group says of it; None where it never was."""
    found = (
        select(PromiseChange)
        .where(PromiseChange.group_id == group_id, PromiseChange.why.is_not(None))
        .order_by(PromiseChange.at.desc(), PromiseChange.id.desc())
        .limit(1)
    )
    change = session().scalar(found)
    return Raise(change.promise, change.why or "", change.at) if change else None


def list_promise_changes(group_id: int) -> list[PromiseChange]:
    """Each time that the promise was lowered or raised (then it says why), the newest first."""
    found = select(PromiseChange).where(PromiseChange.group_id == group_id)
    return list(session().scalars(found.order_by(PromiseChange.at.desc(), PromiseChange.id.desc()).limit(CHANGES)))


def count_by_promise(group_id: int) -> dict[int, int]:
    """How many on the list are bound by which number, the lowest first."""
    found = (
        select(Contact.promise, func.count())
        .where(Contact.group_id == group_id, Contact.state == State.ACTIVE)
        .group_by(Contact.promise)
        .order_by(Contact.promise)
    )
    return dict(session().execute(found).all())


def list_wordings_like_now(group: Group) -> set[int]:
    """The wordings that say what the group says now, whatever number they promise: that is told and lowered by itself."""
    digests = [words_of(group, promise=number).digest for number in range(FEWEST, MOST + 1)]
    found = select(Wording.id).where(Wording.group_id == group.id, Wording.digest.in_(digests))
    return set(session().scalars(found.order_by(Wording.id)))


def count_due_for_renewal(group: Group, *, at: datetime) -> int:
    """How many are asked, in the next mailing, whether they still want our emails."""
    old = months_later(at, -RENEWAL_MONTHS)
    other = Contact.wording_id.not_in(list_wordings_like_now(group))
    found = select(func.count()).where(
        Contact.group_id == group.id,
        Contact.state == State.ACTIVE,
        Contact.mailbox.is_not(None),  # a letter asks nobody
        or_(Contact.agreed_at <= old, other),
    )
    return session().scalar(found) or 0


def wording_of(group_id: int, digest: str) -> int:
    """The number under which a wording is kept."""
    return session().scalars(select(Wording.id).where(Wording.group_id == group_id, Wording.digest == digest)).one()


def get_sign_up(token: str) -> SignUp:
    """The sign-up of a confirm link, in whatever state, as it is now."""
    found = session().scalar(
        select(SignUp).where(SignUp.token_hash == keys.token_hash(token)).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def find_open_sign_up(token: str, *, at: datetime) -> SignUp | None:
    """The sign-up that this link can still confirm, or None."""
    return session().scalar(
        select(SignUp).where(
            SignUp.token_hash == keys.token_hash(token), SignUp.mailbox.is_not(None), SignUp.expires_at > at
        )
    )


def find_confirmed(token: str, *, at: datetime) -> Contact | None:
    """The contact on the list who pressed the button behind this link, while the link's week lasts; or None."""
    return session().scalar(
        select(Contact)
        .join(SignUp, SignUp.contact_id == Contact.id)
        .where(SignUp.token_hash == keys.token_hash(token), SignUp.expires_at > at, Contact.state == State.ACTIVE)
    )


def count_sign_ups(mailbox_hash: str, *, since: datetime) -> int:
    """How many join forms were answered by mail to a mailbox."""
    found = select(func.count()).where(SignUp.mailbox_hash == mailbox_hash, SignUp.asked_at > since)
    return session().scalar(found) or 0


def list_sign_ups_at(group_id: int, mailbox_hash: str) -> list[SignUp]:
    """The join forms for one mailbox that we still know, oldest first."""
    found = (
        select(SignUp)
        .where(SignUp.group_id == group_id, SignUp.mailbox_hash == mailbox_hash)
        .order_by(SignUp.asked_at, SignUp.id)
    )
    return list(session().scalars(found))


def count_links_asked(mailbox_hash: str, *, since: datetime) -> int:
    """How many answers to "what do you hold about me?" went to a mailbox."""
    found = select(func.count()).where(MyLink.mailbox_hash == mailbox_hash, MyLink.asked_at > since)
    return session().scalar(found) or 0


def list_my_links_at(group_id: int, mailbox_hash: str) -> list[MyLink]:
    """The links to what is held that were mailed to one mailbox, oldest first."""
    found = (
        select(MyLink)
        .where(MyLink.group_id == group_id, MyLink.mailbox_hash == mailbox_hash)
        .order_by(MyLink.asked_at, MyLink.id)
    )
    return list(session().scalars(found))


def get_my_link(token: str, *, at: datetime) -> MyLink:
    """The link to what is held, while it works."""
    found = session().scalar(
        select(MyLink)
        .where(MyLink.token_hash == keys.token_hash(token), MyLink.expires_at > at)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def list_consent(contact_id: int) -> Sequence[tuple[ConsentRecord, str | None]]:
    """The evidence about one contact with the words they were shown, oldest first."""
    found = (
        select(ConsentRecord, Wording.words)
        .outerjoin(Wording, Wording.id == ConsentRecord.wording_id)
        .where(ConsentRecord.contact_id == contact_id)
        .order_by(ConsentRecord.at, ConsentRecord.id)
    )
    return [(line, words) for line, words in session().execute(found)]


@dataclass(frozen=True, slots=True)
class Held:
    """All that we hold about whoever was mailed a link: a contact, forms that wait to be confirmed, mailings sent."""

    contact: Contact | None
    waiting: Sequence[SignUp]
    records: Sequence[tuple[ConsentRecord, str | None]]
    mailings: Sequence[Told]
    elsewhere: Sequence[Kept]


def held_by(link: MyLink, *, at: datetime) -> Held:
    """All that we hold about the receiver of a link."""
    forms = [form for form in list_sign_ups_at(link.group_id, link.mailbox_hash) if form.mailbox is not None]
    elsewhere = told_elsewhere(link.group_id, link.contact_id, link.mailbox_hash, at=at)
    if link.contact_id is None:
        return Held(None, forms, (), (), elsewhere)
    contact = session().get_one(Contact, link.contact_id)
    return Held(contact, forms, list_consent(contact.id), list_mailings_told(contact.id, at), elsewhere)


def copy_of(link: MyLink, *, at: datetime) -> dict[str, Any]:
    """The same as plain values, for the person to take away."""
    held = held_by(link, at=at)
    contact = held.contact
    return {
        "name": contact.name if contact else None,
        "address": contact.address if contact else None,
        "state": contact.state if contact else None,
        "joined": contact.joined_at.isoformat() if contact else None,
        "joined through": contact.channel if contact else None,
        "promise": contact.promise if contact else None,
        "paused until": contact.paused_until.isoformat() if contact and contact.paused_until else None,
        "agreed and withdrawn": [
            {"what": line.what, "when": line.at.isoformat(), "how": line.how, "promise": line.promise, "words": words}
            for line, words in held.records
        ],
        "mailings sent": [{"when": told.at.isoformat(), "subject": told.subject} for told in held.mailings],
        "forms not confirmed": [
            {"name": form.name, "address": form.address, "when": form.asked_at.isoformat()} for form in held.waiting
        ],
        "asked about their details": requests_of(contact.id) if contact else [],
        **{kept.heading: [_named(kept, row) for row in kept.rows] for kept in held.elsewhere},
    }


def _named(kept: Kept, row: tuple[Value, ...]) -> dict[str, str | int | None]:
    plain = (value if value is None or isinstance(value, str | int) else value.isoformat() for value in row)
    return dict(zip(kept.columns, plain, strict=True))
