"""What people are shown, what they agreed to, and the links that were mailed to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups.rules import Controller
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership import formats
from pcnppg.membership.models import ConsentRecord, MyLink, SignUp, Wording
from pcnppg.membership.rules import Shown
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group


def words_of(group: Group) -> Shown:
    """The exact words that this group shows to whoever wants to join, now."""
    place = _place(group)
    return formats.shown(
        holder=_holder(group, place),
        privacy_contact=group.privacy_contact,
        group_name=group.name,
        practice_name=place,
        promise=group.promise,
    )


def network_words_of(group: Group, *, promise: int) -> Shown | None:
    """The exact words that a contact of this promise is shown about news of the network; None where there is no network."""
    practice = directory.get_practice(group.practice_code) if group.practice_code else None
    network = directory.find_network(practice.network_code) if practice and practice.network_code else None
    if network is None or network.closed_on is not None:
        return None
    place = _place(group)
    return formats.network_shown(
        holder=_holder(group, place),
        network_name=shown_name(network.name),
        group_name=group.name,
        practice_name=place,
        promise=promise,
    )


def _place(group: Group) -> str:
    return shown_name(directory.get_practice(group.practice_code).name) if group.practice_code else group.name


def _holder(group: Group, place: str) -> str:
    return place if group.controller == Controller.PRACTICE else group.name


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
