"""`make bench`: every measure after the other, each in a process of its own, with the machine it ran on at the head."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import time
from importlib.util import find_spec
from tempfile import NamedTemporaryFile

MEASURES = (
    ("delivery", "(a) Delivery: the worker, with all its bookkeeping, over a bare loop on the same connection"),
    ("workers", "(a') Whole workers: near and far from the mail server, one and two, and how large one grows"),
    ("pages", "(b) Pages, with a group of 50,000 contacts, over a bare Flask route on the same server"),
    ("mailing", "(c) Queueing a mailing to 50,000 contacts"),
    ("lists", "(d) Bringing a list of 50,000 people with faults in 10 of 100, over reading and writing it bare"),
    ("directory", "(e) The directory import, over merely reading the same files"),
    ("agendas", "(f) An agenda of 200 items and 1,000 backings, and the calendar feed"),
    ("history", "(g) Ten years of meetings, whole requests, against 100 ms a page"),
    ("federation", "(h) A network of 31 groups with 5,000 contacts each: their numbers, and a mailing to all of them"),
)
SYNCED = 1.0
"""Seconds for which the disk is tried."""


def main(wanted: list[str]) -> int:
    """Run the measures named, or all. Exit status 0 only if each one ran."""
    failed = []
    print(machine())
    for name, words in MEASURES:
        if wanted and name not in wanted:
            continue
        print(f"\n{words}\n", flush=True)
        if (
            find_spec(f"bench.{name}") is None
            or subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
        ):
            failed.append(name)
    if failed:
        print(f"\nDid not run: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def machine() -> str:
    """What all this was measured on."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}; Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; {syncs_a_second():,.0f} writes brought safely to disk a second"
    )


def syncs_a_second() -> float:
    """How often this disk can promise that something is written: the bound of every durable commit."""
    with NamedTemporaryFile() as file:
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < SYNCED:
            os.write(file.fileno(), b"x" * 512)
            os.fsync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
