"""What is kept about those with an account who look after a list: what they wrote down, never about whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pcnppg.kernel.kept import Kept
from pcnppg.membership.models import ConsentRecord, Evidence, PromiseChange
from pcnppg.store.session import session


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """Promises that somebody set, evidence and consents that they wrote down."""
    promises = select(PromiseChange).where(PromiseChange.by_person_id == person_id).order_by(PromiseChange.id)
    written = select(Evidence).where(Evidence.by_person_id == person_id).order_by(Evidence.id)
    records = select(ConsentRecord).where(ConsentRecord.by_person_id == person_id).order_by(ConsentRecord.id)
    return [
        Kept(
            "Promises that you set",
            ("When", "Emails a year", "Why"),
            [(row.at, row.promise, row.why) for row in session().scalars(promises)],
        ),
        Kept(
            "Evidence of consent that you wrote down",
            ("When", "Kind"),
            [(row.written_at, row.kind.replace("_", " ")) for row in session().scalars(written)],
        ),
        Kept(
            "What you wrote down for people on the contact list",
            ("When", "What"),
            [(row.at, row.what.replace("_", " ")) for row in session().scalars(records)],
        ),
    ]
