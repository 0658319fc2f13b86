"""Planning a mailing for a moment, and sending it when that has come. Recipients and slots are chosen only then (settled 2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import settings
from pcnppg.kernel.refusals import Conflict
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.sending import ALREADY_SENT, CHANGED, PUT_AWAY, may_go_out, send_out
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.rules import State
from pcnppg.mailing.rules.life import is_late, may_schedule, may_send_late, may_unschedule

AT_ONCE = timedelta(0)
"""A planned mailing is not held again (settled 8)."""


def schedule(group_id: int, *, mailing_id: int, version: int, moment: datetime, by: Who, at: datetime) -> Mailing:
    """Plan a draft for a moment. Nobody is chosen yet, and no allowance is taken."""
    group = groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    if mailing.state != State.DRAFT:
        raise Conflict(ALREADY_SENT if mailing.sent_at else PUT_AWAY)
    if mailing.version != version:
        raise Conflict(CHANGED)
    may_schedule(moment, at, settings.current().quiet_hours).enforce(field="day")
    may_go_out(group, mailing, at=at)
    mailing.state = State.SCHEDULED
    mailing.scheduled_for, mailing.scheduled_by = moment, by.person_id
    audit.note("mailing.planned", by=by, at=at, group_id=group_id, about=("mailing", mailing.id))
    return mailing


def unschedule(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> Mailing:
    """Make a planned mailing a draft again. Safe to repeat."""
    groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    if mailing.state == State.DRAFT:
        return mailing
    may_unschedule(State(mailing.state)).enforce()
    mailing.state = State.DRAFT
    mailing.scheduled_for = mailing.scheduled_by = None
    audit.note("mailing.unplanned", by=by, at=at, group_id=group_id, about=("mailing", mailing.id))
    return mailing


def send_due(group_id: int, *, mailing_id: int, at: datetime) -> bool:
    """Send a planned mailing whose moment has come. False where that changed meanwhile, or is so long past that we ask first.

    `RuleBroken` where it would reach nobody: it stays planned, is tried again, and after two hours asks first.
    """
    group = groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    moment = mailing.scheduled_for
    if mailing.state != State.SCHEDULED or moment is None or moment > at or is_late(moment, at):
        return False
    send_out(group, mailing, hold=AT_ONCE, sent_by=mailing.scheduled_by, by=MACHINE, at=at)
    return True


def send_late(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> Mailing:
    """Send a planned mailing after all whose moment was missed: an officer said so again."""
    group = groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    may_send_late(State(mailing.state), mailing.scheduled_for, at).enforce()
    send_out(group, mailing, hold=AT_ONCE, sent_by=by.person_id, by=by, at=at)
    return mailing
