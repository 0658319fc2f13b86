"""Escaping everywhere, loud misspellings, and links to people."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

from pcnppg.web import templating
from pcnppg.web.templating import contact_link

NASTY = '<b onclick="x">Ann</b> & Co'
CLEAN = "&lt;b onclick="


def rendered(app: Flask, text: str, **values: object) -> str:
    return app.jinja_env.from_string(text).render(**values)


@pytest.mark.parametrize(
    "component",
    [
        '{% from "nhsuk/components/hint/macro.jinja" import hint %}{{ hint({"text": given}) }}',
        '{% from "nhsuk/components/button/macro.jinja" import button %}{{ button({"text": given}) }}',
        '{% from "components/notice.html" import notice %}{{ notice(given) }}',
        '{% from "components/tag.html" import tag %}{{ tag(given) }}',
        '{% from "components/facts.html" import facts %}{{ facts([(given, given)]) }}',
        '{% from "components/error_summary.html" import error_summary %}{{ error_summary([{"text": given, "href": "#a"}]) }}',
        '{% from "components/waiting.html" import waiting %}{{ waiting(given, "/", given, given) }}',
        '{% from "fields/form.html" import main_button %}{{ main_button(given, "name", given) }}',
    ],
)
def test_what_people_typed_is_text_in_every_component(whole_app: Flask, component: str) -> None:
    html = rendered(whole_app, component, given=NASTY)
    assert "<b " not in html
    assert CLEAN in html


@pytest.mark.parametrize(("name", "escaped"), [("page.html", True), ("macro.jinja", True), ("body.txt", False)])
def test_only_plain_text_is_left_as_it_is(name: str, escaped: bool) -> None:
    assert templating.autoescape(name) is escaped
    assert templating.autoescape(None)


def test_a_misspelt_name_is_heard(whole_app: Flask) -> None:
    with pytest.raises(UndefinedError, match="grup"):
        rendered(whole_app, "{{ grup }}")
    with pytest.raises(UndefinedError, match="nmae"):
        rendered(whole_app, "{{ group.nmae }}", group={"name": "Elm Tree"})
    with pytest.raises(UndefinedError):
        rendered(whole_app, "{{ '%s' | format(grup) }}")


def test_a_component_may_look_into_what_is_not_there(whole_app: Flask) -> None:
    assert rendered(whole_app, "{% if params.hint.text %}yes{% else %}no{% endif %}", params={}) == "no"


def test_dates_and_numbers_are_spelt_by_filters(inside: Flask) -> None:
    with inside.test_request_context():
        said = render_template_string("{{ now() | moment }}, {{ 3484 | count('patient') }}, {{ 2 | nth }}")
    assert said == "Thursday 4 March 2027 at 10:30am, 3,484 patients, 2nd"


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("ann@example.org", '<a href="mailto:ann@example.org">ann@example.org</a>'),
        ("01632 960 101", '<a href="tel:01632960101">01632 960 101</a>'),
        ("+44 (1632) 960-101", '<a href="tel:+441632960101">+44 (1632) 960-101</a>'),
        ("Ask at the desk", "Ask at the desk"),
        ("01632 960 101, mornings", "01632 960 101, mornings"),
        ("999", "999"),
        ('"><b>@x', '<a href="mailto:&#34;&gt;&lt;b&gt;@x">&#34;&gt;&lt;b&gt;@x</a>'),
        ("me @ home", "me @ home"),
    ],
)
def test_a_phone_number_or_mailbox_becomes_a_link(contact: str, link: str) -> None:
    assert str(contact_link(contact)) == link


def test_it_says_so_when_it_comes_too_late(whole_app: Flask) -> None:
    assert whole_app.jinja_env is not None
    with pytest.raises(RuntimeError, match="templating comes first"):
        templating.init(whole_app)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Write to: a@b.example", 'Write to: <a href="mailto:a@b.example">a@b.example</a>'),
        ("At https://ico.org.uk/x/ or 0303", 'At <a href="https://ico.org.uk/x/">https://ico.org.uk/x/</a> or 0303'),
        ("See https://a.example/b.", 'See <a href="https://a.example/b">https://a.example/b</a>.'),
        ("<b>x@y.example</b>", '&lt;b&gt;<a href="mailto:x@y.example">x@y.example</a>&lt;/b&gt;'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('Ann & "Bob"', "Ann &amp; &#34;Bob&#34;"),
    ],
)
def test_addresses_in_a_sentence_become_links_and_all_else_is_escaped(text: str, html: str) -> None:
    assert str(templating.with_links(text)) == html


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2027-03-04T10:30:00+00:00", "Thursday 4 March 2027 at 10:30am"),
        ("2027-03-04", "Thursday 4 March 2027"),
        ("confirm_page", "confirm page"),
        ("My_own words", "My_own words"),
        ("Thursday", "Thursday"),
    ],
)
def test_a_value_of_a_copy_is_said_in_words(value: str, said: str) -> None:
    assert templating.in_words(value) == said
