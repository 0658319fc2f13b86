"""Who comes to a meeting, who was there, whether that is enough to decide; and the biscuits."""

from __future__ import annotations

from enum import StrEnum


class Coming(StrEnum):
    """What somebody said beforehand."""

    COMING = "coming"
    APOLOGIES = "apologies"


class Here(StrEnum):
    """What was seen at the meeting."""

    PRESENT = "present"
    ABSENT = "absent"


class Side(StrEnum):
    """For whom somebody sat at the table."""

    PATIENTS = "patients"
    PRACTICE = "practice"
    GUEST = "guest"


SIDE_WORDS = {Side.PATIENTS: "Patients", Side.PRACTICE: "From the practice", Side.GUEST: "Guests"}
