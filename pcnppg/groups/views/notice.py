"""Who holds the group's data, and the privacy notice made from it: filled in, looked at, published."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups import actions, formats, queries
from pcnppg.groups.forms import HolderForm
from pcnppg.groups.rules import Kept, Kind, Permission, lacks, may_hold, said_for_good
from pcnppg.groups.views.blueprints import bp
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/settings/privacy")
@open_to(Permission.PUBLISH_NOTICE)
def notice() -> Response:
    return _page(HolderForm.of(g.group.holder))


@bp.post("/settings/privacy")
@open_to(Permission.PUBLISH_NOTICE)
def notice_preview() -> Response:
    """What the notice would say, and what changes: nothing is published, and nothing kept."""
    form = HolderForm.posted()
    if not form.validate():
        return _page(form, status=422)
    verdict = may_hold(g.group.kind, form.holder)
    if not verdict:
        return _page(blame(form, RuleBroken(verdict.because)), status=422)
    if request.form.get("act") == "change":
        return _page(form)
    before, words = queries.notice_in_force(g.group), queries.notice_for(g.group, form.holder)
    return show(
        "groups/notice_preview.html",
        filled=form,
        parts=formats.parts(words),
        changes=formats.changes(before, words) if before else None,
        same=before == words,
        version=(g.group.notice_version or 0) + 1,
        personal=said_for_good(form.holder, (one.mailbox for one in queries.list_officers(g.group.id))),
    )


@bp.get("/settings/privacy/publish")
@open_to(Permission.PUBLISH_NOTICE)
def notice_publish_page() -> Response:
    return moved(url_for(".notice"))


@bp.post("/settings/privacy/publish")
@open_to(Permission.PUBLISH_NOTICE)
def notice_publish() -> Response:
    form = HolderForm.posted()
    if not form.validate():
        return _page(form, status=422)
    try:
        with transaction():
            made = actions.publish_notice(g.group.id, form.holder, over=form.version_read, by=who(), at=now())
            version = made.version
    except RuleBroken as refusal:
        return _page(blame(form, refusal), status=422)
    return moved(url_for(".notice"), saying=f"Version {version} of the privacy notice is published.")


def _page(form: HolderForm, *, status: int = 200) -> Response:
    group = g.group
    form.over.data = str(group.notice_version or "")
    return show(
        "groups/notice.html",
        status=status,
        form=form,
        of_practice=group.kind == Kind.PRACTICE,
        lack=lacks(group.notice_version, controller=group.controller, officer_name=group.officer_name),
        outdated=group.notice_version is not None
        and queries.notice_for(group, group.holder) != queries.notice_in_force(group),
        published=queries.list_notices(group.id),
        kept=Kept(),
    )
