"""A group with everybody whom the stories of meetings need."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from pcnppg.groups.rules import Role
from tests import making
from tests.meetings.stories import a_meeting


@dataclass(frozen=True, slots=True)
class Cast:
    """A group, its next meeting, and an account for each role."""

    group_id: int
    meeting_id: int
    people: dict[Role, int]

    @property
    def chair(self) -> int:
        return self.people[Role.CHAIR]

    @property
    def member(self) -> int:
        return self.people[Role.MEMBER]

    @property
    def manager(self) -> int:
        return self.people[Role.PRACTICE_MANAGER]


@pytest.fixture
def cast(inside: Flask) -> Cast:
    group_id = making.a_group()
    people = {role: making.an_officer(group_id, role=role) for role in Role}
    return Cast(group_id, a_meeting(group_id), people)
