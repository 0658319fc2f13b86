"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel.days import day_typed

TODAY = date(2027, 3, 4)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4/3/2027", TODAY),
        (" 04.03.27 ", TODAY),
        ("4-3-2027", TODAY),
        ("4 3 2027", TODAY),
        ("4 March 2027", TODAY),
        ("4th mar, 2027", TODAY),
        ("2027-03-04", TODAY),
        ("Thursday 4 March 2027", TODAY),
        ("Someday 4 March 2027", None),
        ("29/2/2028", date(2028, 2, 29)),
        ("29/2/2027", None),
        ("31 June 2027", None),
        ("3/2027", None),
        ("4/3/027", None),
        ("4 Smarch 2027", None),
        ("4 ma 2027", None),
        ("x/3/2027", None),
        ("4/3/20x7", None),
        ("0/0/0000", None),
        ("٤/3/2027", None),
        ("4/3/2027/1", None),
        ("", None),
        ("9" * 5000 + "/3/2027", None),
    ],
)
def test_a_day_is_understood_as_people_write_it(typed: str, day: date | None) -> None:
    assert day_typed(typed) == day


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31)))
def test_any_day_in_figures_is_understood(day: date) -> None:
    assert day_typed(f"{day.day}/{day.month}/{day.year}") == day_typed(day.isoformat()) == day


@given(st.text(max_size=30))
def test_nothing_typed_as_a_day_breaks(text: str) -> None:
    day_typed(text)
