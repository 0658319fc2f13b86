"""What somebody types to find their group."""

from __future__ import annotations

from wtforms import SearchField

from pcnppg.pages.rules import LONGEST_SEARCH
from pcnppg.web.forms import Form


def _short(text: str | None) -> str:
    """The beginning of a pasted page is enough, without what no keyboard types: a database takes no zero byte."""
    return "".join(c if c.isprintable() else " " for c in (text or "")[:LONGEST_SEARCH]).strip()


class FindForm(Form):
    """Read from the address bar, so it cannot be wrong: it finds something or nothing."""

    q = SearchField(
        "Practice name, postcode or code",
        filters=[_short],
        description="One word of the practice's name is enough. Or type the first part of its postcode, or the code from a poster.",
    )
