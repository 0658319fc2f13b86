"""Planning a meeting: its kinds, a group's habits, and the dates that follow from its date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MeetingKind(StrEnum):
    ORDINARY = "ordinary"
    AGM = "agm"
    SPECIAL = "special"
    OPEN_EVENT = "open_event"


KIND_WORDS = {
    MeetingKind.ORDINARY: "Ordinary meeting",
    MeetingKind.AGM: "Annual general meeting",
    MeetingKind.SPECIAL: "Special meeting",
    MeetingKind.OPEN_EVENT: "Open event with a speaker",
}


class QuorumKind(StrEnum):
    """What a group counts before it decides."""

    NUMBER = "number"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs from group to group, with its usual value. Days before the meeting; a share is of a hundred."""

    items_close_days: int = 14
    agenda_days: int = 7
    agm_items_close_days: int = 28
    agm_agenda_days: int = 14
    usual_minutes: int = 90
    usual_place: str = ""
    usual_access: str = ""
    quorum_kind: QuorumKind = QuorumKind.NUMBER
    quorum_number: int = 4
    quorum_share: int = 33
    quorum_patients_only: bool = True
    quorum_needs_officer: bool = True
    rotas: str = "Biscuits"
