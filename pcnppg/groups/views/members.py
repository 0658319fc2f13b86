"""Who holds or held which role; inviting, taking an invitation back, helping an officer who lost their authenticator."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups import actions, queries
from pcnppg.groups.forms import InviteForm
from pcnppg.groups.rules import ENDED_WORDS, Permission, Role, alike, role_words, time_left
from pcnppg.groups.views.blueprints import bp
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import can, open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/members")
@open_to(Permission.SEE_MEMBERS, seen="groups.members_seen")
def members() -> Response:
    return _page(InviteForm.fresh())


@bp.get("/members/past")
@open_to(Permission.SEE_MEMBERS, seen="groups.past_members_seen")
def past_members() -> Response:
    return show("groups/past_members.html", past=queries.list_past(g.group.id), why=ENDED_WORDS)


@bp.post("/members/invite")
@open_to(Permission.INVITE_MEMBER)
def invite() -> Response:
    form = InviteForm.posted()
    if not form.validate():
        return _page(form, status=422)
    role, at = Role(form.role.data), now()
    ends_on = form.ends(local(at).date())
    try:
        with transaction():
            actions.invite(g.group.id, role=role, address=form.address, term_ends_on=ends_on, by=who(), at=at)
    except RuleBroken as refusal:
        return _page(blame(form, refusal), status=422)
    return moved(url_for(".members"), saying=f"The invitation to be {role_words(role)} is on its way.")


@bp.get("/members/invite")
@open_to(Permission.INVITE_MEMBER)
def invite_page() -> Response:
    return moved(url_for(".members"))


@bp.post("/members/invitations/<int:invitation_id>/withdraw")
@open_to(Permission.INVITE_MEMBER)
def withdraw_invitation(invitation_id: int) -> Response:
    with transaction():
        actions.withdraw_invitation(g.group.id, invitation_id, by=who(), at=now())
    return moved(url_for(".members"), saying="The invitation was taken back. Its link no longer works.")


@bp.get("/members/<int:held_id>/authenticator")
@open_to(Permission.RESET_SECOND_FACTOR)
def reset(held_id: int) -> Response:
    return _reset_page(held_id, Form.fresh())


@bp.post("/members/<int:held_id>/authenticator")
@open_to(Permission.RESET_SECOND_FACTOR)
def ask_reset(held_id: int) -> Response:
    someone = person()
    assert someone is not None  # noqa: S101 - the door let an officer in
    try:
        with transaction():
            member = queries.get_member(g.group.id, held_id)
            actions.ask_reset(g.group.id, person_id=member.person_id, asked_by=someone.person_id, at=now())
    except RuleBroken as refusal:
        return _reset_page(held_id, blame(Form.fresh(), refusal), status=422)
    return moved(url_for(".members"), saying="Every officer has been told. The authenticator is taken off in a day.")


@bp.post("/members/resets/<int:reset_id>/stop")
@open_to(Permission.RESET_SECOND_FACTOR)
def stop_reset(reset_id: int) -> Response:
    with transaction():
        actions.stop_reset(g.group.id, reset_id, by=who(), at=now())
    return moved(url_for(".members"), saying="Stopped. The authenticator stays as it is.")


def _page(form: InviteForm, *, status: int = 200) -> Response:
    held, today = queries.list_members(g.group.id), local(now()).date()
    staff = {member.person_id for member in held if member.is_staff}
    return show(
        "groups/members.html",
        status=status,
        form=form,
        members=held,
        left={one.held_id: time_left(one.term_ends_on, today) for one in held if one.term_ends_on},
        over={one.held_id for one in held if one.term_ends_on and one.term_ends_on < today},
        names={member.person_id: member.name for member in held},
        staff_chairs=[one.name for one in held if one.role is Role.CHAIR and one.person_id in staff],
        myself=person(),
        invitations=queries.list_open_invitations(g.group.id, at=now()),
        resets=queries.list_open_resets(g.group.id),
        may_invite=can(Permission.INVITE_MEMBER),
        may_keep=can(Permission.KEEP_ROLES),
        may_hand_over=Role.CHAIR in queries.roles_of(who().person_id or 0, g.group.id)
        or not queries.has_able_chair(g.group.id, at=now()),
        kinds=alike(),
        permissions=list(Permission),
    )


def _reset_page(held_id: int, form: Form, *, status: int = 200) -> Response:
    return show("groups/reset.html", status=status, form=form, member=queries.get_member(g.group.id, held_id))
