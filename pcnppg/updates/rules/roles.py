"""New roles in a practice, with ready words that staff can change: most practices introduce the same six. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Job(StrEnum):
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    FIRST_CONTACT_PHYSIOTHERAPIST = "first-contact-physiotherapist"
    MENTAL_HEALTH_PRACTITIONER = "mental-health-practitioner"
    PHARMACIST = "pharmacist"
    SOCIAL_PRESCRIBER = "social-prescriber"
    CARE_COORDINATOR = "care-coordinator"


JOB_WORDS = {
    Job.OCCUPATIONAL_THERAPIST: "occupational therapist",
    Job.FIRST_CONTACT_PHYSIOTHERAPIST: "first contact physiotherapist",
    Job.MENTAL_HEALTH_PRACTITIONER: "mental health practitioner",
    Job.PHARMACIST: "pharmacist",
    Job.SOCIAL_PRESCRIBER: "social prescriber",
    Job.CARE_COORDINATOR: "care coordinator",
}


class GpFirst(StrEnum):
    """Must somebody see a GP before they can be seen here?"""

    NO = "no"
    SOMETIMES = "sometimes"
    YES = "yes"


GP_FIRST_WORDS = {
    GpFirst.NO: "No. You can be seen without a GP appointment first.",
    GpFirst.SOMETIMES: "Sometimes. The team at the desk will tell you.",
    GpFirst.YES: "Yes. A GP sends you on to them.",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """Words to begin with."""

    title: str
    helps: str
    suits: str
    how: str
    gp_first: GpFirst


ASK = "Ring the surgery or ask at the desk. Say that you would like to see the {job}."

READY = {
    Job.OCCUPATIONAL_THERAPIST: Ready(
        title="Meet our occupational therapist",
        helps="Doing the things you need and want to do each day: washing, cooking, getting about, working. They can look "
        "at your home or your job with you, and suggest changes and equipment.",
        suits="People who find daily life harder since an illness or injury, and people who want to stay in work or go back.",
        how=ASK.format(job=JOB_WORDS[Job.OCCUPATIONAL_THERAPIST]),
        gp_first=GpFirst.NO,
    ),
    Job.FIRST_CONTACT_PHYSIOTHERAPIST: Ready(
        title="Meet our first contact physiotherapist",
        helps="Pain or stiffness in backs, necks, joints and muscles. They find out what is wrong, show you exercises, and "
        "arrange tests where those are needed.",
        suits="Adults with a new problem, or an old one that has come back.",
        how=ASK.format(job=JOB_WORDS[Job.FIRST_CONTACT_PHYSIOTHERAPIST]),
        gp_first=GpFirst.NO,
    ),
    Job.MENTAL_HEALTH_PRACTITIONER: Ready(
        title="Meet our mental health practitioner",
        helps="Worry, low mood, poor sleep, and hard times in life. They listen, talk through what could help, and find the "
        "right service with you.",
        suits="Anybody who would like to talk about how they feel.",
        how=ASK.format(job=JOB_WORDS[Job.MENTAL_HEALTH_PRACTITIONER]),
        gp_first=GpFirst.NO,
    ),
    Job.PHARMACIST: Ready(
        title="Meet our pharmacist",
        helps="Questions about your medicines: how they work together, how to take them, and reviews that are due.",
        suits="People on several medicines, and those who came home from hospital with new ones.",
        how=ASK.format(job=JOB_WORDS[Job.PHARMACIST]),
        gp_first=GpFirst.NO,
    ),
    Job.SOCIAL_PRESCRIBER: Ready(
        title="Meet our social prescriber",
        helps="The things around your health: money, housing, being alone, finding a club or a walking group. They have time "
        "to listen, and know what there is nearby.",
        suits="Anybody whose life would be easier with some help that is not medical.",
        how=ASK.format(job=JOB_WORDS[Job.SOCIAL_PRESCRIBER]),
        gp_first=GpFirst.NO,
    ),
    Job.CARE_COORDINATOR: Ready(
        title="Meet our care coordinator",
        helps="Keeping appointments, letters and services together, so that you need to tell your story only once.",
        suits="People with several conditions, and those who care for them.",
        how=ASK.format(job=JOB_WORDS[Job.CARE_COORDINATOR]),
        gp_first=GpFirst.SOMETIMES,
    ),
}
