"""Days in England: which day it is, calendar months, bank holidays, working days. Pure; nothing here needs a list kept up."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache

from pcnppg.kernel import clock

SATURDAY = 5
MAY, AUGUST = 5, 8


def day_in_england(at: datetime) -> date:
    """The day that a calendar on a wall in England shows: half past midnight in summer is still yesterday in UTC."""
    return clock.local(at).date()


def months_on(day: date, months: int) -> date:
    """The same day of the month `months` later, or its last day where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher; "Nature", 20 April 1876)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    quarter, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - quarter - shift + 15) % 30
    leap, odd = divmod(of_century, 4)
    sunday = (32 + 2 * rest + 2 * leap - moon - odd) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year, with substitute days for those that fall on a weekend.

    Banking and Financial Dealings Act 1971, schedule 1, and the days proclaimed each year under section 1(3): New Year's
    Day, Good Friday (a common law holiday), Easter Monday, the first and last Mondays in May, the last Monday in August,
    Christmas Day and Boxing Day (gov.uk/bank-holidays). A holiday proclaimed once, such as a coronation, is not known here:
    a day may then be called a working day that is none, so an answer is due too early, never too late.
    """
    sunday = easter(year)
    found = {
        sunday - timedelta(days=2),
        sunday + timedelta(days=1),
        _first_monday(year, MAY),
        _last_monday(year, MAY),
        _last_monday(year, AUGUST),
    }
    for month, day in ((1, 1), (12, 25), (12, 26)):
        found.add(_kept_on(date(year, month, day), found))
    return frozenset(found)


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a bank holiday in England."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def working_day_from(day: date) -> date:
    """`day` itself, or the next working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _kept_on(day: date, taken: set[date]) -> date:
    """The day a holiday is kept: the next weekday that is not one already, where it falls on a weekend."""
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=last.weekday())
