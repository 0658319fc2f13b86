"""Practices, networks, and which files they came from."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Word


class Network(Base):
    """A primary care network. `name` is kept as published; `directory.rules.shown_name` makes it fit to read."""

    __tablename__ = "network"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[Line]
    closed_on: Mapped[Day | None]  # NULL: open


class Practice(Base):
    """A GP practice. `search` holds its names and codes folded for finding; `list_size` its registered patients."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("(list_size IS NULL) = (list_size_on IS NULL)", name="list_size_dated"),
        Index(None, "network_code"),
        Index(None, "postcode_key"),
    )

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[Line]
    postcode: Mapped[Word]
    postcode_key: Mapped[Word]
    search: Mapped[Line]
    network_code: Mapped[str | None] = mapped_column(ForeignKey("network.code"))  # NULL: in no network
    icb_code: Mapped[Word]
    icb_name: Mapped[Line]
    list_size: Mapped[int | None]  # NULL: the ages file has not been imported, or does not list it
    list_size_on: Mapped[Day | None]
    closed_on: Mapped[Day | None]  # NULL: open


class DirectoryEdition(Base):
    """One import that was taken: which extract, with what outcome."""

    __tablename__ = "directory_edition"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    extract_on: Mapped[Day]
    imported_at: Mapped[Moment]
    map_digest: Mapped[Hash]
    ages_digest: Mapped[Hash | None]  # NULL: imported without the ages file
    practices_new: Mapped[int]
    practices_changed: Mapped[int]
    practices_closed: Mapped[int]
