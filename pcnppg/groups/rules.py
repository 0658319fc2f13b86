"""Roles, permissions, and which role has which: one table, readable by the people it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no


class Kind(StrEnum):
    PRACTICE = "practice"
    NETWORK = "network"


class Controller(StrEnum):
    """Who answers for the data in law."""

    PRACTICE = "practice"
    GROUP = "group"


class Role(StrEnum):
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    DELEGATE = "delegate"
    PRACTICE_MANAGER = "practice_manager"
    GP = "gp"
    PRACTICE_STAFF = "practice_staff"


OFFICERS = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY})
STAFF = frozenset({Role.PRACTICE_MANAGER, Role.GP, Role.PRACTICE_STAFF})
EVERYONE = frozenset(Role)
CHAIR_ONLY = frozenset({Role.CHAIR})
BY_HAND = tuple(role for role in Role if role is not Role.DELEGATE)
"""Roles to which people are invited. Delegates are sent to a network by their own group."""


class Permission(StrEnum):
    SEE_OFFICE = "see the group's own pages"
    SEE_COUNTS = "see how many patients the group reaches"
    SET_UP_GROUP = "set up the group"
    SEE_CONTACTS = "see who is on the contact list"
    IMPORT_CONTACTS = "bring an older list of people to the contact list"
    ADD_CONTACT = "write down somebody who agreed on paper, at the desk or by phone"
    CHANGE_CONTACT = "change a contact's details or pause for them, when they ask"
    EXPORT_CONTACTS = "take a copy of the contact list"
    RECORD_LEAVING = "take somebody off the contact list who asked for it"
    WRITE_MAILING = "write a mailing"
    SEND_MAILING = "send a mailing, plan it, take it back or stop it"
    WAKE_LIST = "wake a contact list that heard nothing for two years"
    SEE_REPORT = "see what became of a mailing"
    CHANGE_PROMISE = "change the promise"
    ANSWER_REQUESTS = "answer what people ask about their details"
    PUBLISH_NOTICE = "say who holds the data, and publish the privacy notice"
    SEE_MEMBERS = "see who holds which role"
    INVITE_MEMBER = "invite somebody to a role"
    KEEP_ROLES = "say how long a role lasts, and end it"
    HAND_OVER = "hand over the role of chair"
    RESET_SECOND_FACTOR = "help an officer who lost their authenticator"
    POST_UPDATE = "post an update on the group's page"
    SAY_THANKS = "say thanks to the volunteers"
    PRINT_INVITATION = "print invitations, and see how many people joined by them"
    PROPOSE_ITEM = "propose an item for a meeting, without a mail to confirm it"
    BACK_ITEM = "back an item with one press"
    PLAN_MEETING = "plan, move or cancel a meeting"
    RULE_TRAY = "accept, park, pass on or decline items"
    ORDER_AGENDA = "put the agenda in order and publish it"
    ANSWER_ITEM = "answer items for the practice"
    SAY_COMING = "say whether they come to a meeting, and put their name to the biscuits"
    TAKE_MINUTES = "write down what happens at a meeting, and publish the minutes"
    CORRECT_MINUTES = "propose corrections to the minutes"
    KEEP_ACTIONS = "give actions to people, and close them"
    SEE_NETWORK = "see what the groups of the network do together"
    JOIN_NETWORK = "join the network, let it speak for the group, or leave it"
    SEND_DELEGATES = "send delegates to the network"
    TAKE_FROM_NETWORK = "take what the network offers, or not"
    HELP_GROUPS = "ask other groups for help, and offer it"
    RUN_NETWORK = "run the network: its agreement, its groups and its votes"
    OFFER_TO_GROUPS = "offer notices and mailings to the groups of the network"
    VOTE = "vote in the network for the group that sent them"


GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_OFFICE: EVERYONE,
    Permission.SEE_COUNTS: OFFICERS | STAFF,
    Permission.SET_UP_GROUP: OFFICERS,
    Permission.SEE_CONTACTS: OFFICERS,
    Permission.IMPORT_CONTACTS: OFFICERS,
    Permission.ADD_CONTACT: OFFICERS,
    Permission.CHANGE_CONTACT: OFFICERS,
    Permission.EXPORT_CONTACTS: frozenset({Role.CHAIR, Role.SECRETARY}),
    Permission.RECORD_LEAVING: OFFICERS,
    Permission.WRITE_MAILING: OFFICERS,
    Permission.SEND_MAILING: OFFICERS,
    Permission.WAKE_LIST: CHAIR_ONLY,
    Permission.SEE_REPORT: OFFICERS,
    Permission.CHANGE_PROMISE: OFFICERS,
    Permission.ANSWER_REQUESTS: OFFICERS,
    Permission.PUBLISH_NOTICE: OFFICERS,
    Permission.SEE_MEMBERS: OFFICERS,
    Permission.INVITE_MEMBER: CHAIR_ONLY,
    Permission.KEEP_ROLES: CHAIR_ONLY,
    Permission.HAND_OVER: OFFICERS,  # `may_hand_over` says when
    Permission.RESET_SECOND_FACTOR: OFFICERS,
    Permission.POST_UPDATE: OFFICERS | STAFF,
    Permission.SAY_THANKS: OFFICERS | STAFF,
    Permission.PRINT_INVITATION: OFFICERS | STAFF,
    Permission.PROPOSE_ITEM: EVERYONE,
    Permission.BACK_ITEM: OFFICERS | {Role.MEMBER},
    Permission.PLAN_MEETING: OFFICERS,
    Permission.RULE_TRAY: OFFICERS,
    Permission.ORDER_AGENDA: OFFICERS,
    Permission.ANSWER_ITEM: STAFF,
    Permission.SAY_COMING: EVERYONE,
    Permission.TAKE_MINUTES: OFFICERS,
    Permission.CORRECT_MINUTES: EVERYONE,
    Permission.KEEP_ACTIONS: OFFICERS,
    Permission.SEE_NETWORK: OFFICERS | {Role.MEMBER, Role.DELEGATE},
    Permission.JOIN_NETWORK: CHAIR_ONLY,
    Permission.SEND_DELEGATES: OFFICERS,
    Permission.TAKE_FROM_NETWORK: OFFICERS,
    Permission.HELP_GROUPS: OFFICERS,
    Permission.RUN_NETWORK: OFFICERS,
    Permission.OFFER_TO_GROUPS: OFFICERS,
    Permission.VOTE: frozenset({Role.DELEGATE}),
}

AT_MEETINGS = frozenset(
    {
        Permission.PROPOSE_ITEM,
        Permission.BACK_ITEM,
        Permission.ANSWER_ITEM,
        Permission.SAY_COMING,
        Permission.CORRECT_MINUTES,
    }
)
"""What members and staff do about meetings: no contact is seen there."""
NEEDS_SECOND_FACTOR = (
    frozenset(Permission)
    - {
        Permission.SEE_OFFICE,
        Permission.SEE_COUNTS,
        Permission.POST_UPDATE,
        Permission.SAY_THANKS,
        Permission.PRINT_INVITATION,
        Permission.SEE_NETWORK,
        Permission.VOTE,
    }
    - AT_MEETINGS
)
"""Doors behind which contacts can be seen or written to, or access be given: an authenticator code opens them."""

INVITATION_LASTS = timedelta(days=14)
RESET_NOTICE = timedelta(days=1)
"""How long the officers of a group are told before an authenticator is reset (settled 20)."""

FEWEST, MOST = 1, 12
"""The promise: mailings a year."""
USUAL = 4


def is_granted(permission: Permission, roles: Iterable[Role]) -> bool:
    """Does any of these roles open this door?"""
    return not GRANTS[permission].isdisjoint(roles)


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Does any of these roles open a door that asks for an authenticator code?"""
    held = set(roles)
    return any(held & GRANTS[permission] for permission in NEEDS_SECOND_FACTOR)


