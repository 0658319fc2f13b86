"""What waits for somebody with an account, and how their groups are doing. Nothing here names a contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from pcnppg.federation import queries as federation
from pcnppg.groups import queries as groups
from pcnppg.groups.queries import Place
from pcnppg.groups.rules import Lack, Permission, Role, as_role, is_term_near, lacks, role_words
from pcnppg.kernel import clock
from pcnppg.kernel.clock import local
from pcnppg.mailing import queries as mailing
from pcnppg.mailing.queries import Published, planned
from pcnppg.mailing.rules import State
from pcnppg.mailing.rules.life import is_late
from pcnppg.meetings.queries import items, meetings
from pcnppg.meetings.rules.items import ItemState, PassedTo
from pcnppg.membership import queries as membership
from pcnppg.membership.queries import storms
from pcnppg.membership.rules import STOPPED_SHOWN, Reach, day_in_england
from pcnppg.membership.rules.storms import STORM_SHOWN
from pcnppg.pages.queries.around_meetings import list_around
from pcnppg.pages.rules import (
    FEW_CODES,
    INVITATION_NEAR_END,
    UNCERTAIN_SHOWN,
    Sight,
    Waits,
    What,
    in_order,
    is_silent,
)
from pcnppg.people import queries as people
from pcnppg.updates import queries as updates
from pcnppg.updates.rules import sides_of

if TYPE_CHECKING:
    from pcnppg.groups.models import Group


@dataclass(frozen=True, slots=True)
class Life:
    """One of somebody's groups: what they may see of it, whom it reaches (None: not theirs to see), what it last sent."""

    group: Group
    person_id: int
    sight: Sight
    reach: Reach | None
    latest: Published | None

    def can(self, permission: str) -> bool:
        """May they open this door here?"""
        return self.sight.may(Permission(permission))

    @property
    def roles(self) -> list[str]:
        """Their roles here, each as it follows "you are"."""
        return [as_role(role) for role in Role if role in self.sight.roles]


def lives_of(person_id: int, *, has_second_factor: bool) -> list[Life]:
    """The groups in which somebody holds a role now, by name."""
    return [_life(place, person_id, has_second_factor) for place in groups.list_places(person_id)]


def list_waiting(person_id: int, lives: list[Life], *, has_second_factor: bool, at: datetime) -> list[Waits]:
    """What waits for somebody, the most urgent first: only what their roles, on this device, may do."""
    own = _own(person_id, has_second_factor)
    network = (one for life in lives for one in _in_network(life, person_id, at))
    return in_order([*own, *network, *(one for life in lives for one in _in_group(life, at))])


def _life(place: Place, person_id: int, has_second_factor: bool) -> Life:
    sight = Sight(place.roles, has_second_factor)
    published = mailing.list_published(place.group.id)
    return Life(
        group=place.group,
        person_id=person_id,
        sight=sight,
        reach=membership.reach(place.group.id) if sight.may(Permission.SEE_COUNTS) else None,
        latest=published[0] if published else None,
    )


def _own(person_id: int, has_second_factor: bool) -> Iterator[Waits]:
    if not groups.needs_authenticator(person_id):
        return
    if not has_second_factor:
        yield Waits(What.SECOND_FACTOR)
    elif (left := people.count_recovery_codes(person_id)) <= FEW_CODES:
        yield Waits(What.CODES, count=left)


def _in_group(life: Life, at: datetime) -> Iterator[Waits]:
    may = life.sight.may
    if may(Permission.PUBLISH_NOTICE):
        yield from _notice(life.group)
    if may(Permission.ANSWER_REQUESTS):
        yield from _requests(life.group, at)
    yield from list_around(life, at)
    yield from _for_meetings(life, at)
    if may(Permission.RESET_SECOND_FACTOR):
        yield from _resets(life.group)
    if may(Permission.SET_UP_GROUP) and life.group.set_up_at is None:
        yield _waits(life.group, What.SET_UP, life.group.created_at)
    if may(Permission.HAND_OVER) and not groups.has_able_chair(life.group.id, at=at):
        yield _waits(life.group, What.NO_CHAIR, None)
    if may(Permission.INVITE_MEMBER):
        yield from _invitations(life.group, at)
    if may(Permission.KEEP_ROLES):
        yield from _terms(life.group, at)
    yield from _to_tell(life, at)


