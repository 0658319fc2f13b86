"""Measures as the text that Prometheus reads, and what is held about somebody as a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


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


def as_json(told: Mapping[str, Any]) -> str:
    """Plain values as a file that people can read too: dates and moments in ISO 8601, letters as they are."""
    return json.dumps(told, default=_iso, ensure_ascii=False, indent=2) + "\n"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no plain value")
