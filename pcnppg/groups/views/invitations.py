"""Taking up a role: what is offered, a name, a button."""

from __future__ import annotations

from flask import Response, request, url_for

from pcnppg.groups import actions, queries
from pcnppg.groups.forms import AcceptForm
from pcnppg.groups.rules import Permission, Role, alike, as_role, deeds_of, may_use_invitation, needs_second_factor
from pcnppg.groups.views.blueprints import outside
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.people import actions as people
from pcnppg.people import queries as accounts
from pcnppg.people.rules import device_words
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, let_in, open_to, person
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

UNKNOWN = (
    "This is not one of our invitations. Check that you have the whole link, or ask whoever invited you for a new one."
)


@outside.get("/invitations/<token>")
@open_to(HOLDER)
def invitation(token: str) -> Response:
    return _page(token, AcceptForm.fresh(name=_known_name(token)))


@outside.post("/invitations/<token>")
@open_to(HOLDER)
def accept_invitation(token: str) -> Response:
    form, before = AcceptForm.posted(), person()
    if not form.validate():
        return _page(token, form, status=422)
    try:
        with transaction():
            accepted = actions.accept_invitation(token, name=form.name.data, at=now())
            opened = None
            # Its first owner comes in at once. An account that was in use is opened as ever: this link is 14 days old
            # at worst, and may have been forwarded (settled 18 and 19).
            if accounts.get_person(accepted.person_id).last_seen_at is None:
                opened = people.begin_session(
                    accepted.person_id,
                    device=device_words(request.user_agent.string),
                    at=now(),
                    instead_of=before.session_id if before else None,
                )
    except RuleBroken as refusal:
        return _page(token, blame(form, refusal), status=422)
    except NotFound:
        return _page(token, form)
    if opened is not None:
        let_in(opened.cookie)
    elif before is None or before.person_id != accepted.person_id:
        saying = f"The invitation is accepted, and you are {as_role(accepted.role)} now. Sign in to begin."
        return moved(url_for("people.sign_in"), saying=saying)
    if needs_second_factor([accepted.role]):
        return moved(url_for("people.second_factor", next=url_for("pages.home")))
    return moved(url_for("pages.home"), saying=f"Welcome. You are {as_role(accepted.role)} now.")


def _page(token: str, form: AcceptForm, *, status: int = 200) -> Response:
    offered = queries.find_invitation(token)
    if offered is None:
        return show("groups/invitation_closed.html", status=404, because=UNKNOWN)
    open_still = may_use_invitation(
        expires_at=offered.expires_at, accepted_at=offered.accepted_at, withdrawn_at=offered.withdrawn_at, at=now()
    )
    if not open_still:
        return show("groups/invitation_closed.html", status=410, because=open_still.because)
    return show(
        "groups/invitation.html",
        status=status,
        form=form,
        group=queries.get_group(offered.group_id),
        until=offered.expires_at,
        as_role=as_role(offered.role),
        deeds=deeds_of(offered.role),
        second_factor=needs_second_factor([Role(offered.role)]),
        term_ends_on=offered.term_ends_on,
        hands_over=offered.hands_over is not None,
        kinds=alike(),
        permissions=list(Permission),
    )


def _known_name(token: str) -> str:
    """The name of an account that this mailbox has already. Only whoever holds the mailed link gets here."""
    offered = queries.find_invitation(token)
    address = EmailAddress.find(offered.address or "") if offered is not None else None
    someone = accounts.find_person(address.mailbox) if address is not None else None
    return someone.name if someone else ""
