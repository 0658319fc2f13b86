"""Where one can go from a page (the navigation, as data), who runs a group in words, and what waits for whom. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pcnppg.groups.rules import NEEDS_SECOND_FACTOR, OFFICERS, ROLE_WORDS, STAFF, Permission, Role, is_granted
from pcnppg.membership.rules import Reach, months_later
from pcnppg.returns.rules import What as CameBack

FEW_LINKS = 2
"""So few links for those who run a group need no row of their own."""
ONE_ROW = 6
"""So many links stand in one row on a tablet; with more, those that are rare stand behind "More"."""
MOST_FOUND = 20
"""Groups and practices that one search shows at most."""
LONGEST_SEARCH = 120
"""Characters of a search that are read."""
LATEST = 3
"""Mailings, and updates, on the group's own page."""
SILENT_MONTHS = 9
GOOD_REACH = 10
"""Of every 100 patients: what a group hopes for."""
FEW_CODES = 3
"""Recovery codes left when we say so."""
MOST_KEPT_SHOWN = 100
"""Lines of one kind that the page of what is kept shows; the downloads have all."""
INVITATION_NEAR_END = timedelta(days=4)
ACTION_NEAR = timedelta(days=7)
"""So long before its day an action is brought before its owner."""
COMING_NEAR = timedelta(days=14)
"""So long before a meeting its members are asked whether they come."""
RETURNS_SHOWN = timedelta(days=30)
"""For how long back the operator sees how much came back."""
RETURN_WORDS: Mapping[CameBack, str] = {
    CameBack.HARD: "Came back: nobody is there",
    CameBack.SOFT: "Came back for another reason",
    CameBack.COMPLAINT: "Complaints",
    CameBack.UNSUBSCRIBE: "Emails that asked to leave",
    CameBack.REPLY: "Replies passed on",
    CameBack.DELAYED: "Notes that an email is late",
    CameBack.AUTO_REPLY: "Answers by programs",
}
JOB_TAKES = timedelta(minutes=10)
"""A periodic job that has not ended after so long has failed."""
UNCERTAIN_SHOWN = timedelta(days=30)
"""How long after sending we point to deliveries of which nobody knows whether they arrived."""


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the navigation. `within` names further endpoints, or heads of endpoints, that lie behind it.

    Who has the permission `instead` sees another way to the same. What is `rare` stands behind "More".
    """

    words: str
    endpoint: str
    permission: Permission | None = None  # None: for everybody
    within: tuple[str, ...] = field(default=())
    instead: Permission | None = None  # None: for all of them
    rare: bool = False

    def is_at(self, endpoint: str) -> bool:
        """Is this the very page?"""
        return endpoint == self.endpoint

    def leads_to(self, endpoint: str) -> bool:
        """Does that page lie behind this link?"""
        return any(
            endpoint == place or (place.endswith(("_", ".")) and endpoint.startswith(place)) for place in self.within
        )


SITE = (Way("Find your group", "pages.find"), Way("Help", "pages.help_page"))

MEETING_PAGES = (
    "group.meetings.meeting",
    "group.meetings.meeting_print",
    "group.meetings.propose",
    "group.meetings.propose_",
    "group.meetings.confirm_proposal",
    "group.meetings.item",
    "group.meetings.item_",
    "group.meetings.back_item",
    "group.meetings.minutes",
    "group.meetings.minutes_",
    "group.meetings.coming",
    "group.meetings.action",
    "group.meetings.action_",
    "group.meetings.you_said",
    "meetings_outside.",
)
"""Pages of meetings that everybody may open, each as far as their role goes."""

GROUP = (
    Way("About us", "group.group_pages.group"),
    Way("Updates", "group.updates.updates", within=("group.updates.update", "group.updates.thanks")),
    Way(
        "Join",
        "group.membership.join",
        within=("group.membership.join_", "membership_outside.confirm", "membership_outside.renew"),
    ),
    Way(
        "Meetings",
        "group.meetings.meetings_page",
        within=MEETING_PAGES,
    ),
    Way("Our promise", "group.mailing.promise", within=("group.mailing.web_copy",)),
    Way(
        "Your details",
        "group.membership.ask_my",
        within=(
            "group.membership.my_",
            "pages.my",
            "pages.my_",
            "pages.press_erase",
            "membership_outside.my_",
            "membership_outside.press_my_",
            "membership_outside.address",
            "membership_outside.press_address",
        ),
    ),
)

NETWORK = (
    "agreement", "agreement_edit", "agreement_version", "call_back", "decision", "decisions", "delegates", "help_board",
    "help_new", "help_post", "invite_group", "join", "leave", "library", "library_change", "library_new", "library_text",
    "library_withdraw", "mailing", "mailing_new", "network_groups", "notice",
    "notice_new", "numbers", "offered_mailing", "offered_notice", "offers", "phone_vote", "question", "question_edit",
    "question_new", "rest", "speakers", "votes",
)  # fmt: skip
"""Pages of what groups of a network do together."""

OFFICE = (
    Way("Meetings", "group.meetings.meetings_page", Permission.RULE_TRAY, within=("group.meetings.",)),
    Way(
        "Meetings",
        "group.meetings.meetings_page",
        Permission.SAY_COMING,
        within=MEETING_PAGES,
        instead=Permission.RULE_TRAY,
    ),
    Way(
        "Questions",
        "group.meetings.questions",
        Permission.ANSWER_ITEM,
        within=("group.meetings.question",),
    ),
    Way(
        "Mailings",
        "group.mailing.mailings",
        Permission.WRITE_MAILING,
        within=("group.mailing.mailing_", "group.mailing.mailings_"),
    ),
    Way(
        "Contact list",
        "group.membership.contacts",
        Permission.SEE_CONTACTS,
        within=("group.membership.contact", "group.membership.contact_"),
    ),
    Way(
        "Requests",
        "group.membership.data_requests",
        Permission.ANSWER_REQUESTS,
        within=(
            "group.group_pages.data_request_copy",
            "group.membership.data_request",
            "group.membership.data_request_",
            "group.membership.data_requests_",
        ),
        rare=True,
    ),
    Way(
        "Members",
        "group.groups.members",
        Permission.SEE_MEMBERS,
        within=(
            "group.groups.invite",
            "group.groups.invite_page",
            "group.groups.reset",
            "group.groups.ask_reset",
            "group.groups.past_members",
            "group.groups.term",
            "group.groups.set_term",
            "group.groups.end",
            "group.groups.end_role",
            "group.groups.hand_over",
            "group.groups.hand_over_chair",
        ),
        rare=True,
    ),
    Way(
        "Network",
        "group.federation.network",
        Permission.SEE_NETWORK,
        within=tuple(f"group.federation.{page}" for page in NETWORK),
    ),
    Way(
        "Post updates",
        "group.updates.all_updates",
        Permission.POST_UPDATE,
        within=tuple(
            f"group.updates.{page}"
            for page in (
                "new_",
                "write_update",
                "post_update",
                "update_history",
                "press_",
                "change_update",
                "save_update",
                "withdraw_update",
                "say_thanks",
                "take_thanks_back",
            )
        ),
    ),
    Way("Invitations", "group.membership.inviting", Permission.PRINT_INVITATION, rare=True),
    Way("Poster", "group.groups.poster", Permission.SEE_OFFICE, instead=Permission.PRINT_INVITATION),
    Way(
        "Group settings",
        "group.groups.settings",
        Permission.SET_UP_GROUP,
        within=(
            "group.membership.promise",
            "group.membership.promise_",
            "group.mailing.promise_raise",
            "group.groups.notice",
            "group.groups.notice_",
        ),
        rare=True,
    ),
)

AS_PATIENTS = Way(
    "As patients see us",
    "group.group_pages.group",
    rare=True,
    within=tuple(
        place
        for way in GROUP
        if way.endpoint not in {office.endpoint for office in OFFICE}
        for place in (way.endpoint, *way.within)
    ),
)
"""On the pages of those who run the group it stands for the patients' own row, which is there on the patients' pages."""

FOOTER = (
    Way("Help", "pages.help_page"),
    Way("Privacy", "pages.privacy"),
    Way("Accessibility", "pages.accessibility"),
    Way("Cookies", "pages.cookies"),
)


@dataclass(frozen=True, slots=True)
class RunBy:
    """Who runs a group, in words without names: "a chair and a secretary". Empty where nobody is there yet."""

    officers: str
    members: int
    staff: str


def runs_it(held: Mapping[Role, int]) -> RunBy:
    """What the roles held now come to, from how many hold each."""
    return RunBy(
        officers=_in_words((role, held[role]) for role in held if role in OFFICERS),
        members=held.get(Role.MEMBER, 0),
        staff=_in_words((role, held[role]) for role in held if role in STAFF),
    )


MANY = {Role.SECRETARY: "secretaries", Role.PRACTICE_STAFF: "members of practice staff"}


def _in_words(roles: Iterable[tuple[Role, int]]) -> str:
    """ "a chair, 2 vice chairs and a secretary"."""
    parts = [
        f"a {ROLE_WORDS[role]}" if number == 1 else f"{number} {MANY.get(role, ROLE_WORDS[role] + 's')}"
        for role, number in roles
    ]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


class What(StrEnum):
    """What can wait for somebody, the most urgent first."""

    SECOND_FACTOR = "second_factor"
    CLOSED = "closed"
    RESET = "reset"
    HELD = "held"
    LATE = "late"
    NO_CHAIR = "no_chair"
    REQUEST = "request"
    ACTION = "action"
    ASKED = "asked"
    VOTE = "vote"
    PURPOSE = "purpose"
    COMING = "coming"
    AGENDA = "agenda"
    TRAY = "tray"
    CORRECTION = "correction"
    MINUTES = "minutes"
    PUBLISH = "publish"
    READ = "read"
    STUCK = "stuck"
    UNCERTAIN = "uncertain"
    STORM = "storm"
    SET_UP = "set_up"
    OFFICER = "officer"
    NETWORK_INVITES = "network_invites"
    NETWORK_AGREEMENT = "network_agreement"
    NETWORK_OFFERS = "network_offers"
    INVITATION = "invitation"
    TERM = "term"
    MISSED = "missed"
    WARNED = "warned"
    STOPPED = "stopped"
    CODES = "codes"
    DRAFT = "draft"
    REVIEW = "review"
    FROZEN = "frozen"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: `at` is the date beside it, `words` a subject, role or request, `of` its row's number.

    `who` is a member, or how the time of a request stands.
    """

    what: What
    at: datetime | None = None
    slug: str = ""
    group: str = ""
    words: str = ""
    who: str = ""
    of: int = 0
    count: int = 0


