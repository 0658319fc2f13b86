"""Bringing a list: send a file, see what would become of each row, vouch for it, bring it in. Work goes on in the background."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, request, url_for

from pcnppg.groups.rules import Kept, Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, formats, queries
from pcnppg.membership.forms.importing import FATES, OUT, BringForm, ColumnsForm, FileForm, RowsForm, VouchForm
from pcnppg.membership.rules.columns import HEAD, address_column, as_shown, column_letters, first_person, seen_columns
from pcnppg.membership.rules.importing import REASONS, Fate, Stage, is_silent
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import end_read, transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.htmx import wants_fragment
from pcnppg.web.security import takes_files

if TYPE_CHECKING:
    from pcnppg.membership.models import ContactImport

TOO_LARGE = (
    "This file is larger than 10 MB. Nothing was kept. Go back and choose a smaller file, or bring the list in parts."
)
SEEN = "membership.import_seen"


def lend(app: Flask, *, work_on_list: Callable[[int], object]) -> None:
    """Lend what works on a list in the background (jobs stand beside views, not beneath them)."""
    app.extensions["work_on_list"] = work_on_list


def _work_on(import_id: int) -> None:
    end_read()
    cast(Callable[[int], object], current_app.extensions["work_on_list"])(import_id)


@bp.get("/contacts/import")
@open_to(Permission.IMPORT_CONTACTS)
def contact_import() -> Response:
    return _file_page(FileForm.fresh())


@bp.post("/contacts/import")
@takes_files(formats.LARGEST_FILE, too_large=TOO_LARGE)
@open_to(Permission.IMPORT_CONTACTS)
def bring_file() -> Response:
    form = FileForm.posted()
    if not form.validate():
        return _file_page(form, status=422)
    try:
        formats.inspect(form.content)
        with transaction():
            import_id = actions.take_list(g.group.id, form.content, by=who(), at=now()).id
    except RuleBroken as refusal:
        return _file_page(blame(form, refusal), status=422)
    _work_on(import_id)
    return moved(url_for(".contact_import_one", import_id=import_id))


@bp.get("/contacts/import/<int:import_id>")
@open_to(Permission.IMPORT_CONTACTS, seen=SEEN)
def contact_import_one(import_id: int) -> Response:
    """How far a list has come, and what can be done now."""
    found = queries.get_import(g.group.id, import_id)
    here = url_for(".contact_import_one", import_id=import_id)
    if found.stage in {Stage.READING, Stage.BRINGING}:
        template = "_import_progress.html" if wants_fragment() else "import_progress.html"
        silent = is_silent(found.seen_at, now())
        return show(f"membership/{template}", brought=found, silent=silent, here=here)
    if wants_fragment():  # what was waited for is done: the whole page is another one now
        return Response(status=204, headers={"HX-Redirect": here})
    if found.stage == Stage.CHOOSING:
        return _columns_page(found, None)
    if found.stage == Stage.CHECKED:
        return _checked_page(found)
    if found.stage == Stage.STOPPED:
        return show("membership/import_stopped.html", brought=found)
    waiting = queries.count_unverified(found)
    return show(
        "membership/import_done.html",
        brought=found,
        waiting=waiting,
        evidence=queries.find_evidence(found),
        kept=Kept(),
    )


@bp.get("/contacts/import/<int:import_id>/columns")
@open_to(Permission.IMPORT_CONTACTS, seen=SEEN)
def contact_import_columns(import_id: int) -> Response:
    return _columns_page(queries.get_import(g.group.id, import_id), None)


@bp.post("/contacts/import/<int:import_id>/columns")
@open_to(Permission.IMPORT_CONTACTS)
def choose_columns(import_id: int) -> Response:
    return _columns_page(queries.get_import(g.group.id, import_id), ColumnsForm.posted())


@bp.get("/contacts/import/<int:import_id>/bring-in")
@open_to(Permission.IMPORT_CONTACTS)
def contact_import_bring_in(import_id: int) -> Response:
    return _bring_in_page(import_id, BringForm.fresh())


@bp.post("/contacts/import/<int:import_id>/bring-in")
@open_to(Permission.IMPORT_CONTACTS)
def press_bring_in(import_id: int) -> Response:
    form = BringForm.posted()
    if not form.validate():
        return _bring_in_page(import_id, form, status=422)
    try:
        with transaction():
            actions.order(g.group.id, import_id, attested=form.attested, by=who(), at=now())
    except RuleBroken as refusal:
        return _bring_in_page(import_id, blame(form, refusal), status=422)
    _work_on(import_id)
    return moved(url_for(".contact_import_one", import_id=import_id))


@bp.post("/contacts/import/<int:import_id>/go-on")
@open_to(Permission.IMPORT_CONTACTS)
def press_go_on(import_id: int) -> Response:
    """The work stopped without a word: begin it again. Nothing is done twice by it."""
    found = queries.get_import(g.group.id, import_id)
    if found.stage in {Stage.READING, Stage.BRINGING} and is_silent(found.seen_at, now()):
        _work_on(import_id)
    return moved(url_for(".contact_import_one", import_id=import_id))


@bp.post("/contacts/import/<int:import_id>/throw-away")
@open_to(Permission.IMPORT_CONTACTS)
def press_throw_away(import_id: int) -> Response:
    with transaction():
        actions.discard(g.group.id, import_id, by=who(), at=now())
    return moved(url_for(".contact_import"), saying="The file and all that we kept of it are thrown away.")


@bp.get("/contacts/import/<int:import_id>/vouch")
@open_to(Permission.IMPORT_CONTACTS)
def contact_import_vouch(import_id: int) -> Response:
    return _vouch_page(import_id, VouchForm.fresh())


@bp.post("/contacts/import/<int:import_id>/vouch")
@open_to(Permission.IMPORT_CONTACTS)
def press_vouch(import_id: int) -> Response:
    form = VouchForm.posted()
    if not form.validate():
        return _vouch_page(import_id, form, status=422)
    attested = form.attested
    assert attested is not None  # noqa: S101 - this form always needs one
    try:
        with transaction():
            actions.vouch(g.group.id, import_id, attested=attested, by=who(), at=now())
    except RuleBroken as refusal:
        return _vouch_page(import_id, blame(form, refusal), status=422)
    return moved(
        url_for(".contact_import_one", import_id=import_id), saying="It is written down. You can write to them now."
    )


def _file_page(form: FileForm, *, status: int = 200) -> Response:
    return show(
        "membership/import.html",
        status=status,
        form=form,
        waiting=queries.list_open_imports(g.group.id),
        unverified=queries.list_unverified_imports(g.group.id),
    )


def _columns_page(found: ContactImport, form: ColumnsForm | None) -> Response:
    """The first rows of the file, and the question which column is which. With a form, the answer."""
    content = queries.find_file(g.group.id, found.id)
    here = url_for(".contact_import_one", import_id=found.id)
    if content is None or found.stage not in {Stage.CHOOSING, Stage.CHECKED}:
        return moved(here, saying="The columns of this list cannot be chosen now.")
    try:
        head = list(itertools.islice(formats.open_sheet(content).rows(), HEAD))
    except RuleBroken as refusal:
        return moved(url_for(".contact_import"), saying=refusal.message)
    columns, status = seen_columns(head), 200
    if form is not None:
        if form.offer(columns).validate():
            with transaction():
                actions.choose_columns(g.group.id, found.id, form.columns, by=who(), at=now())
            _work_on(found.id)
            return moved(here)
        status = 422
    form = form or ColumnsForm.fresh(**_chosen(found, head)).offer(columns)
    return show(
        "membership/import_columns.html",
        status=status,
        form=form,
        brought=found,
        columns=columns,
        rows=[(number, [_cell(cells, seen.place) for seen in columns]) for number, cells in head[:6]],
    )


def _chosen(found: ContactImport, head: list[tuple[int, list[str]]]) -> dict[str, Any]:
    """What is read now, as the form shows it."""
    if found.email_column is None:
        return {"first": first_person(head), "email": str(address_column(head))}
    return {
        "email": str(found.email_column),
        "name": _place(found.name_column),
        "surname": _place(found.surname_column),
        "first": found.headings_row + 1,
    }


def _place(column: int | None) -> str:
    return "none" if column is None else str(column)


def _cell(cells: list[str], place: int) -> str:
    return (as_shown(cells[place][:60]) or "") if place < len(cells) else ""


def _checked_page(found: ContactImport) -> Response:
    form = RowsForm.asked()
    fates = queries.count_fates(found.id)
    here = url_for(".contact_import_one", import_id=found.id)
    page = queries.list_rows(found.id, FATES[form.shown], after=_number("after"), before=_number("before"))
    places = [place for place in (found.name_column, found.surname_column) if place is not None]
    return show(
        "membership/import_checked.html",
        brought=found,
        fates=fates,
        new=fates[Fate.NEW],
        left_out=fates.total() - fates[Fate.NEW],
        reasons=REASONS,
        rows_form=form,
        page=page,
        before=_neighbour(here, form, "before", page.before),
        after=_neighbour(here, form, "after", page.after),
        here=here,
        email_letters=column_letters(found.email_column or 0),
        name_letters=[column_letters(place) for place in places],
        can_choose=queries.find_file(g.group.id, found.id) is not None,
    )


def _bring_in_page(import_id: int, form: BringForm, *, status: int = 200) -> Response:
    found = queries.get_import(g.group.id, import_id)
    fates = queries.count_fates(import_id)
    if found.stage != Stage.CHECKED or not fates[Fate.NEW]:
        return moved(url_for(".contact_import_one", import_id=import_id))
    left_out = fates.total() - fates[Fate.NEW]
    values: dict[str, Any] = {"new": fates[Fate.NEW], "left_out": left_out, "brought": found, "form": form}
    return show("membership/import_bring_in.html", status=status, **values)


def _vouch_page(import_id: int, form: VouchForm, *, status: int = 200) -> Response:
    found = queries.get_import(g.group.id, import_id)
    waiting = queries.count_unverified(found)
    if not waiting:
        return moved(url_for(".contact_import_one", import_id=import_id), saying="Nobody of this list waits for that.")
    return show("membership/import_vouch.html", status=status, form=form, brought=found, waiting=waiting, kept=Kept())


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _neighbour(here: str, form: RowsForm, edge: str, number: int | None) -> str | None:
    shown = form.shown
    return None if number is None else f"{here}?{'' if shown == OUT else f'show={shown}&'}{edge}={number}"
