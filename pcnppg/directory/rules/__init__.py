"""What the directory decides: how a name reads, what a search means, and what an import may do."""

from pcnppg.directory.rules.editions import (
    NO_NETWORK,
    Difference,
    Publication,
    PublishedPractice,
    Standing,
    StandingNetwork,
    difference,
    is_invented,
    may_import,
    old_day,
)
from pcnppg.directory.rules.finding import Sought, postcode_key, search_text, sought
from pcnppg.directory.rules.names import shown_name

__all__ = [
    "NO_NETWORK",
    "Difference",
    "Publication",
    "PublishedPractice",
    "Sought",
    "Standing",
    "StandingNetwork",
    "difference",
    "is_invented",
    "may_import",
    "old_day",
    "postcode_key",
    "search_text",
    "shown_name",
    "sought",
]