ROLE_WORDS = {
    Role.CHAIR: "chair",
    Role.VICE_CHAIR: "vice chair",
    Role.SECRETARY: "secretary",
    Role.MEMBER: "member",
    Role.DELEGATE: "delegate",
    Role.PRACTICE_MANAGER: "practice manager",
    Role.GP: "GP",
    Role.PRACTICE_STAFF: "member of practice staff",
}
"""As they read in the middle of a sentence."""

ARTICLES = {Role.CHAIR: "the chair", Role.SECRETARY: "the secretary"}
PATIENTS = OFFICERS | {Role.MEMBER, Role.DELEGATE}
"""Roles that patients hold, and one of whom can be the next chair."""


class Ended(StrEnum):
    """Why a role ended."""

    OWN_WISH = "own_wish"
    TERM_OVER = "term_over"
    MOVED = "moved"
    OTHER = "other"
    HANDED_OVER = "handed_over"
    ERASED = "erased"


ENDED_WORDS = {
    Ended.OWN_WISH: "Their own wish",
    Ended.TERM_OVER: "The term is over",
    Ended.MOVED: "Moved to another practice",
    Ended.OTHER: "Another reason",
    Ended.HANDED_OVER: "The role of chair was handed over",
    Ended.ERASED: "The account was erased",
}
CHOSEN_ENDS = (Ended.OWN_WISH, Ended.TERM_OVER, Ended.MOVED, Ended.OTHER)
"""The reasons that somebody chooses among; the others are written down by the act itself."""
LONGEST_WORDS = 200
"""Letters of the words beside a reason."""

