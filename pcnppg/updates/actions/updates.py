"""Posting an update, changing it, saying that it is still true, withdrawing it. It sends no mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session
from pcnppg.updates import formats, queries
from pcnppg.updates.models import PostedUpdate, UpdateVersion
from pcnppg.updates.rules import (
    Content,
    Kind,
    Side,
    State,
    may_change,
    may_run,
    may_take_part,
    next_review,
    sides_of,
    state_of,
)

CHANGED = (
    "Somebody else changed this update while you were writing. Nothing was lost, and yours is not saved yet. "
    "Read theirs on the update's page, then save yours again."
)
NOTHING_NEW = "You changed nothing, so there is nothing to save. The update stays as it is."


def post(group_id: int, content: Content, *, side: Side, by: Who, at: datetime) -> PostedUpdate:
    """Put an update on the group's page."""
    person_id = account(by)
    may_take_part(side, _sides(person_id, group_id)).enforce(field="side")
    _keep_days(content, at)
    update = PostedUpdate(
        group_id=group_id,
        kind=content.kind,
        side=side,
        posted_at=at,
        posted_by=person_id,
        version=0,
        withdrawn_at=None,
    )
    _write(update, content, person_id, at=at)
    audit.note("updates.posted", by=by, at=at, group_id=group_id, about=("posted_update", update.id))
    return update


def change(group_id: int, update_id: int, content: Content, *, version: int, by: Who, at: datetime) -> PostedUpdate:
    """Give an update other words or days. `version` is the one that the writer began from."""
    person_id = account(by)
    update = _mine(group_id, update_id, person_id)
    if update.version != version:
        raise Conflict(CHANGED)
    if content == _content(update):
        raise RuleBroken(NOTHING_NEW)
    _keep_days(content, at)
    _write(update, content, person_id, at=at)
    audit.note("updates.changed", by=by, at=at, group_id=group_id, about=("posted_update", update.id))
    return update


def still_true(group_id: int, update_id: int, *, by: Who, at: datetime) -> PostedUpdate:
    """Somebody looked at it again: it stands for as long as a new one does, and not shorter than it would have."""
    person_id = account(by)
    update = _mine(group_id, update_id, person_id)
    today = queries.today_in_england(at)
    if state_of(update.ends_on, is_withdrawn=False, today=today) is State.ENDED:
        raise RuleBroken("This update has ended. Change its last day if it is true again.")
    review_on, ends_on = next_review(update.ends_on, today)
    _write(update, replace(_content(update), review_on=review_on, ends_on=ends_on), person_id, at=at)
    audit.note("updates.reviewed", by=by, at=at, group_id=group_id, about=("posted_update", update.id))
    return update


def withdraw(group_id: int, update_id: int, *, by: Who, at: datetime) -> None:
    """Take an update off the group's page. What it said is kept. Safe to repeat."""
    person_id = account(by)
    update = queries.get_row(group_id, update_id, lock=True)
    may_change(Side(update.side), _sides(person_id, group_id), is_withdrawn=False).enforce()
    if update.withdrawn_at is not None:
        return
    update.withdrawn_at, update.withdrawn_by = at, person_id
    audit.note("updates.withdrawn", by=by, at=at, group_id=group_id, about=("posted_update", update.id))


def account(by: Who) -> int:
    """The number of the account that acts: nobody else posts updates or says thanks."""
    if by.person_id is None:
        raise ValueError("only somebody with an account speaks for a practice or a group")
    return by.person_id


def _sides(person_id: int, group_id: int) -> list[Side]:
    return sides_of(groups.roles_of(person_id, group_id))


def _mine(group_id: int, update_id: int, person_id: int) -> PostedUpdate:
    """An update that this person may change, locked."""
    update = queries.get_row(group_id, update_id, lock=True)
    is_withdrawn = update.withdrawn_at is not None
    may_change(Side(update.side), _sides(person_id, group_id), is_withdrawn=is_withdrawn).enforce()
    return update


def _keep_days(content: Content, at: datetime) -> None:
    field, verdict = may_run(content.review_on, content.ends_on, queries.today_in_england(at))
    verdict.enforce(field=field)


def _content(update: PostedUpdate) -> Content:
    return Content(
        kind=Kind(update.kind),
        title=update.title,
        parts=formats.as_parts(update.parts),
        review_on=update.review_on,
        ends_on=update.ends_on,
    )


def _write(update: PostedUpdate, content: Content, person_id: int, *, at: datetime) -> None:
    """The words as they stand now, and the same as one more version."""
    parts = formats.as_kept(content.parts)
    if (update.title, update.parts) != (content.title, parts):
        update.changed_at = at
    update.title, update.parts = content.title, parts
    update.review_on, update.ends_on = content.review_on, content.ends_on
    update.version += 1
    session().add(update)
    session().flush()
    session().add(
        UpdateVersion(
            update_id=update.id,
            version=update.version,
            at=at,
            by_person_id=person_id,
            title=content.title,
            parts=parts,
            review_on=content.review_on,
            ends_on=content.ends_on,
        )
    )
