"""Invitations, and authenticators that wait to be taken off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pcnppg.groups.models import Invitation, SecondFactorReset
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whatever became of it, or None."""
    return session().scalar(select(Invitation).where(Invitation.token_hash == keys.token_hash(token)))


def lock_invitation(invitation_id: int) -> Invitation:
    """An invitation that was found, locked: pressed twice, it is accepted once."""
    found = select(Invitation).where(Invitation.id == invitation_id)
    return session().scalars(found.with_for_update().execution_options(populate_existing=True)).one()


def get_invitation(group_id: int, invitation_id: int) -> Invitation:
    found = session().scalar(select(Invitation).where(Invitation.id == invitation_id, Invitation.group_id == group_id))
    if found is None:
        raise NotFound
    return found


def list_open_invitations(group_id: int, *, at: datetime) -> list[Invitation]:
    """Invitations that can still be accepted, oldest first."""
    found = select(Invitation).where(
        Invitation.group_id == group_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > at,
    )
    return list(session().scalars(found.order_by(Invitation.invited_at, Invitation.id)))


def list_offers_with_address() -> list[Invitation]:
    """In every group: invitations whose address is still there, oldest first. They go within three weeks, so they are few."""
    return list(session().scalars(select(Invitation).where(Invitation.address.is_not(None)).order_by(Invitation.id)))


def count_offers_to(address: str, *, at: datetime) -> int:
    """In every group: invitations to this mailbox that can still be accepted."""
    mine = EmailAddress.parse(address).mailbox
    open_ones = (offer for offer in list_offers_with_address() if offer.expires_at > at and offer.accepted_at is None)
    return sum(EmailAddress.parse(offer.address or "").mailbox == mine for offer in open_ones)


def list_open_handovers(group_id: int, *, at: datetime) -> list[Invitation]:
    """Invitations by whose acceptance the role of chair is handed over, oldest first."""
    return [offer for offer in list_open_invitations(group_id, at=at) if offer.hands_over is not None]


def list_open_resets_of(person_id: int) -> list[SecondFactorReset]:
    """In every group: the authenticator of this person, waiting to be taken off."""
    found = select(SecondFactorReset).where(
        SecondFactorReset.person_id == person_id,
        SecondFactorReset.done_at.is_(None),
        SecondFactorReset.stopped_at.is_(None),
    )
    return list(session().scalars(found.order_by(SecondFactorReset.id).with_for_update()))


def list_open_resets(group_id: int) -> list[SecondFactorReset]:
    """Authenticators of this group's officers that wait to be taken off, oldest first."""
    found = select(SecondFactorReset).where(
        SecondFactorReset.group_id == group_id,
        SecondFactorReset.done_at.is_(None),
        SecondFactorReset.stopped_at.is_(None),
    )
    return list(session().scalars(found.order_by(SecondFactorReset.asked_at, SecondFactorReset.id)))


def lock_reset(group_id: int, reset_id: int) -> SecondFactorReset:
    """One of them, locked."""
    found = select(SecondFactorReset).where(SecondFactorReset.id == reset_id, SecondFactorReset.group_id == group_id)
    reset = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if reset is None:
        raise NotFound
    return reset


def list_due_resets(*, at: datetime) -> list[SecondFactorReset]:
    """In every group: what is due, locked, so that two workers do it once."""
    found = select(SecondFactorReset).where(
        SecondFactorReset.due_at <= at,
        SecondFactorReset.done_at.is_(None),
        SecondFactorReset.stopped_at.is_(None),
    )
    return list(session().scalars(found.order_by(SecondFactorReset.id).with_for_update(skip_locked=True)))
