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


def prometheus(measures: Iterable[Measure]) -> str:
    """The text exposition format, version 0.0.4. All are gauges: they fall as well as rise."""
    return "".join(
        f"# HELP pcnppg_{one.name} {one.meaning}\n# TYPE pcnppg_{one.name} gauge\npcnppg_{one.name} {one.value:.15g}\n"
        for one in measures
    )


def as_json(told: Mapping[str, Any]) -> str:
    """Plain values as a file that people can read too: dates and moments in ISO 8601, letters as they are."""
    return json.dumps(told, default=_iso, ensure_ascii=False, indent=2) + "\n"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no plain value")