def in_order(waiting: Iterable[Waits]) -> list[Waits]:
    """The most urgent first, then by date."""
    order = list(What)
    return sorted(waiting, key=lambda one: (order.index(one.what), one.at.timestamp() if one.at else 0, one.of))


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see in a group with the roles held there, on a device that may lack the authenticator code."""

    roles: frozenset[Role]
    has_second_factor: bool

    def may(self, permission: Permission) -> bool:
        """Does the door of this permission stand open now?"""
        return is_granted(permission, self.roles) and (self.has_second_factor or permission not in NEEDS_SECOND_FACTOR)


def is_silent(last_sent_at: datetime | None, since: datetime, at: datetime) -> bool:
    """Has a list heard nothing for nine months? `since` is when the group began."""
    return months_later(last_sent_at or since, SILENT_MONTHS) <= at


DIGEST_HOUR = 8
"""From this hour of the morning, by the clock in England, a day's digest is made up."""
NOT_MAILED = frozenset({What.HELD, What.DRAFT})
"""What is over before a digest is read, and what one is busy with anyway."""


def digest_of(waiting: Iterable[Waits]) -> dict[str, Waits]:
    """What a digest speaks of, each under the key by which the next one knows it again."""
    return {_key(one): one for one in waiting if one.what not in NOT_MAILED}


