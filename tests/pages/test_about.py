"""Help, privacy, accessibility and cookies: they exist, they are true, and they can be read by anybody."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pcnppg.groups.rules import Kept
from pcnppg.kernel import settings
from pcnppg.mailing.rules import DELIVERIES_KEPT_MONTHS
from pcnppg.meetings.actions.unnaming import OWNERS_KEPT
from pcnppg.meetings.rules.items import PROPOSAL_LASTS, VISITORS_KEPT
from pcnppg.membership.rules import (
    ADDRESS_LINK_LASTS,
    LEAVERS_KEPT,
    MY_LINK_LASTS,
    SIGN_UP_LASTS,
    UNCONFIRMED_KEPT,
    UNVERIFIED_KEPT_MONTHS,
)
from pcnppg.membership.rules.requests import KEPT_MONTHS
from pcnppg.membership.rules.storms import COUNTS_KEPT
from pcnppg.people.rules import CODE_LASTS, KEPT_AFTER_END, RECOVERY_CODES, UNUSED_AFTER, UNUSED_NOTICE
from pcnppg.returns.rules import TAKEN_KEPT
from pcnppg.store import journal
from pcnppg.store.triggers import KEPT_YEARS
from pcnppg.updates.rules import KEPT_MONTHS as UPDATES_KEPT_MONTHS
from tests import making
from tests.visiting import Visit

PAGES = ["/", "/help", "/privacy", "/accessibility", "/cookies", "/groups/elm-tree", "/groups/elm-tree/privacy"]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_reads_plainly(app: Flask, visit: Visit, url: str) -> None:
    making.a_group(app)
    page = visit(url)
    assert page.status == 200
    blocks = [tag.get_text(" ", strip=True) for tag in page.select("main p, main li, main dd")]
    sentences = [s for block in blocks for s in re.split(r"(?<=[.?!:])\s+", block) if len(s.split()) > 2]
    lengths = [len(sentence.split()) for sentence in sentences]
    assert sum(lengths) / len(lengths) < 15
    assert max(lengths) < 30, max(sentences, key=lambda s: len(s.split()))


def test_what_is_said_about_time_is_what_the_code_does(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    privacy, group, help_page = visit("/privacy").text, visit("/groups/elm-tree/privacy").text, visit("/help").text
    assert f"The link to confirm works for {SIGN_UP_LASTS.days} days" in privacy
    assert f"we forget you after {UNCONFIRMED_KEPT.days} days" in privacy
    assert f"we forget you after {UNCONFIRMED_KEPT.days} days" in group
    assert f"works for {MY_LINK_LASTS.total_seconds() / 3600:g} hours" in privacy
    assert f"forgotten after {KEPT_AFTER_END.days} days" in privacy
    for said in (privacy, group):
        assert f"after {LEAVERS_KEPT.days} days" in said
        assert f"We forget you after {UNVERIFIED_KEPT_MONTHS} months" in said
        assert f"{DELIVERIES_KEPT_MONTHS} months" in said
        assert f"{KEPT_MONTHS} months after our answer" in said
        assert f"{KEPT_YEARS} years" in said
        assert f"{VISITORS_KEPT.days} days" in said
        assert f"we forget you after {PROPOSAL_LASTS.days} days" in said
        assert f"{OWNERS_KEPT.days * 12 // 365} months after it is done" in said
        assert f"{COUNTS_KEPT.seconds // 60} minutes" in said
        assert f"We keep them for {journal.KEPT.days} days" in said
        for word in ("stopped working", "sees how many people", "by role or initials", "A mark of each report"):
            assert word in said
    assert (UNUSED_AFTER.days // 365, UNUSED_NOTICE.days // 30) == (2, 1)
    assert "two years is erased. You are told a month before" in privacy
    assert CODE_LASTS.total_seconds() == 600
    assert "It works for ten minutes" in help_page
    assert RECOVERY_CODES == 10
    assert "ten recovery codes" in help_page


def test_the_times_in_notices_are_those_that_the_machine_keeps_to() -> None:
    assert Kept() == Kept(
        unconfirmed_days=UNCONFIRMED_KEPT.days,
        address_days=ADDRESS_LINK_LASTS.days,
        left_days=LEAVERS_KEPT.days,
        unverified_months=UNVERIFIED_KEPT_MONTHS,
        delivery_months=DELIVERIES_KEPT_MONTHS,
        request_months=KEPT_MONTHS,
        proposal_days=PROPOSAL_LASTS.days,
        proposer_days=VISITORS_KEPT.days,
        owner_months=OWNERS_KEPT.days * 12 // 365,
        press_minutes=COUNTS_KEPT.seconds // 60,
        returned_days=TAKEN_KEPT.days,
        update_months=UPDATES_KEPT_MONTHS,
        journal_days=journal.KEPT.days,
        audit_years=KEPT_YEARS,
    )


def test_pages_to_read_set_no_cookie_and_forms_set_the_one_that_is_named(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    for url in PAGES:
        assert "Set-Cookie" not in visit(url).headers, url
    cookie = visit("/groups/elm-tree/join").headers.get_all("Set-Cookie")
    assert len(cookie) == 1
    assert cookie[0].startswith("pcnppg=")
    assert "HttpOnly" in cookie[0]
    assert not {"expires", "max-age"} & {part.strip().partition("=")[0].lower() for part in cookie[0].split(";")}


def test_the_operator_can_be_reached_from_each_page(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    address = settings.current().operator_email
    for url in ("/help", "/privacy", "/accessibility", "/cookies"):
        assert visit(url).select(f"a[href='mailto:{address}']"), url


def test_a_groups_privacy_page_names_who_answers_in_law(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit("/groups/elm-tree/privacy")
    assert "Elm Tree Surgery answers for what this group holds" in page.text
    assert page.select("a[href='mailto:ruth@example.com']")
    assert "Information Commissioner" in page.text
    assert page.click("See what we hold about you").status == 200
    assert page.click("Make a complaint about your data").status == 200


def test_the_footer_of_a_group_leads_to_its_own_privacy_page(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    assert visit("/groups/elm-tree").click("Privacy").url.endswith("/groups/elm-tree/privacy")
    assert visit("/").click("Privacy").url.endswith("/privacy")
