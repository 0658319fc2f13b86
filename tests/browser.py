"""Which browser the journeys drive, and how a machine without one gets one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-gpu")


def find() -> str | None:
    """The browser of the machine, or the one that Playwright keeps; None where there is neither."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    of_the_machine = next(filter(None, map(shutil.which, NAMES)), None)
    return of_the_machine or _of_playwright()


def provide() -> str | None:
    """Find a browser or install one: Debian's as root, else Playwright's own."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("No browser here: installing Debian's chromium …", flush=True)
        _quietly("apt-get", "update")
        _quietly("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    if find() is None:
        print("No browser here: asking Playwright for its chromium …", flush=True)
        _quietly(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


WHAT_TO_DO = (
    "The journeys need a browser, and none could be installed. "
    "Install Chromium or Chrome (Debian: apt-get install chromium) and try again, or name one: CHROMIUM=/path/to/chrome"
)


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _quietly(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_UNASKED})
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).splitlines()[-5:]), file=sys.stderr)


_UNASKED = {"DEBIAN_FRONTEND": "noninteractive"}
