"""What officers do with one item of the tray: each act on a page of its own, that says what it will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, url_for
from wtforms.fields.choices import SelectChoice

from pcnppg.groups.rules import Permission
from pcnppg.kernel import wording
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.forms.items import (
    AcceptForm,
    MergeForm,
    PassForm,
    RewordForm,
    VersionedForm,
    WordsForm,
)
from pcnppg.meetings.queries import items, meetings, raising
from pcnppg.meetings.queries.naming import named_in
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import ROLES_AS_SAID, PassedTo
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with an item on a page of its own."""

    form: type[VersionedForm]
    heading: str
    button: str
    said: str
    label: str = ""
    note: str = ""


ACTS = {
    "accept": Act(
        AcceptForm, "Put it on an agenda", "Put it on the agenda", "It is on the agenda. Its proposer is told."
    ),
    "merge": Act(
        MergeForm,
        "Join it with another item",
        "Join them",
        "The two are one item now. Its proposer is told.",
        note="The other item speaks for both from then on. Backings of both are counted, and everybody is told its outcome.",
    ),
    "answer": Act(
        WordsForm,
        "Answer it now",
        "Send the answer",
        "Answered. Its proposer and all who back it are told.",
        label="Your answer",
        note="Everybody can read the answer. It closes the item.",
    ),
    "park": Act(
        WordsForm,
        "Keep it for a later meeting",
        "Keep it for later",
        "It waits for a later meeting. Its proposer is told.",
        label="A word to its proposer, if you like",
    ),
    "pass": Act(
        PassForm,
        "Pass it on for an answer",
        "Pass it on",
        "It is passed on. Its proposer is told.",
        label="What should they answer?",
        note="The answer comes back here. Then you say what becomes of the item.",
    ),
    "decline": Act(
        WordsForm,
        "Not take it up",
        "Do not take it up",
        "The item is closed. Its proposer and all who back it are told why.",
        label="Why not?",
        note="Everybody can read the reason. It closes the item for good.",
    ),
    "reword": Act(
        RewordForm, "Word it more clearly", "Save the words", "Saved. What it was called before stays in its history."
    ),
    "hide": Act(
        VersionedForm,
        "Take it from the public pages",
        "Hide it",
        "Only officers and its proposer see it now.",
        note="It stays in your tray. You can show it again at any time.",
    ),
    "show": Act(
        VersionedForm,
        "Show it to everybody",
        "Show it",
        "Everybody can read it now.",
        note="Read every word once more. There should be no medical details, no numbers and no complaint about a person.",
    ),
    "take-off": Act(
        VersionedForm,
        "Take it off the agenda",
        "Take it off",
        "It is back in the tray.",
        note="It goes back to the tray. Where the agenda is published already, the next version shows that it is gone.",
    ),
}
"""By the last part of their address."""


@bp.get("/tray/<int:item_id>/<act>")
@open_to(Permission.RULE_TRAY)
def tray_act(item_id: int, act: str) -> Response:
    doing, found = _act(act), items.get_item(g.group.id, item_id)
    known: dict[str, Any] = {"version": found.version}
    if act == "accept":
        known |= {"meeting_id": found.meeting_id or 0, "purpose": Purpose.DISCUSS.value}
    if act == "reword":
        known |= {name: getattr(found, name) for name in ("title", "now_words", "better_words", "could_words")}
    if act == "answer" and found.answer_words:
        known |= {"words": found.answer_words}
    return _act_page(item_id, act, doing.form.fresh(**known))


@bp.post("/tray/<int:item_id>/<act>")
@open_to(Permission.RULE_TRAY)
def do_act(item_id: int, act: str) -> Response:
    doing = _act(act)
    form = doing.form.posted()
    if not form.validate() or not _is_looked_at(item_id, form):
        return _act_page(item_id, act, form, status=422)
    try:
        with transaction():
            DEEDS[act](form, item_id, {"version": form.version.data, "by": who(), "at": now()})
    except (Conflict, RuleBroken) as refusal:
        return _act_page(item_id, act, blame(form, refusal), status=refusal.status)
    return moved(url_for(".tray_item", item_id=item_id), saying=doing.said)


def _is_looked_at(item_id: int, form: VersionedForm) -> bool:
    """Words that everybody will read name nobody outside office, unless whoever writes them says that they may."""
    if not isinstance(form, WordsForm):
        return True
    return form.is_looked_at(named_in(g.group.id, form.words.data or "", item=items.get_item(g.group.id, item_id)))


def _accept(form: Any, item_id: int, how: dict[str, Any]) -> None:
    try:
        actions.accept(
            g.group.id,
            item_id,
            meeting_id=form.meeting_id.data or 0,
            minutes=form.minutes.data,
            purpose=Purpose(form.purpose.data),
            **how,
        )
    except NotFound:
        raise RuleBroken("Choose a meeting.", field="meeting_id") from None


def _merge(form: Any, item_id: int, how: dict[str, Any]) -> None:
    try:
        actions.merge(g.group.id, item_id, into_id=form.into_id.data or 0, **how)
    except NotFound:
        raise RuleBroken("Choose the item that it joins.", field="into_id") from None


DEEDS: dict[str, Callable[[Any, int, dict[str, Any]], object]] = {
    "accept": _accept,
    "merge": _merge,
    "answer": lambda form, item_id, how: actions.answer(g.group.id, item_id, words=form.words.data, **how),
    "park": lambda form, item_id, how: actions.park(g.group.id, item_id, words=form.words.data, **how),
    "pass": lambda form, item_id, how: actions.pass_on(
        g.group.id, item_id, passed_to=PassedTo(form.passed_to.data), words=form.words.data, **how
    ),
    "decline": lambda form, item_id, how: actions.decline(g.group.id, item_id, words=form.words.data, **how),
    "reword": lambda form, item_id, how: actions.reword(g.group.id, item_id, form.wish, **how),
    "hide": lambda _, item_id, how: actions.hide_item(g.group.id, item_id, **how),
    "show": lambda _, item_id, how: actions.show_item(g.group.id, item_id, **how),
    "take-off": lambda _, item_id, how: actions.take_item_off(g.group.id, item_id, **how),
}


def _act(act: str) -> Act:
    if act not in ACTS:
        raise NotFound
    return ACTS[act]


def _act_page(item_id: int, act: str, form: VersionedForm, *, status: int = 200) -> Response:
    found = items.get_item(g.group.id, item_id)
    if isinstance(form, AcceptForm):
        form.meeting_id.choices = coming_meetings()
    if isinstance(form, PassForm) and raising.network_of(g.group.id) is None:
        form.passed_to.choices = [one for one in form.passed_to.choices if one.value != PassedTo.NETWORK]
    if isinstance(form, MergeForm):
        others = [(number, title) for number, title in items.list_open_titles(g.group.id) if number != item_id]
        form.into_id.choices = [SelectChoice(str(number), title[:80]) for number, title in others]
    return show(
        "meetings/tray_act.html",
        status=status,
        item=found,
        act=act,
        doing=ACTS[act],
        form=form,
        roles=ROLES_AS_SAID,
        followers=len(items.followers_of(found)),
        backings=items.backings_of([found])[found.id],
        latest=items.history_of(found)[-1] if status == Conflict.status else None,
    )


def coming_meetings() -> list[SelectChoice]:
    coming = [
        one for one in meetings.list_coming(g.group.id, now()) if one.cancelled_at is None and one.starts_at > now()
    ]
    return [SelectChoice(str(one.id), wording.moment(one.starts_at)) for one in coming]
