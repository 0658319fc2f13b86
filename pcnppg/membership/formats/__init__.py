"""What comes in and goes out as text or file: the words agreed to, lists that people bring. Pure."""

from pcnppg.membership.formats.sheets import LARGEST_FILE, Sheet, inspect, open_sheet
from pcnppg.membership.formats.words import digest, extra_words, is_about_network, network_shown, shown, without_email

__all__ = [
    "LARGEST_FILE",
    "Sheet",
    "digest",
    "extra_words",
    "inspect",
    "is_about_network",
    "network_shown",
    "open_sheet",
    "shown",
    "without_email",
]
