"""Messages of our own for trying the post, so that its tests hang on no other domain's words."""

from __future__ import annotations

from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from pcnppg.kernel import paths
from pcnppg.post import emails

MESSAGES = {
    "emails/tests/hello/subject.txt": "Hello {{ name }}\n",
    "emails/tests/hello/body.txt": (
        '{% extends "emails/layout.txt" %}{% block content %}\nDear {{ name }},\n\nit is {{ when|moment }}.\n{% endblock %}'
    ),
    "emails/tests/hello/body.html": (
        '{% extends "emails/layout.html" %}{% block content %}<h1>Hello</h1><p>Dear {{ name }},</p>'
        "<p>it is {{ when|moment }}.</p>{% endblock %}"
    ),
    "emails/tests/broken/subject.txt": "Hello {{ nobody }}\n",
    "emails/tests/broken/body.txt": "x",
    "emails/tests/broken/body.html": "x",
}


def use_test_words() -> None:
    """Let this process know them."""
    emails._jinja().loader = ChoiceLoader([FileSystemLoader(paths.TEMPLATES), DictLoader(MESSAGES)])
