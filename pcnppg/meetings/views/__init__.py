"""Pages of meetings: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.meetings.views import (
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
)
from pcnppg.meetings.views.blueprints import bp, outside

__all__ = [
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
]
