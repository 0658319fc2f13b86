"""What happened in the year: groups, people and mailings, all invented. Data, and nothing that acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pcnppg.groups.rules import Role
from pcnppg.membership.rules import Channel, RequestKind


@dataclass(frozen=True, slots=True)
class Letter:
    """A mailing: how many days before today it was sent, and its words."""

    days_ago: int
    subject: str
    body: str
    tells: bool = False
    """Does it tell the updates that wait?"""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Somebody who agreed away from the website: on paper, at the desk or by phone; reached at one of three places."""

    channel: Channel
    name: str
    email: str = ""
    postal_address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asked about their details, and how many days before today it came."""

    days_ago: int
    kind: RequestKind
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """A group of the demonstration. `joins` people come in over the year, every `leaves_every`-th of them goes again."""

    practice_code: str
    slug: str
    name: str
    purpose: str
    helper_name: str
    helper_phone: str
    holder_address: str
    data_protection_officer: str
    registration: str
    promise: int
    joins: int
    leaves_every: int
    people: tuple[tuple[Role, str], ...]
    letters: tuple[Letter, ...]
    draft: tuple[str, str] | None = None
    planned: tuple[str, str] | None = None
    on_paper: tuple[OnPaper, ...] = ()
    asking: tuple[Asking, ...] = ()
    returned: str = ""
    """Whose mailbox is gone: the last mailing came back from there."""
    meets: bool = False
    meets_today: bool = False


ON_PAPER = (
    OnPaper(Channel.PAPER, "Mabel Ashworth", postal_address="2 Lime Walk\nLittle Withy\nZZ1 3AB"),
    OnPaper(Channel.PAPER, "Harold Pickering", postal_address="Flat 4, Weir House\n19 Mill Lane\nWithy\nZZ1 2CD"),
    OnPaper(
        Channel.DESK, "Ivy Thistlewood", postal_address="The Old Forge\nChurch Street\nUpper Withy\nnear Ashby\nZZ1 5EF"
    ),
    OnPaper(Channel.PHONE, "Cyril Nettleton", phone="01632 960 311"),
    OnPaper(Channel.DESK, "Gladys Omotayo", phone="01632 960 312"),
    OnPaper(Channel.PAPER, "Bernard Crisp", email="bernard.crisp@example.org"),
    OnPaper(Channel.DESK, "Enid Crisp", email="bernard.crisp@example.org"),  # they share the mailbox
)

BEGAN = timedelta(days=364)
"""How long before today the first group was made."""

FIRST_NAMES = (
    "Joan", "Derek", "Priya", "Margaret", "Winston", "Eileen", "Harpreet", "Ken", "Olive", "Tunde", "Sheila", "Gwyn",
    "Fatima", "Brian", "Dorothy", "Mei", "Alan", "Rosa", "Patrick", "Nasreen", "Edith", "Colin", "Amara", "Stanley",
)  # fmt: skip
LAST_NAMES = (
    "Ellis", "Okafor", "Shah", "Whitcombe", "Grant", "Pryce", "Dhillon", "Barlow", "Finch", "Adeyemi", "Marsh", "Tudor",
    "Rahman", "Holt", "Lacey", "Chen", "Rudd", "Moreno", "Keane", "Begum", "Thorne", "Sykes", "Nwosu", "Hale",
)  # fmt: skip

RETURNED = """Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {path}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain

