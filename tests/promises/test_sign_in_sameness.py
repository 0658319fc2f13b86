"""Nobody learns who has an account (rule 6): at the door a known and an unknown address take the same path.

Same answers, same statements in the same order, same number of rows and of mails. The addresses are equally long, so
that the page that repeats what was typed is as long too.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests import making
from tests.people.stories import letters
from tests.promises.test_sameness import MAY_DIFFER, Trace, rows, statements
from tests.visiting import Page, Visit

KNOWN, OFFICER, UNKNOWN = "known.one@example.com", "ruth.chai@example.com", "nobody.at@example.com"
ADDRESSES = (KNOWN, OFFICER, UNKNOWN)
TYPED = "whoever@example.com"


@pytest.fixture
def three(inside: Flask) -> None:
    """Somebody with an account, somebody with a role that needs an authenticator, and nobody."""
    making.a_person(address=KNOWN)
    making.a_group(chair=OFFICER)


def blind(page: Page, address: str) -> tuple[int, dict[str, str], str]:
    """What an onlooker could compare: without what they typed themselves and without the cookie that holds it."""
    status, html = page.status, page.html
    headers = {name: value for name, value in page.headers.items() if name not in MAY_DIFFER}
    assert headers.pop("Set-Cookie", "pcnppg=").startswith("pcnppg=")
    return status, headers, html.replace(address, TYPED)


def asking(visit: Visit, address: str) -> tuple[Trace, Page]:
    """Ask for a code, and what that left; the page that asks for it."""
    form = visit.anew()("/sign-in")
    before = rows()
    with statements() as seen:
        answer = form.submit(email=address)
    after = rows()
    page = answer.follow()
    changed = {name: after[name] - before[name] for name in after}
    return Trace([blind(answer, address), blind(page, address)], seen, changed), page


def guessing(page: Page, address: str) -> Trace:
    """Type a wrong code, and what that left."""
    before = rows()
    token = str(page.one("main input[name=csrf_token]")["value"])
    with statements() as seen:
        answer = page.submit(code="000000")
    after = rows()
    status, headers, html = blind(answer, address)
    headers.pop("Content-Length", None)
    return Trace(
        [(status, headers, html.replace(token, ""))], seen, {name: after[name] - before[name] for name in after}
    )


def without_tokens(found: Trace) -> list[tuple[int, dict[str, str], list[str]]]:
    """Every page's form has a token of its own."""
    return [
        (status, headers, [line for line in html.splitlines() if "csrf_token" not in line])
        for status, headers, html in found.answers
    ]


def alike(found: list[Trace]) -> None:
    known, *others = found
    assert known.statements
    for other in others:
        assert without_tokens(other) == without_tokens(known)
        assert other.statements == known.statements
        assert other.rows == known.rows


def test_asking_for_a_code_takes_the_same_path_for_every_address(three: None, visit: Visit) -> None:
    asking(visit, "warm.up.it@example.com")  # whatever is done once in a process is done
    before = len(letters())
    found = [asking(visit, address)[0] for address in ADDRESSES]
    alike(found)
    assert {name: number for name, number in found[0].rows.items() if number} == {
        "sign_in_request": 1,
        "outbox_message": 1,
    }
    assert [letter.kind for letter in letters()[before:]] == ["people/sign_in", "people/sign_in", "people/no_account"]


def test_over_the_limit_of_mails_every_address_still_takes_the_same_path(three: None, visit: Visit) -> None:
    within = [asking(visit, address)[0] for address in ADDRESSES for _ in range(5)]
    over = [asking(visit, address)[0] for address in ADDRESSES]
    alike(over)
    assert not any(over[0].rows.values())
    assert without_tokens(over[0]) == without_tokens(within[0])


def test_a_wrong_code_takes_the_same_path_for_every_address(three: None, visit: Visit) -> None:
    guessing(asking(visit, "warm.up.it@example.com")[1], "warm.up.it@example.com")
    pages = [(asking(visit, address)[1], address) for address in ADDRESSES]
    for turn in range(6):
        found = [guessing(page, address) for page, address in pages]
        alike(found)
        assert found[0].answers[0][0] == 422
        assert found[0].rows["sign_in_try"] == (1 if turn < 5 else 0)


def test_a_code_typed_without_asking_takes_the_same_path_too(three: None, visit: Visit) -> None:
    """The page that asks for a code opens for whoever typed an address, also where the limit let no mail go."""
    for address in (KNOWN, UNKNOWN):
        for _ in range(5):
            asking(visit, address)
    alike([guessing(asking(visit, address)[1], address) for address in (KNOWN, UNKNOWN)])
