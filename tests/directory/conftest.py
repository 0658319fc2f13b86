"""Where the real NHS files are, for the tests that read them; and a loud word where there are none."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from pcnppg.kernel.paths import ROOT

FOLDER = Path(os.environ.get("NHS_DATA", ROOT.parent / "shared" / "data" / "nhs"))
"""`NHS_DATA` names another folder."""

MAP, AGES = "gp-reg-pat-prac-map", "gp-reg-pat-prac-quin-age"


class RealFilesAbsent(UserWarning):
    """Said in the summary of the run, once a test that had to do without."""


@pytest.fixture(scope="session")
def real_files() -> tuple[Path, Path] | None:
    """The map and the ages of July 2026 as published; None on a machine that has none."""
    found = tuple(FOLDER / f"{name}.zip" for name in (MAP, AGES))
    return (found[0], found[1]) if all(file.is_file() for file in found) else None


def say_absent(request: pytest.FixtureRequest) -> None:
    """Tell whoever runs the tests that this one showed nothing."""
    warnings.warn(
        RealFilesAbsent(
            f"real NHS files absent: {request.node.name} showed nothing. Put {MAP}.zip and {AGES}.zip of July 2026 "
            "into a folder and name it in NHS_DATA."
        ),
        stacklevel=2,
    )
