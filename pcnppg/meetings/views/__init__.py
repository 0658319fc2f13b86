"""Pages of meetings: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.meetings.views import (
    accepting,
    action_link,
    agenda,
    backing,
    coming,
    day,
    following,
    minutes,
    planning,
    proposing,
    public,
    questions,
    quiet,
    tray,
    tray_acts,
)
from pcnppg.meetings.views.blueprints import bp, outside

__all__ = [
    "accepting",
    "action_link",
    "agenda",
    "backing",
    "bp",
    "coming",
    "day",
    "following",
    "minutes",
    "outside",
    "planning",
    "proposing",
    "public",
    "questions",
    "quiet",
    "tray",
    "tray_acts",
]
