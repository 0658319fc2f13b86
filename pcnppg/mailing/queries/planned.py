"""Mailings that are planned for a moment, what they leave of the year, and whether a text was sent before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from pcnppg.kernel.verdict import Verdict
from pcnppg.mailing import queries
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.rules import State
from pcnppg.mailing.rules.life import LATE, SAME_TEXT, UNDER_WAY, Plan, fingerprint, may_say_again
from pcnppg.store.session import session


def list_planned(group_id: int) -> list[Mailing]:
    """The group's planned mailings, the first to go first; the late ones too."""
    found = (
        select(Mailing)
        .where(Mailing.group_id == group_id, Mailing.state == State.SCHEDULED)
        .order_by(Mailing.scheduled_for, Mailing.id)
    )
    return list(session().scalars(found))


def plans_of(group_id: int, at: datetime, *, before_them: int = 0, but: int | None = None) -> list[Plan]:
    """Whom each planned mailing would reach at its moment, after all that is planned before it and `before_them` more.

    All `but` one: it is about to go itself. One that is late counts as if it went now.
    """
    planned = [mailing for mailing in list_planned(group_id) if mailing.id != but]
    return [
        Plan(
            mailing.id,
            mailing.subject,
            mailing.scheduled_for or at,
            queries.forecast_for(group_id, max(mailing.scheduled_for or at, at), planned=before_them + earlier),
        )
        for earlier, mailing in enumerate(planned)
    ]


def list_due_plans(at: datetime) -> Sequence[tuple[int, int]]:
    """Planned mailings of all groups whose moment has come and is not long past: their number and their group's."""
    found = (
        select(Mailing.id, Mailing.group_id)
        .where(Mailing.state == State.SCHEDULED, Mailing.scheduled_for <= at, Mailing.scheduled_for >= at - LATE)
        .order_by(Mailing.scheduled_for, Mailing.id)
    )
    return [(mailing_id, group_id) for mailing_id, group_id in session().execute(found)]


def may_say(mailing: Mailing, at: datetime) -> Verdict:
    """Were these words not sent to this list a short while ago?"""
    words = fingerprint(mailing.subject, mailing.body)
    return may_say_again(same_text_sent_at(mailing.group_id, words, at, but=mailing.id))


def same_text_sent_at(group_id: int, fingerprint: str, at: datetime, *, but: int) -> datetime | None:
    """When this very text was last sent to this list, within the last ninety days; None where it was not."""
    found = select(func.max(Mailing.sent_at)).where(
        Mailing.group_id == group_id,
        Mailing.fingerprint == fingerprint,
        Mailing.state.in_(UNDER_WAY),
        Mailing.sent_at > at - SAME_TEXT,
        Mailing.id != but,
    )
    return session().scalar(found)
