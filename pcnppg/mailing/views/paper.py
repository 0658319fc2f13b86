"""A sent mailing for people without email: letters, labels, and the list for the calls. Sheets to print."""

from __future__ import annotations

from typing import Any

from flask import Response, g, url_for
from markupsafe import Markup

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.mailing import formats, queries, rules
from pcnppg.mailing.views.blueprints import bp
from pcnppg.membership.rules import ReachedBy
from pcnppg.web.access import open_to
from pcnppg.web.answers import show


@bp.get("/mailings/<int:mailing_id>/letters")
@open_to(Permission.SEE_CONTACTS, seen="mailing.letters_seen")
def mailing_letters(mailing_id: int) -> Response:
    """One letter for each person by post, addressed for an envelope with a window."""
    return show("mailing/letters.html", at=now(), **_round(mailing_id, ReachedBy.POST))


@bp.get("/mailings/<int:mailing_id>/labels")
@open_to(Permission.SEE_CONTACTS, seen="mailing.labels_seen")
def mailing_labels(mailing_id: int) -> Response:
    found = _round(mailing_id, ReachedBy.POST)
    return show("membership/labels.html", back=found["back"], people=[person for person, _ in found["round"].people])


@bp.get("/mailings/<int:mailing_id>/phone-round")
@open_to(Permission.SEE_CONTACTS, seen="mailing.phone_round_seen")
def mailing_phone_round(mailing_id: int) -> Response:
    """What to say, whom to ring, and room for what they say."""
    return show("mailing/phone_round.html", **_round(mailing_id, ReachedBy.PHONE))


def _round(mailing_id: int, by: ReachedBy) -> dict[str, Any]:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    kind, state = rules.Kind(mailing.kind), rules.State(mailing.state)
    rules.may_go_round(kind, state, mailing.held_until, now()).enforce()
    return {
        "mailing": mailing,
        "round": queries.round_of(mailing, by, at=now()),
        "words": Markup(formats.as_paper(mailing.body)),  # noqa: S704 - cleaned to an allow-list
        "back": (url_for(".mailing_report", mailing_id=mailing_id), "Back to the mailing"),
    }
