"""The command `pcnppg directory import`: reads the files first, then changes the directory in one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from pcnppg.directory import actions, queries
from pcnppg.directory.formats import read_publication
from pcnppg.directory.rules import Difference, Publication, old_day, shown_name
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Refusal
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.store.session import transaction

MOST_LISTED = 20

DEMO_FILES = (Path(__file__).with_name("demo_map.csv"), Path(__file__).with_name("demo_ages.csv"))
"""The map and the ages of an invented network, in the form that NHS England publishes."""


def import_files(
    map_file: Path, ages_file: Path | None = None, *, allow: bool = False, by: Who, at: datetime
) -> tuple[Publication, Difference]:
    """Read the files and make the directory say what they say: all of it, or `RuleBroken` and nothing."""
    published = read_publication(map_file, ages_file)
    with transaction():
        return published, actions.import_directory(published, allow=allow, by=by, at=at)


directory = AppGroup("directory", help="The practices and networks of England.")


@directory.command("import")
@click.argument("map_file", metavar="MAP", type=click.Path(path_type=Path))
@click.argument("ages_file", metavar="[AGES]", required=False, type=click.Path(path_type=Path))
@click.option("--allow", is_flag=True, help="Take an older month, many closures, or files that do not agree.")
def import_command(map_file: Path, ages_file: Path | None, allow: bool) -> None:
    """Import MAP and AGES as NHS England publishes them each month ("Patients Registered at a GP Practice").

    MAP is gp-reg-pat-prac-map, AGES is gp-reg-pat-prac-quin-age; CSV or ZIP. A practice that MAP no longer lists is
    closed, never removed. Files that are damaged are refused whole.
    """
    try:
        published, changes = import_files(map_file, ages_file, allow=allow, by=OPERATOR, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from None
    for line in (*_what_was_read(published), *_what_changed(changes)):
        click.echo(line)


def _what_was_read(published: Publication) -> Iterator[str]:
    boards = {practice.icb_code for practice in published.practices.values()}
    counts = (
        _counted(len(published.practices), "practice"),
        _counted(len(published.networks), "network"),
        _counted(len(boards), "integrated care board"),
    )
    yield f"Extract of {old_day(published.extract_on)}: {', '.join(counts)}."
    if published.list_sizes is not None:
        yield f"List sizes: {_counted(sum(published.list_sizes.values()), 'patient')}."


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _what_changed(changes: Difference) -> Iterator[str]:
    if changes.is_nothing:
        yield "Nothing new, nothing changed, nothing closed."
        return
    for words, codes, names in (
        ("New practices", changes.new, queries.practice_names),
        ("Practices open again", changes.reopened, queries.practice_names),
        ("Practices whose name, postcode or board changed", changes.changed, queries.practice_names),
        ("Practices in another network", changes.moved, queries.practice_names),
        ("List sizes that changed", changes.resized, None),
        ("Closed practices", changes.closed, queries.practice_names),
        ("New networks", changes.networks_new, queries.network_names),
        ("Networks open again", changes.networks_reopened, queries.network_names),
        ("Renamed networks", changes.networks_renamed, queries.network_names),
        ("Closed networks", changes.networks_closed, queries.network_names),
    ):
        yield from _paragraph(words, codes, names)


def _paragraph(
    words: str, codes: tuple[str, ...], names: Callable[[Collection[str]], dict[str, str]] | None
) -> Iterator[str]:
    """How many, and which the first of them are. Nothing where there are none."""
    if not codes:
        return
    yield f"{words}: {len(codes):,}"
    if names is None:
        return
    named = names(codes[:MOST_LISTED])
    for code in codes[:MOST_LISTED]:
        yield f"  {code} {shown_name(named[code])}"
    if len(codes) > MOST_LISTED:
        yield f"  and {len(codes) - MOST_LISTED:,} more"
