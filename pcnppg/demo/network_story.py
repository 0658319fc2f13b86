"""What happened in the network: questions, offers and requests for help, all invented. Data, and nothing that acts."""

from __future__ import annotations

from dataclasses import dataclass

from pcnppg.federation.rules.decisions import Counting, OnTie, Quorum, Rule
from pcnppg.federation.rules.library import TextKind
from pcnppg.federation.rules.offers import About, HelpKind
from pcnppg.groups.rules import Role


@dataclass(frozen=True, slots=True)
class Told:
    """The network group of the demonstration."""

    code: str
    slug: str
    name: str
    purpose: str
    chair: tuple[str, str]
    phone: str
    mailing: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Put:
    """A question: when it was put, how it is decided, and how the groups voted, in the order of the story's groups."""

    days_ago: int
    closed_after: int
    question: str
    explanation: str
    options: tuple[str, ...]
    votes: tuple[int | None, ...]
    rule: Rule = Rule.SIMPLE
    counting: Counting = Counting.GROUPS
    quorum: Quorum = Quorum.HALF
    on_tie: OnTie = OnTie.FALLS
    secret: bool = False
    needs_view: bool = False
    views: tuple[str, ...] = ()
    elects: Role | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A request or an offer, by which of the story's groups, and who answered."""

    days_ago: int
    by: int
    kind: HelpKind
    about: About
    title: str
    body: str
    answers: tuple[tuple[int, str], ...] = ()


NETWORK = Told(
    code="U99990",
    slug="river-valley",
    name="River Valley Patients Together",
    purpose=(
        "We bring together the patient groups of the River Valley practices. We tell each other what works, help where a group "
        "is short of hands, and speak with one voice where that is stronger."
    ),
    chair=("Nell Ashdown", "nell.ashdown@example.org"),
    phone="01632 960 110",
    mailing=(
        "One number for blood tests, from May",
        "Hello,\n\nFrom May you book blood tests for all our practices by one number. You can choose any of them.\n\n"
        "**Please tell us in a line how the first booking went.**",
    ),
)

DECISIONS = (
    Put(
        130,
        10,
        "Who shall be our chair?",
        "Nell Ashdown helped us to begin, and would like to hand over now.",
        (),
        (1, 0, 0, 0),
        secret=True,
        elects=Role.CHAIR,
    ),
    Put(
        66,
        14,
        "Shall we help with one flu clinic day for all practices?",
        "The practices ask for eight volunteers on a Saturday in October, two from each group.",
        ("Yes, with two people from each group", "No, each group helps its own practice"),
        (0, 0, 1, 0),
    ),
    Put(
        5,
        16,
        "Shall we ask the practices for longer phone hours?",
        "Each group has heard about busy phones at eight. The practices say that longer hours need one more person each.",
        (),
        (0, 0),
        rule=Rule.CONSENT,
        needs_view=True,
        views=("We are for it. 31 of our 40 replies name the phones.", "For it, if the desk stays open as it is."),
    ),
)

BOARD = (
    Board(
        47,
        3,
        HelpKind.REQUEST,
        About.MENTOR,
        "A chair who would have coffee with a new chair",
        "We began this spring. Two or three talks about how you run your meetings would help us a lot.",
        (
            (
                0,
                "I would be glad to. Our next meeting is in the hall on the first Tuesday. Come and watch, then we talk.",
            ),
        ),
    ),
    Board(
        31,
        1,
        HelpKind.OFFER,
        About.SPEAKER,
        "Our pharmacist talks about medicines, with time for questions",
        "She came to our tea and people loved it. She would come to yours, on a weekday afternoon.",
    ),
    Board(
        9,
        2,
        HelpKind.REQUEST,
        About.HANDS,
        "Four people for our coffee morning for carers",
        "It is on the last Saturday of the month, from ten to one. Tea, talk, and a big teapot.",
        ((1, "Two of us can come. Tell us where to park."),),
    ),
)

NOTICES = (
    (
        "A morning for carers in the Withy Hall",
        "Do you look after somebody? Come to the Withy Hall on the last Saturday of the month, from ten to one.\n\n"
        "There is tea, advice, and somebody to sit with whoever you care for. You need not book.",
    ),
)

LIBRARY: tuple[tuple[int, int, TextKind, str, str], ...] = (
    (
        140,
        0,
        TextKind.TERMS,
        "Terms of reference for a patient group",
        "## What we are for\n\nWe bring what patients see and need to the practice, and help to make it better.\n\n"
        "## Who can join\n\nEvery patient of the practice, and everybody who cares for one. Nobody is paid.\n\n"
        "## How we meet\n\n- Four times a year, one of them in the evening\n- Six people are enough to decide\n"
        "- The agenda is out seven days before, and anybody can put an item on it\n\n"
        "## How we behave\n\nWe listen, we keep to time, and we talk of services. We never talk of one person's health.",
    ),
    (
        75,
        1,
        TextKind.SURVEY,
        "Ten minutes in the waiting room: what to ask",
        "## Before you begin\n\nSay who you are. Say that nobody needs to answer.\n\n## The questions\n\n"
        "1. How did you make your appointment today?\n2. How easy was it, from 1 to 5?\n3. What one thing would you change?\n"
        "4. Did you know that there is a patient group?",
    ),
    (
        20,
        2,
        TextKind.POSTER,
        "Poster for a coffee morning",
        "## Coffee, cake and a chat\n\nDo you look after somebody? Come as you are. Somebody can sit with them.\n\n"
        "**When:** write the day and the hours here\n\n**Where:** write the place here, and whether there are steps",
    ),
)
"""What groups share in the library: days ago, by which group, and the text. The newest group takes a copy of each."""
