"""Every check there is, a few at a time; the last word says whether all passed. `python -m tests`, `python -m tests --proofs`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import browser

TOP = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
AT_ONCE = max(3, os.cpu_count() or 2)
"""One more than a small machine has processors: a browser waits now and then, and nobody idles at the end."""

LONGEST = 2400
"""Seconds after which a check has hung."""
PROOF = 6 * LONGEST
HUNG = 300
"""Seconds after which a test says where it stands, for whoever reads why it hung. Only for what is not at work: to be asked
while it runs has ended a whole process before, so a proof, which may run for an hour, is asked just before its time is over.
"""

RULES_AND_ACTIONS = "pcnppg/*/rules.py,pcnppg/*/rules/*.py,pcnppg/*/actions.py,pcnppg/*/actions/*.py"
"""Where every branch must have been taken by some test."""
COUNTED = "sqlite"
"""The database on which branches are counted; counting takes two thirds of the time again."""


@dataclass(frozen=True, slots=True)
class Check:
    """One command; it passes with exit status 0 within so many `seconds`. `lines` of its output are shown when it does."""

    name: str
    command: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    seconds: int = LONGEST


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def pytest(*arguments: str, hung: int = HUNG) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", f"faulthandler_timeout={hung}", *arguments)


def reading() -> list[Check]:
    """Checks that only read the source."""
    return [
        Check("format", tool("ruff", "format", "--check", "--no-cache", ".")),
        Check("lint", tool("ruff", "check", "--no-cache", ".")),
        Check("templates", tool("djlint", "--lint", "--quiet", "templates")),
        Check("types", tool("mypy")),
        Check("floors", tool("lint-imports", "--no-cache")),
    ]


def running(scratch: Path) -> list[Check]:
    """The tests, longest first; proofs wait for processes that they kill, and leave room for others meanwhile."""
    journeys = Check("journeys in a browser", pytest("-m", "journey"), lines=1)
    short = [Check(one.name, pytest("-m", "proof"), one.environ, lines=1) for one in proofs()]
    return [*(_tests_on(database, scratch) for database in ("sqlite", "postgresql")), journeys, *short]


def _tests_on(database: str, scratch: Path) -> Check:
    counted = ("--cov=pcnppg", "--cov-branch", "--cov-report=") if database == COUNTED else ()
    return Check(
        f"tests on {database}",
        pytest("-m", "not journey and not proof", *counted),
        {"TEST_DATABASE": database, "COVERAGE_FILE": str(scratch / ".coverage")},
        lines=1,
    )


def proofs() -> list[Check]:
    """What takes long: as many kills and races as `PROOF_KILLS` says."""
    return [
        Check(
            f"proofs on {database}",
            pytest("-m", "proof", "--durations=0", "--durations-min=5", hung=PROOF - 60),
            {"TEST_DATABASE": database},
            lines=20,
            seconds=PROOF,
        )
        for database in ("postgresql", "sqlite")
    ]


def coverage(scratch: Path) -> Check:
    """The run on `COUNTED` leaves no branch of a rule or an action untried."""
    report = f"{sys.executable} -m coverage report --include={RULES_AND_ACTIONS!r} --fail-under=100 --show-missing --skip-covered"
    return Check("coverage", ("sh", "-c", report), {"COVERAGE_FILE": str(scratch / ".coverage")})


def run(check: Check) -> bool:
    """Run one check and say how it went; its whole output follows when it failed."""
    began = time.monotonic()
    passed, said = _ended_well(check)
    output = said.rstrip().splitlines()
    shown = output[-check.lines :] if passed and check.lines else ([] if passed else output)
    head = f"{'ok' if passed else 'FAILED':6} {check.name} ({time.monotonic() - began:.0f} s)"
    print("\n".join([head, *(f"       {line}" for line in [*_aloud(output, passed), *shown])]), flush=True)
    return passed


def _ended_well(check: Check) -> tuple[bool, str]:
    """Did it end in time and with status 0, and what it printed. One that hangs is ended with all that it started."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            check.command,
            cwd=TOP,
            env={**os.environ, "NOTHING_SKIPPED": "1", **check.environ},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            passed = process.wait(check.seconds) == 0
        except subprocess.TimeoutExpired:
            passed = False
            output.write(f"\nended after {check.seconds} s: it hung\n")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        return passed, output.read()


def _aloud(output: list[str], passed: bool) -> list[str]:
    """What tests said aloud; part of the output anyway where it failed."""
    return [line for line in output if line.startswith("ALOUD")] if passed else []


def run_all(checks: list[Check]) -> bool:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return all(list(pool.map(run, checks)))


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if "--proofs" in arguments:
            passed = run_all(proofs())
        elif browser.provide() is None:
            print(browser.WHAT_TO_DO, file=sys.stderr)
            passed = False
        else:
            read_well, ran_well = run_all(reading()), run_all(running(scratch))
            passed = run(coverage(scratch)) and read_well and ran_well
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"\nAll checks took {minutes} min {seconds} s.")
    print("passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
