"""Shape of what officers fill in about a meeting, and about a group's habits."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from pcnppg.meetings.rules.agenda import Place, Purpose, Standing
from pcnppg.meetings.rules.items import calm
from pcnppg.meetings.rules.meetings import (
    ABOUT_LENGTH,
    ACCESS_LENGTH,
    KIND_WORDS,
    PLACE_LENGTH,
    Habits,
    MeetingKind,
    Plan,
    QuorumKind,
)
from pcnppg.meetings.rules.times import comes_twice, in_england, may_be_hour, time_typed
from pcnppg.web.forms import DayField, Form

TIME = "Enter a time, for example 6:30pm or 18:30."
TOO_LONG = "Make this shorter."
LINE = re.compile(r"(\d{1,3})\s+(.*?)(?:\s*\(([^()]*)\))?$")
SURE = "These warnings are fine. Go on."


def _one_line(text: str | None) -> str:
    return calm(text)


def _lines(text: str | None) -> str:
    return calm(text, lines=True)


class MeetingForm(Form):
    """A meeting to be. `plan` is what it says once it is valid; `warnings` are filled in by the view."""

    kind = RadioField(
        "What kind of meeting is it?",
        choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()],
        validators=[InputRequired("Choose what kind of meeting it is.")],
    )
    day = DayField("Which day?", description="For example 4 March 2027.")
    starts = StringField("When does it begin?", description="For example 6:30pm.", filters=[_one_line])
    ends = StringField("When does it finish?", description="People plan by it, so keep to it.", filters=[_one_line])
    place = StringField(
        "Place",
        description="With the address.",
        filters=[_one_line],
        validators=[Length(max=PLACE_LENGTH, message=TOO_LONG)],
    )
    link = StringField(
        "Link, if people can join from home",
        filters=[_one_line],
        validators=[Length(max=PLACE_LENGTH, message=TOO_LONG)],
    )
    access = TextAreaField(
        "Getting in, hearing and seeing",
        description="Steps, lift, parking, hearing loop, who to ask.",
        filters=[_lines],
        validators=[Length(max=ACCESS_LENGTH, message=TOO_LONG)],
    )
    speaker = StringField(
        "Speaker, if there is one", filters=[_one_line], validators=[Length(max=PLACE_LENGTH, message=TOO_LONG)]
    )
    about = TextAreaField(
        "What is it about?",
        description="A sentence or two that make people want to come.",
        filters=[_lines],
        validators=[Length(max=ABOUT_LENGTH, message=TOO_LONG)],
    )
    is_sure = BooleanField(SURE)
    warnings: tuple[str, ...] = ()

    def validate_day(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError("Enter the day of the meeting.")

    def validate_starts(self, field: Any) -> None:
        self._check_time(field)

    def validate_ends(self, field: Any) -> None:
        self._check_time(field)

    def validate_link(self, field: Any) -> None:
        if field.data and not re.match(r"https?://[^\s/]+\.", field.data):
            raise ValidationError("Enter a web address that begins with https://.")

    def _check_time(self, field: Any) -> None:
        at = time_typed(field.data or "")
        if at is None:
            raise ValidationError(TIME)
        if self.day.data is not None and not (may := may_be_hour(self.day.data, at)):
            raise ValidationError(may.because)

    @property
    def plan(self) -> Plan:
        return Plan(
            kind=MeetingKind(self.kind.data),
            starts_at=self._moment(self.starts),
            ends_at=self._end(),
            place=self.place.data or "",
            link=self.link.data or "",
            access=self.access.data or "",
            speaker=self.speaker.data or "",
            about=self.about.data or "",
        )

    @property
    def is_doubled(self) -> bool:
        """Does one of its hours come twice that night?"""
        at = [time_typed(field.data or "") for field in (self.starts, self.ends)]
        return any(one is not None and comes_twice(self._day, one) for one in at)

    @property
    def _day(self) -> date:
        day: date = self.day.data
        return day

    def _moment(self, field: Any) -> datetime:
        at = time_typed(field.data or "")
        assert at is not None  # noqa: S101 - asked before
        return in_england(self._day, at)

    def _end(self) -> datetime:
        """Midnight is the end of the day."""
        end = self._moment(self.ends)
        return end + timedelta(days=1) if self.ends.data in {"midnight", "00:00", "12am"} else end


class CancelForm(Form):
    """Why a meeting is called off."""

    why = TextAreaField(
        "Why is it cancelled?", description="One sentence. Everybody who looks for it reads it.", filters=[_lines]
    )


class HabitsForm(Form):
    """How a group does its meetings."""

    items_close_days = IntegerField("Items close so many days before a meeting")
    agenda_days = IntegerField("The agenda goes out so many days before")
    agm_items_close_days = IntegerField("For the annual meeting, items close so many days before")
    agm_agenda_days = IntegerField("For the annual meeting, the agenda goes out so many days before")
    usual_minutes = IntegerField("How many minutes does a meeting usually take?")
    usual_place = StringField("Where do you usually meet?", filters=[_one_line])
    usual_access = TextAreaField("What people should know about getting in", filters=[_lines])
    quorum_kind = RadioField(
        "How many must be there to decide?",
        choices=[
            SelectChoice(QuorumKind.NUMBER.value, "A number of people"),
            SelectChoice(QuorumKind.SHARE.value, "A share of the members"),
        ],
    )
    quorum_number = IntegerField("The number of people")
    quorum_share = IntegerField("The share, of every 100 members")
    quorum_patients_only = BooleanField("Count only patients, not the practice's staff")
    quorum_needs_officer = BooleanField("The chair, the vice chair or the secretary must be there")
    rotas = TextAreaField(
        "Small tasks for each meeting", description="One a line, for example Biscuits.", filters=[_lines]
    )
    opening = TextAreaField(
        "What opens every meeting",
        description="One part a line, its minutes first, who leads it in brackets: 5 Welcome (Chair)",
        filters=[_lines],
    )
    closing = TextAreaField("What closes every meeting", description="In the same way.", filters=[_lines])

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for field in self:
            if isinstance(field, IntegerField) and field.data is None:
                field.errors = ("Enter a number in digits.",)
                good = False
        return good

    def validate_opening(self, field: Any) -> None:
        standing_of(field.data, Place.OPENING)

    def validate_closing(self, field: Any) -> None:
        standing_of(field.data, Place.CLOSING)

    @property
    def habits(self) -> Habits:
        names = Habits.__dataclass_fields__
        known = {name: self._fields[name].data for name in names}
        return Habits(**{**known, "quorum_kind": QuorumKind(self.quorum_kind.data or QuorumKind.NUMBER)})

    @property
    def standing(self) -> list[Standing]:
        return [*standing_of(self.opening.data, Place.OPENING), *standing_of(self.closing.data, Place.CLOSING)]


def standing_of(text: str | None, place: Place) -> list[Standing]:
    """The parts that were typed, one a line."""
    found = []
    for line in filter(None, map(calm, (text or "").splitlines())):
        read = LINE.fullmatch(line)
        if read is None:
            raise ValidationError(f"Begin each line with its minutes, for example: 5 {line[:40]}")
        found.append(Standing(read[2], int(read[1]), Purpose.INFORM, place, read[3] or ""))
    return found


def typed(standing: list[Standing], place: Place) -> str:
    """The same as somebody would type it."""
    return "\n".join(
        f"{one.minutes} {one.title}{f' ({one.lead})' if one.lead else ''}" for one in standing if one.place is place
    )
