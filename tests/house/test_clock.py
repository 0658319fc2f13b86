"""No statement uses the database's own clock: what time it is, `kernel.clock` says, in one place for all machines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pcnppg.kernel import paths

IN_WORDS = re.compile(
    r"\b(now\(\)|current_(timestamp|time|date)\b|localtime(stamp)?\b|(clock|statement|transaction)_timestamp)"
    r"|\b(datetime|date|time|strftime|julianday|unixepoch)\([^)]*'now'",
    re.IGNORECASE,
)
FUNCTIONS = {"now", "current_timestamp", "current_time", "current_date", "localtimestamp", "clock_timestamp"}
MAY = {"pcnppg/store/triggers.py"}
"""The guard of what is only added is no statement of ours, and must not believe us."""


def asks_the_database(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            if found := IN_WORDS.search(node.value):
                yield found[0]
        elif isinstance(node, ast.Attribute) and node.attr in FUNCTIONS and ast.unparse(node.value).endswith("func"):
            yield ast.unparse(node)


def test_no_statement_asks_the_database_what_time_it_is() -> None:
    files = [*(paths.ROOT / "pcnppg").rglob("*.py"), *(paths.ROOT / "migrations").rglob("*.py")]
    names = {path.relative_to(paths.ROOT).as_posix(): path for path in files}
    found = {name: hits for name, path in names.items() if (hits := list(asks_the_database(path.read_text())))}
    assert set(found) == MAY


def test_what_would_ask_is_noticed() -> None:
    asking = [
        'text("SELECT now()")',
        "func.now()",
        "where = \"x > datetime('now', '-1 day')\"",
        'default = "CURRENT_TIMESTAMP"',
    ]
    assert all(list(asks_the_database(one)) for one in asking)
    assert not list(asks_the_database('"""It is now() here."""\nat = clock.now()'))
