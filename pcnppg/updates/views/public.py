"""What everybody may read: the page of updates, one update, the feed, the block for other websites, the sheet for the wall."""

from __future__ import annotations

from flask import Response, g, make_response, request, url_for

from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.settings import current
from pcnppg.updates import formats, queries
from pcnppg.updates.queries import Posted
from pcnppg.updates.rules import SIDE_WORDS, State
from pcnppg.updates.views.blueprints import bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show
from pcnppg.web.qr import qr
from pcnppg.web.security import embedded

IN_BLOCK = 5
"""Updates in the block for other websites: it is a corner of somebody else's page."""


@bp.get("/updates")
@open_to(ANYONE)
def updates() -> Response:
    return show("updates/updates.html", updates=queries.list_standing(g.group.id, at=now()))


@bp.get("/updates/<int:update_id>")
@open_to(ANYONE)
def update(update_id: int) -> Response:
    """One update. Mailings link here, so it answers after its end too, and says so."""
    found = queries.get_update(g.group.id, update_id, at=now())
    status = 410 if found.state is State.WITHDRAWN else 200
    return show("updates/update.html", status=status, update=found)


@bp.get("/updates.atom")
@open_to(ANYONE)
def updates_feed() -> Response:
    """The same for programs. Who asks again is told when nothing is new."""
    found = queries.list_standing(g.group.id, at=now())
    site, host = current().base_url, current().host
    feed = formats.atom(
        tag=f"tag:{host},{g.group.created_at:%Y-%m-%d}:/groups/{g.group.slug}/updates",
        title=f"Updates – {g.group.name}",
        page=site + url_for(".updates"),
        feed=site + url_for(".updates_feed"),
        updated_at=max((one.changed_at for one in found), default=g.group.created_at),
        entries=[_entry(one, site, host) for one in found],
    )
    answer = make_response(feed)
    answer.content_type = "application/atom+xml; charset=utf-8"
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.last_modified = max((one.changed_at for one in found), default=g.group.created_at)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@bp.get("/updates/embed")
@open_to(ANYONE)
def updates_block() -> Response:
    """A block for the practice's own website: a page for a frame, or with `part=block` plain HTML to take in."""
    found = queries.list_standing(g.group.id, at=now(), limit=IN_BLOCK)
    template = "updates/taken_in.html" if request.args.get("part") == "block" else "updates/block.html"
    return embedded(show(template, updates=found, site=current().base_url))


@bp.get("/updates/print")
@open_to(ANYONE)
def updates_sheet() -> Response:
    """For the waiting room: all that stands, on A4."""
    return _sheet(queries.list_standing(g.group.id, at=now()), url_for(".updates"), url_for(".updates"))


@bp.get("/updates/<int:update_id>/print")
@open_to(ANYONE)
def update_sheet(update_id: int) -> Response:
    """For the waiting room: this one, in larger letters."""
    found = queries.get_update(g.group.id, update_id, at=now())
    if found.state is State.WITHDRAWN:
        raise NotFound("This update was withdrawn, so there is nothing to print.")
    here = url_for(".update", update_id=update_id)
    return _sheet([found], here, here, alone=True)


def _sheet(found: list[Posted], back: str, leads_to: str, *, alone: bool = False) -> Response:
    site = current().base_url
    address = f"{site}{leads_to}"
    return show(
        "updates/sheet.html",
        updates=found,
        back_to=back,
        alone=alone,
        qr=qr(address),
        address=address.partition("://")[2],
        today=clock.local(now()),
    )


def _entry(one: Posted, site: str, host: str) -> formats.Entry:
    said = SIDE_WORDS[one.side]
    return formats.Entry(
        tag=queries.tag_of(host, g.group.slug, one),
        title=one.title,
        address=site + url_for(".update", update_id=one.id),
        text=one.text,
        author=g.group.name if said == "the group" else f"The practice, on the page of {g.group.name}",
        category=one.kind_words,
        posted_at=one.posted_at,
        changed_at=one.changed_at,
    )
