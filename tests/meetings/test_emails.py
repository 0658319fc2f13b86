"""What our messages about items say: the same words in both bodies, no news, a way to stop them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.rules.items import Answer, PassedTo
from pcnppg.post.emails import Words, render
from tests.meetings.conftest import Cast
from tests.meetings.stories import a_meeting, accept, backed, confirmed, done, letters


def written(kind: str) -> list[Words]:
    return [render(f"meetings/{letter['kind']}", letter["values"]) for letter in letters(kind)]


def test_a_proposer_is_told_each_step_and_everybody_the_outcome(cast: Cast) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com", "A lift & a <ramp>")
    other = confirmed(cast.group_id, cast.meeting_id, "val@example.com", "Stairs")
    backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    done(actions.pass_on, cast.group_id, item_id, passed_to=PassedTo.PRACTICE, by=cast.chair)
    reply: dict[str, Any] = {"answer": Answer.YES, "words": "It is ordered.", "due_on": date(2027, 5, 1)}
    done(actions.reply, cast.group_id, item_id, by=cast.manager, **reply)
    done(actions.park, cast.group_id, item_id, words="After the sale.", by=cast.chair)
    done(actions.merge, cast.group_id, other, into_id=item_id, by=cast.chair)
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    later = a_meeting(cast.group_id, after=timedelta(weeks=9))
    done(actions.carry_over, cast.group_id, item_id, meeting_id=later, by=cast.chair)
    done(actions.discuss, cast.group_id, item_id, words="The lift runs from May.", by=cast.chair)

    asked, parked, merged, accepted, carried = written("item_moved")
    assert "We asked the practice about it." in asked.text
    assert "After the sale." in parked.text
    assert "“A lift & a <ramp>”. The two are one item now." in merged.text
    assert "on the agenda of our meeting on Thursday 15 April 2027" in accepted.text
    assert "There was not enough time for it." in carried.text
    assert "A lift &amp; a &lt;ramp&gt;" in asked.html
    told = written("item_outcome")
    assert [words.subject for words in told] == [
        "What became of an item you proposed",
        "What became of an item you proposed",
        "What became of an item you backed",
    ]
    for words in told:
        assert "The lift runs from May." in words.text
        assert "The practice says: Yes. It is ordered. By Saturday 1 May 2027." in words.text
        assert "/item-mail/" in words.text
        assert "/item-mail/" in words.html


def test_a_mail_to_confirm_says_nothing_that_was_typed(cast: Cast) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com", "Buy cheap pills")
    backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    for words in (*written("confirm_item"), *written("confirm_backing")):
        assert "pills" not in words.text + words.html + words.subject
        assert f"/meetings/{cast.meeting_id}/propose/" in words.text
        assert "Was it not you? Do nothing." in words.text
