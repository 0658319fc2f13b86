"""Pages of meetings: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.meetings.views import (
    action_link,
    agenda,
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

__all__ = ["agenda", "bp", "outside", "planning", "proposing", "public", "questions", "quiet", "tray"]
__all__ += ["action_link", "coming", "day", "following", "minutes"]
