"""A network's mailing: from each group in its own name, once to each mailbox, and never beyond a promise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pcnppg.directory.models import Network
from pcnppg.federation import actions, queries
from pcnppg.federation.jobs import send_mailings
from pcnppg.federation.rules import offers as rules
from pcnppg.groups import queries as groups
from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.queries.sharing import Shared
from pcnppg.mailing.rules import Held, Kind, State, held_elsewhere, may_go_round
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as memberships
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How, Stopped
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.federation.lists import contact, offer, receivers, send_now, sent_by, take
from tests.federation.stories import CODES, Story, a_network, a_story, accept, invite, leave, practices_of, publish
from tests.mailing.lists import send

LATER = THE_DAY + timedelta(hours=1)


@pytest.fixture
def story(inside: Flask) -> Story:
    return a_story(3)


def agree(group: int, mailbox: str) -> int:
    """Somebody who pressed the button below the words about the network that their practice is in now."""
    one = contact(group, mailbox, network=False)
    with transaction():
        words = memberships.network_words_of(groups.get_group(group), promise=4)
        assert words is not None
        membership.agree_to_network_news(one, digest=words.digest, how=How.MY_PAGE, by=Who.contact(one), at=now())
    return one


def test_who_agreed_to_news_of_one_network_gets_none_of_another(story: Story) -> None:
    home = story.groups[0]
    agree(home, "pat@example.org")
    leave(home, by=story.chairs[0])
    other, chair = a_network(code="U99002", slug="hillside", name="Hillside Patients", chair="hil@example.com")
    with transaction() as open_:
        open_.get_one(Network, "U99002").name = "HILLSIDE PCN"
    practices_of("U99002", CODES[0])
    agree(home, "kim@example.org")  # the words name the network that the practice is in now
    publish(other, chair)
    invite(other, home, by=chair)
    accept(other, home, by=story.chairs[0])
    there = Story(other, chair, (home,), story.chairs[:1], story.members[:1])
    number = offer(there)
    take(there, number, 0)
    send_now(there, number)
    assert receivers(there, number) == {"kim@example.org": [0]}


holds = st.lists(
    st.builds(
        Held,
        group_id=st.integers(1, 4),
        mailbox=st.sampled_from(["pat", "kim", "lou"]),
        left=st.integers(0, 4),
        agreed_at=st.integers(0, 3).map(lambda days: THE_DAY + timedelta(days=days)),
    ),
    unique_by=lambda hold: (hold.group_id, hold.mailbox),
)


@given(holds)
def test_each_mailbox_gets_it_from_the_group_with_most_left_then_the_oldest_consent(found: list[Held]) -> None:
    elsewhere = held_elsewhere(found)
    for mailbox in {hold.mailbox for hold in found}:
        there = [hold for hold in found if hold.mailbox == mailbox]
        (sends,) = [hold for hold in there if mailbox not in elsewhere.get(hold.group_id, set())]
        for hold in there:
            assert (sends.left, -sends.agreed_at.timestamp()) >= (hold.left, -hold.agreed_at.timestamp())


def test_it_goes_out_in_the_name_of_each_group_that_took_it(story: Story) -> None:
    for n, group in enumerate(story.groups):
        contact(group, f"pat{n}@example.org")
        contact(group, f"kim{n}@example.org", network=False)
    number = offer(story)
    take(story, number, 0)
    take(story, number, 1, subject="Oak Hill invites carers", body="Come and have tea.")
    take(story, number, 2, is_taken=False)
    found = send_now(story, number)
    assert found.sent_at == THE_DAY
    assert found.repeats == 0
    assert receivers(story, number) == {"pat0@example.org": [0], "pat1@example.org": [1]}
    sent = list(session().scalars(select(Mailing).order_by(Mailing.group_id)))
    assert [(row.group_id, row.subject, row.kind) for row in sent] == [
        (story.groups[0], "A day for carers", "network"),
        (story.groups[1], "Oak Hill invites carers", "network"),
    ]
    assert [row.sent_by for row in sent] == [story.chairs[0], story.chairs[1]]
    assert mailings.list_told(1, now()) == []
    answers = queries.answers_to_mailing(story.network, number)
    assert (answers.taken, answers.not_taken, answers.waiting) == (["Elm Tree", "Oak Hill"], ["Fernway"], [])


def test_a_mailbox_of_several_groups_gets_it_once_from_where_most_is_left(story: Story) -> None:
    for n, promise in enumerate((2, 4, 4)):
        contact(story.groups[n], "pat@example.org", promise=promise, agreed_at=THE_DAY - timedelta(days=200 + n))
    contact(story.groups[0], "kim@example.org")
    number = offer(story)
    for n in range(3):
        take(story, number, n)
    found = send_now(story, number)
    assert receivers(story, number) == {"pat@example.org": [2], "kim@example.org": [0]}
    assert found.repeats == 2
    # What fell out leaves no row in any group's books: a number per group would tell of the others' lists.
    assert [len(sent_by(story, number, n)) for n in range(3)] == [1, 0, 1]


def test_people_at_one_mailbox_get_it_together_or_from_a_group_where_all_have_allowance(story: Story) -> None:
    pat = contact(story.groups[0], "home@example.org", promise=1, name="Pat")
    contact(story.groups[0], "home@example.org", promise=4, name="Kim")
    contact(story.groups[1], "home@example.org", promise=2, name="Pat")
    contact(story.groups[0], "lou@example.org")
    send(story.groups[0], story.chairs[0])
    number = offer(story)
    for n in range(2):
        take(story, number, n)
    send_now(story, number)
    assert receivers(story, number) == {"home@example.org": [1], "lou@example.org": [0]}
    assert session().get_one(Contact, pat).promise == 1


def test_who_has_paused_in_one_group_gets_it_from_another(story: Story) -> None:
    contact(story.groups[0], "pat@example.org", paused_until=THE_DAY + timedelta(days=30))
    contact(story.groups[1], "pat@example.org", promise=1)
    number = offer(story)
    for n in range(2):
        take(story, number, n)
    found = send_now(story, number)
    assert receivers(story, number) == {"pat@example.org": [1]}
    assert found.repeats == 0


def test_where_an_address_stopped_working_or_a_list_is_frozen_the_next_group_writes(story: Story) -> None:
    """The group with most left cannot write there, so the next one does: never none where one can, never two."""
    stopped = contact(story.groups[0], "pat@example.org", promise=4)
    contact(story.groups[1], "pat@example.org", promise=2)
    contact(story.groups[2], "kim@example.org", promise=4)
    contact(story.groups[1], "kim@example.org", promise=2)
    with transaction() as open_:
        one = open_.get_one(Contact, stopped)
        one.stopped_at, one.stopped_because = now(), Stopped.HARD
        open_.get_one(Group, story.groups[2]).created_at = THE_DAY - timedelta(days=800)
    number = offer(story)
    for n in range(3):
        take(story, number, n)
    send_now(story, number)
    assert receivers(story, number) == {"pat@example.org": [1], "kim@example.org": [1]}


def test_no_allowance_left_anywhere_reaches_nobody(story: Story) -> None:
    for n in range(2):
        contact(story.groups[n], "pat@example.org", promise=1)
        send(story.groups[n], story.chairs[n])
    number = offer(story)
    for n in range(2):
        take(story, number, n)
    found = send_now(story, number)
    assert receivers(story, number) == {}
    assert found.sent_at is not None
    assert queries.list_queued(number) == []


def test_a_mailing_is_offered_whole_and_answered_until_it_is_sent(story: Story) -> None:
    for subject, body, says in (
        ("", "Words", "subject"),
        ("S" * 121, "Words", "120 characters"),
        ("Hello", "x" * 20_001, "20,000"),
    ):
        with pytest.raises(RuleBroken, match=says):
            offer(story, subject=subject, body=body)
    number = offer(story)
    with pytest.raises(RuleBroken, match="No group has taken"):
        send_now(story, number)
    contact(story.groups[0], "pat@example.org")
    take(story, number, 0, is_taken=False)
    take(story, number, 0)
    send_now(story, number)
    with pytest.raises(RuleBroken, match="sent or withdrawn already"):
        send_now(story, number)
    with pytest.raises(RuleBroken, match="This offer is closed"):
        take(story, number, 1)
    with pytest.raises(RuleBroken, match="was sent already"), transaction():
        actions.withdraw_mailing(story.network, number, by=story.by, at=now())
    other = offer(story)
    for _ in range(2):
        with transaction():
            actions.withdraw_mailing(story.network, other, by=story.by, at=now())
    with pytest.raises(RuleBroken, match="This offer is closed"):
        take(story, other, 1)
    assert [one.id for one in queries.list_mailings(story.network)] == [number]


def test_a_group_that_leaves_or_rests_between_taking_and_sending_sends_nothing(story: Story) -> None:
    for n, group in enumerate(story.groups):
        contact(group, f"pat{n}@example.org")
    number = offer(story)
    for n in range(3):
        take(story, number, n)
    leave(story.groups[0], by=story.chairs[0])
    with transaction():
        actions.sleep(story.groups[1], by=Who.person(story.chairs[1]), at=now())
    with pytest.raises(RuleBroken, match="Wake it first"):
        take(story, number, 1)
    send_now(story, number)
    assert receivers(story, number) == {"pat2@example.org": [2]}


def test_a_group_that_leaves_while_it_is_being_queued_sends_nothing(story: Story) -> None:
    contact(story.groups[0], "pat@example.org")
    number = offer(story)
    take(story, number, 0)
    with transaction():
        actions.send_mailing(story.network, number, by=story.by, at=now())
    leave(story.groups[0], by=story.chairs[0])
    for expected in (False, False):
        with transaction():
            queued = actions.queue_for_group(story.network, number, story.groups[0], shared=Shared({}), at=now())
        assert queued is expected
    assert receivers(story, number) == {}


def test_a_crash_between_two_groups_neither_loses_nor_repeats(story: Story) -> None:
    """Killed after the first group: what is done again skips it, and nobody gets it from both, whatever is planned anew."""
    for n, promise in enumerate((4, 3)):
        contact(story.groups[n], "pat@example.org", promise=promise)
        contact(story.groups[n], f"kim{n}@example.org")
    number = offer(story)
    for n in range(2):
        take(story, number, n)
    with transaction():
        actions.send_mailing(story.network, number, by=story.by, at=now())
    with transaction():
        assert actions.queue_for_group(story.network, number, story.groups[0], shared=Shared({}), at=now())
    # Meanwhile the first group's allowance shrinks below the second's, so a new plan would choose the other way.
    with transaction() as open_:
        for one in open_.scalars(select(Contact).where(Contact.group_id == story.groups[0])):
            one.promise = 2
    send_mailings(now())
    assert receivers(story, number) == {
        "pat@example.org": [0],
        "kim0@example.org": [0],
        "kim1@example.org": [1],
    }
    assert queries.get_mailing(story.network, number).repeats == 1


def test_who_was_left_to_another_group_before_a_crash_is_not_forgotten_after_it(story: Story) -> None:
    """The first group left Pat to the second. After the crash the first one would be the better choice, but it had its turn."""
    for n, promise in enumerate((3, 4)):
        contact(story.groups[n], "pat@example.org", promise=promise)
        contact(story.groups[n], f"kim{n}@example.org")
    number = offer(story)
    for n in range(2):
        take(story, number, n)
    with transaction():
        actions.send_mailing(story.network, number, by=story.by, at=now())
    with transaction():
        actions.queue_for_group(
            story.network, number, story.groups[0], shared=Shared({story.groups[0]: {"pat@example.org"}}), at=now()
        )
    with transaction() as open_:
        for one in open_.scalars(select(Contact).where(Contact.group_id == story.groups[1])):
            one.promise = 1
    send_mailings(now())
    assert receivers(story, number)["pat@example.org"] == [1]


def test_it_uses_the_allowance_of_the_group_that_sends_it_and_can_be_taken_back(story: Story) -> None:
    pat = contact(story.groups[0], "pat@example.org", promise=1)
    number = offer(story)
    take(story, number, 0)
    send_now(story, number)
    with pytest.raises(RuleBroken, match="reach nobody"):
        send(story.groups[0], story.chairs[0])
    (mailing_id,) = queries.list_queued(number)
    with transaction():
        mailing.take_back(story.groups[0], mailing_id=mailing_id, by=Who.person(story.chairs[0]), at=now())
    send(story.groups[0], story.chairs[0])
    assert session().get_one(Contact, pat).promise == 1


def test_who_wants_no_more_news_of_the_network_while_it_is_held_gets_none(story: Story) -> None:
    """Rule 1: consent is asked again at the moment of the handover, to this kind of mail too."""
    for name in ("pat", "kim"):
        contact(story.groups[0], f"{name}@example.org")
    number = offer(story)
    take(story, number, 0)
    send_now(story, number)
    with transaction() as open_:
        open_.scalars(select(Contact).where(Contact.mailbox == "pat@example.org")).one().network_news_at = None
    (mailing_id,) = queries.list_queued(number)
    with clock.at(LATER), transaction():
        claimed = mailing.claim(mailing_id, story.groups[0], worker="ann", at=now(), limit=10)
    assert [one.contact.mailbox for one in claimed] == ["kim@example.org"]
    assert sorted(one.state for one in sent_by(story, number, 0)) == ["attempting", "withdrawn"]


def test_letters_and_calls_carry_no_news_of_the_network() -> None:
    assert "news of the network" in may_go_round(Kind.NETWORK, State.SENT, None, THE_DAY).because


def test_repeats_are_said_for_the_whole_network_and_never_precisely_where_few() -> None:
    assert rules.repeats_words(0) == "Nobody was on the list of more than one group."
    assert {rules.repeats_words(n) for n in range(1, 5)} == {
        "Fewer than 5 people were on the list of more than one group. They got it once."
    }
    assert rules.repeats_words(1200).startswith("1,200 people")
