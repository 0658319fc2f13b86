"""Minutes draft themselves, go forwards only, are accepted once, and name for all to read only who may be named.

Hypothesis plays writing, sending round, correcting, answering, accepting and publishing in every order, against a model that
is as simple as the rules.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Conflict, NotFound, Refusal, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import attending, minutes
from pcnppg.meetings.models import Meeting
from pcnppg.meetings.queries import minutes as queries
from pcnppg.meetings.rules.drafting import Block, Decided, Given, Part, blocks, drafted
from pcnppg.meetings.rules.people import Coming
from pcnppg.meetings.rules.record import CorrectionState, MinutesState
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.meetings.gathering import BEGINS, Table, meeting_row, minutes_row

STATES = list(MinutesState)


def correct(table: Table, words: str, *, by: int, meeting: int = 0) -> int:
    with transaction():
        who = Who.person(by)
        return minutes.propose_correction(table.group, meeting or table.meeting, words, by=who, at=clock.now()).id


def answer(table: Table, correction: int, *, takes_up: bool = True, words: str = "", meeting: int = 0) -> None:
    with transaction():
        minutes.answer_correction(
            table.group,
            meeting or table.meeting,
            correction,
            takes_up=takes_up,
            words=words,
            by=Who.person(table.secretary),
            at=clock.now(),
        )


def write(table: Table, words: str, *, version: int, by: int = 0, meeting: int = 0) -> int:
    with transaction():
        who = Who.person(by or table.secretary)
        return minutes.write(
            table.group, meeting or table.meeting, words, version=version, by=who, at=clock.now()
        ).version


def test_minutes_draft_themselves_from_what_was_written_down(inside: Flask) -> None:
    table = Table()
    table.all_come()
    welcome, phones, _ = table.entries()
    table.note("Apologies were read.\n# Not a heading", welcome)
    table.decide("We ask for a bell", entry=phones)
    table.decide("We ask for two", votes=(2, 3, 0), entry=phones)
    table.give(to=table.members[0], meeting_id=table.meeting, entry_id=phones, due_on=THE_DAY.date())
    table.give("Thank the cleaners!", name="Nia Brook", meeting_id=table.meeting)
    table.end()
    assert minutes_row(table.meeting).words == (
        "## 1. Welcome and apologies\n\nApologies were read.\nNot a heading\n\n"
        "## 2. The phones at eight\n\nDecision: We ask for a bell. Agreed without a vote.\n\n"
        "Decision: We ask for two. By a show of hands: 2 for, 3 against, nobody abstained. Not carried.\n\n"
        "- Action 1: Ask what a bell costs. Derek Okafor, by Thursday 4 March 2027.\n\n"
        "## Anything else\n\n- Action 2: Thank the cleaners! Nia Brook.\n\n"
        "Nothing was written down about: 3. Any other business.\n"
    )


def test_a_draft_is_read_back_as_it_was_written() -> None:
    text = drafted(
        [
            Part("1.  Welcome", notes=["Hello.\nAnd welcome."], came_of_it="All sat down"),
            Part("2. Bell", decided=[Decided("A bell", "By hands", "3 for", True)], given=[Given(7, "Ask", "", None)]),
        ]
    )
    assert blocks(text) == [
        Block("heading", "1. Welcome"),
        Block("paragraph", "Hello. And welcome."),
        Block("paragraph", "What came of it: All sat down."),
        Block("heading", "2. Bell"),
        Block("paragraph", "Decision: A bell. By hands: 3 for. Carried."),
        Block("list", lines=["Action 7: Ask. Nobody yet."]),
    ]
    assert blocks("one\n  \ntwo") == [Block("paragraph", "one two")]
    assert blocks("- a\n* b\n\n- c\n") == [Block("list", lines=["a", "b"]), Block("list", lines=["c"])]
    assert blocks("one\n- a\ntwo\r\n\r\n\n") == [
        Block("paragraph", "one"),
        Block("list", lines=["a"]),
        Block("paragraph", "two"),
    ]


def test_whoever_saves_second_is_shown_what_the_first_one_wrote(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.DRAFT)
    assert write(table, "Ruth's words", version=1, by=table.chair) == 2
    with pytest.raises(Conflict, match="Nothing was lost"):
        write(table, "Priya's words", version=1)
    assert minutes_row(table.meeting).words == "Ruth's words\n"
    assert write(table, "Ruth's words", version=1) == 2  # the same words are no clash
    for wrong in (" ", "x" * 60_001):
        with pytest.raises(RuleBroken, match="Minutes need words"):
            write(table, wrong, version=2)


def test_only_those_who_were_there_correct_and_each_correction_stays(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.CIRCULATED)
    absent = table.add(Role.MEMBER, "Lou Hart")
    with pytest.raises(RuleBroken, match="those who were at the meeting"):
        correct(table, "I was there", by=absent)
    first = correct(table, "I said half past eight.", by=table.members[0])
    assert correct(table, "I said half past eight. ", by=table.members[0]) == first
    second = correct(table, "The bell was blue.", by=table.staff[0])
    answer(table, first)
    with pytest.raises(RuleBroken, match="answered already"):
        answer(table, first, takes_up=False, words="No")
    with pytest.raises(RuleBroken, match="Say why"):
        answer(table, second, takes_up=False)
    answer(table, second, takes_up=False, words="Nobody else remembers that.")
    for wrong in ("", "x" * 1001):
        with pytest.raises(RuleBroken, match="said otherwise"):
            correct(table, wrong, by=table.members[0])
    found = queries.list_corrections(minutes_row(table.meeting))
    assert [(one.by, one.row.state) for one in found] == [("Derek Okafor", "taken"), ("Karen Doyle", "not_taken")]
    with pytest.raises(NotFound):
        answer(table, 99)


def test_minutes_accepted_twice_are_accepted_once_and_it_is_said_kindly(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.ACCEPTED)
    before = minutes_row(table.meeting)
    with pytest.raises(RuleBroken, match="accepted already, on Friday 5 March 2027"):
        table.accept(before.accepted_at_meeting or 0)
    after = minutes_row(table.meeting)
    assert (after.accepted_at, after.version) == (before.accepted_at, before.version)
    assert [step.did for step, _ in queries.list_steps(after)] == ["drafted", "circulated", "accepted"]
    table.publish()
    with pytest.raises(RuleBroken, match="on the group's page already"):
        table.publish("Other words")
    assert minutes_row(table.meeting).public_words == "## 1. Welcome\n\nAll is well.\n"


def test_a_meeting_without_its_quorum_accepts_no_minutes(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.CIRCULATED)
    later = table.plan(THE_DAY + timedelta(days=1))
    with clock.at(THE_DAY + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="Nobody has written down who is here"):
            table.accept(later)
        table.come(table.secretary, meeting=later)
        assert [one.id for one in queries.list_accepting(meeting_row(table.meeting), clock.now())] == [later]
        with pytest.raises(RuleBroken, match="4 were needed, and 1 were here"):
            table.accept(later)
    with pytest.raises(RuleBroken, match="a later meeting than their own"):
        table.accept(table.meeting)
    with pytest.raises(NotFound):
        table.accept(Table(slug="oak-hill", practice="Z99002").meeting)


def test_minutes_that_are_not_there_are_not_found(inside: Flask) -> None:
    table = Table()
    with pytest.raises(NotFound, match="draft themselves"):
        table.circulate()
    assert queries.find_published(table.group, table.meeting) is None
    with transaction():
        met = session().get_one(Meeting, table.meeting)
        minutes.draft(met, by=Who.person(table.chair), at=clock.now())
    with pytest.raises(RuleBroken, match="still going on"):
        table.circulate()


def test_for_all_to_read_only_officers_and_those_who_agreed_are_named(inside: Flask) -> None:
    table = Table()
    with transaction():
        attending.say(
            table.group, table.meeting, Coming.COMING, is_named=True, by=Who.person(table.members[1]), at=clock.now()
        )
        attending.add_guest(table.group, table.meeting, "Nia Brook", by=Who.person(table.chair), at=clock.now())
    table.come(table.add(Role.MEMBER, "Lou Hart"), standing="apologies")
    table.give(name="Sol Lane", meeting_id=table.meeting)
    table.minutes_stand(MinutesState.DRAFT)
    met = meeting_row(table.meeting)
    inside_roll, public = queries.roll_of(met, public=False), queries.roll_of(met, public=True)
    assert inside_roll.here == [
        "Ruth Carver (chair)", "Priya Shah (secretary)", "Ann Bell", "Derek Okafor", "Jo Reed",
    ]  # fmt: skip
    assert inside_roll.staff == ["Karen Doyle (practice manager)"]
    assert public.here == ["Ruth Carver (chair)", "Priya Shah (secretary)", "Ann Bell", "DO", "JR"]
    assert (public.staff, public.guests, public.apologies) == (["a practice manager"], ["NB"], ["LH"])
    swaps = queries.swaps_for(met)
    assert swaps["Derek Okafor"] == "DO"
    assert swaps["Sol Lane"] == "SL"
    assert "Ann Bell" not in swaps
    assert "Ruth Carver" not in swaps


def test_the_history_shows_the_public_only_what_is_published(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.ACCEPTED)
    at = THE_DAY + timedelta(hours=2)
    assert [one.state for one in queries.list_history(table.group, at, public=False)] == ["accepted"]
    assert [one.state for one in queries.list_history(table.group, at, public=True)] == [None]
    assert queries.states_of(table.group, [table.meeting]) == {table.meeting: "accepted"}
    assert [met.id for _, met in queries.list_in_hand(table.group)] == [table.meeting]
    table.publish()
    assert [one.state for one in queries.list_history(table.group, at, public=True)] == ["published"]
    assert queries.find_published(table.group, table.meeting) is not None
    assert queries.list_in_hand(table.group) == []
    assert queries.here_at(table.meeting) == {table.chair, table.secretary, *table.members, *table.staff}


class MinutesMachine(RuleBasedStateMachine):
    """One meeting's minutes, pushed and pulled by everybody."""

    @initialize()
    def end_the_meeting(self) -> None:
        self.table, self.later = Around.table, Around.later
        self.meeting = self.table.minutes_stand(MinutesState.DRAFT, self.table.plan(BEGINS))
        self.state, self.words = MinutesState.DRAFT, minutes_row(self.meeting).words
        self.public: str | None = None
        self.accepted = 0
        self.corrections: dict[int, str] = {}

    def does(self, act: object, *, may: bool) -> bool:
        """The act succeeds exactly where the model says so; a refusal changes nothing."""
        try:
            act()  # type: ignore[operator]
        except Refusal:
            session().rollback()
            assert not may
            return False
        assert may
        return True

    @rule(words=st.sampled_from(["New words", "Other words"]))
    def write(self, words: str) -> None:
        version = minutes_row(self.meeting).version
        if self.does(
            lambda: write(self.table, words, version=version, meeting=self.meeting),
            may=self.state is MinutesState.DRAFT,
        ):
            self.words = f"{words}\n"

    @rule()
    def circulate(self) -> None:
        if self.does(lambda: self.table.circulate(self.meeting), may=self.state is MinutesState.DRAFT):
            self.state = MinutesState.CIRCULATED

    @rule(words=st.sampled_from(["Blue, not green", "At nine"]), who=st.integers(0, 2))
    def propose(self, words: str, who: int) -> None:
        by = self.table.members[who]
        known = len(self.corrections)

        def act() -> None:
            self.corrections.setdefault(correct(self.table, words, by=by, meeting=self.meeting), "proposed")

        if self.does(act, may=self.state is MinutesState.CIRCULATED):
            assert len(self.corrections) in {known, known + 1}

    @rule(takes_up=st.booleans(), words=st.sampled_from(["", "Because."]), which=st.integers(0, 5))
    def answer(self, takes_up: bool, words: str, which: int) -> None:
        if not self.corrections:
            return
        number = sorted(self.corrections)[which % len(self.corrections)]
        open_ = self.state is MinutesState.CIRCULATED and self.corrections[number] == "proposed"
        may = open_ and (takes_up or bool(words))
        act = lambda: answer(self.table, number, takes_up=takes_up, words=words, meeting=self.meeting)  # noqa: E731
        if self.does(act, may=may):
            self.corrections[number] = "taken" if takes_up else "not_taken"

    @rule(where=st.sampled_from(["later", "itself"]))
    def accept(self, where: str) -> None:
        place = self.later if where == "later" else self.meeting
        ready = self.state is MinutesState.CIRCULATED and "proposed" not in self.corrections.values()

        def act() -> None:
            with clock.at(THE_DAY + timedelta(days=1)):
                self.table.accept(place, self.meeting)

        if self.does(act, may=ready and where == "later"):
            self.state, self.accepted = MinutesState.ACCEPTED, self.accepted + 1

    @rule()
    def publish(self) -> None:
        if self.does(lambda: self.table.publish("Public words", self.meeting), may=self.state is MinutesState.ACCEPTED):
            self.state, self.public = MinutesState.PUBLISHED, "Public words\n"

    @invariant()
    def stands_as_the_model_says(self) -> None:
        if not hasattr(self, "state"):
            return
        row = minutes_row(self.meeting)
        assert (row.state, row.words, row.public_words) == (self.state, self.words, self.public)
        assert self.accepted <= 1
        found = {one.row.id: one.row.state for one in queries.list_corrections(row)}
        assert found == self.corrections
        assert queries.count_unanswered(row) == sum(
            state == CorrectionState.PROPOSED for state in self.corrections.values()
        )
        told = [step.did for step, _ in queries.list_steps(row) if step.did != "corrected"]
        assert told == ["drafted", *(state.value for state in STATES[1 : STATES.index(self.state) + 1])]


class Around:
    """One table for all examples: a fresh meeting is quickly planned, a fresh group is not."""

    table: Table
    later: int


def test_minutes_only_go_forwards_whatever_people_press(inside: Flask) -> None:
    Around.table = Table(staff=0)
    Around.later = Around.table.plan(THE_DAY + timedelta(days=1))
    with clock.at(THE_DAY + timedelta(days=1)):
        Around.table.all_come(Around.later)
    run_state_machine_as_test(
        MinutesMachine,
        settings=settings(
            max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
