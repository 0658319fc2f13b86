"""What the network offers (notices and mailings), and how a group takes it or not."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import MailingForm, NoticeForm, TakeNoticeForm
from pcnppg.federation.rules.offers import NoticeKind, repeats_words
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import doubts_left, home_id, network_id, today
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.store.session import transaction
from pcnppg.updates import queries as updates
from pcnppg.updates.rules import Doubted
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/offers")
@open_to(Permission.OFFER_TO_GROUPS)
def offers() -> Response:
    """What stands, and what went out."""
    network = network_id()
    return show(
        "federation/offers.html",
        notices=queries.list_notices(network, today()),
        mailings=queries.list_mailings(network),
    )


@bp.get("/offers/notices/new")
@open_to(Permission.OFFER_TO_GROUPS)
def notice_new() -> Response:
    network_id()
    return _offer_page(NoticeForm.fresh())


@bp.post("/offers/notices/new")
@open_to(Permission.OFFER_TO_GROUPS)
def notice_offer() -> Response:
    form = NoticeForm.posted()
    if not form.validate():
        return _offer_page(form, status=422)
    if doubts := doubts_left(form, form.texts):
        return _offer_page(form, doubts=doubts)
    try:
        with transaction():
            notice = actions.offer_notice(
                network_id(),
                kind=NoticeKind(form.kind.data),
                title=form.title.data,
                body=form.body.data,
                ends_on=form.ends_on.data,
                by=who(),
                at=now(),
            )
            notice_id = notice.id
    except RuleBroken as refusal:
        return _offer_page(blame(form, refusal), status=422)
    return moved(url_for(".notice", notice_id=notice_id), saying="It is offered. Each group takes it or not.")


@bp.get("/offers/notices/<int:notice_id>")
@open_to(Permission.OFFER_TO_GROUPS)
def notice(notice_id: int) -> Response:
    network = network_id()
    found = queries.get_notice(network, notice_id)
    answers = queries.answers_to_notice(network, notice_id)
    return show("federation/notice.html", offered=found, answers=answers, today=today())


@bp.post("/offers/notices/<int:notice_id>")
@open_to(Permission.OFFER_TO_GROUPS)
def notice_withdraw(notice_id: int) -> Response:
    with transaction():
        actions.withdraw_notice(network_id(), notice_id, by=who(), at=now())
    return moved(
        url_for(".offers"),
        saying="The notice is off the network's page. Groups that took it are asked to look at theirs.",
    )


@bp.get("/offers/mailings/new")
@open_to(Permission.OFFER_TO_GROUPS)
def mailing_new() -> Response:
    network_id()
    return show("federation/offer_mailing.html", form=MailingForm.fresh())


@bp.post("/offers/mailings/new")
@open_to(Permission.OFFER_TO_GROUPS)
def mailing_offer() -> Response:
    form = MailingForm.posted()
    if not form.validate():
        return show("federation/offer_mailing.html", form=form, status=422)
    try:
        with transaction():
            offered = actions.offer_mailing(
                network_id(), subject=form.subject.data, body=form.body.data, by=who(), at=now()
            )
            number = offered.id
    except RuleBroken as refusal:
        return show("federation/offer_mailing.html", form=blame(form, refusal), status=422)
    return moved(url_for(".mailing", number=number), saying="It is offered. Nothing was sent by it.")


@bp.get("/offers/mailings/<int:number>")
@open_to(Permission.OFFER_TO_GROUPS)
def mailing(number: int) -> Response:
    """Which groups take it, what sending it will do, and what came of it for the whole network."""
    return _mailing_page(number, Form.fresh())


@bp.post("/offers/mailings/<int:number>")
@open_to(Permission.OFFER_TO_GROUPS)
def mailing_send(number: int) -> Response:
    try:
        with transaction():
            actions.send_mailing(network_id(), number, by=who(), at=now())
    except RuleBroken as refusal:
        return _mailing_page(number, blame(Form.fresh(), refusal), status=422)
    saying = "It is being queued, group by group. Each group holds its own for a while, and can take it back."
    return moved(url_for(".mailing", number=number), saying=saying)


@bp.post("/offers/mailings/<int:number>/withdraw")
@open_to(Permission.OFFER_TO_GROUPS)
def mailing_withdraw(number: int) -> Response:
    try:
        with transaction():
            actions.withdraw_mailing(network_id(), number, by=who(), at=now())
    except RuleBroken as refusal:
        return _mailing_page(number, blame(Form.fresh(), refusal), status=422)
    return moved(url_for(".offers"), saying="The mailing is withdrawn. Nobody got it.")


@bp.get("/network/notices/<int:notice_id>")
@open_to(Permission.TAKE_FROM_NETWORK)
def offered_notice(notice_id: int) -> Response:
    """A notice for this group: to take as it is, in its own words, or not."""
    found = queries.get_notice(queries.get_inside(home_id()).network_id, notice_id)
    return _take_page(notice_id, TakeNoticeForm.fresh(title=found.title, body=found.body, ends_on=found.ends_on))


@bp.post("/network/notices/<int:notice_id>")
@open_to(Permission.TAKE_FROM_NETWORK)
def take_notice(notice_id: int) -> Response:
    """It becomes an update of the group's own. Words of its own are looked at once, as those of every update."""
    form, is_taken = TakeNoticeForm.posted(), request.form.get("then") != "not"
    if is_taken and not form.validate():
        return _take_page(notice_id, form, status=422)
    found = queries.get_notice(queries.get_inside(home_id()).network_id, notice_id)
    if is_taken and form.texts != (found.title, found.body) and (doubts := doubts_left(form, form.texts)):
        return _take_page(notice_id, form, doubts=doubts)
    try:
        with transaction():
            if is_taken:
                update_id = _take(notice_id, form)
            else:
                actions.pass_over_notice(home_id(), notice_id, by=who(), at=now())
    except RuleBroken as refusal:
        return _take_page(notice_id, blame(form, refusal), status=422)
    if not is_taken:
        return moved(url_for(".network"), saying="Your group does not take this notice.")
    saying = "It is an update of your group now. It sends no email by itself. You can tell it in your next mailing."
    return moved(url_for("group.updates.update", update_id=update_id), saying=saying)


