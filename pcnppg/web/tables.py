"""Rows of a table that can stand one below the other on a narrow screen, each cell with its heading beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_STARTS = re.compile(r"<(tr|td|th)(?=[\s>])")
"""What opens a row or a cell; text of people's own is escaped, so it opens none."""


def labelled(rows: Markup, headings: Sequence[str]) -> Markup:
    """The same rows, each cell told its column's heading. Roles are said aloud: a style that stacks rows would take them."""
    labels = [escape(heading) for heading in headings]
    at = -1

    def told(start: re.Match[str]) -> str:
        nonlocal at
        if start[1] == "tr":
            at = -1
            return '<tr role="row"'
        at += 1
        role = "rowheader" if start[1] == "th" else "cell"
        return f'<{start[1]} role="{role}" data-label="{labels[at]}"'

    # The rows are text here: what a Markup is joined with would be escaped cell by cell, and all of it is already.
    return Markup(_STARTS.sub(told, str(rows)))  # noqa: S704
