"""A text in Markdown as a page sets it, for other domains that keep such texts."""

from __future__ import annotations

import re

from pcnppg.mailing import formats

_HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", re.DOTALL)


def as_html(body: str) -> str:
    """HTML from the allow-list of mailings, safe to print as it is. Its headings go down one step at a time."""
    level = 1

    def step(found: re.Match[str]) -> str:
        nonlocal level
        level = min(int(found[1]), level + 1)
        return f"<h{level}>{found[2]}</h{level}>"

    return _HEADING.sub(step, formats.as_html(body))