TERM_NEAR = timedelta(days=60)
"""So long before its end a term is brought before the chair."""
LONGEST_TERM_YEARS = 10
CHAIR_AWAY = timedelta(days=90)
"""A chair who was not seen for this long cannot act: another officer may hand over the role."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a group's data, as the privacy notice and the words people agree to name them.

    `officer_name` is the data protection officer: empty for none, None where nobody has said; `registration` likewise.
    """

    controller: Controller
    holder_name: str
    privacy_contact: str
    holder_address: str = ""
    officer_name: str | None = None
    officer_contact: str = ""
    registration: str | None = None
    complaints_contact: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept, as the privacy notice says it. The same for every group."""

    unconfirmed_days: int = 14
    address_days: int = 7
    left_days: int = 30
    unverified_months: int = 12
    delivery_months: int = 24
    request_months: int = 12
    proposal_days: int = 7
    proposer_days: int = 30
    owner_months: int = 12
    press_minutes: int = 10
    returned_days: int = 30
    update_months: int = 24
    journal_days: int = 90
    audit_years: int = 6


class Lack(StrEnum):
    """What a privacy notice still needs: without the first nobody can join."""

    HOLDER = "holder"
    OFFICER = "officer"


SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
SHORT_CODE_LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
"""No vowels, so that no code reads as a word; nothing that looks like something else on paper."""
SHORT_CODE_LENGTH = 5


class Invites(StrEnum):
    """On what people find the short address. Each has a code of its own, so that we can say how many joined by it."""

    POSTER = "poster"
    CARD = "card"
    LETTER = "letter"
    PACK = "pack"


CODE_ENDS = {Invites.POSTER: "", Invites.CARD: "c", Invites.LETTER: "t", Invites.PACK: "n"}
"""What each adds to the group's short code."""
LONGEST_NAME = 120
LONGEST_PURPOSE = 2000
LONGEST_ADDRESS = 500
COMPLAINTS = "https://ico.org.uk/make-a-complaint/"
"""Where the Information Commissioner's Office takes complaints."""


def role_words(role: str) -> str:
    """ "vice chair", "GP"."""
    return ROLE_WORDS[Role(role)]


def as_role(role: str) -> str:
    """ "the chair", "a member": as it follows "as"."""
    return ARTICLES.get(Role(role), f"a {role_words(role)}")


def deeds_of(role: str) -> list[Permission]:
    """What a role may do, in the words of the table."""
    return [permission for permission in Permission if Role(role) in GRANTS[permission]]


def alike() -> list[tuple[str, frozenset[Permission]]]:
    """Roles that may do the same, in words, with what they may do: the columns of the table that people read."""
    found: dict[frozenset[Permission], list[str]] = {}
    for role in Role:
        found.setdefault(frozenset(deeds_of(role)), []).append(role_words(role))
    return [(_joined(names), deeds) for deeds, names in found.items()]


def _joined(names: list[str]) -> str:
    """ "Vice chair and secretary"."""
    joined = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return joined[:1].upper() + joined[1:]


def code_on(what: Invites, short_code: str) -> str:
    """What stands after `/j/` on this piece of paper."""
    return short_code + CODE_ENDS[what]


def codes_meant(typed: str) -> list[tuple[str, Invites]]:
    """The short codes that a typed one may stand for, the likeliest first, each with what it was found on."""
    typed = typed.strip().lower()
    return [
        (typed.removesuffix(end), what)
        for what, end in CODE_ENDS.items()
        if typed.endswith(end) and typed.removesuffix(end)
    ]


def may_be_slug(slug: str) -> Verdict:
    """Can this be a group's short name in web addresses?"""
    if not SLUG.fullmatch(slug) or "--" in slug:
        return no(
            f"The slug {slug[:60]!r} cannot be used. Use small letters, digits and single dashes between them, "
            "at most 60, like elm-tree."
        )
    return YES


def may_use_invitation(
    *, expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None, at: datetime
) -> Verdict:
    """Does this invitation still open a door? If not, what its holder can do."""
    if accepted_at is not None:
        return no("This invitation was used already. If it was you, sign in with your email address.")
    if withdrawn_at is not None:
        return no("This invitation was taken back, or a newer one was sent. Look for a newer email, or ask the chair.")
    if at >= expires_at:
        return no("This invitation is too old. Ask whoever invited you for a new one.")
    return YES


def keeps_an_officer(role: str, *, officers_left: int) -> Verdict:
    """A group is never left without one officer who can act. `officers_left` counts people, without this role."""
    if Role(role) in OFFICERS and officers_left < 1:
        return no(
            "The group would be left without an officer. Hand over the role of chair first, or invite a vice chair or a "
            "secretary. Come back when they have accepted."
        )
    return YES


