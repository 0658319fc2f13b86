"""Where the real NHS files are, for the tests that read them; a machine that has none says so aloud."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pcnppg.kernel.paths import ROOT

FOLDER = Path(os.environ.get("NHS_DATA", ROOT.parent / "shared" / "data" / "nhs"))
"""`NHS_DATA` names another folder."""

MAP, AGES = "gp-reg-pat-prac-map.zip", "gp-reg-pat-prac-quin-age.zip"


@pytest.fixture
def real_files(aloud: Callable[[str], None], request: pytest.FixtureRequest) -> tuple[Path, Path] | None:
    """The map and the ages of July 2026 as published; None, and a word at the end of the run, where there are none."""
    map_file, ages_file = FOLDER / MAP, FOLDER / AGES
    if map_file.is_file() and ages_file.is_file():
        return map_file, ages_file
    aloud(
        f"real NHS files absent: {request.node.name} showed nothing. NHS_DATA names the folder with {MAP} and {AGES}."
    )
    return None