def _for_meetings(life: Life, at: datetime) -> Iterator[Waits]:
    may = life.sight.may
    if may(Permission.ANSWER_ITEM):
        yield from _asked(life.group)
    if may(Permission.RULE_TRAY):
        yield from _tray(life.group)
    if may(Permission.ORDER_AGENDA):
        yield from _agenda(life.group, at)


def _to_tell(life: Life, at: datetime) -> Iterator[Waits]:
    """What goes out, and what comes back."""
    may = life.sight.may
    if may(Permission.WRITE_MAILING):
        yield from _drafts(life.group)
        yield from _silence(life, at)
    if may(Permission.SEE_REPORT):
        yield from _under_way(life.group, at)
    if may(Permission.POST_UPDATE):
        yield from _reviews(life, at)
    if may(Permission.SEE_CONTACTS):
        yield from _out_of_step(life.group, at)


def _in_network(life: Life, person_id: int, at: datetime) -> Iterator[Waits]:
    """Votes to give in a network; at home, what a network asks of the group."""
    may = life.sight.may
    if federation.is_network(life.group):
        if may(Permission.VOTE):
            for whole in federation.votes_waiting(life.group.id, person_id, at):
                asked = whole.decision
                yield _waits(life.group, What.VOTE, asked.closes_at, words=asked.question, of=asked.id)
            for meeting in federation.purposes_waiting(life.group.id, person_id, at):
                yield _waits(life.group, What.PURPOSE, meeting.starts_at, of=meeting.id)
        return
    if not (may(Permission.JOIN_NETWORK) or may(Permission.TAKE_FROM_NETWORK)):
        return
    waiting = federation.waiting_for(life.group.id, at)
    if may(Permission.JOIN_NETWORK):
        for network in waiting.invited_by:
            yield _waits(life.group, What.NETWORK_INVITES, None, who=network.name, of=network.id)
        if waiting.new_agreement:
            yield _waits(life.group, What.NETWORK_AGREEMENT, None)
    if may(Permission.TAKE_FROM_NETWORK) and waiting.notices + waiting.mailings:
        yield _waits(life.group, What.NETWORK_OFFERS, None, count=waiting.notices + waiting.mailings)
    if may(Permission.TAKE_FROM_NETWORK):
        for one in waiting.called_off:
            yield _waits(life.group, What.REVIEW, at, words=one.title, of=one.id)


def _waits(group: Group, what: What, at: datetime | None, **more: Any) -> Waits:
    return Waits(what, at, group.slug, group.name, **more)


def _notice(group: Group) -> Iterator[Waits]:
    lack = lacks(group.notice_version, controller=group.controller, officer_name=group.officer_name)
    if lack is not None:
        yield _waits(group, What.CLOSED if lack is Lack.HOLDER else What.OFFICER, group.created_at)


def _requests(group: Group, at: datetime) -> Iterator[Waits]:
    for asked in membership.list_pressing(group.id, today=day_in_england(at)):
        due = asked.due_on or asked.request.received_on
        left = asked.days_left
        yield _waits(
            group,
            What.REQUEST,
            datetime.combine(due, time(12), clock.LONDON),
            words=asked.request.kind,
            who="soon" if left is None else "late" if left < 0 else "due" if left else "today",
            of=asked.request.id,
            count=abs(left or 0),
        )


def _asked(group: Group) -> Iterator[Waits]:
    waiting = items.list_passed(group.id, PassedTo.PRACTICE)
    if waiting:
        yield _waits(group, What.ASKED, waiting[0].changed_at, count=len(waiting))