def _key(one: Waits) -> str:
    """The same while the same thing waits. It names nobody."""
    said = "\0".join([one.what, one.slug, str(one.of), one.who])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Step(StrEnum):
    """The next good step where nothing waits."""

    POSTER = "poster"
    MAILING = "mailing"
    TELL = "tell"


def next_step(sight: Sight, reach: Reach | None) -> Step:
    """What helps this group most that this person can do."""
    if not sight.may(Permission.WRITE_MAILING):
        return Step.TELL
    share = reach.in_a_hundred if reach else None
    return Step.MAILING if reach and reach.on_list and (share is None or share >= GOOD_REACH) else Step.POSTER


def late_jobs(runs: Iterable[tuple[str, datetime, datetime | None]], at: datetime) -> list[str]:
    """The names of jobs whose last run, begun and perhaps ended at these moments, did not end in good time."""
    return [job for job, began, ended in runs if ended is None and at - began > JOB_TAKES]


class Health(StrEnum):
    """The sides of a group's life. In this order one that needs something comes first."""

    AHEAD = "ahead"
    MAILINGS = "mailings"
    ITEMS = "items"
    TERMS = "terms"
    MEETINGS = "meetings"
    REACH = "reach"


def next_helpful(needs: Mapping[Health, bool]) -> Health | None:
    """Which one thing helps a group most now."""
    return next((side for side in Health if needs.get(side)), None)
