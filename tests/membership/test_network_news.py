"""News of the network: agreed to by itself with its own words, ended with one press, and never brought back by itself."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pcnppg.directory.models import Network, Practice
from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How, State, binding_now
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import (
    ask,
    beside,
    confirm,
    confirm_token,
    joined,
    leave,
    my_token,
    the_group,
    what_happened,
)
from tests.visiting import Visit

pytestmark = pytest.mark.counted

PAT = "Pat.Lee@example.com"


def in_network(group: Group, *, closed: bool = False) -> None:
    """Put the group's practice into a network."""
    with transaction() as open_:
        if open_.get(Network, "Z99") is None:
            open_.add(Network(code="Z99", name="RIVER VALLEY PCN", closed_on=THE_DAY.date() if closed else None))
            open_.flush()
        practice = open_.get(Practice, group.practice_code)
        assert practice is not None
        practice.network_code = "Z99"


@pytest.fixture
def pat(inside: Flask) -> Contact:
    group = the_group()
    in_network(group)
    return joined(group, PAT)


def digest(contact: Contact) -> str:
    shown = queries.network_words_of(get_group(contact.group_id), promise=contact.promise)
    assert shown is not None
    return shown.digest


def agree(contact: Contact, words: str | None = None) -> None:
    words = digest(contact) if words is None else words
    with transaction():
        actions.agree_to_network_news(contact.id, digest=words, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)


def stop(contact: Contact) -> None:
    with transaction():
        actions.stop_network_news(contact.id, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)


def test_joining_does_not_agree_to_it(pat: Contact) -> None:
    assert pat.network_news_at is None


def test_agreeing_is_written_down_once_with_the_exact_words(pat: Contact) -> None:
    agree(pat)
    agree(pat)
    assert pat.network_news_at == THE_DAY
    line, words = queries.list_consent(pat.id)[-1]
    assert (line.what, line.how, line.promise) == ("network_agreed", "my_page", None)
    assert words is not None
    for said in (
        "all the practices of River Valley PCN",
        "a network of practices that work together",
        "Elm Tree Surgery still holds it",
        "They count under the same promise. We send at most 4 emails in any twelve months, these included.",
        "You can stop this news at any time",
    ):
        assert said in words
    assert len(what_happened(pat)) == 2


def test_the_promise_and_the_words_of_joining_stay_as_they_were(pat: Contact) -> None:
    before = pat.wording_id
    agree(pat)
    assert (pat.promise, pat.wording_id) == (4, before)
    assert binding_now((line.what, line.promise) for line, _ in queries.list_consent(pat.id)) == 4


def test_words_that_changed_must_be_read_again(pat: Contact) -> None:
    old = digest(pat)
    with transaction():
        actions.lower_promise(pat.group_id, 2, by=OPERATOR, at=THE_DAY)
    session().refresh(pat)
    with pytest.raises(RuleBroken, match="have changed"):
        agree(pat, old)
    assert pat.network_news_at is None


def test_stopping_is_one_press_and_safe_to_repeat(pat: Contact) -> None:
    agree(pat)
    stop(pat)
    stop(pat)
    assert (pat.network_news_at, pat.state) == (None, "active")
    assert [what for what, _, _ in what_happened(pat)] == ["agreed", "network_agreed", "network_withdrawn"]


def test_leaving_ends_it_and_coming_back_does_not_bring_it_back(pat: Contact) -> None:
    agree(pat)
    leave(pat, how=How.ONE_CLICK)
    assert what_happened(pat)[-2:] == [("network_withdrawn", "one_click", None), ("withdrawn", "one_click", None)]
    ask(pat.group_id, PAT)
    confirm(pat.group_id, confirm_token(PAT))
    assert (pat.state, pat.network_news_at) == ("active", None)


def test_being_erased_ends_it(pat: Contact) -> None:
    agree(pat)
    with transaction():
        actions.erase(pat.id, by=Who.contact(pat.id), at=THE_DAY)
    assert [what for what, _, _ in what_happened(pat)][-2:] == ["network_withdrawn", "erased"]
    assert pat.network_news_at is None


