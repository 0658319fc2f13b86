"""What comes in and goes out as text or file: the words agreed to, lists that people bring. Pure."""

from pcnppg.membership.formats.sheets import LARGEST_FILE, Sheet, inspect, open_sheet
from pcnppg.membership.formats.words import (
    as_spreadsheet,
    digest,
    extra_words,
    network_shown,
    safe_cell,
    shown,
    without_email,
)

__all__ = [
    "LARGEST_FILE",
    "Sheet",
    "as_spreadsheet",
    "digest",
    "extra_words",
    "inspect",
    "network_shown",
    "open_sheet",
    "safe_cell",
    "shown",
    "without_email",
]
