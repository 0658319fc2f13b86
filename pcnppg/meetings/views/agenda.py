"""The agenda in the officers' hands: its order, each part, its papers, publishing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.meetings.actions import agenda as actions
from pcnppg.meetings.actions import papers
from pcnppg.meetings.forms.agenda import AddForm, EntryForm, FileForm, LinkForm, PublishForm
from pcnppg.meetings.queries import agenda, items, meetings, raising
from pcnppg.meetings.rules.agenda import LARGEST_PAPER, PURPOSE_WORDS, Purpose, is_old, percent, practice_dominates
from pcnppg.meetings.rules.items import ORIGIN_WORDS, TRAY
from pcnppg.meetings.views.blueprints import bp
from pcnppg.people import queries as people
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame
from pcnppg.web.security import takes_files

STEPS = {"up": -1, "down": 1}


@bp.get("/meetings/<int:meeting_id>/agenda")
@open_to(Permission.ORDER_AGENDA)
def agenda_page(meeting_id: int) -> Response:
    return _page(meeting_id)


@bp.post("/meetings/<int:meeting_id>/agenda")
@open_to(Permission.ORDER_AGENDA)
def order_agenda(meeting_id: int) -> Response:
    """By a button up or down, or all at once by the numbers beside the parts (which dragging fills in)."""
    version = _number(request.form.get("version"))
    how: dict[str, Any] = {"version": version, "by": who(), "at": now()}
    entry, _, way = request.form.get("move", "").partition(" ")
    try:
        with transaction():
            if way in STEPS:
                actions.move(g.group.id, meeting_id, _number(entry), steps=STEPS[way], **how)
            else:
                actions.order(g.group.id, meeting_id, _by_numbers(), **how)
    except (Conflict, RuleBroken) as refusal:
        return _page(meeting_id, form=blame(PublishForm.fresh(), refusal), status=refusal.status)
    return moved(url_for(".agenda_page", meeting_id=meeting_id, _anchor=f"part-{entry}" if way else "agenda"))


@bp.post("/meetings/<int:meeting_id>/agenda/publish")
@open_to(Permission.ORDER_AGENDA)
def publish_agenda(meeting_id: int) -> Response:
    form = PublishForm.posted()
    try:
        with transaction():
            actions.publish_agenda(g.group.id, meeting_id, version=form.version.data or 0, by=who(), at=now())
    except (Conflict, RuleBroken) as refusal:
        return _page(meeting_id, form=blame(form, refusal), status=refusal.status)
    saying = "The agenda is published. This is what everybody reads."
    return moved(url_for(".meeting", meeting_id=meeting_id), saying=saying)


@bp.get("/meetings/<int:meeting_id>/agenda/add")
@open_to(Permission.ORDER_AGENDA)
def agenda_add(meeting_id: int) -> Response:
    found = meetings.get_meeting(g.group.id, meeting_id)
    form = AddForm.fresh(version=found.agenda_version, purpose=Purpose.INFORM.value, minutes=10)
    return show("meetings/agenda_add.html", meeting=found, form=form)


@bp.post("/meetings/<int:meeting_id>/agenda/add")
@open_to(Permission.ORDER_AGENDA)
def add_to_agenda(meeting_id: int) -> Response:
    form = AddForm.posted()
    found = meetings.get_meeting(g.group.id, meeting_id)
    if not form.validate():
        return show("meetings/agenda_add.html", meeting=found, form=form, status=422)
    try:
        with transaction():
            actions.add_standing(
                g.group.id,
                meeting_id,
                title=form.title.data or "",
                minutes=form.minutes.data,
                purpose=form.chosen,
                lead=form.lead.data or "",
                version=form.version.data or 0,
                by=who(),
                at=now(),
            )
    except (Conflict, RuleBroken) as refusal:
        form.version.data = meetings.get_meeting(g.group.id, meeting_id).agenda_version
        return show("meetings/agenda_add.html", meeting=found, form=blame(form, refusal), status=refusal.status)
    return moved(
        url_for(".agenda_page", meeting_id=meeting_id),
        saying="It is on the agenda, at the end. Move it where it belongs.",
    )


@bp.get("/meetings/<int:meeting_id>/agenda/<int:entry_id>")
@open_to(Permission.ORDER_AGENDA)
def agenda_entry(meeting_id: int, entry_id: int) -> Response:
    found, entry = meetings.get_meeting(g.group.id, meeting_id), agenda.get_entry(g.group.id, meeting_id, entry_id)
    form = EntryForm.fresh(version=found.agenda_version, minutes=entry.minutes, purpose=entry.purpose, lead=entry.lead)
    return _entry_page(meeting_id, entry_id, form)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:entry_id>")
@open_to(Permission.ORDER_AGENDA)
def change_entry(meeting_id: int, entry_id: int) -> Response:
    form = EntryForm.posted()
    if not form.validate():
        return _entry_page(meeting_id, entry_id, form, status=422)
    try:
        with transaction():
            actions.change_entry(
                g.group.id,
                meeting_id,
                entry_id,
                minutes=form.minutes.data,
                purpose=form.chosen,
                lead=form.lead.data or "",
                version=form.version.data or 0,
                by=who(),
                at=now(),
            )
    except (Conflict, RuleBroken) as refusal:
        shown = blame(form, refusal)
        if refusal.status == Conflict.status:
            shown.version.data = meetings.get_meeting(g.group.id, meeting_id).agenda_version
        return _entry_page(meeting_id, entry_id, shown, status=refusal.status)
    return moved(url_for(".agenda_page", meeting_id=meeting_id, _anchor=f"part-{entry_id}"), saying="Saved.")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:entry_id>/remove")
@open_to(Permission.ORDER_AGENDA)
def remove_entry(meeting_id: int, entry_id: int) -> Response:
    form = PublishForm.posted()
    try:
        with transaction():
            actions.remove_standing(
                g.group.id, meeting_id, entry_id, version=form.version.data or 0, by=who(), at=now()
            )
    except (Conflict, RuleBroken) as refusal:
        return _page(meeting_id, form=blame(form, refusal), status=refusal.status)
    return moved(url_for(".agenda_page", meeting_id=meeting_id), saying="It is off the agenda.")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:entry_id>/link")
@open_to(Permission.ORDER_AGENDA)
def add_link(meeting_id: int, entry_id: int) -> Response:
    form = LinkForm.posted()
    try:
        form.validate()
        with transaction():
            name, address = form.name.data or "", form.address.data or ""
            papers.add_link(g.group.id, meeting_id, entry_id, name=name, address=address, by=who(), at=now())
    except RuleBroken as refusal:
        return _entry_page(meeting_id, entry_id, None, link=blame(form, refusal), status=422)
    return moved(url_for(".agenda_entry", meeting_id=meeting_id, entry_id=entry_id), saying="The paper is added.")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:entry_id>/file")
@takes_files(LARGEST_PAPER, too_large=papers.TOO_LARGE)
@open_to(Permission.ORDER_AGENDA)
def add_file(meeting_id: int, entry_id: int) -> Response:
    form = FileForm.posted()
    if not form.validate():
        return _entry_page(meeting_id, entry_id, None, file=form, status=422)
    try:
        with transaction():
            name, content = form.name.data or "", form.content
            papers.add_file(g.group.id, meeting_id, entry_id, name=name, content=content, by=who(), at=now())
    except RuleBroken as refusal:
        return _entry_page(meeting_id, entry_id, None, file=blame(form, refusal), status=422)
    return moved(url_for(".agenda_entry", meeting_id=meeting_id, entry_id=entry_id), saying="The paper is added.")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:entry_id>/papers/<int:paper_id>/remove")
@open_to(Permission.ORDER_AGENDA)
def remove_paper(meeting_id: int, entry_id: int, paper_id: int) -> Response:
    with transaction():
        papers.remove_paper(g.group.id, meeting_id, paper_id, by=who(), at=now())
    return moved(url_for(".agenda_entry", meeting_id=meeting_id, entry_id=entry_id), saying="The paper is taken away.")


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def _by_numbers() -> list[int]:
    """The parts in the order of the numbers typed beside them; of two with one number, the one that was moved there first."""
    rows = []
    for name, typed in request.form.items():
        if name.startswith("place-"):
            was = _number(request.form.get(f"was-{name[6:]}"))
            place = _number(typed)
            rows.append((place, place == was, was, _number(name[6:])))
    return [entry for *_, entry in sorted(rows)]


def _page(meeting_id: int, *, form: Form | None = None, status: int = 200) -> Response:
    found = meetings.get_meeting(g.group.id, meeting_id)
    told = agenda.agenda_of(found)
    by = found.agenda_changed_by
    starts = []
    at = found.starts_at
    for part in told.parts:
        starts.append(at)
        at += timedelta(minutes=part.minutes)
    return show(
        "meetings/agenda.html",
        status=status,
        form=form,
        meeting=found,
        agenda=told,
        starts=starts,
        percent=percent(told.shares),
        sources=raising.sources_on(told.parts),
        origins=ORIGIN_WORDS,
        dominated=practice_dominates(told.shares),
        is_old=is_old,
        pending=agenda.pending_changes(found, told),
        purposes={purpose.value: words for purpose, words in PURPOSE_WORDS.items()},
        changed_by=people.get_person(by).name if by is not None and status == Conflict.status else "",
        waiting=items.count_in(g.group.id, TRAY),
    )


def _entry_page(
    meeting_id: int,
    entry_id: int,
    form: EntryForm | None,
    *,
    link: LinkForm | None = None,
    file: FileForm | None = None,
    status: int = 200,
) -> Response:
    found, entry = meetings.get_meeting(g.group.id, meeting_id), agenda.get_entry(g.group.id, meeting_id, entry_id)
    known = {"minutes": entry.minutes, "purpose": entry.purpose, "lead": entry.lead}
    return show(
        "meetings/agenda_entry.html",
        status=status,
        meeting=found,
        entry=entry,
        called=agenda.title_of(entry),
        entry_form=form or EntryForm.fresh(version=found.agenda_version, **known),
        link_form=link or LinkForm.fresh(),
        file_form=file or FileForm.fresh(),
        form=link or file or form,
        papers=agenda.papers_of(found).get(entry_id, []),
    )
