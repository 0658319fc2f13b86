"""The repository: what is in it, what is in the wheel, and what is nobody's business."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from pcnppg.kernel import paths

ROOT = paths.ROOT
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = ("pcnppg", "templates", "static", "migrations", "tests", "bench")


def written() -> list[Path]:
    """Every text file of the project, as a checkout or an unpacked archive has them."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if tracked:
        found = [ROOT / name for name in tracked.split("\0") if name]
    else:
        found = [path for top in SOURCES for path in (ROOT / top).rglob("*") if path.is_file()]
    return [path for path in found if path.suffix not in {".png", ".ico", ".zip", ".xlsx"} and path.exists()]


TEXTS = {path: path.read_text(errors="replace") for path in written() if "vendor" not in path.parts}


def test_nothing_in_it_knows_the_machine_it_was_written_on() -> None:
    here = {str(ROOT), str(Path.home()), os.environ.get("HOME", "")} - {"", "/"}
    assert not [
        f"{path.relative_to(ROOT)} names {place}" for path, text in TEXTS.items() for place in here if place in text
    ]


def test_it_names_no_registry_of_packages() -> None:
    addresses = re.compile(r"index-url|pypi\.org/simple|files\.pythonhosted|registry\.npmjs", re.IGNORECASE)
    named = [path.relative_to(ROOT) for path, text in TEXTS.items() if addresses.search(text)]
    assert [path.as_posix() for path in named if path.name != Path(__file__).name] == []


def test_nothing_is_left_to_do_or_switched_off() -> None:
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|mark\.(sk" r"ip|xf" r"ail)|pytest\.sk" r"ip\(")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path, text in TEXTS.items()
        if path.suffix in {".py", ".html", ".txt", ".css", ".js"}
        for line in text.splitlines()
        if words.search(line)
    ]
    assert not wrong


def test_an_exception_to_a_check_says_which_check() -> None:
    bare = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path, text in TEXTS.items()
        if path.suffix == ".py" and path.name != Path(__file__).name and bare.search(text)
    ]
    assert not wrong


def test_no_file_is_large() -> None:
    assert not [path for path in written() if path.stat().st_size > 1_000_000]


def test_every_dependency_says_why_it_is_here() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    body = text.partition("dependencies = [")[2].partition("\n]")[0]
    lines = [line for line in body.splitlines() if line.strip()]
    assert len(lines) == len(PYPROJECT["project"]["dependencies"])
    assert not [line for line in lines if "#" not in line]


def test_every_dependency_is_locked_with_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE))
    optional = PYPROJECT["project"]["optional-dependencies"].values()
    groups = [[item for item in group if isinstance(item, str)] for group in PYPROJECT["dependency-groups"].values()]
    wanted = [*PYPROJECT["project"]["dependencies"], *(item for found in [*optional, *groups] for item in found)]
    names = {re.split(r"[\[<>=~! ;]", item)[0].lower().replace("_", "-") for item in wanted}
    assert not names - locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock


def test_the_wheel_holds_what_the_product_needs_and_no_more(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if any(part.startswith(".") for part in name.split("/"))]
    assert not [name for name in names if not name.startswith(("pcnppg/", "pcnppg-"))]
    assert not [name for name in names if name.endswith((".pyc", ".sqlite3", ".eml", ".lock")) or "/keys/" in name]
    for needed in ("templates/layouts/page.html", "static/app.css", "migrations/HEAD", "migrations/env.py"):
        assert f"pcnppg/_data/{needed}" in names
    for top in ("templates", "static"):
        there = {path.relative_to(ROOT).as_posix() for path in (ROOT / top).rglob("*") if path.is_file()}
        assert {f"pcnppg/_data/{name}" for name in there} <= set(names)


def test_what_every_project_has_is_there() -> None:
    for name in ("README.md", "LICENSE", "Makefile", ".ci/run", "requirements.lock", ".gitignore"):
        assert (ROOT / name).exists()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("target", ["help", "setup", "run", "test", "prove", "bench", "lock", "clean"])
def test_make_has_every_target_that_the_readme_may_name(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_sizes_for_whoever_reads_on(aloud) -> None:  # type: ignore[no-untyped-def]
    """Information, not a rule: files over 300 lines want to be looked at."""
    long = [
        f"{path.relative_to(ROOT)} has {text.count(chr(10))} lines"
        for path, text in TEXTS.items()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "pcnppg") and text.count("\n") > 300
    ]
    for line in long:
        aloud(line)
