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


def prometheus(measures: Iterable[Measure]) -> str:
    """The text exposition format, version 0.0.4. All are gauges: they fall as well as rise."""
    return "".join(
        f"# HELP pcnppg_{one.name} {one.meaning}\n# TYPE pcnppg_{one.name} gauge\npcnppg_{one.name} {one.value:.15g}\n"
        for one in measures
    )
