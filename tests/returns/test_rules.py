"""What follows from mail that comes back: as arithmetic, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pcnppg.mailing.rules import LeftOut, gate
from pcnppg.mailing.rules.returning import Returned, has_failed_in_a_row, is_news, says_nobody_there, undoes_telling
from pcnppg.membership.rules import How, State, may_correct, may_mend, trusted_since
from pcnppg.membership.rules.storms import FEWEST, is_storm, network_of, usual_day

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("returned", "failed"),
    [
        ([], False),
        (["soft", "soft"], False),
        (["soft", "soft", "soft"], True),
        (["soft", "soft", None, "soft"], False),
        ([None, "soft", "hard", "soft", None], True),
    ],
)
def test_three_mailings_in_a_row(returned: list[str | None], failed: bool) -> None:
    assert has_failed_in_a_row(returned) is failed


def test_worse_news_is_news_and_the_same_is_none() -> None:
    assert is_news(Returned.SOFT, None)
    assert is_news(Returned.HARD, "soft")
    assert not is_news(Returned.SOFT, "soft")
    assert not is_news(Returned.SOFT, "hard")
    assert not is_news(Returned.HARD, "hard")


def test_a_telling_is_undone_for_seven_days() -> None:
    assert undoes_telling(AT, AT + timedelta(days=7))
    assert not undoes_telling(AT, AT + timedelta(days=7, seconds=1))


def test_an_address_is_trusted_since_it_was_confirmed_or_mended_last() -> None:
    later = AT + timedelta(days=9)
    assert trusted_since(AT, None, None) == AT
    assert trusted_since(AT, later, None) == later
    assert trusted_since(AT, AT, later) == later


def test_only_what_was_refused_because_nobody_is_there_stops_an_address() -> None:
    assert says_nobody_there("550 5.1.1")
    assert not says_nobody_there("554 5.7.1")
    assert not says_nobody_there("550")
    assert not says_nobody_there(None)


def test_nothing_is_sent_to_a_stopped_address_whatever_is_left() -> None:
    facts = {"used": 1, "promise": 4, "of_at_most": 4}
    assert gate(**facts, is_paused=False, is_stopped=True) is LeftOut.STOPPED
    assert gate(**facts, is_paused=False) is None


def test_only_a_stopped_address_of_somebody_on_the_list_is_mended() -> None:
    assert may_mend(State.ACTIVE, AT)
    assert "left the list" in may_mend(State.LEFT, AT).because
    assert "works" in may_mend(State.ACTIVE, None).because


def test_only_what_an_officer_copied_is_corrected_by_one() -> None:
    assert may_correct(How.PAPER)
    for own in (How.CONFIRM_PAGE, How.LIST, None):
        assert "themselves" in may_correct(own).because


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_network_is_a_neighbourhood_of_addresses(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_storm_is_more_in_a_minute_than_on_two_usual_days() -> None:
    assert usual_day([]) == 0
    assert usual_day([1, 9, 40]) == 9
    assert is_storm(FEWEST, 0)
    assert not is_storm(FEWEST - 1, 0)
    assert not is_storm(18, 9)
    assert is_storm(19, 9)
