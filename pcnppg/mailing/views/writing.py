"""Writing a mailing: drafts that save themselves, what arrives, whom it reaches, and a test to oneself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel import wording
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.settings import current
from pcnppg.mailing import actions, emails, queries, rules
from pcnppg.mailing.forms import SaveForm, WriteForm
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules import life, wondering
from pcnppg.mailing.views import enclosing
from pcnppg.mailing.views.blueprints import bp
from pcnppg.people import queries as people
from pcnppg.store import lease
from pcnppg.store.session import transaction
from pcnppg.web.access import can, open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.htmx import wants_fragment
from pcnppg.web.security import frame, is_within

if TYPE_CHECKING:
    from pcnppg.mailing.models import Mailing

TOO_MANY_TESTS = "You sent yourself many tests in the last hour. Your text is saved. Wait a while before the next one."


@bp.get("/mailings")
@open_to(Permission.WRITE_MAILING)
def mailings() -> Response:
    """Drafts, what is held or going out, what was sent."""
    found = queries.list_mailings(g.group.id)
    return show(
        "mailing/mailings.html",
        mailings=found,
        at=now(),
        State=rules.State,
        plans=planned.plans_of(g.group.id, now()),
        is_late=life.is_late,
        held_back=lease.why_held(now()),
        quiet_until=life.quiet_ends(now(), current().quiet_hours),
        frozen=queries.is_frozen(g.group, now()),
        may_wake=can(Permission.WAKE_LIST),
    )


@bp.get("/mailings/new")
@open_to(Permission.WRITE_MAILING)
def mailing_new() -> Response:
    return show("mailing/new.html", form=WriteForm.fresh())


@bp.post("/mailings/new")
@open_to(Permission.WRITE_MAILING)
def mailing_begin() -> Response:
    form = WriteForm.posted()
    if not form.validate():
        return show("mailing/new.html", form=form, status=422)
    try:
        with transaction():
            mailing = actions.begin(
                g.group.id, subject=form.subject.data or "", body=form.body.data or "", by=who(), at=now()
            )
            mailing_id = mailing.id
    except RuleBroken as refusal:
        return show("mailing/new.html", form=blame(form, refusal), status=422)
    return moved(url_for(".mailing_write", mailing_id=mailing_id))


@bp.get("/mailings/<int:mailing_id>/write")
@open_to(Permission.WRITE_MAILING)
def mailing_write(mailing_id: int) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    if not rules.may_write(rules.State(mailing.state)):
        return moved(url_for(".mailing_report", mailing_id=mailing_id))
    return _writing(mailing, SaveForm.fresh(subject=mailing.subject, body=mailing.body))


@bp.post("/mailings/<int:mailing_id>/write")
@open_to(Permission.WRITE_MAILING)
def mailing_save(mailing_id: int) -> Response:
    """Save, by itself while somebody types, or by a button that says what comes next."""
    form = SaveForm.posted()
    if not form.validate():
        return _writing(queries.get_mailing(g.group.id, mailing_id), form, status=422)
    try:
        with transaction():
            actions.save(
                g.group.id,
                mailing_id=mailing_id,
                subject=form.subject.data or "",
                body=form.body.data or "",
                version=form.version.data,
                by=who(),
                at=now(),
            )
    except Conflict as refusal:
        return _both(mailing_id, form, refusal)
    except RuleBroken as refusal:
        return _writing(queries.get_mailing(g.group.id, mailing_id), blame(form, refusal), status=422)
    if wants_fragment():
        return _writing(queries.get_mailing(g.group.id, mailing_id), form, saved=True)
    return _go_on(mailing_id, form)


@bp.get("/mailings/<int:mailing_id>/preview")
@open_to(Permission.WRITE_MAILING)
def mailing_preview(mailing_id: int) -> Response:
    """The HTML of what arrives, for a frame that lets nothing act."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return frame(emails.preview(mailing, g.group).html)


