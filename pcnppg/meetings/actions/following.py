"""Actions: given, answered by their owner, passed on, closed. Each act is a line in the action's own story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.clock import local
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions.attending import open_meeting
from pcnppg.meetings.emails import following as emails
from pcnppg.meetings.models import Action, ActionUpdate
from pcnppg.meetings.queries import day
from pcnppg.meetings.queries import following as queries
from pcnppg.meetings.rules.following import (
    LONGEST_ACTION,
    LONGEST_ANSWER,
    LONGEST_OWNER,
    Reply,
    may_be_due,
    may_close,
    may_reopen,
    may_reply,
)
from pcnppg.meetings.rules.holding import why_held
from pcnppg.meetings.rules.naming import SOMEBODY, reduced
from pcnppg.meetings.rules.record import ActionDid, ActionState
from pcnppg.post import actions as post
from pcnppg.store.session import session

MOVED_ON = (
    "This action is with somebody else now, so your link changes nothing any more. Thank you for your part in it."
)
DID = {Reply.DONE: ActionDid.DONE, Reply.BY: ActionDid.MOVED, Reply.CANNOT: ActionDid.CANNOT}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has an action: a member by number, or somebody without an account by name and perhaps an address."""

    person_id: int | None = None
    name: str = ""
    address: EmailAddress | None = None


def give(
    group_id: int,
    *,
    words: str,
    owner: Owner,
    due_on: date | None,
    meeting_id: int | None = None,
    entry_id: int | None = None,
    slip: str | None = None,
    by: Who,
    at: datetime,
) -> Action:
    """Write down what somebody will do. An owner without an account is mailed a link by which they answer."""
    groups.lock_group(group_id)
    if meeting_id is not None:
        meeting = open_meeting(group_id, meeting_id, at=at)
        kept: Action | None = day.find_slip(Action, meeting_id, slip)
        if kept is not None:
            return kept
        if entry_id is not None:
            day.get_entry(group_id, meeting.id, entry_id)
    words = " ".join(words.split())
    if not words or len(words) > LONGEST_ACTION:
        raise RuleBroken(f"Say what is to be done, in {LONGEST_ACTION} letters at most.", field="todo")
    if due_on is not None:
        may_be_due(due_on, local(at).date()).enforce(field="due_on")
    action = Action(
        group_id=group_id,
        number=queries.next_number(group_id),
        meeting_id=meeting_id,
        entry_id=entry_id,
        words=words,
        due_on=due_on,
        state=ActionState.OPEN,
        given_at=at,
        by_person_id=by.person_id,
        turn=1,
        version=1,
        slip=slip or None,
    )
    _give_to(action, owner)
    session().add(action)
    session().flush()
    _line(action, ActionDid.GIVEN, due_on=due_on, by=by, at=at)
    _tell(action, at=at)
    return action


def reply(
    group_id: int, action_id: int, answer: Reply, *, words: str, by_day: date | None, by: Who, at: datetime
) -> None:
    """Its owner, who has an account, says how it stands."""
    groups.share_group(group_id)
    action = queries.get_action(group_id, action_id, lock=True)
    if action.owner_person_id != by.person_id:
        raise RuleBroken("This action is with somebody else now. Nothing was changed.")
    _reply(action, answer, words, by_day, by=by, at=at)


def reply_by_link(token: str, answer: Reply, *, words: str, by_day: date | None, at: datetime) -> None:
    """Its owner, who has none, says how it stands. A link of an earlier owner changes nothing."""
    groups.share_group(_linked(token).action.group_id)
    linked = _linked(token, lock=True)
    if not linked.is_theirs:
        raise RuleBroken(MOVED_ON)
    _reply(linked.action, answer, words, by_day, by=VISITOR, at=at)


def forget_by_link(token: str, *, at: datetime) -> None:
    """An owner without an account wants their details erased: at once. The action stays, and is nobody's."""
    groups.share_group(_linked(token).action.group_id)
    linked = _linked(token, lock=True)
    if not linked.is_theirs:
        raise RuleBroken(MOVED_ON)
    forget_mailbox(linked.action.group_id, linked.action.mailbox_hash or "", at=at)


def forget_mailbox(group_id: int, mailbox_hash: str, *, at: datetime) -> None:
    """Take an owner without an account out of every action of a group, open or closed."""
    for action in queries.list_of_mailbox(group_id, mailbox_hash):
        forget_owner(action, at=at)


def forget_owner(action: Action, *, by: Who = VISITOR, at: datetime) -> None:
    """Name and address go; so do their own words about it."""
    post.withdraw_about("action", action.id, at=at)
    name = action.owner_name
    action.owner_name = action.mailbox = action.mailbox_hash = None
    action.turn, action.version = action.turn + 1, action.version + 1
    for line, _ in queries.list_updates(action):
        if line.by_person_id is None:
            line.words = None
    if name and action.outcome:
        action.outcome = reduced(action.outcome, {name: SOMEBODY})
    session().flush()
    audit.note("meetings.owner_forgotten", by=by, at=at, group_id=action.group_id, about=("action", action.id))