This is the mail system at host mx.example.org. Your message could not be delivered.

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; unknown@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--report--
"""
"""What a mail server writes where nobody is."""

GROUPS = (
    Told(
        practice_code="Z99001",
        slug="withy-bank",
        name="Withy Bank Patient Group",
        purpose=(
            "We are patients of Withy Bank Surgery. We meet every other month and tell the surgery what it is like to be a "
            "patient here. We ask, we listen, and we tell you what came of it."
        ),
        helper_name="Joan Ellis",
        helper_phone="01632 960 101",
        holder_address="2 Withy Lane\nWithybridge ZZ1 1AA",
        data_protection_officer="Dana Field",
        registration="ZA000001",
        promise=4,
        joins=96,
        leaves_every=16,
        people=(
            (Role.CHAIR, "Joan Ellis"),
            (Role.VICE_CHAIR, "Winston Grant"),
            (Role.SECRETARY, "Priya Shah"),
            (Role.PRACTICE_MANAGER, "Karen Doyle"),
            (Role.MEMBER, "Derek Okafor"),
        ),
        letters=(
            Letter(
                301,
                "Your new patient group, and what we plan to do",
                "Hello,\n\nThank you for joining. We are nine patients who meet in the surgery's back room, with biscuits.\n\n"
                "This year we want to look at three things:\n\n- how long it takes to get through by phone\n"
                "- the steps at the front door\n- what happens after a hospital visit\n\n"
                "**Which of the three matters most to you?** Please reply in a line or two.\n\nJoan Ellis, chair",
            ),
            Letter(
                212,
                "You said: the phones. The surgery did: three more people at eight o'clock",
                "Hello,\n\n64 of you wrote back, and most of you wrote about the phones.\n\n"
                "From Monday three more people answer between 8am and 9:30am. You can also ask to be called back, and keep "
                "your place in the queue.\n\n**Please tell us if it is better**: reply to this message by the end of the month."
                "\n\nJoan Ellis, chair",
            ),
            Letter(
                118,
                "The front door has a ramp",
                "Hello,\n\nThe ramp is finished and the bell is lower. Thank you to the eleven people who came with us to look."
                "\n\nOur next meeting is open to all. **Come and say what we should do next.** The kettle will be on."
                "\n\nPriya Shah, secretary",
                tells=True,
            ),
        ),
        draft=(
            "What happens after a hospital visit",
            "Hello,\n\nMany of you told us that letters from the hospital take a long time to arrive.\n\n"
            "**Would you tell us what happened to you?** No medical details, please: only how long it took and what helped.\n",
        ),
        planned=(
            "Come and look at the new telephone system with us",
            "Hello,\n\nThe surgery has a new telephone system. On the last Thursday of the month we try it out together.\n\n"
            "**Please come along**, or tell us how long you waited when you last rang.\n\nJoan Ellis, chair",
        ),
        on_paper=ON_PAPER,
        returned="bernard.crisp@example.org",
        asking=(
            Asking(26, RequestKind.ACCESS, "Please send me a copy of everything you have about me."),
            Asking(9, RequestKind.CORRECTION, "My surname changed when I married. It is Holt now."),
            Asking(
                4,
                RequestKind.COMPLAINT,
                "I left in spring. My neighbour says that my name is still on a list in the hall.",
            ),
        ),
        meets=True,
    ),
    Told(
        practice_code="Z99002",
        slug="st-agathas",
        name="St Agatha's Patients",
        purpose=(
            "We speak up for the patients of St Agatha's Medical Centre, and help the practice to hear from people who are "
            "not often asked."
        ),
        helper_name="Harpreet Dhillon",
        helper_phone="01632 960 102",
        holder_address="St Agatha's Square\nWithybridge ZZ1 1AB",
        data_protection_officer="Dana Field",
        registration="ZA000002",
        promise=4,
        joins=72,
        leaves_every=12,
        people=(
            (Role.CHAIR, "Harpreet Dhillon"),
            (Role.SECRETARY, "Gwyn Pryce"),
            (Role.PRACTICE_MANAGER, "Sam Whitfield"),
        ),
        meets_today=True,
        letters=(
            Letter(
                330,
                "Three questions about the waiting room",
                "Hello,\n\nThe waiting room will be painted in spring. The practice asked us what you would like.\n\n"
                "**Please reply with one thing you would change.**\n\nHarpreet Dhillon, chair",
            ),
            Letter(
                251,
                "Meet the new pharmacist",
                "Hello,\n\nThe practice now has a pharmacist, Mondays to Thursdays. You can ask for an appointment with them "
                "at the desk, without seeing a doctor first.\n\n**Come and meet them** at our tea on the last Friday of the "
                "month.\n\nGwyn Pryce, secretary",
            ),
            Letter(
                160,
                "What came of your 41 replies",
                "Hello,\n\n41 of you wrote about the waiting room. The chairs with arms are here. The music is gone. The "
                "screen now says names as well as showing them.\n\n**What should we ask for next?** A line is enough."
                "\n\nHarpreet Dhillon, chair",
            ),
            Letter(
                62,
                "Two places on our committee",
                "Hello,\n\nWe meet six times a year and would like two more people. You need no knowledge of anything, only "
                "an hour now and then.\n\n**Reply if you would like to come and watch one meeting first.**"
                "\n\nGwyn Pryce, secretary",
            ),
        ),
    ),
    Told(
        practice_code="Z99003",
        slug="fernway",
        name="Friends of Fernway",
        purpose="A small group of patients who meet over coffee and keep an eye on how things are going.",
        helper_name="Olive Finch",
        helper_phone="01632 960 103",
        holder_address="14 Fern Way\nWithybridge ZZ1 1AC",
        data_protection_officer="Dana Field",
        registration="ZA000003",
        promise=2,
        joins=28,
        leaves_every=14,
        people=((Role.CHAIR, "Olive Finch"), (Role.SECRETARY, "Ken Barlow")),
        letters=(
            Letter(
                295,
                "We are a small group with a big teapot",
                "Hello,\n\nWe promised to write twice a year at most, so here is the first.\n\n"
                "**Come for coffee** on the first Thursday of the month, at eleven.\n\nOlive Finch, chair",
            ),
        ),
    ),
    Told(
        practice_code="Z99004",
        slug="old-tannery",
        name="Old Tannery Patient Voice",
        purpose="We began this spring. We want every patient of the Old Tannery to know that they can have a say.",
        helper_name="Tunde Adeyemi",
        helper_phone="01632 960 104",
        holder_address="The Old Tannery\nMill Street\nWithybridge ZZ1 1AD",
        data_protection_officer="Dana Field",
        registration="ZA000004",
        promise=4,
        joins=45,
        leaves_every=15,
        people=(
            (Role.CHAIR, "Tunde Adeyemi"),
            (Role.VICE_CHAIR, "Sheila Marsh"),
            (Role.GP, "Dr Rosa Moreno"),
        ),
        letters=(
            Letter(
                140,
                "A new group, and one question",
                "Hello,\n\nWe are new. Before we do anything we would like to ask you one thing.\n\n"
                "**What does this practice do well, and what would you change?** Two lines are plenty."
                "\n\nTunde Adeyemi, chair",
            ),
            Letter(
                41,
                "What you told us",
                "Hello,\n\n29 of you replied. You like the nurses and the early appointments. You would like the website to "
                "say who is who.\n\nThe practice has agreed to put up names and photographs. **Tell us when you see them.**"
                "\n\nSheila Marsh, vice chair",
            ),
        ),
    ),
)

DOMAIN = "example.org"
