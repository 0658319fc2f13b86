"""The library: texts that groups lend one another, and a group's own copies."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.federation import actions
from pcnppg.federation.forms import ShareForm, TextForm
from pcnppg.federation.queries import library as queries
from pcnppg.federation.rules.library import TEXT_WORDS, TextKind
from pcnppg.federation.views.blueprints import bp
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.mailing.queries.words import as_html
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/network/library")
@open_to(Permission.SEE_NETWORK)
def library() -> Response:
    """What is on the shelf, and the group's own copies. A group that left its network keeps those."""
    network_id = queries.network_read_by(g.group.id)
    return show(
        "federation/library.html",
        shelf=queries.list_shelf(network_id) if network_id else [],
        copies=queries.list_copies(g.group.id),
        can_share=network_id is not None,
        kinds=_kinds(),
    )


@bp.get("/network/library/new")
@open_to(Permission.HELP_GROUPS)
def library_new() -> Response:
    return _share_page(ShareForm.fresh())


@bp.post("/network/library/new")
@open_to(Permission.HELP_GROUPS)
def library_share() -> Response:
    form = ShareForm.posted()
    if not form.validate():
        return _share_page(form, status=422)
    with transaction():
        kind, title, body = TextKind(form.kind.data), form.title.data or "", form.body.data or ""
        text = actions.share_text(g.group.id, kind=kind, title=title, body=body, by=who(), at=now())
        text_id = text.id
    return moved(url_for(".library_text", text_id=text_id), saying="It is on the shelf. Every group can take a copy.")


@bp.get("/network/library/<int:text_id>")
@open_to(Permission.SEE_NETWORK)
def library_text(text_id: int) -> Response:
    return _text_page(text_id, Form.fresh())


@bp.post("/network/library/<int:text_id>")
@open_to(Permission.HELP_GROUPS)
def library_take(text_id: int) -> Response:
    try:
        with transaction():
            own_id = actions.take_text(g.group.id, text_id, by=who(), at=now()).id
    except RuleBroken as refusal:
        return _text_page(text_id, blame(Form.fresh(), refusal), status=422)
    saying = "This copy is your group's own. Change it as you like."
    return moved(url_for(".library_text", text_id=own_id), saying=saying)


@bp.get("/network/library/<int:text_id>/print")
@open_to(Permission.SEE_NETWORK)
def library_sheet(text_id: int) -> Response:
    text = queries.get_text(g.group.id, text_id)
    return show("federation/library_sheet.html", text=text, words=as_html(text.body))


@bp.get("/network/library/<int:text_id>/change")
@open_to(Permission.HELP_GROUPS)
def library_change(text_id: int) -> Response:
    text = _own(text_id)
    return _change_page(text_id, TextForm.fresh(title=text.row.title, body=text.row.body, over=str(text.row.version)))


@bp.post("/network/library/<int:text_id>/change")
@open_to(Permission.HELP_GROUPS)
def library_save(text_id: int) -> Response:
    form = TextForm.posted()
    if not form.validate():
        return _change_page(text_id, form, status=422)
    title, body = form.title.data or "", form.body.data or ""
    try:
        with transaction():
            actions.change_text(g.group.id, text_id, title=title, body=body, version=form.version, by=who(), at=now())
    except Conflict as refusal:
        form.over.raw_data, form.over.data = None, str(_own(text_id).row.version)
        return _change_page(text_id, blame(form, refusal), status=refusal.status)
    except RuleBroken as refusal:
        return _change_page(text_id, blame(form, refusal), status=422)
    return moved(url_for(".library_text", text_id=text_id), saying="Your words are saved.")


@bp.get("/network/library/<int:text_id>/withdraw")
@open_to(Permission.HELP_GROUPS)
def library_withdraw(text_id: int) -> Response:
    return show("federation/library_withdraw.html", text=_own(text_id).row, form=Form.fresh())


@bp.post("/network/library/<int:text_id>/withdraw")
@open_to(Permission.HELP_GROUPS)
def press_library_withdraw(text_id: int) -> Response:
    with transaction():
        actions.withdraw_text(g.group.id, text_id, by=who(), at=now())
    return moved(url_for(".library"), saying="The text is put away.")


def _own(text_id: int) -> queries.Opened:
    text = queries.open_text(g.group.id, text_id)
    if not text.is_own:
        raise NotFound
    return text


def _kinds() -> dict[str, str]:
    return {kind.value: words for kind, words in TEXT_WORDS.items()}


def _share_page(form: ShareForm, *, status: int = 200) -> Response:
    if queries.network_read_by(g.group.id) is None:
        raise NotFound
    return show("federation/library_new.html", status=status, form=form)


def _text_page(text_id: int, form: Form, *, status: int = 200) -> Response:
    text = queries.open_text(g.group.id, text_id)
    before = [(one, as_html(one.body)) for one in text.versions]
    words = as_html(text.row.body)
    return show(
        "federation/library_text.html",
        status=status,
        form=form,
        text=text,
        words=words,
        before=before,
        kinds=_kinds(),
    )


def _change_page(text_id: int, form: TextForm, *, status: int = 200) -> Response:
    return show("federation/library_change.html", status=status, form=form, text=_own(text_id).row)
