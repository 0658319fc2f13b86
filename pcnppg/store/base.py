"""The base of every model: names of constraints, and column words that make models read like sentences."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Date, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from pcnppg.store.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
"""A row's own number. Never given twice, not even after the row has gone: signed links carry it."""
Ref = Annotated[int, mapped_column(BigId)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Day = Annotated[date, mapped_column(Date)]
Word = Annotated[str, mapped_column(String(40))]
Line = Annotated[str, mapped_column(String(320))]
Words = Annotated[str, mapped_column(Text)]
Hash = Annotated[str, mapped_column(String(64))]


class Base(DeclarativeBase):
    """Every table gives each number once (`AUTOINCREMENT` on SQLite, as sequences do on PostgreSQL)."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, int: BigId}


def one_of(column: str, words: type) -> CheckConstraint:
    """A CHECK that `column` holds one of an enum's words."""
    listed = ", ".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


NEVER_REUSED = {"sqlite_autoincrement": True}
