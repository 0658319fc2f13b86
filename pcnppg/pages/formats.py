"""Measures as the text that Prometheus reads. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about this installation, and what it counts. Never about a person."""

    name: str
    value: float
    meaning: str
    only_grows: bool = False


def prometheus(measures: Iterable[Measure]) -> str:
    """The text exposition format, version 0.0.4: gauges fall as well as rise, counters only rise."""
    return "".join(
        f"# HELP pcnppg_{one.name} {one.meaning}\n"
        f"# TYPE pcnppg_{one.name} {'counter' if one.only_grows else 'gauge'}\n"
        f"pcnppg_{one.name} {one.value:.15g}\n"
        for one in measures
    )