def pass_on(group_id: int, action_id: int, owner: Owner, *, due_on: date | None, by: Who, at: datetime) -> None:
    """Somebody else has it from now on. Links that were mailed to whoever had it before change nothing any more."""
    action = _open(group_id, action_id)
    if due_on is not None:
        may_be_due(due_on, local(at).date()).enforce(field="due_on")
    post.withdraw_about("action", action.id, at=at)
    _give_to(action, owner)
    action.turn, action.due_on, action.stuck_at, action.reminded_at = action.turn + 1, due_on, None, None
    _line(action, ActionDid.PASSED_ON, due_on=due_on, by=by, at=at)
    _tell(action, at=at)


def close(group_id: int, action_id: int, *, as_done: bool, words: str, by: Who, at: datetime) -> None:
    """An officer closes it, with what came of it in words for the group's page."""
    action = _open(group_id, action_id)
    may_close(action.state, words=words).enforce(field="words")
    _close(action, ActionState.DONE if as_done else ActionState.DROPPED, words, at=at)
    _line(action, ActionDid.DONE if as_done else ActionDid.DROPPED, words=words, by=by, at=at)


def reopen(group_id: int, action_id: int, *, by: Who, at: datetime) -> None:
    """It was not done after all."""
    groups.share_group(group_id)
    action = queries.get_action(group_id, action_id, lock=True)
    may_reopen(action.state).enforce()
    action.state, action.closed_at, action.outcome, action.stuck_at = ActionState.OPEN, None, None, None
    _line(action, ActionDid.REOPENED, by=by, at=at)


def remind(action_id: int, *, at: datetime) -> bool:
    """One reminder to an owner without an account, on the day it is due. Was it still to be sent?"""
    action = queries.lock_to_remind(action_id)
    if action is None:
        return False
    action.reminded_at = at
    emails.remind(groups.get_group(action.group_id), action, queries.link_token(action), at=at)
    return True


def _open(group_id: int, action_id: int) -> Action:
    groups.share_group(group_id)
    action = queries.get_action(group_id, action_id, lock=True)
    if action.state != ActionState.OPEN:
        raise RuleBroken("This action is closed already. Nothing was changed.")
    return action


def _linked(token: str, *, lock: bool = False) -> queries.Linked:
    found = queries.find_linked(token, lock=lock)
    if found is None:
        raise NotFound
    return found


def _give_to(action: Action, owner: Owner) -> None:
    """The last word on whose it is: a member, somebody without an account, or nobody."""
    if owner.person_id is not None and owner.person_id not in day.belonging(action.group_id):
        raise NotFound
    name = " ".join(owner.name.split())
    if owner.person_id is None and owner.address and not name:
        raise RuleBroken("Enter their name beside their address.", field="owner_name")
    if len(name) > LONGEST_OWNER:
        raise RuleBroken(f"A name can have {LONGEST_OWNER} letters at most.", field="owner_name")
    outside = owner.person_id is None
    address = owner.address if outside else None
    action.owner_person_id = owner.person_id
    action.owner_name = name or None if outside else None
    action.mailbox = address.mailbox if address else None
    action.mailbox_hash = keys.current().mailbox_hash(address.mailbox) if address else None


def _reply(action: Action, answer: Reply, words: str, by_day: date | None, *, by: Who, at: datetime) -> None:
    words = words.strip()
    field = "by_day" if answer is Reply.BY else "words"
    may_reply(action.state, answer, words=words, by_day=by_day, today=local(at).date()).enforce(field=field)
    if len(words) > LONGEST_ANSWER:
        raise RuleBroken(f"Say it in {LONGEST_ANSWER:,} letters at most. Nothing was lost.", field="words")
    if answer is Reply.DONE:  # no officer has read it: what may not be shown stays in the action's own story
        _close(action, ActionState.DONE, words if why_held(words) is None else "", at=at)
    elif answer is Reply.BY:
        action.due_on, action.stuck_at, action.reminded_at = by_day, None, None
    else:
        action.stuck_at = action.stuck_at or at
    _line(action, DID[answer], words=words, due_on=by_day if answer is Reply.BY else None, by=by, at=at)


def _close(action: Action, state: ActionState, words: str, *, at: datetime) -> None:
    action.state, action.closed_at, action.outcome, action.stuck_at = state, at, words.strip(), None


def _line(
    action: Action, did: ActionDid, *, words: str = "", due_on: date | None = None, by: Who, at: datetime
) -> None:
    action.version += did is not ActionDid.GIVEN
    line = {"words": words.strip() or None, "due_on": due_on, "at": at, "by_person_id": by.person_id}
    session().add(ActionUpdate(group_id=action.group_id, action_id=action.id, did=did, **line))
    session().flush()
    audit.note(f"meetings.action_{did}", by=by, at=at, group_id=action.group_id, about=("action", action.id))


def _tell(action: Action, *, at: datetime) -> None:
    """Whoever has no account learns of it by mail; members find it under what needs them."""
    if action.mailbox is not None:
        emails.given(groups.get_group(action.group_id), action, queries.link_token(action), at=at)
