"""Migrations: one line of them, no drift, and no row or trigger lost on the way up or down, on both databases."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from pcnppg.kernel import paths
from pcnppg.store import standing
from pcnppg.store.base import NAMING, Base
from pcnppg.store.session import db
from pcnppg.store.standing import Standing
from pcnppg.store.triggers import DEEDS, ONLY_ADDED
from tests.house.rows import fill

LONGEST_VERSION = 32
"""Characters of Alembic's own column; a longer stem fails on PostgreSQL alone."""
LONGEST_NAME = 63
"""Bytes of a name on PostgreSQL, which cuts longer ones without a word."""

VERSIONS = sorted(path for path in (paths.MIGRATIONS / "versions").glob("*.py"))
TABLES = {table.name: table for table in Base.metadata.sorted_tables}

REBUILD = '''
"""A migration that changes every table, so that SQLite builds each anew."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999_trial", "{head}", None, None
TABLES = {tables}


def recreate():
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade():
    for table in TABLES:
        with op.batch_alter_table(table, recreate=recreate()) as batch:
            batch.add_column(sa.Column("on_trial", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    for table in reversed(TABLES):
        with op.batch_alter_table(table, recreate=recreate()) as batch:
            batch.drop_column("on_trial")
'''


@pytest.fixture
def filled(migrated: Flask) -> dict[str, int]:
    """A row in every table; how many each holds."""
    with db.engine.begin() as connection:
        fill(connection)
    counted = counts()
    assert 0 not in counted.values()
    return counted


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in TABLES.items()
        }


def triggers_refuse() -> None:
    for name in ONLY_ADDED:
        for deed in (f"UPDATE {name} SET id = id", f"DELETE FROM {name}"):
            with pytest.raises(sa.exc.IntegrityError, match="only ever added"), db.engine.begin() as connection:
                connection.execute(sa.text(deed))


def test_head_names_the_newest_migration_and_there_is_one_line_of_them() -> None:
    stems = [path.stem for path in VERSIONS]
    assert standing.head() == stems[-1]
    assert [stem[:4] for stem in stems] == [f"{number:04}" for number in range(1, len(stems) + 1)]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_named_by_its_file(path: Path) -> None:
    scope: dict[str, object] = {}
    exec(compile(path.read_text(), path.name, "exec"), scope)
    before = VERSIONS[VERSIONS.index(path) - 1].stem if path != VERSIONS[0] else None
    assert scope["revision"] == path.stem
    assert scope["down_revision"] == before
    assert len(path.stem) <= LONGEST_VERSION
    assert callable(scope["upgrade"])
    assert callable(scope["downgrade"])


def test_the_migrations_make_exactly_what_the_models_say(inside: Flask) -> None:
    flask_migrate.check()


@pytest.mark.parametrize("name", TABLES)
def test_the_migrations_check_exactly_what_the_models_say(name: str, inside: Flask) -> None:
    """Alembic compares no CHECK: names on both databases; on SQLite, which keeps them to the letter, the words too."""
    there = {found["name"]: found["sqltext"] for found in sa.inspect(db.engine).get_check_constraints(name)}
    wanted = {
        str(found.name): str(found.sqltext)
        for found in TABLES[name].constraints
        if isinstance(found, sa.CheckConstraint)
    }
    assert there == wanted if db.engine.dialect.name == "sqlite" else set(there) == set(wanted)


def test_migrating_again_changes_nothing(migrated: Flask, filled: dict[str, int]) -> None:
    flask_migrate.upgrade()
    assert counts() == filled


def test_all_the_way_down_leaves_nothing_behind_and_up_again_works(migrated: Flask, filled: dict[str, int]) -> None:
    flask_migrate.downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade()
    flask_migrate.check()
    triggers_refuse_when_filled()


def triggers_refuse_when_filled() -> None:
    with db.engine.begin() as connection:
        fill(connection)
    triggers_refuse()


