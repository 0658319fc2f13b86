"""What is kept of somebody with an account who posts updates or says thanks: for their copy (rule 10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from pcnppg.kernel.kept import Kept
from pcnppg.store.session import session
from pcnppg.updates.models import PostedUpdate, Thanks, UpdateVersion
from pcnppg.updates.rules import TO_WORDS, To


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """Updates that they posted, changed or withdrew, and thanks that they said or took back."""
    versions = (
        select(UpdateVersion.title, UpdateVersion.at, UpdateVersion.version)
        .where(UpdateVersion.by_person_id == person_id)
        .order_by(UpdateVersion.at.desc(), UpdateVersion.id.desc())
    )
    withdrawn = (
        select(PostedUpdate.title, PostedUpdate.withdrawn_at)
        .where(PostedUpdate.withdrawn_by == person_id)
        .order_by(PostedUpdate.withdrawn_at.desc(), PostedUpdate.id.desc())
    )
    theirs = or_(Thanks.said_by == person_id, Thanks.withdrawn_by == person_id)
    thanks = select(Thanks).where(theirs).order_by(Thanks.said_at.desc(), Thanks.id.desc())
    return [
        Kept(
            "Updates that you posted or changed",
            ("Title", "When", "Version"),
            [(title, when, version) for title, when, version in session().execute(versions)],
        ),
        Kept(
            "Updates that you withdrew",
            ("Title", "When"),
            [(title, when) for title, when in session().execute(withdrawn)],
        ),
        Kept(
            "Thanks that you said or took back",
            ("To", "Words", "You said it", "You took it back"),
            [
                (
                    TO_WORDS[To(row.to_whom)],
                    row.words,
                    row.said_at if row.said_by == person_id else None,
                    row.withdrawn_at if row.withdrawn_by == person_id else None,
                )
                for row in session().scalars(thanks)
            ],
        ),
    ]
