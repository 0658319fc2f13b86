"""The network around the house's place: something behind every door of it, and every role in it held by who holds it at home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask

from pcnppg.directory.models import Network, Practice
from pcnppg.federation import actions
from pcnppg.federation.actions.decisions import Asked
from pcnppg.federation.models import Delegate
from pcnppg.federation.rules.belonging import USUAL
from pcnppg.federation.rules.decisions import Counting, OnTie, Quorum, Rule, Terms
from pcnppg.federation.rules.library import TextKind
from pcnppg.federation.rules.offers import About, HelpKind, NoticeKind
from pcnppg.groups import actions as groups
from pcnppg.groups import queries as group_queries
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.meetings.actions import planning
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.people import queries as people_queries
from pcnppg.store.session import session
from tests import making

SLUG = "riverside"
AT_HOME = (
    "accept", "call_back", "decline", "delegates", "help_answer", "help_board", "help_close", "help_new", "help_post",
    "help_post_new", "join", "leave", "library", "library_change", "library_new", "library_save", "library_share",
    "library_sheet", "library_take", "library_text", "library_withdraw", "network", "offered_mailing",
    "offered_notice", "press_call_back", "press_leave", "press_library_withdraw", "press_rest", "rest",
    "send_delegate", "take_mailing", "take_notice", "wake",
)  # fmt: skip
"""Pages of a practice group; the others are those of the network group."""


def a_network_around(app: Flask, home: int, people: Mapping[Role | None, int]) -> dict[str, Any]:
    """Build it; what stands for each part of an address."""
    chair = Who.person(people[Role.CHAIR])
    other = making.a_group(app, slug="oak-hill", name="Oak Hill Patients", practice="Z99002", chair="oak@example.com")
    network = making.apart(app, lambda: _found(home, other, people))
    found = making.apart(app, lambda: _fill(network, home, other, chair))
    ours = {
        f"group.federation.{rule.endpoint.rpartition('.')[2]}.slug": SLUG
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("group.federation.") and rule.endpoint.rpartition(".")[2] not in AT_HOME
    }
    return {"network_id": network, "group_id": other, **found, **ours}


def _found(home: int, other: int, people: Mapping[Role | None, int]) -> int:
    session().add(Network(code="U99001", name="RIVERSIDE PCN", closed_on=None))
    session().flush()
    for group_id in (home, other):
        code = session().get_one(Group, group_id).practice_code
        session().get_one(Practice, code).network_code = "U99001"
    made = {"network_code": "U99001", "name": "Riverside Patients", "slug": SLUG}
    address = EmailAddress.parse(people_queries.address_of(people[Role.CHAIR] or 0))
    group, token = groups.create_network_group(**made, chair=address, by=OPERATOR, at=clock.now())
    groups.accept_invitation(token, name="", at=clock.now())
    for role in Role:
        if role is not Role.CHAIR:
            person = people_queries.address_of(people[role])
            token = groups.invite(group.id, role=role, address=EmailAddress.parse(person), by=OPERATOR, at=clock.now())
            groups.accept_invitation(token, name="", at=clock.now())
    return group.id


def _fill(network: int, home: int, other: int, by: Who) -> dict[str, Any]:
    now = clock.now()
    actions.publish(network, USUAL, over=0, by=by, at=now)
    for group_id in (home, other):
        actions.invite_group(network, group_id, by=by, at=now)
    actions.accept(home, network, read=1, by=by, at=now)
    held = next(one for one in group_queries.list_members(network) if one.role is Role.DELEGATE)
    delegate = Delegate(held_id=held.held_id, network_id=network, group_id=home, is_substitute=False)
    session().add(delegate)
    session().flush()
    draft = actions.draft_decision(network, _asked(), by=by, at=now)
    opened = actions.draft_decision(network, _asked(), by=by, at=now)
    decision = actions.open_decision(network, opened.id, by=by, at=now)
    plain = {"title": "A day for carers", "body": "Come on Monday.", "by": by, "at": now}
    notice = actions.offer_notice(network, kind=NoticeKind.EVENT, ends_on=None, **plain)
    mailing = actions.offer_mailing(network, subject="A day for carers", body="Please come.", by=by, at=now)
    post = actions.post_help(home, kind=HelpKind.REQUEST, about=About.SPEAKER, **plain)
    text = actions.share_text(home, kind=TextKind.TERMS, **plain)
    starts_at = now + timedelta(weeks=6)
    plan = Plan(MeetingKind.ORDINARY, starts_at, starts_at + timedelta(minutes=90), place="The library, Elm Road")
    meeting = planning.plan_meeting(network, plan, by=by, at=now).id
    actions.draft_purpose(network, meeting, words="How our practices share their nurses.", over=0, by=by, at=now)
    page = "group.federation"
    return {
        "delegate_id": delegate.id,
        "draft_id": draft.id,
        "decision_id": decision.id,
        "notice_id": notice.id,
        "number": mailing.id,
        "post_id": post.id,
        f"{page}.agreement_version.version": 1,
        **{
            f"{page}.{end}.meeting_id": meeting
            for end in ("purpose", "answer_purpose", "purpose_edit", "draft_purpose")
        },
        f"{page}.press_call_back.delegate_id": 999_999,
        f"{page}.question_discard.draft_id": 999_999,
        f"{page}.question_open.draft_id": 999_999,
        f"{page}.notice_withdraw.notice_id": 999_999,
        f"{page}.mailing_withdraw.number": 999_999,
        f"{page}.help_close.post_id": 999_999,
        "text_id": text.id,
        f"{page}.press_library_withdraw.text_id": 999_999,
    }


def _asked() -> Asked:
    ways = Terms(Rule.SIMPLE, Counting.GROUPS, Quorum.HALF, OnTie.FALLS, 2)
    closes_on = clock.local(clock.now()).date() + timedelta(days=7)
    return Asked("Shall we buy a banner?", "It costs £80.", ("Yes", "No"), ways, closes_on)
