"""What comes in and goes out as text or file: the words agreed to, leaving mail, lists that people bring. Pure."""

from pcnppg.membership.formats.leaving import LARGEST_MAIL, leave_tokens
from pcnppg.membership.formats.sheets import LARGEST_FILE, Sheet, inspect, open_sheet
from pcnppg.membership.formats.words import digest, extra_words, network_shown, shown, without_email

__all__ = [
    "LARGEST_FILE",
    "LARGEST_MAIL",
    "Sheet",
    "digest",
    "extra_words",
    "inspect",
    "leave_tokens",
    "network_shown",
    "open_sheet",
    "shown",
    "without_email",
]
