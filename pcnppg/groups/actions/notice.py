"""Saying who holds a group's data, and publishing the privacy notice that follows from it. One act, so that they never differ."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import formats, queries
from pcnppg.groups.models import PrivacyNotice
from pcnppg.groups.rules import Holder, may_hold
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session


def publish_notice(group_id: int, holder: Holder, *, over: int | None, by: Who, at: datetime) -> PrivacyNotice:
    """Write who holds the data, and the next version of the notice that says so. Joining is open from then on.

    `over` is the version that whoever publishes has read, None for none.
    """
    group = queries.lock_group(group_id)
    if group.notice_version != over:
        raise RuleBroken(
            "Somebody else has published a notice since you opened this page. Look at it before you go on."
        )
    may_hold(group.kind, holder).enforce()
    words = queries.notice_for(group, holder)
    if words == queries.notice_in_force(group):
        raise RuleBroken("Nothing has changed, so there is nothing to publish. The notice stays as it is.")
    for name, value in asdict(holder).items():
        setattr(group, name, value)
    group.notice_version = (group.notice_version or 0) + 1
    made = PrivacyNotice(
        group_id=group_id,
        version=group.notice_version,
        published_at=at,
        words=words,
        digest=formats.digest(words),
        by_person_id=by.person_id,
    )
    session().add(made)
    session().flush()
    audit.note("groups.notice_published", by=by, at=at, group_id=group_id, about=("privacy_notice", made.id))
    return made
