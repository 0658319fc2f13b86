"""How long a role lasts, its end, and handing over the role of chair."""

from __future__ import annotations

from datetime import date

from flask import Response, g, session, url_for

from pcnppg.groups import actions, queries
from pcnppg.groups.forms import NEW, STAY, EndForm, HandOverForm, TermForm
from pcnppg.groups.rules import (
    PATIENTS,
    Permission,
    Role,
    as_role,
    is_term_near,
    may_end_role,
    may_hand_over,
    role_words,
    usual_end,
    years_later,
)
from pcnppg.groups.views.blueprints import bp
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/members/<int:held_id>/term")
@open_to(Permission.KEEP_ROLES)
def term(held_id: int) -> Response:
    member = queries.get_member(g.group.id, held_id)
    return _term_page(held_id, TermForm.fresh(ends_on=_renewed(member.role, member.term_ends_on)))


@bp.post("/members/<int:held_id>/term")
@open_to(Permission.KEEP_ROLES)
def set_term(held_id: int) -> Response:
    form = TermForm.posted()
    if not form.validate():
        return _term_page(held_id, form, status=422)
    try:
        with transaction():
            actions.set_term(g.group.id, held_id, ends_on=form.ends_on.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _term_page(held_id, blame(form, refusal), status=422)
    return moved(url_for(".members"), saying="The term is saved.")


@bp.get("/members/<int:held_id>/end")
@open_to(Permission.KEEP_ROLES)
def end(held_id: int) -> Response:
    return _end_page(held_id, EndForm.fresh())


@bp.post("/members/<int:held_id>/end")
@open_to(Permission.KEEP_ROLES)
def end_role(held_id: int) -> Response:
    member, form = queries.get_member(g.group.id, held_id), EndForm.posted()
    if not form.validate():
        return _end_page(held_id, form, status=422)
    try:
        with transaction():
            actions.end_role(g.group.id, held_id, because=form.reason, words=form.words.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _end_page(held_id, blame(form, refusal), status=422)
    if member.person_id == who().person_id:
        return _signed_out("Your role has ended, and you are signed out everywhere.")
    return moved(
        url_for(".members"), saying=f"{member.name} is no longer {as_role(member.role)}, and was told by email."
    )


@bp.get("/members/hand-over")
@open_to(Permission.HAND_OVER, seen="groups.members_seen")
def hand_over() -> Response:
    return _hand_over_page(HandOverForm.fresh(ends_on=usual_end(Role.CHAIR, _today())))


@bp.post("/members/hand-over")
@open_to(Permission.HAND_OVER)
def hand_over_chair() -> Response:
    form = HandOverForm.posted().offer(_candidates())
    if not form.validate():
        return _hand_over_page(form, status=422)
    asked = {"stays": form.then.data == STAY or not _is_chair(), "term_ends_on": form.ends_on.data}
    try:
        with transaction():
            if form.who.data == NEW:
                actions.offer_chair(g.group.id, address=form.address, **asked, by=who(), at=now())
                chair = None
            else:
                chair = actions.hand_over(g.group.id, to_person_id=int(form.who.data), **asked, by=who(), at=now())
            is_mine = chair is not None and chair.person_id == who().person_id
    except RuleBroken as refusal:
        return _hand_over_page(blame(form, refusal), status=422)
    if form.who.data == NEW:
        return moved(url_for(".members"), saying="The invitation is on its way. Nothing changes until they accept.")
    if is_mine:
        return _signed_out("You handed over the role of chair. Thank you. You are signed out everywhere.")
    return moved(url_for("pages.home"), saying="The role of chair is handed over. Both have been told by email.")


def _signed_out(saying: str) -> Response:
    session.clear()
    return moved(url_for("people.sign_in"), saying=saying)


def _today() -> date:
    return local(now()).date()


def _renewed(role: Role, ends_on: date | None) -> date | None:
    """What the form suggests: another year for a term near its end, the usual end where none is agreed."""
    if ends_on is None:
        return usual_end(role, _today())
    return years_later(max(ends_on, _today()), 1) if is_term_near(ends_on, _today()) else ends_on


def _is_chair() -> bool:
    return Role.CHAIR in queries.roles_of(who().person_id or 0, g.group.id)


def _candidates() -> list[tuple[str, str]]:
    """Patients with a role who are not the chair, each once with the first of their roles."""
    held = queries.list_members(g.group.id)
    chairs = {one.person_id for one in held if one.role is Role.CHAIR}
    found: dict[str, str] = {}
    for one in held:
        if one.role in PATIENTS and one.person_id not in chairs:
            found.setdefault(str(one.person_id), f"{one.name}, {role_words(one.role)}")
    return list(found.items())


def _term_page(held_id: int, form: TermForm, *, status: int = 200) -> Response:
    member = queries.get_member(g.group.id, held_id)
    return show("groups/term.html", status=status, form=form, member=member, as_role=as_role(member.role))


def _end_page(held_id: int, form: EndForm, *, status: int = 200) -> Response:
    member = queries.get_member(g.group.id, held_id)
    left = queries.count_officers_left(g.group.id, without=[held_id])
    return show(
        "groups/end_role.html",
        status=status,
        form=form,
        member=member,
        role_words=role_words(member.role),
        verdict=may_end_role(member.role, chairs=queries.count_chairs(g.group.id), officers_left=left),
        myself=person(),
    )


def _hand_over_page(form: HandOverForm, *, status: int = 200) -> Response:
    able = queries.has_able_chair(g.group.id, at=now())
    return show(
        "groups/hand_over.html",
        status=status,
        form=form.offer(_candidates()),
        verdict=may_hand_over(queries.roles_of(who().person_id or 0, g.group.id), chair_is_able=able),
        is_mine=_is_chair(),
        has_chair=bool(queries.list_chairs(g.group.id)),
    )
