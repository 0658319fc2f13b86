"""Rows of a table that can stand one below the other on a narrow screen, each cell with its heading beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

_STARTS = re.compile(r"<(tr|td|th)(?=[\s>])")
"""What opens a row or a cell; text of people's own is escaped, so it opens none."""


def labelled(rows: Markup, headings: Sequence[str]) -> Markup:
    """The same rows, each cell told its column's heading. Roles are said aloud: a style that stacks rows would take them."""
    at = -1

    def told(start: re.Match[str]) -> str:
        nonlocal at
        if start[1] == "tr":
            at = -1
            return '<tr role="row"'
        at += 1
        role = "rowheader" if start[1] == "th" else "cell"
        return Markup('<{} role="{}" data-label="{}"').format(start[1], role, headings[at])

    return Markup(_STARTS.sub(told, rows))  # noqa: S704 - the rows are escaped already, and so is what was added
