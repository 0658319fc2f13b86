"""The board on which groups ask one another for help, and offer it."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.federation import actions, queries
from pcnppg.federation.forms import ABOUT, AnswerForm, HelpForm
from pcnppg.federation.rules.offers import About, HelpKind
from pcnppg.federation.views.blueprints import bp
from pcnppg.federation.views.inside import home_id, its_network
from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/network/help")
@open_to(Permission.SEE_NETWORK)
def help_board() -> Response:
    """What groups ask and offer."""
    board = queries.list_board(its_network())
    return show(
        "federation/help.html",
        asked=[post for post in board if post.row.kind == HelpKind.REQUEST],
        offered=[post for post in board if post.row.kind == HelpKind.OFFER],
        about=_about(),
        is_home=not queries.is_network(g.group),
    )


@bp.get("/network/help/new")
@open_to(Permission.HELP_GROUPS)
def help_new() -> Response:
    queries.get_inside(home_id())
    return show("federation/help_new.html", form=HelpForm.fresh())


@bp.post("/network/help/new")
@open_to(Permission.HELP_GROUPS)
def help_post_new() -> Response:
    form = HelpForm.posted()
    if not form.validate():
        return show("federation/help_new.html", form=form, status=422)
    with transaction():
        actions.post_help(
            home_id(),
            kind=HelpKind(form.kind.data),
            about=About(form.about.data),
            title=form.title.data,
            body=form.body.data,
            by=who(),
            at=now(),
        )
    return moved(url_for(".help_board"), saying="It is on the board. Answers come to your officers by email.")


@bp.get("/network/help/<int:post_id>")
@open_to(Permission.SEE_NETWORK)
def help_post(post_id: int) -> Response:
    return _page(post_id, AnswerForm.fresh())


@bp.post("/network/help/<int:post_id>")
@open_to(Permission.HELP_GROUPS)
def help_answer(post_id: int) -> Response:
    form = AnswerForm.posted()
    if not form.validate():
        return _page(post_id, form, status=422)
    try:
        with transaction():
            actions.answer_post(home_id(), post_id, words=form.words.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(post_id, blame(form, refusal), status=422)
    return moved(url_for(".help_post", post_id=post_id), saying="Your answer is on its way to their officers.")


@bp.post("/network/help/<int:post_id>/close")
@open_to(Permission.HELP_GROUPS)
def help_close(post_id: int) -> Response:
    with transaction():
        actions.close_post(home_id(), post_id, by=who(), at=now())
    return moved(url_for(".help_board"), saying="It is off the board. Thank you for asking and giving.")


def _about() -> dict[str, str]:
    return {about.value: words for about, words in ABOUT.items()}


def _page(post_id: int, form: AnswerForm, *, status: int = 200) -> Response:
    post = queries.whole_post(its_network(), post_id, reader=g.group.id)
    is_home = not queries.is_network(g.group)
    return show(
        "federation/help_post.html",
        status=status,
        form=form,
        post=post,
        about=_about(),
        is_own=post.row.group_id == g.group.id,
        is_home=is_home,
    )
