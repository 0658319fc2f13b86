"""Asked again after two years, or under other words, in a mailing that goes anyway."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR
from pcnppg.mailing.jobs import Deliveries
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import ReachedBy, Ways, is_due_for_renewal
from pcnppg.post.rules import BATCH
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import send
from tests.mailing.test_actions import HOLD, hand_over
from tests.membership.forms import written_down
from tests.membership.stories import contact_of, joined, leave, the_group, what_happened
from tests.visiting import Visit

pytestmark = pytest.mark.counted

PAT = "pat.lee@example.com"
TWO_YEARS = timedelta(days=731)


def renew(contact: int, digest: str) -> Contact:
    with transaction():
        return actions.renew(contact, digest=digest, at=now())


def text_of_next_mailing(group: int, officer: int) -> str:
    send(group, officer)
    with clock.at(now() + HOLD), transaction():
        (item,) = Deliveries().claim("w1", at=now(), limit=BATCH)
    part = email.message_from_bytes(item.make(), policy=email.policy.default).get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_a_consent_is_asked_for_again_after_two_years_or_under_other_words() -> None:
    assert is_due_for_renewal(THE_DAY - TWO_YEARS, same_words=True, at=THE_DAY)
    assert not is_due_for_renewal(THE_DAY - timedelta(days=729), same_words=True, at=THE_DAY)
    assert is_due_for_renewal(THE_DAY, same_words=False, at=THE_DAY)
    assert not is_due_for_renewal(None, same_words=False, at=THE_DAY)


def test_the_next_mailing_asks_whoever_agreed_long_ago_and_nobody_else(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group)
    contact = joined(group, PAT, name="Pat Lee").id
    hand_over(send(group.id, officer))
    with clock.at(THE_DAY + timedelta(days=400)):
        assert "Do you still want them?" not in text_of_next_mailing(group.id, officer)
        hand_over(1)
    with clock.at(THE_DAY + TWO_YEARS):
        assert queries.count_due_for_renewal(group, at=now()) == 1
        said = text_of_next_mailing(group.id, officer)
        assert "You agreed to these emails on Thursday 4 March 2027. Do you still want them?" in said
        assert f"/renew/{keys.current().sign('renew', contact)}" in said


def test_other_words_are_a_reason_and_another_number_alone_is_none(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    with transaction():
        actions.lower_promise(group.id, 3, by=OPERATOR, at=now())
    assert queries.count_due_for_renewal(group, at=now()) == 0
    with transaction():
        group.privacy_contact = "somebody.else@example.org"
    assert queries.count_due_for_renewal(group, at=now()) == 1


def test_saying_yes_again_is_a_new_consent_to_the_words_of_today(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT).id
    with transaction():
        group.privacy_contact = "somebody.else@example.org"
    with clock.at(THE_DAY + timedelta(days=1)):
        page = visit(f"/renew/{keys.current().sign('renew', contact)}")
        assert "somebody.else@example.org" in page.text
        assert "pat.lee" not in page.text.lower(), "mail is forwarded"
        assert what_happened(contact)[-1][0] == "agreed"
        done = page.submit()
    assert done.heading == "Thank you, you stay on the list"
    assert what_happened(contact)[-1] == ("agreed", "renewal_page", 4)
    session().expire_all()
    assert queries.count_due_for_renewal(group, at=THE_DAY + timedelta(days=1)) == 0
    assert contact_of(group, PAT).agreed_at == THE_DAY + timedelta(days=1)


def test_words_that_changed_meanwhile_are_shown_again(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT).id
    page = visit(f"/renew/{keys.current().sign('renew', contact)}")
    with transaction():
        group.privacy_contact = "somebody.else@example.org"
    again = page.submit()
    assert again.status == 422
    assert "have changed" in again.text
    assert [what for what, *_ in what_happened(contact)] == ["agreed"]


def test_who_has_left_is_not_brought_back_by_an_old_link(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    url, digest = f"/renew/{keys.current().sign('renew', contact.id)}", queries.words_of(group).digest
    page = visit(url)
    leave(contact)
    assert visit(url).heading == "You are not on the list any more"
    assert page.submit().heading == "You are not on the list any more"
    with pytest.raises(RuleBroken, match="not on the list"):
        renew(contact.id, digest)


def test_a_token_for_leaving_renews_nothing_and_nobody_is_found_by_guessing(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT).id
    for token in (keys.current().sign("leave", contact), keys.current().sign("renew", 999), "x"):
        assert visit(f"/renew/{token}").status == 404
    with pytest.raises(NotFound):
        renew(999, "")


def test_who_gets_letters_or_calls_is_not_counted_among_those_whom_a_mailing_asks(inside: Flask) -> None:
    group = the_group()
    written_down(group, Ways(ReachedBy.POST, postal_address="2 Lime Walk\nWithy"), name="Mabel Ashworth")
    written_down(group, Ways(ReachedBy.PHONE, phone="01632 960 911"), name="Cyril Nettleton")
    assert queries.count_due_for_renewal(group, at=now() + TWO_YEARS) == 0
    joined(group, PAT)
    assert queries.count_due_for_renewal(group, at=now() + TWO_YEARS) == 1


def test_the_contact_list_says_how_many_are_asked(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT)
    officer = making.an_officer(group)
    with clock.at(THE_DAY + TWO_YEARS):
        page = visit.as_(officer)("/groups/elm-tree/contacts")
        assert "1 person agreed more than two years ago" in page.text
