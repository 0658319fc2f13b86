"""The checks that `visit` makes of every page find what they are there to find."""

from __future__ import annotations

import pytest

from tests.page_checks import problems
from tests.visiting import Visit, parse

URL = "http://127.0.0.1:5000/groups/elm/join"
PAGE = """<!doctype html><html lang="en-GB"><head><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main id="main"><h1>Join</h1>{body}</main></body></html>"""
TOKEN = '<input type="hidden" name="csrf_token" value="x"><button>Go</button>'


def found_in(body: str, title: str = "Join – Elm") -> list[str]:
    soup, errors = parse(PAGE.format(title=title, body=body))
    return problems(soup, url=URL, whole=True, parse_errors=errors)


def test_a_sound_page_passes() -> None:
    assert not found_in(
        f'<h2>Your details</h2><form method="post" action="/groups/elm/join" hx-post="/groups/elm/join" hx-target="#main" '
        f'hx-swap="outerHTML">{TOKEN}<label for="email">Email</label><input id="email" name="email"></form>'
    )


def test_a_title_may_begin_with_error() -> None:
    assert not found_in("", title="Error: Join – Elm")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<p><div></p>", "not valid HTML"),
        ("<p id=a></p><p id=a></p>", "more than once"),
        ("<h1>Again</h1>", "2 h1"),
        ("<h3>Too deep</h3>", "skips a level"),
        ("<input name=email>", "no label"),
        ("<form method=post><button>Go</button></form>", "CSRF"),
        ("<form><input type=hidden name=csrf_token value=x><button>Go</button></form>", "address"),
        (f"<form method=post>{TOKEN.replace('<button>Go</button>', '')}</form>", "without a button"),
        (f"<form method=post action='https://elsewhere.example/'>{TOKEN}</form>", "leads away"),
        ("<button hx-get=/x hx-target=#main hx-swap=innerHTML>Go</button>", "without a twin"),
        ("<a href=/a hx-get=/b hx-target=#main hx-swap=innerHTML>Go</a>", "elsewhere"),
        ("<a href=/a hx-get=/a>Go</a>", "without hx-target"),
        (f"<form method=get hx-post='{URL}' hx-target=#main hx-swap=innerHTML><button>Go</button></form>", "twin"),
        ("<a href=/a hx-delete=/a>Go</a>", "not allowed"),
        ("<a href=/a hx-on:click=x>Go</a>", "not allowed"),
        ("<a href=/a hx-vals=js:x>Go</a>", "htmx code"),
        ("<a href=/a hx-trigger=click[x]>Go</a>", "filter"),
        ("<p style=color:red>Red</p>", "inline style"),
        ("<script>x</script>", "inline script"),
        ("<p onclick=x>Go</p>", "onclick"),
        ("<a href=javascript:x>Go</a>", "script in href"),
        ("<a href=#nowhere>Go</a>", "leads to no id"),
        ("<a href=/x></a>", "nothing to read"),
        ("<p aria-describedby=nowhere>x</p>", "points to no id"),
        ("<ul><p>x</p></ul>", "straight inside"),
        ("<img src=/x>", "without alt"),
        ("<main></main>", "not exactly one main"),
        ("<h2></h2>", "empty heading"),
    ],
)
def test_a_fault_is_found(body: str, says: str) -> None:
    assert any(says in line for line in found_in(body)), found_in(body)


def test_a_title_that_says_something_else_is_found() -> None:
    assert any("does not start" in line for line in found_in("", title="Welcome"))


def test_a_page_without_a_language_is_found() -> None:
    soup, errors = parse(PAGE.replace(' lang="en-GB"', "").format(title="Join", body=""))
    assert any("language" in line for line in problems(soup, url=URL, whole=True, parse_errors=errors))


def test_a_fragment_is_held_to_the_same_rules_but_for_the_frame() -> None:
    soup, errors = parse("<div id=a><p id=a style=x></p></div>", whole=False)
    assert len(problems(soup, url=URL, whole=False, parse_errors=errors)) == 2


def test_visit_fetches_a_page_of_ours(visit: Visit) -> None:
    assert "<" not in visit("/healthz").text
    assert visit("/help").heading == "Help"


def test_visit_walks_on_as_a_browser_does(visit: Visit) -> None:
    officer = visit.as_officer()
    page = officer("/groups/elm-tree/mailings/new").submit("Save and go on", subject="Hello", body="Come and see.")
    assert page.status == 303
    assert page.follow().one("[name=subject]")["value"] == "Hello"
    assert visit("/groups/elm-tree/mailings/new").status == 303, "nobody else is signed in"


def test_visit_fills_in_no_field_that_is_not_there(visit: Visit) -> None:
    visit.as_officer()
    with pytest.raises(AssertionError, match="no field"):
        visit("/groups/elm-tree/join").submit(e_mail="pat@example.com")