def _tray(group: Group) -> Iterator[Waits]:
    unread = {ItemState.WAITING, ItemState.REPLIED}
    count = items.count_in(group.id, unread)
    if count:
        yield _waits(group, What.TRAY, items.oldest_in(group.id, unread), count=count)


def _agenda(group: Group, at: datetime) -> Iterator[Waits]:
    coming = meetings.find_next(group.id, at)
    if coming is not None and coming.settled_at is None and coming.items_close_at <= at:
        yield _waits(group, What.AGENDA, coming.agenda_due_at, of=coming.id)


def _resets(group: Group) -> Iterator[Waits]:
    for reset in groups.list_open_resets(group.id):
        who = people.get_person(reset.person_id).name
        yield _waits(group, What.RESET, reset.due_at, of=reset.id, who=who)


def _invitations(group: Group, at: datetime) -> Iterator[Waits]:
    for offer in groups.list_open_invitations(group.id, at=at):
        if offer.expires_at - at <= INVITATION_NEAR_END:
            yield _waits(group, What.INVITATION, offer.expires_at, words=role_words(offer.role), of=offer.id)


def _terms(group: Group, at: datetime) -> Iterator[Waits]:
    today = local(at).date()
    for one in groups.list_members(group.id):
        if one.term_ends_on is not None and is_term_near(one.term_ends_on, today):
            ends_at = datetime.combine(one.term_ends_on, time(12), tzinfo=at.tzinfo)
            is_over = int(one.term_ends_on < today)
            yield _waits(
                group, What.TERM, ends_at, words=as_role(one.role), who=one.name, of=one.held_id, count=is_over
            )


def _drafts(group: Group) -> Iterator[Waits]:
    for draft in mailing.list_drafts(group.id):
        who = people.get_person(draft.edited_by).name
        yield _waits(group, What.DRAFT, draft.edited_at, words=draft.subject, of=draft.id, who=who)


def _under_way(group: Group, at: datetime) -> Iterator[Waits]:
    for plan in planned.list_planned(group.id):
        if plan.scheduled_for is not None and is_late(plan.scheduled_for, at):
            yield _waits(group, What.LATE, plan.scheduled_for, words=plan.subject, of=plan.id)
    for sent in mailing.list_held(group.id):
        if sent.state == State.HELD and sent.held_until is not None and sent.held_until > at:
            yield _waits(group, What.HELD, sent.held_until, words=sent.subject, of=sent.id)
    for sent, people_in_doubt in mailing.list_uncertain(group.id, since=at - UNCERTAIN_SHOWN):
        yield _waits(group, What.UNCERTAIN, sent.sent_at, words=sent.subject, of=sent.id, count=people_in_doubt)


def _reviews(life: Life, at: datetime) -> Iterator[Waits]:
    for update in updates.list_to_review(life.group.id, sides_of(life.sight.roles), at=at):
        due_at = datetime.combine(update.review_on, time(12), clock.LONDON)
        yield _waits(life.group, What.REVIEW, due_at, words=update.title, of=update.id)


def _out_of_step(group: Group, at: datetime) -> Iterator[Waits]:
    for storm in storms.list_unseen_storms(group.id, since=at - STORM_SHOWN):
        yield _waits(group, What.STORM, storm.began_at, words=storm.what, of=storm.id, count=storm.presses)
    last = membership.find_last_stopped(group.id)
    if last is not None and last > at - STOPPED_SHOWN:
        yield _waits(group, What.STOPPED, last, count=membership.count_stopped(group.id))


def _silence(life: Life, at: datetime) -> Iterator[Waits]:
    last = life.latest.at if life.latest else None
    if not (life.reach and life.reach.on_list):
        return
    if life.sight.may(Permission.WAKE_LIST) and mailing.is_frozen(life.group, at):
        yield _waits(life.group, What.FROZEN, last or life.group.created_at, count=1 if last else 0)
    elif is_silent(last, life.group.created_at, at):
        yield _waits(life.group, What.SILENT, last or life.group.created_at, count=1 if last else 0)
