"""What higher floors lend to the pages of a draft: updates that wait to be told, and what became of those already in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from pcnppg.mailing.rules import Concern, Enclosed


@dataclass(frozen=True, slots=True)
class Lent:
    """`list_waiting` of a group at a moment; `pick` adds some to a draft; `find_concerns` of a draft before it is sent."""

    list_waiting: Callable[[int, datetime], Sequence[Enclosed]]
    pick: Callable[..., int]
    find_concerns: Callable[[int, int, datetime], Sequence[Concern]]


def lend(
    app: Flask,
    *,
    list_waiting: Callable[[int, datetime], Sequence[Enclosed]],
    pick: Callable[..., int],
    find_concerns: Callable[[int, int, datetime], Sequence[Concern]],
) -> None:
    """Called once, by `app.py`."""
    app.extensions["mailing_enclosing"] = Lent(list_waiting, pick, find_concerns)


def lent() -> Lent:
    return cast(Lent, current_app.extensions["mailing_enclosing"])