def _take(notice_id: int, form: TakeNoticeForm) -> int | None:
    title, body = form.texts
    taken = actions.take_notice(
        home_id(), notice_id, title=title, body=body, ends_on=form.ends_on.data, by=who(), at=now()
    )
    return taken.update_id


@bp.get("/network/mailings/<int:number>")
@open_to(Permission.TAKE_FROM_NETWORK)
def offered_mailing(number: int) -> Response:
    """A mailing for this group: to take as it is, in its own words, or not."""
    found = queries.get_mailing(queries.get_inside(home_id()).network_id, number)
    answer = queries.find_mailing_answer(number, g.group.id)
    words = answer if answer is not None and answer.is_taken else found
    return _take_mailing_page(number, MailingForm.fresh(subject=words.subject, body=words.body))


@bp.post("/network/mailings/<int:number>")
@open_to(Permission.TAKE_FROM_NETWORK)
def take_mailing(number: int) -> Response:
    form, is_taken = MailingForm.posted(), request.form.get("then") != "not"
    if is_taken and not form.validate():
        return _take_mailing_page(number, form, status=422)
    subject, body = (form.subject.data, form.body.data) if is_taken else ("", "")
    try:
        with transaction():
            actions.answer_mailing(home_id(), number, is_taken=is_taken, subject=subject, body=body, by=who(), at=now())
    except RuleBroken as refusal:
        return _take_mailing_page(number, blame(form, refusal), status=422)
    taken = "Your group takes it. It goes out in your name when the network sends it."
    return moved(url_for(".network"), saying=taken if is_taken else "Your group does not take this mailing.")


def _mailing_page(number: int, form: Form, *, status: int = 200) -> Response:
    network = network_id()
    offered = queries.get_mailing(network, number)
    if offered.withdrawn_at is not None:
        raise NotFound
    return show(
        "federation/mailing.html",
        status=status,
        form=form,
        offered=offered,
        answers=queries.answers_to_mailing(network, number),
        repeats=repeats_words(offered.repeats),
    )


def _offer_page(form: NoticeForm, *, status: int = 200, doubts: list[Doubted] | None = None) -> Response:
    return show("federation/offer_notice.html", form=form, status=status, doubts=doubts or [])


def _take_page(
    notice_id: int, form: TakeNoticeForm, *, status: int = 200, doubts: list[Doubted] | None = None
) -> Response:
    place = queries.get_inside(home_id())
    answer = queries.find_notice_answer(notice_id, g.group.id)
    own = updates.find_standing(g.group.id, [answer.update_id], at=now()) if answer and answer.update_id else []
    return show(
        "federation/take_notice.html",
        status=status,
        form=form,
        offered=queries.get_notice(place.network_id, notice_id),
        answer=answer,
        own=own[0] if own else None,
        doubts=doubts or [],
        network=groups.get_group(place.network_id),
    )


def _take_mailing_page(number: int, form: MailingForm, *, status: int = 200) -> Response:
    place = queries.get_inside(home_id())
    return show(
        "federation/take_mailing.html",
        status=status,
        form=form,
        offered=queries.get_mailing(place.network_id, number),
        answer=queries.find_mailing_answer(number, g.group.id),
        network=groups.get_group(place.network_id),
    )
