"""What the journals tell after a restore is believed only where it fits: on a real database, line by line."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select, update

from pcnppg.groups.models import RoleHeld
from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import VISITOR
from pcnppg.mailing import actions, queries
from pcnppg.mailing.models import Mailing
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact, Suppression
from pcnppg.membership.rules import How
from pcnppg.pages import actions as pages
from pcnppg.people import queries as people
from pcnppg.people.models import Person
from pcnppg.store.journal import Line
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send
from tests.mailing.test_actions import hand_over, mailing, states

LATER = THE_DAY + timedelta(hours=1)


def line(what: str, *facts: object) -> Line:
    return Line(LATER, what, tuple(map(str, facts)))


def replay(*lines: Line) -> dict[str, int]:
    with transaction():
        return dict(+actions.replay(lines, at=now()))


def replay_list(*lines: Line) -> dict[str, int]:
    with transaction():
        return dict(+membership.replay(lines))


def test_what_was_refused_used_no_allowance(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    ann, bob = contacts_of(group)
    found = send(group, joan)
    first = deliveries(found)[0].id
    done = replay(
        line("marked", group, found, f"{first}:{first}:{ann}"),
        line("outcome", f"{first}:r,999:h"),
        line("marked", group, 77, f"500:500:{bob}"),  # of a mailing that the backup does not know
        line("outcome", "500:r"),
    )
    assert done == {"handovers": 2}
    assert states(found) == ["refused", "queued"]
    assert states(77) == ["refused"]
    assert mailing(77).subject == "A mailing whose words were lost"
    assert mailing(77).first_handed_over_at is None
    assert queries.count_used([ann, bob], now()) == {bob: 1}


def test_what_went_back_into_the_queue_is_there_already(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    found = send(group, joan)
    (row,) = deliveries(found)
    marked = line("marked", group, found, f"{row.id}:{row.id}:{row.contact_id}")
    assert replay(marked, line("outcome", f"{row.id}:t")) == {}
    assert states(found) == ["queued"]
    assert replay(line("marked", group, 78, f"600:600:{row.contact_id}"), line("outcome", "600:n")) == {}
    assert session().get(Mailing, 78) is None


def test_what_is_settled_stays_as_it_is(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    found = send(group, joan)
    hand_over(found)
    (row,) = deliveries(found)
    assert replay(line("marked", group, found, f"{row.id}:{row.id}:{row.contact_id}")) == {}
    assert replay(line("sent", group, found, joan), line("stopped", group, found), line("taken_back", group, 999)) == {}
    assert (states(found), mailing(found).state) == (["handed_over"], "sent")


def test_lines_about_another_group_change_nothing(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    other, (ruth, _) = a_list(1, slug="oak-lane")
    (ann,), (bob,) = contacts_of(group), contacts_of(other)
    draft, sent = a_draft(group, joan), send(group, joan)
    (row,) = deliveries(sent)
    assert (
        replay(
            line("sent", other, draft, ruth),
            line("stopped", other, sent),
            line("marked", group, sent, f"{row.id}:{row.id}:{bob}"),  # another contact than the row's
            line("marked", group, sent, f"700:700:{bob}"),
            line("marked", other, sent, f"701:701:{bob}"),
            line("marked", group, sent, "702:702:999"),
            line("sent", 999, 80, joan),  # a group that began after the backup
            line("marked", 999, 81, f"703:703:{ann}"),
        )
        == {}
    )
    assert (mailing(draft).state, states(sent)) == ("draft", ["queued"])
    assert session().scalar(select(func.count()).select_from(Mailing)) == 2


def test_a_mailing_that_nobody_could_have_sent_comes_back_to_nobody(inside: Flask) -> None:
    group, (joan, amir) = a_list(1)
    assert replay(line("sent", group, 90, 999)) == {"mailings that began after the backup": 1}
    assert mailing(90).sent_by == min(joan, amir)  # an officer stands for who is not known
    with transaction() as open_:
        open_.execute(update(RoleHeld).values(until=now(), ended_because="other"))
    (ann,) = contacts_of(group)
    assert replay(line("sent", group, 91, joan), line("marked", group, 92, f"800:800:{ann}")) == {}
    assert session().get(Person, joan) is not None


def test_only_the_same_person_is_taken_off(inside: Flask) -> None:
    group, _ = a_list(3)
    ann, bob, cat = contacts_of(group)
    hash_of = keys.current().mailbox_hash
    with transaction():
        session().get_one(Contact, cat).joined_at = LATER + timedelta(minutes=1)
    done = replay_list(
        line("left", group, ann, hash_of("patient0-elm-tree@example.org"), How.ONE_CLICK),
        line("left", group, bob, hash_of("somebody-else@example.org"), How.ONE_CLICK),
        line("erased", group, 999, hash_of("late@example.org"), How.MY_PAGE),
        line("erased", group, 998, "-", How.MY_PAGE),
        line(
            "left", group, cat, hash_of("patient2-elm-tree@example.org"), How.ONE_CLICK
        ),  # back since by their own wish
        line("left", 999, ann, "-", How.ONE_CLICK),
        line("lowered", group, 4),
        line("lowered", 999, 1),
    )
    assert done == {"leavings": 2, "erasures": 2}
    states_now = [session().get_one(Contact, one, populate_existing=True).state for one in (ann, bob, cat)]
    assert states_now == ["left", "left", "active"]  # bob had moved to another mailbox since
    because = dict(session().execute(select(Suppression.mailbox_hash, Suppression.because)).all())
    assert because[hash_of("somebody-else@example.org")] == "left"
    assert because[hash_of("late@example.org")] == "erased"
    with clock.at(LATER):
        assert replay_list(line("left", group, ann, hash_of("patient0-elm-tree@example.org"), How.ONE_CLICK))


def test_whoever_asked_for_silence_keeps_it(inside: Flask) -> None:
    group, _ = a_list(6)
    other, _ = a_list(1, slug="oak-lane")
    ann, bob, cat, dan, eve, flo = contacts_of(group)
    soon, late = LATER + timedelta(days=30), LATER + timedelta(days=90)
    with transaction():
        session().get_one(Contact, bob).paused_until = late
        session().get_one(Contact, cat).joined_at = LATER + timedelta(minutes=1)
        for one in (dan, eve):
            session().get_one(Contact, one).network_news_at = now() if one == dan else LATER + timedelta(minutes=1)
        membership.leave(flo, how=How.ONE_CLICK, by=VISITOR, at=now())
    paused = [line("paused", group, one, soon.isoformat(), How.LEAVE_PAGE) for one in (ann, bob, cat, flo, 999)]
    done = replay_list(
        *paused,
        line("paused", other, ann, late.isoformat(), How.LEAVE_PAGE),
        *(line("no_network_news", group, one, How.MY_PAGE) for one in (ann, dan, eve, 999)),
    )
    assert done == {"pauses": 1, "people who want no more news of their network": 1}
    found = [session().get_one(Contact, one, populate_existing=True) for one in (ann, bob, cat, dan, eve)]
    assert [one.paused_until for one in found] == [soon, late, None, None, None]
    assert [one.network_news_at is None for one in found] == [True, True, True, True, False]
    assert replay_list(*paused) == {}


def test_an_account_is_erased_again_unless_a_group_would_lose_its_last_officer(inside: Flask) -> None:
    _, (joan, amir) = a_list(1)
    _, (ruth,) = a_list(1, slug="oak-lane", officers=1)
    with transaction():
        done = pages.replay([line("account", amir), line("account", ruth), line("account", 999), line("left", "x")])
    assert done == {"accounts erased": 1, "accounts still to be erased by hand": 1}
    assert [people.is_here(one) for one in (joan, amir, ruth)] == [True, False, True]


def test_where_nothing_came_back_the_journal_says_nothing(inside: Flask) -> None:
    with transaction() as open_:
        actions.write_outcomes([], at=now())
        assert "journal" not in open_.info