@bp.get("/mailings/<int:mailing_id>/reach")
@open_to(Permission.WRITE_MAILING)
def mailing_reach(mailing_id: int) -> Response:
    """Whom it would reach now, and what that would leave them."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return show(
        "mailing/_reach.html" if wants_fragment() else "mailing/reach.html",
        mailing=mailing,
        reach=queries.forecast_for(g.group.id, now()),
        plans=planned.plans_of(g.group.id, now(), before_them=1),
    )


@bp.get("/mailings/<int:mailing_id>/discard")
@open_to(Permission.WRITE_MAILING)
def mailing_discard(mailing_id: int) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    rules.may_write(rules.State(mailing.state)).enforce()
    return show("mailing/discard.html", mailing=mailing)


@bp.post("/mailings/<int:mailing_id>/discard")
@open_to(Permission.WRITE_MAILING)
def mailing_throw_away(mailing_id: int) -> Response:
    with transaction():
        actions.discard(g.group.id, mailing_id=mailing_id, by=who(), at=now())
    return moved(url_for(".mailings"), saying="The draft was thrown away. Nobody got it.")


def _go_on(mailing_id: int, form: SaveForm) -> Response:
    """Where the pressed button leads once the words are saved."""
    then = request.form.get("then")
    if then == "send":
        return moved(url_for(".mailing_send", mailing_id=mailing_id))
    if then == "pick":
        return _pick(mailing_id, form)
    if then != "test":
        return moved(url_for(".mailing_write", mailing_id=mailing_id, _anchor="saved"), saying="Your text is saved.")
    try:
        return _test(mailing_id)
    except RuleBroken as refusal:
        return _writing(queries.get_mailing(g.group.id, mailing_id), blame(form, refusal), status=422)


def _pick(mailing_id: int, form: SaveForm) -> Response:
    """Put the ticked updates into the text."""
    try:
        with transaction():
            chosen = [int(number) for number in request.form.getlist("update") if number.isdecimal()]
            told = enclosing.lent().pick(g.group.id, mailing_id, chosen=chosen, by=who(), at=now())
    except RuleBroken as refusal:
        return _writing(queries.get_mailing(g.group.id, mailing_id), blame(form, refusal), status=422)
    saying = f"We added {wording.count(told, 'update')} to the end of your text. Change the words as you like."
    return moved(url_for(".mailing_write", mailing_id=mailing_id), saying=saying)


def _test(mailing_id: int) -> Response:
    if not is_within(rules.TESTS_AN_HOUR, "mailing test", str(who().person_id)):
        raise RuleBroken(TOO_MANY_TESTS)
    with transaction():
        address = actions.send_test(g.group.id, mailing_id=mailing_id, by=who(), at=now())
    saying = f"Your text is saved, and a test is on its way to {address}."
    return moved(url_for(".mailing_write", mailing_id=mailing_id), saying=saying)


def _writing(mailing: Mailing, form: SaveForm, *, status: int = 200, saved: bool = False) -> Response:
    """The page of a draft, or what stands below its text."""
    preview = emails.preview(mailing, g.group)
    wonders = wondering.warnings(mailing.subject, mailing.body)
    return show(
        "mailing/_saved.html" if wants_fragment() else "mailing/write.html",
        status=status,
        mailing=mailing,
        form=form,
        saved=saved,
        preview=preview,
        wonders=wonders,
        group=g.group,
        longest=rules.BODY_LENGTH,
        waiting=enclosing.lent().list_waiting(g.group.id, now()),
        **_before_me(mailing, now()),
    )


def _both(mailing_id: int, form: SaveForm, refusal: Conflict) -> Response:
    """Somebody else saved first: show both texts, so that nothing is lost."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return show(
        "mailing/_saved.html" if wants_fragment() else "mailing/both.html",
        status=refusal.status,
        mailing=mailing,
        form=form,
        conflict=True,
        theirs_by=name_of(mailing.edited_by),
        **_before_me(mailing, now()),
    )


def _before_me(mailing: Mailing, at: datetime) -> dict[str, Any]:
    """Who else was in this draft a short while ago, and how many minutes ago that was."""
    someone = person()
    reader = someone.person_id if someone else 0
    if not rules.is_somebody_else_writing(mailing.edited_by, mailing.edited_at, reader=reader, at=at):
        return {"before_me": "", "minutes": 0}
    return {
        "before_me": people.get_person(mailing.edited_by).name,
        "minutes": int((at - mailing.edited_at).total_seconds() // 60),
    }


def name_of(person_id: int) -> str:
    """ "You", or the name of another member."""
    someone = person()
    return "You" if someone and someone.person_id == person_id else people.get_person(person_id).name
