"""Tables whose rows are only ever added: triggers that refuse to change or remove one, on both databases.

Two of them end: a line of the audit may be removed when it is older than six years by the database's own clock, and what an
update once said when it is older than two.

SQLite drops triggers when a migration rebuilds a table, so they are put back after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

ONLY_ADDED = (
    "audit_entry",
    "consent_record",
    "wording",
    "promise_change",
    "data_request_step",
    "privacy_notice",
    "update_version",
    "item_history",
    "agenda_revision",
    "minutes_step",
    "library_version",
    "agreement",
    "agreement_acceptance",
    "decision",
    "decision_option",
    "decision_roll",
    "vote_cast",
    "ballot_paper",
    "decision_result",
)
"""Tables under guard. A test shows that each refuses UPDATE and DELETE on both databases."""

DEEDS = ("UPDATE", "DELETE")
KEPT_YEARS = 6
VERSIONS_KEPT_YEARS = 2
ENDS = {
    ("audit_entry", "DELETE"): {
        "postgresql": f"OLD.at > now() - interval '{KEPT_YEARS} years'",
        "sqlite": f"OLD.at > datetime('now', '-{KEPT_YEARS} years')",
    },
    ("update_version", "DELETE"): {
        "postgresql": f"OLD.at > now() - interval '{VERSIONS_KEPT_YEARS} years'",
        "sqlite": f"OLD.at > datetime('now', '-{VERSIONS_KEPT_YEARS} years')",
    },
}
"""What is refused only while this is true."""
REFUSAL = "rows are only ever added to this table"


def install_triggers(connection: Connection) -> None:
    """Guard every table of `ONLY_ADDED` that exists. Safe to repeat."""
    there = set(inspect(connection).get_table_names())
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        )
    for table in sorted(there.intersection(ONLY_ADDED)):
        for deed in DEEDS:
            name = _name(table, deed)
            until = ENDS.get((table, deed), {}).get(connection.dialect.name)
            when = f"WHEN ({until}) " if until else ""
            if postgresql:
                body = "EXECUTE FUNCTION refuse_change()"
                connection.execute(
                    text(f"CREATE OR REPLACE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW {when}{body}")
                )
            else:
                body = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {table}'); END"
                connection.execute(text(f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {deed} ON {table} {when}{body}"))


def remove_triggers(connection: Connection) -> None:
    """Lift the guard, for the length of a migration's transaction."""
    there = set(inspect(connection).get_table_names())
    for table in sorted(there.intersection(ONLY_ADDED)):
        for deed in DEEDS:
            where = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(table, deed)}{where}"))


def _name(table: str, deed: str) -> str:
    return f"only_added_{table}_{deed.lower()}"
