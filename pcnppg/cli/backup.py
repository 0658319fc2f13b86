"""`pcnppg backup` and `pcnppg restore`: one file with database and keys; and back, with what the journals know since then."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
import flask_migrate
from flask.cli import with_appcontext

from pcnppg.kernel import clock, keys, paths, settings
from pcnppg.kernel.wording import count, moment
from pcnppg.mailing import actions as mailing
from pcnppg.membership import actions as membership
from pcnppg.pages import actions as pages
from pcnppg.post import actions as post
from pcnppg.post import queries as workers
from pcnppg.store import archive, copying, journal, standing
from pcnppg.store.archive import BadArchive, Manifest
from pcnppg.store.journal import Line
from pcnppg.store.session import db, end_read, transaction
from pcnppg.store.standing import Standing

OVERLAP = timedelta(minutes=10)
"""Lines that are a little older than the backup are read too: their transaction may have ended after it."""


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Write over a file that is there.")
@with_appcontext
def backup(file: Path, overwrite: bool) -> None:
    """Copy database and keys into FILE, while everything runs. Only you can read it.

    Keep it on another machine, and no longer than 90 days: the journals that tell what happened since reach no further.
    """
    if file.exists() and not overwrite:
        raise click.ClickException(
            f"{file} is there already. Nothing was written. Choose another name, or add --overwrite."
        )
    if not file.parent.is_dir():
        raise click.ClickException(f"There is no folder {file.parent}. Nothing was written.")
    try:
        with _workshop(file.parent) as folder:
            manifest = _copy(folder)
            archive.pack(folder, manifest, file)
    except OSError as wrong:
        raise click.ClickException(
            f"The backup cannot be written ({wrong.strerror}). {file} was not touched."
        ) from None
    with transaction() as session:
        journal.note(session, "backup", manifest.made_at, at=clock.now())
    size = file.stat().st_size / 1_000_000
    click.echo(f"Written: {file}, {size:,.1f} MB, with the keys. Whoever has it can read everything: keep it safe.")


def _copy(folder: Path) -> Manifest:
    end_read()
    made_at = clock.now()
    tables = copying.copy_out(db.engine, folder)
    shutil.copytree(settings.current().instance / keys.FOLDER, folder / keys.FOLDER)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return Manifest(
        format=archive.FORMAT,
        made_at=made_at.isoformat(),
        version=standing.head(),
        dialect=db.engine.dialect.name,
        tables=tables,
        columns=copying.columns(),
        files={name: archive.digest(folder / name) for name in names},
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds now.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Put the backup in FILE in place, and do again what the journals know since: leavings, erasures, handovers.

    Stop web server and workers first. Nothing is sent afterwards until you run: pcnppg mail release
    """
    with _workshop(settings.current().instance) as folder:
        try:
            manifest = archive.unpack(file, folder)
        except BadArchive as wrong:
            raise click.ClickException(str(wrong)) from None
        _refuse_unless_fit(manifest, replace)
        copying.copy_in(db.engine, folder, manifest.columns, at=clock.now())
        _put_keys(folder / keys.FOLDER)
    flask_migrate.upgrade()
    db.session.remove()
    click.echo(f"Restored: as it was on {moment(manifest.moment)}, with its keys.")
    _replay(manifest)
    click.echo("All sending is held, so that nobody is mailed by mistake. When all is well, run: pcnppg mail release")


def _refuse_unless_fit(manifest: Manifest, replace: bool) -> None:
    """Everything that could go wrong is asked before anything is changed."""
    engine = db.engine
    known = {path.stem for path in (paths.MIGRATIONS / "versions").glob("*.py")}
    if manifest.version not in known:
        raise click.ClickException(archive.TOO_NEW)
    if manifest.dialect != engine.dialect.name:
        raise click.ClickException(
            f"The backup is of a database on {manifest.dialect}, and PCNPPG_DATABASE_URL names another kind. Nothing was changed."
        )
    report = standing.look()
    if report.standing is Standing.UNUSABLE:
        raise click.ClickException(f"{report.words} Nothing was changed.")
    if report.standing is Standing.NEWER:
        raise click.ClickException(report.words)
    _refuse_to_disturb(replace)
    if engine.dialect.name == "postgresql":
        if manifest.version != standing.head():
            raise click.ClickException(
                "The backup was made by an older version of pcnppg. Nothing was changed. Restore it with that version, "
                "then install this one and run: pcnppg db upgrade"
            )
        flask_migrate.upgrade()


def _refuse_to_disturb(replace: bool) -> None:
    if not copying.is_empty(db.engine) and not replace:
        raise click.ClickException(
            "The database is not empty. Nothing was changed. To put the backup in its place, add --replace: what is there now goes."
        )
    running = copying.has_workers(db.engine) and workers.count_workers(
        clock.now(), lease=settings.current().worker_lease
    )
    end_read()
    if running:
        who = count(running, "worker is", "workers are")
        raise click.ClickException(f"{who} still running. Nothing was changed. Stop all workers, then try again.")


def _put_keys(source: Path) -> None:
    """The keys of the backup, each in one piece; a key that the backup does not know stays."""
    target = settings.current().instance / keys.FOLDER
    for path in sorted(source.iterdir()):
        draft = target / f".{path.name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target / path.name)
    keys.use(keys.load(settings.current().instance))


def _replay(manifest: Manifest) -> None:
    found = sorted(journal.read(since=manifest.moment - OVERLAP), key=lambda one: one[1].at)
    lines = [line for _, line in found]
    done: Counter[str] = Counter()
    with transaction():
        done += mailing.replay(lines, at=clock.now())
    with transaction():
        done += membership.replay(lines)
        done += post.replay(lines, at=clock.now())
    with transaction():
        done += pages.replay(lines)
    copying.number_on(db.engine)
    for words in sorted(done):
        click.echo(f"From the journals: {done[words]:,} {words}")
    _say_reach(manifest, found)


def _say_reach(manifest: Manifest, found: list[tuple[str, Line]]) -> None:
    """How far the journals reach, and what they cannot know."""
    machines = {machine: line.at for machine, line in found}
    for machine, last in sorted(machines.items()):
        click.echo(f"The journal of machine {machine} reaches to {moment(last)}.")
    if not any(line.what == "backup" and line.facts == (manifest.made_at,) for _, line in found):
        click.echo(
            "No journal here knows this backup, so leavings and handovers since then may be missing. Have you the folder "
            "journal/ of every machine? Put its files into journal/ here, then restore again with --replace."
        )


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """An empty folder that nobody else can read, on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".pcnppg-", dir=beside) as name:
        yield Path(name)