def may_end_role(role: str, *, chairs: int, officers_left: int) -> Verdict:
    """As an officer ends it: a group keeps a chair, too. The last one goes when the next has come."""
    if Role(role) is Role.CHAIR and chairs <= 1:
        return no("The group needs a chair. Hand over the role of chair instead: then the next chair is there at once.")
    return keeps_an_officer(role, officers_left=officers_left)


def is_able_chair(*, seen_at: datetime | None, since: datetime, at: datetime) -> bool:
    """Was a chair seen of late, or are they new? `since` is when they became the chair."""
    return at - max(since, seen_at or since) < CHAIR_AWAY


def may_hand_over(roles: Iterable[Role], *, chair_is_able: bool) -> Verdict:
    """The chair hands over; where no chair can act, the vice chair or the secretary sees to it."""
    held = set(roles)
    if Role.CHAIR in held or (held & OFFICERS and not chair_is_able):
        return YES
    return no(
        "The chair hands over this role. The vice chair or the secretary can do it when there is no chair, "
        f"or when the chair has not signed in for {CHAIR_AWAY.days} days."
    )


def usual_end(role: str, today: date) -> date | None:
    """When a term usually ends: an officer's after a year, nobody else's."""
    return years_later(today, 1) if Role(role) in OFFICERS else None


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 28 February for a day that the year lacks."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def may_end_on(ends_on: date, today: date) -> Verdict:
    """Can a term that is set today end then?"""
    if ends_on < today:
        return no("This day is over. Enter a day from today on, or leave it empty.")
    if ends_on > years_later(today, LONGEST_TERM_YEARS):
        return no(f"This is more than {LONGEST_TERM_YEARS} years away. Enter an earlier day, or leave it empty.")
    return YES


def is_term_near(ends_on: date, today: date) -> bool:
    """Is a term over, or so nearly that the chair should think about it?"""
    return ends_on - today <= TERM_NEAR


def time_left(ends_on: date, today: date) -> str:
    """ "ends in 3 weeks", "ended yesterday"; nothing where the end is far off."""
    days = (ends_on - today).days
    if days > TERM_NEAR.days:
        return ""
    if days in NEAR_DAYS:
        return NEAR_DAYS[days]
    span = _span(abs(days))
    return f"ends in {span}" if days > 0 else f"ended {span} ago"


NEAR_DAYS = {-1: "ended yesterday", 0: "ends today", 1: "ends tomorrow"}


def _span(days: int) -> str:
    """ "5 days", "3 weeks", "4 months", "2 years": as people say it."""
    if days < 14:
        return f"{days} days"
    if days <= TERM_NEAR.days:
        return f"{days // 7} weeks"
    return f"{days // 30} months" if days < 2 * 365 else f"{days // 365} years"


def may_ask_reset(*, own: bool, is_officer: bool, has_authenticator: bool, is_asked: bool) -> Verdict:
    """May an officer have another officer's authenticator taken off? (settled 20)"""
    if own:
        return no("You cannot take off your own authenticator here. Ask another officer of the group.")
    if not is_officer:
        return no("This person is not an officer of the group now.")
    if not has_authenticator:
        return no("This person has no authenticator yet. They set one up when they next sign in.")
    if is_asked:
        return no("This was asked for already. It is done a day after it was asked for.")
    return YES


def may_hold(kind: str, holder: Holder) -> Verdict:
    """Is all said that the law needs before anybody gives their details?"""
    if kind == Kind.NETWORK and holder.controller is Controller.PRACTICE:
        return no("A network's group belongs to no single practice. It holds its data itself.")
    if not holder.holder_name.strip():
        return no("Enter the name of who holds the data. People must know it before they join.")
    if not holder.privacy_contact.strip():
        return no("Enter where people can ask about their data. They must know it before they join.")
    return YES


def said_for_good(holder: Holder, mailboxes: Iterable[str]) -> list[str]:
    """What a notice would say for good of people with an account: those of these mailboxes that stand in it."""
    said = {
        one.strip().casefold() for one in (holder.privacy_contact, holder.complaints_contact, holder.officer_contact)
    }
    return sorted(said & {mailbox.casefold() for mailbox in mailboxes})


def may_join(notice_version: int | None) -> Verdict:
    """Can anybody give this group their details now?"""
    if notice_version is None:
        return no("You cannot join this group yet. It has not said who holds your details. Nothing was kept.")
    return YES


def lacks(notice_version: int | None, *, controller: str, officer_name: str | None) -> Lack | None:
    """What an officer should still say: who holds the data; for a practice, who its data protection officer is."""
    if notice_version is None:
        return Lack.HOLDER
    if controller == Controller.PRACTICE and officer_name is None:
        return Lack.OFFICER
    return None