def test_a_migration_over_data_loses_no_row_and_no_trigger_up_or_down(
    migrated: Flask, filled: dict[str, int], tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    trial = REBUILD.format(head=standing.head(), tables=list(TABLES))
    (folder / "versions" / "9999_trial.py").write_text(trial)
    flask_migrate.upgrade(directory=str(folder))
    assert all("on_trial" in {c["name"] for c in sa.inspect(db.engine).get_columns(name)} for name in TABLES)
    assert counts() == filled
    triggers_refuse()
    flask_migrate.downgrade(directory=str(folder))
    assert counts() == filled
    triggers_refuse()
    flask_migrate.check()


def test_a_migration_that_breaks_is_undone_whole(migrated: Flask, filled: dict[str, int], tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    trial = REBUILD.format(head=standing.head(), tables=[*TABLES, "no_such_table"])
    (folder / "versions" / "9999_trial.py").write_text(trial)
    with pytest.raises((sa.exc.SQLAlchemyError, SystemExit)):
        flask_migrate.upgrade(directory=str(folder))
    db.engine.dispose()
    assert standing.look().is_ready
    assert counts() == filled
    assert not any("on_trial" in {c["name"] for c in sa.inspect(db.engine).get_columns(name)} for name in TABLES)
    triggers_refuse()


def test_what_is_only_ever_added_can_be_neither_changed_nor_removed(migrated: Flask, filled: dict[str, int]) -> None:
    triggers_refuse()
    assert counts() == filled
    assert len(DEEDS) == 2


def make_newer() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0999_tomorrow'"))


def version() -> str | None:
    with db.engine.connect() as connection:
        return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def test_a_database_of_a_newer_version_is_recognised(migrated: Flask) -> None:
    make_newer()
    assert standing.look().standing is Standing.NEWER


def test_a_database_that_is_not_set_up_is_recognised(another_app: Flask) -> None:
    assert standing.look().standing is Standing.BEHIND


def test_a_database_of_an_older_version_is_recognised(migrated: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "head", lambda: "0998_today")
    assert standing.look().standing is Standing.BEHIND


@pytest.mark.parametrize("name", TABLES)
def test_every_foreign_key_is_indexed(name: str, inside: Flask) -> None:
    look = sa.inspect(db.engine)
    beginnings = {index["column_names"][0] for index in look.get_indexes(name)}
    beginnings |= {found["column_names"][0] for found in look.get_unique_constraints(name)}
    beginnings |= set(look.get_pk_constraint(name)["constrained_columns"][:1])
    wanted = {key["constrained_columns"][0] for key in look.get_foreign_keys(name)}
    assert wanted <= beginnings


@pytest.mark.parametrize("name", TABLES)
def test_every_constraint_and_index_has_a_name_of_ours(name: str, inside: Flask) -> None:
    look = sa.inspect(db.engine)
    # SQLite writes a numbered primary key inline and forgets its name; nothing refers to it there.
    named = [look.get_pk_constraint(name)["name"] or "pk"]
    for found in (look.get_foreign_keys, look.get_unique_constraints, look.get_check_constraints, look.get_indexes):
        named += [entry["name"] for entry in found(name)]
    for constraint in named:
        assert constraint
        assert constraint.split("_")[0] in NAMING
        assert len(constraint) <= LONGEST_NAME


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_may_be_null_says_what_null_means(name: str) -> None:
    """On its line, in the docstring of its model, or by a constraint that ties it to another column."""
    table = TABLES[name]
    model = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
    source, docstring = inspect.getsource(model), model.__doc__ or ""
    tied = " ".join(str(found.sqltext) for found in table.constraints if isinstance(found, sa.CheckConstraint))
    unsaid = [
        column.name
        for column in table.columns
        if column.nullable
        and "NULL" not in next((line for line in source.splitlines() if f"    {column.name}: " in line), "")
        and f"`{column.name}`" not in docstring
        and column.name not in tied
    ]
    assert not unsaid
