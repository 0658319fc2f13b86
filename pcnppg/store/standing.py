"""How the database stands to this code: ready, in need of migrations, newer than we are, or not to be used. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from pcnppg.kernel import paths
from pcnppg.store.session import db


class Standing(StrEnum):
    READY = "ready"
    BEHIND = "behind"
    NEWER = "newer"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Report:
    """How it stands, in a sentence that says what to do. The sentence names no password."""

    standing: Standing
    words: str

    @property
    def is_ready(self) -> bool:
        return self.standing is Standing.READY


UPGRADE = "Run: pcnppg db upgrade"
CAUSES = (
    (
        "unable to open database file",
        "The database file cannot be opened. Check that its folder is there and is yours.",
    ),
    ("readonly database", "The database can be read but not written. Check who owns the file and its folder."),
    ("read-only", "The database can be read but not written. Check the server and the rights of its user."),
    ("disk is full", "The disk is full. Make room, then try again."),
    ("not a database", "The database file is damaged, or is something else. Restore it from a backup."),
    ("malformed", "The database file is damaged. Restore it from a backup."),
    ("database is locked", "Somebody else has been writing to the database for too long. Try again in a minute."),
    ("no such table", f"The database is not set up. {UPGRADE}"),
    ("password authentication failed", "The database server refused our user or password. Check PCNPPG_DATABASE_URL."),
    ("does not exist", "The database server has no such database. Make it, or check PCNPPG_DATABASE_URL."),
)
"""What a driver says, and what it means. Anything else is said to be out of reach."""
OUT_OF_REACH = "The database cannot be reached. Check PCNPPG_DATABASE_URL and that its server runs."


def head() -> str:
    """The newest migration that this code knows."""
    return (paths.MIGRATIONS / "HEAD").read_text().strip()


def look(engine: Engine | None = None) -> Report:
    """How the database stands. Never raises for what is wrong with it."""
    engine = engine or db.engine
    file = _sqlite_file(engine)
    if file is not None and not file.exists() and file.parent.is_dir():
        return Report(Standing.BEHIND, f"There is no database yet. {UPGRADE}")
    try:
        version = _version(engine)
    except SQLAlchemyError as error:
        return Report(Standing.UNUSABLE, explain(error))
    return _compare(version)


def try_to_write(engine: Engine | None = None) -> Report:
    """Begin a writing transaction and end it with nothing done."""
    engine = engine or db.engine
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.connection.cursor().execute("BEGIN IMMEDIATE")
            elif connection.scalar(text("SHOW transaction_read_only")) == "on":
                return Report(Standing.UNUSABLE, explain("read-only"))
    except Exception as error:  # the driver's own, SQLAlchemy's or the system's
        return Report(Standing.UNUSABLE, explain(error))
    return Report(Standing.READY, "The database can be written.")


def explain(error: BaseException | str) -> str:
    """One line for a person, for an error of the database or its driver."""
    said = str(getattr(error, "orig", None) or error).lower()
    return next((words for cause, words in CAUSES if cause in said), OUT_OF_REACH)


def _compare(version: str | None) -> Report:
    if version == head():
        return Report(Standing.READY, "The database is up to date.")
    if version is None:
        return Report(Standing.BEHIND, f"The database is not set up. {UPGRADE}")
    if version in {path.stem for path in (paths.MIGRATIONS / "versions").glob("*.py")}:
        return Report(Standing.BEHIND, f"The database is older than this version of pcnppg. {UPGRADE}")
    return Report(
        Standing.NEWER,
        "The database belongs to a newer version of pcnppg. Nothing was changed. Install that version, or restore a backup.",
    )


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _sqlite_file(engine: Engine) -> Path | None:
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)
