"""Rows of meetings: planning, items, the agenda; who was there, what was noted and decided, actions, minutes, rotas."""

from pcnppg.meetings.models.agenda import AgendaEntry, AgendaRevision, Paper, StandingItem
from pcnppg.meetings.models.items import Backing, Item, ItemHistory, ItemNote, Proposal
from pcnppg.meetings.models.meetings import Meeting, MeetingSettings
from pcnppg.meetings.models.people import Attendance, RotaSlot
from pcnppg.meetings.models.record import (
    Action,
    ActionUpdate,
    Decision,
    MeetingNote,
    Minutes,
    MinutesCorrection,
    MinutesStep,
)

__all__ = [
    "Action",
    "ActionUpdate",
    "AgendaEntry",
    "AgendaRevision",
    "Attendance",
    "Backing",
    "Decision",
    "Item",
    "ItemHistory",
    "ItemNote",
    "Meeting",
    "MeetingNote",
    "MeetingSettings",
    "Minutes",
    "MinutesCorrection",
    "MinutesStep",
    "Paper",
    "Proposal",
    "RotaSlot",
    "StandingItem",
]
