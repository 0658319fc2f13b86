"""The operator's commands for contact lists: `pcnppg contacts import`."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel import clock
from pcnppg.kernel.who import OPERATOR
from pcnppg.membership import actions, formats
from pcnppg.membership.jobs import importing
from pcnppg.membership.rules.columns import MOST_COLUMNS, Columns, column_letters, column_place
from pcnppg.membership.rules.importing import REASONS, Attestation, Fate, Row, may_attest
from pcnppg.store.session import end_read, transaction

contacts = AppGroup("contacts", help="Contact lists of groups.")


class Letters(click.ParamType[int]):
    """A column as spreadsheets name it."""

    name = "column"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        place = column_place(value)
        if place is None:
            self.fail(f"{value!r} is no column. Give letters, as A or AB, up to {column_letters(MOST_COLUMNS - 1)}.")
        return place


@contacts.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--wording", metavar="TEXT", help="The exact words that these people agreed to.")
@click.option("--given-on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="The day when, as 2024-05-31.")
@click.option("--given-at", metavar="PLACE", help="The place where.")
@click.option(
    "--promise",
    type=click.IntRange(FEWEST, MOST),
    help="Emails a year at most, as those words say; without it, the group's promise now.",
)
@click.option("--email-column", type=Letters(), help="Where the addresses are, as C, if no heading says so.")
@click.option("--name-column", type=Letters(), help="Where the names are, as A.")
@click.option("--commit", is_flag=True, help="Bring the new people in. Without it, nothing is written.")
def import_command(
    slug: str,
    file: Path,
    wording: str | None,
    given_on: datetime | None,
    given_at: str | None,
    promise: int | None,
    email_column: int | None,
    name_column: int | None,
    commit: bool,
) -> None:
    """Check FILE, a list as .csv or .xlsx, against the contact list of the group SLUG, and say what would become of its rows.

    Rows are named by their number, never by address. With --wording, --given-on and --given-at somebody vouches for these
    people's consent; without them they come in unverified, and nothing is ever sent to them.
    """
    given = (wording, given_on, given_at)
    if any(given) and not all(given):
        raise click.UsageError("Give --wording, --given-on and --given-at together, or none of them.")
    if promise and not wording:
        raise click.UsageError("--promise goes with --wording, --given-on and --given-at.")
    if name_column is not None and email_column is None:
        raise click.UsageError("--name-column goes with --email-column.")
    group = groups.find_group(slug)
    if group is None:
        raise click.ClickException(f"There is no group with the slug {slug}.")
    group_id, now_promised = group.id, group.promise
    end_read()
    attested = (
        Attestation(wording.strip(), given_on.date(), given_at.strip(), promise or now_promised)
        if wording and given_on and given_at
        else None
    )
    if attested:
        may_attest(attested, today=_today()).enforce()
    names = () if name_column is None else (name_column,)
    chosen = None if email_column is None else Columns(email_column, names)
    content = _bytes(file)
    fates = _check(group_id, content, chosen)
    if not fates:
        raise click.ClickException("There is nobody in this list: no rows below the headings. Nothing was written.")
    _say(fates, attested is not None)
    if commit:
        _bring_in(group_id, content, chosen, attested, fates)
    else:
        click.echo("Nothing was written. Add --commit to bring them in.")


def _today() -> date:
    return clock.local(clock.now()).date()


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(formats.LARGEST_FILE + 1)
    except OSError as wrong:
        raise click.ClickException(f"The file cannot be read: {(wrong.strerror or 'unknown').lower()}.") from None


def _check(group_id: int, content: bytes, chosen: Columns | None) -> Counter[Fate]:
    """Say of each row that does not come in why; how many meet which fate."""
    sheet = formats.open_sheet(content)
    columns = chosen or importing.columns_of(sheet)
    if columns is None:
        raise click.ClickException(
            "No heading, or more than one, says where the email addresses are. Say it with --email-column, as C."
        )
    fates: Counter[Fate] = Counter()
    for decided in importing.look_through(group_id, sheet, columns):
        for row, fate in decided:
            fates[fate] += 1
            if fate is not Fate.NEW:
                click.echo(f"Row {row.number}: {_why(row, fate)}")
    return fates


def _why(row: Row, fate: Fate) -> str:
    return row.why if row.fault is fate and row.why else REASONS[fate]


def _say(fates: Counter[Fate], attested: bool) -> None:
    click.echo(f"Rows with people: {fates.total():,}. New: {fates[Fate.NEW]:,}. Left out: {_left_out(fates):,}.")
    if fates[Fate.NEW] and not attested:
        click.echo("Nobody vouches for their consent, so they would be unverified: nothing is sent to them.")


def _left_out(fates: Counter[Fate]) -> int:
    return fates.total() - fates[Fate.NEW]


def _bring_in(
    group_id: int, content: bytes, chosen: Columns | None, attested: Attestation | None, fates: Counter[Fate]
) -> None:
    if not fates[Fate.NEW]:
        click.echo("Nobody is new, so nobody was brought in.")
        return
    with transaction():
        import_id = actions.take_list(group_id, content, columns=chosen, by=OPERATOR, at=clock.now()).id
    try:
        importing.work_on(import_id)
        with transaction():
            actions.order(group_id, import_id, attested=attested, by=OPERATOR, at=clock.now())
        came_in = importing.bring_in(import_id)
    except BaseException:
        with transaction():
            actions.discard(group_id, import_id, by=OPERATOR, at=clock.now())
        raise
    click.echo(f"Brought in: {came_in or 0:,}{'' if attested else ', unverified'}.")
