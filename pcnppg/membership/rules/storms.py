"""Many people who join or leave from one network within a minute: more than people do by themselves. Pure.

Nothing is held back for it: officers are shown it, and who did not mean to leave can come back.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from statistics import median

FEWEST = 8
"""Fewer in a minute are never a storm: a family, a waiting room."""
TIMES_USUAL = 2
"""A storm brings more in a minute than this many usual days."""
STORM_LASTS = timedelta(minutes=30)
"""What follows within so long is the same storm."""
COUNTS_KEPT = timedelta(minutes=10)
"""How long it is known how many came from which network."""
STORM_SHOWN = timedelta(days=30)


class Pressed(StrEnum):
    """Which button was pressed so often."""

    LEFT = "left"
    JOINED = "joined"


def network_of(address: str) -> str:
    """The network that an address belongs to: the first three parts of four (IPv4), or the first three of eight (IPv6)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "nowhere"
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def usual_day(days: Sequence[int]) -> int:
    """How many do it on a usual day on which anybody does, from the counts of such days; 0 where there was none."""
    return int(median(days)) if days else 0


def is_storm(in_a_minute: int, usual: int) -> bool:
    """Are so many in one minute from one network out of step with what happens on a usual day?"""
    return in_a_minute >= FEWEST and in_a_minute > TIMES_USUAL * usual
