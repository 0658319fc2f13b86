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
from pcnppg.directory.rules.finding import (
    MOST_WORDS,
    SHORTEST_SLIP,
    Sought,
    near_word,
    postcode_key,
    search_text,
    sought,
    words_in,
)
from pcnppg.directory.rules.names import shown_name

__all__ = [
    "MOST_WORDS",
    "NO_NETWORK",
    "SHORTEST_SLIP",
    "Difference",
    "Publication",
    "PublishedPractice",
    "Sought",
    "Standing",
    "StandingNetwork",
    "difference",
    "is_invented",
    "may_import",
    "near_word",
    "old_day",
    "postcode_key",
    "search_text",
    "shown_name",
    "sought",
    "words_in",
]
