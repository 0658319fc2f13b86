"""What people are shown, what they agreed to, and the links that were mailed to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, select

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel import keys
from pcnppg.kernel.kept import Kept
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership import formats
from pcnppg.membership.models import ConsentRecord, Contact, MyLink, PromiseChange, SignUp, Wording
from pcnppg.membership.rules import RENEWAL_MONTHS, Consent, Raise, Shown, State, months_later
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

CHANGES = 20
"""Changes of the promise that are told at most."""

ToldElsewhere = Callable[[int, int | None, str, datetime], list[Kept]]
_told_elsewhere: list[ToldElsewhere] = []
UsedUp = Callable[[int, int, datetime], int]
_used_up: list[UsedUp] = []


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
    place = _place(group)
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
    return {number for number, said_now in _wordings(group) if said_now}


def _wordings(group: Group) -> list[tuple[int, bool]]:
    """The wordings that a group ever used, and whether each says what it says now."""
    now_said = {words_of(group, promise=number).digest for number in range(FEWEST, MOST + 1)}
    found = select(Wording.id, Wording.digest).where(Wording.group_id == group.id).order_by(Wording.id)
    return [(number, digest in now_said) for number, digest in session().execute(found)]


def count_due_for_renewal(group: Group, *, at: datetime) -> int:
    """How many are asked, in the next mailing, whether they still want our emails.

    Counted by wording, so that an index finds those who are due and the rest of the list is not read.
    """
    wordings = _wordings(group)
    now_said, others = ([number for number, said_now in wordings if said_now is wanted] for wanted in (True, False))
    of_old = Contact.wording_id.in_(now_said) & (Contact.agreed_at <= months_later(at, -RENEWAL_MONTHS))
    return _count_asked(group.id, of_old) + (_count_asked(group.id, Contact.wording_id.in_(others)) if others else 0)


def _count_asked(group_id: int, which: ColumnElement[bool]) -> int:
    """How many of these get mailings by email: a letter asks nobody."""
    found = select(func.count()).where(
        Contact.group_id == group_id, Contact.state == State.ACTIVE, Contact.mailbox.is_not(None), which
    )
    return session().scalar(found) or 0


def network_words_of(group: Group, *, promise: int) -> Shown | None:
    """The exact words that a contact of this promise is shown about news of the network; None where there is no network."""
    practice = directory.get_practice(group.practice_code) if group.practice_code else None
    network = directory.find_network(practice.network_code) if practice and practice.network_code else None
    if network is None or network.closed_on is not None:
        return None
    place = _place(group)
    return formats.network_shown(
        holder=group.holder_name,
        network_name=shown_name(network.name),
        group_name=group.name,
        practice_name=place,
        promise=promise,
    )


def list_agreed_to_others(group_id: int, network_name: str) -> list[int]:
    """The numbers of those who get news of a network by words that name another network than this one."""
    found = (
        select(Contact.id, Wording.words)
        .join(ConsentRecord, and_(ConsentRecord.contact_id == Contact.id, ConsentRecord.at == Contact.network_news_at))
        .join(Wording, Wording.id == ConsentRecord.wording_id)
        .where(Contact.group_id == group_id, ConsentRecord.what == Consent.NETWORK_AGREED)
        .order_by(Contact.id)
    )
    return [number for number, words in session().execute(found) if not formats.is_about_network(words, network_name)]


def _place(group: Group) -> str:
    return groups.place_of(group) if group.practice_code else group.name


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


def find_group_of_my_link(token: str) -> int | None:
    """The number of the group that mailed a link to what is held, also where it works no longer; None where we forgot it."""
    return session().scalar(select(MyLink.group_id).where(MyLink.token_hash == keys.token_hash(token)))


def list_consent(contact_id: int) -> Sequence[tuple[ConsentRecord, str | None]]:
    """The evidence about one contact with the words they were shown, oldest first."""
    found = (
        select(ConsentRecord, Wording.words)
        .outerjoin(Wording, Wording.id == ConsentRecord.wording_id)
        .where(ConsentRecord.contact_id == contact_id)
        .order_by(ConsentRecord.at, ConsentRecord.id)
    )
    return [(line, words) for line, words in session().execute(found)]
