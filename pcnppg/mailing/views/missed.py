"""Who did not get a mailing, and why: a page, a copy for a spreadsheet, and the buttons for what is in doubt."""

from __future__ import annotations

from flask import Response, g, make_response, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel import clock, settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.spreadsheet import as_spreadsheet
from pcnppg.kernel.wording import day, moment
from pcnppg.mailing import actions, emails, queries
from pcnppg.mailing.forms import CopyForm, DoubtForm
from pcnppg.mailing.queries import missed
from pcnppg.mailing.queries.missed import MissedOne
from pcnppg.mailing.rules.life import MISSED_WORDS, Again
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.sending import to_report
from pcnppg.membership import actions as membership
from pcnppg.membership.actions import Exported
from pcnppg.people import actions as people
from pcnppg.store.session import transaction
from pcnppg.web.access import SignedIn, can, open_to, person, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

HEADINGS = ("Name", "Email address", "Why", "What the mail server said", "When", "Message-ID or reference")
SAID = {
    Again.ARRIVED: "We wrote down that it arrived.",
    Again.SEND: "It goes again. It uses one more of the emails that you promised at most.",
}


@bp.get("/mailings/<int:mailing_id>/not-received")
@open_to(Permission.SEE_CONTACTS, seen="mailing.not_received_seen")
def mailing_missed(mailing_id: int) -> Response:
    """Names where something can be done; of those left out to keep the promise, numbers alone (rule 2)."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    if mailing.sent_at is None:
        return to_report(mailing_id)
    found = missed.list_missed(mailing, after=_after(), limit=missed.A_PAGE + 1)
    return show(
        "mailing/missed.html",
        mailing=mailing,
        in_doubt=[] if _after() else [(one, emails.known_as(one.message_of)) for one in missed.list_in_doubt(mailing)],
        people=found[: missed.A_PAGE],
        more=found[missed.A_PAGE - 1].delivery_id if len(found) > missed.A_PAGE else None,
        counts=missed.count_missed(mailing),
        outcomes=queries.outcomes_of(mailing_id),
        words=MISSED_WORDS,
        by_notify=settings.current().notify is not None,
        may_copy=can(Permission.EXPORT_CONTACTS),
    )


@bp.post("/mailings/<int:mailing_id>/not-received")
@open_to(Permission.SEND_MAILING)
def mailing_doubt(mailing_id: int) -> Response:
    """An officer knows more about a delivery in doubt: it arrived, or shall go again."""
    queries.get_mailing(g.group.id, mailing_id)  # another group's is not found, whatever was sent along
    form = DoubtForm.posted()
    if not form.validate() or form.chosen is None:
        return moved(url_for(".mailing_missed", mailing_id=mailing_id))
    act = actions.say_arrived if form.chosen is Again.ARRIVED else actions.send_again
    try:
        with transaction():
            act(g.group.id, mailing_id=mailing_id, delivery_id=form.delivery_id.data, by=who(), at=now())
    except (Conflict, RuleBroken) as refusal:
        return show("mailing/not_again.html", status=refusal.status, words=refusal.message, mailing_id=mailing_id)
    return moved(url_for(".mailing_missed", mailing_id=mailing_id), saying=SAID[form.chosen])


@bp.get("/mailings/<int:mailing_id>/not-received/copy")
@open_to(Permission.EXPORT_CONTACTS)
def mailing_missed_copy(mailing_id: int) -> Response:
    return _copy_page(mailing_id, CopyForm.fresh())


@bp.post("/mailings/<int:mailing_id>/not-received/copy")
@open_to(Permission.EXPORT_CONTACTS)
def mailing_missed_copied(mailing_id: int) -> Response:
    """The file itself, under the rules for a copy of the list: a reason, a code typed now, told to the other officers."""
    form, me = CopyForm.posted(), person()
    assert me is not None  # noqa: S101 - the door let them in
    if not form.validate():
        return _copy_page(mailing_id, form, status=422)
    try:
        taken = _copy(mailing_id, form, me)
    except RuleBroken as refusal:
        return _copy_page(mailing_id, blame(form, refusal), status=422)
    return _file(mailing_id, taken, form.reason.data or "")


def _copy(mailing_id: int, form: CopyForm, me: SignedIn) -> Exported:
    """A wrong code is counted, so its transaction is not rolled back: it is refused after."""
    code, reason = form.totp.data or "", form.reason.data or ""
    with transaction():
        verdict = people.give_totp(me.person_id, session_id=me.session_id, totp=code, by=me.who, at=now())
        if verdict:
            mailing = queries.get_mailing(g.group.id, mailing_id)
            rows = [*missed.list_in_doubt(mailing), *missed.list_missed(mailing)]
            return membership.write_down_copy(g.group.id, rows, reason=reason, by=me.who, at=now())
    raise RuleBroken(verdict.because, field="totp")


def _file(mailing_id: int, taken: Exported, reason: str) -> Response:
    mailing, at = queries.get_mailing(g.group.id, mailing_id), now()
    first_line = (
        f"Who did not get “{mailing.subject}” of {g.group.name}. For: {reason}. Taken by {taken.by} on {moment(at)}. "
        f"Delete this copy by {day(taken.delete_by)}."
    )
    answer = make_response(as_spreadsheet(first_line, HEADINGS, (_row(one) for one in taken.rows)))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"not-received-{g.group.slug}-{mailing_id}-{clock.local(at).date().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _row(one: MissedOne) -> list[str]:
    return [
        one.name or "",
        one.address or "",
        MISSED_WORDS[one.why],
        one.answer or "",
        moment(one.at) if one.at else "",
        emails.known_as(one.message_of) if one.at else "",
    ]


def _after() -> int:
    return request.args.get("after", default=0, type=int)


def _copy_page(mailing_id: int, form: CopyForm, *, status: int = 200) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    people_named = sum(missed.count_missed(mailing).values())
    return show("mailing/missed_copy.html", status=status, form=form, mailing=mailing, people=people_named)