def test_the_database_keeps_it_to_people_on_the_list(pat: Contact) -> None:
    leave(pat)
    with pytest.raises(IntegrityError), transaction():
        session().get_one(Contact, pat.id).network_news_at = THE_DAY


def test_only_who_is_on_the_list_can_agree(pat: Contact) -> None:
    words = digest(pat)
    leave(pat)
    with pytest.raises(RuleBroken, match="not on the list"):
        agree(pat, words)
    with pytest.raises(NotFound), transaction():
        actions.agree_to_network_news(4711, digest=words, how=How.MY_PAGE, by=Who.contact(4711), at=THE_DAY)


def test_it_is_each_persons_own(pat: Contact) -> None:
    kim = beside(pat, "Kim")
    agree(pat)
    session().refresh(kim)
    assert kim.network_news_at is None


@pytest.mark.parametrize("where", ["no network", "closed network", "a network's own group"])
def test_without_a_network_nothing_is_offered(inside: Flask, visit: Visit, where: str) -> None:
    group = the_group()
    if where == "closed network":
        in_network(group, closed=True)
    elif where == "a network's own group":
        in_network(group)
        with transaction():
            session().get_one(Group, group.id).practice_code = None
            session().get_one(Group, group.id).network_code = "Z99"
            session().get_one(Group, group.id).kind = "network"
            session().flush()
    contact = joined(group, PAT)
    with pytest.raises(NotFound):
        agree(contact, "0" * 64)
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "News of the network" not in page.text
    assert "no news of a network" in visit(f"{page.url}/network").text


def test_on_the_page_the_box_is_empty_the_words_stand_above_it_and_one_button_ends_it(
    pat: Contact, visit: Visit
) -> None:
    overview = visit(f"/my/{my_token(get_group(pat.group_id), PAT)}")
    assert "News of the network No" in overview.text
    page = visit(f"{overview.url}/network")
    assert not page.one("input[name=agree]").has_attr("checked")
    shown = queries.network_words_of(get_group(pat.group_id), promise=4)
    assert shown is not None
    above = "\n\n".join(" ".join(p.get_text().split()) for p in page.select(".words p"))
    assert f"{above}\n\n{' '.join(page.one('label[for=agree]').get_text().split())}" == shown.words
    refused = page.submit("Send me this news too")
    assert (refused.status, len(refused.errors)) == (422, 1)
    done = refused.submit("Send me this news too", agree=True).follow()
    assert "Yes, since Thursday 4 March 2027" in done.text
    stopped = visit(f"{overview.url}/network").submit("Stop news of the network").follow()
    assert "News of the network No" in stopped.text
    assert [how for _, how, _ in what_happened(pat)] == ["confirm_page", "my_page", "my_page"]


def test_on_the_page_words_that_changed_are_shown_again(pat: Contact, visit: Visit) -> None:
    page = visit(f"/my/{my_token(get_group(pat.group_id), PAT)}/network")
    with transaction():
        actions.lower_promise(pat.group_id, 2, by=OPERATOR, at=THE_DAY)
    refused = page.submit("Send me this news too", agree=True)
    assert refused.status == 422
    assert "have changed since" in refused.errors[0]
    assert "at most 2 emails" in refused.text
    assert refused.submit("Send me this news too", agree=True).status == 303


def test_who_agreed_can_stop_even_where_the_practice_has_left_its_network(pat: Contact, visit: Visit) -> None:
    agree(pat)
    with transaction():
        practice = session().get_one(Practice, get_group(pat.group_id).practice_code)
        practice.network_code = None
    page = visit(f"/my/{my_token(get_group(pat.group_id), PAT)}/network")
    assert page.submit("Stop news of the network").status == 303
    session().rollback()
    assert (pat.network_news_at, pat.state) == (None, State.ACTIVE)
