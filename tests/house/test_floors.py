"""Nothing imports upwards. The contracts stand in `pyproject.toml`; here is what they cannot say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import grimp
import pytest

from pcnppg.kernel import paths

PACKAGE = paths.ROOT / "pcnppg"
SHARED = {"kernel", "store", "web"}
TOP = {"app", "cli", "demo"}
LENT = {"rules", "queries", "actions"}
"""What one domain may use of another."""
LENT_BY_POST = LENT | {"emails", "formats"}
"""Post is there to render and prepare the mail of others."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def floor(name: str) -> str:
    """`pcnppg.mailing.views.sending` is on the floor `views`."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else ""


def domain(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_a_domain_uses_only_rules_queries_and_actions_of_another() -> None:
    graph = grimp.build_graph("pcnppg", exclude_type_checking_imports=True, cache_dir=None)
    wrong = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        if domain(importer) not in SHARED | TOP | {""}
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if domain(imported) not in SHARED | TOP | {"", domain(importer)}
        and floor(imported) not in (LENT_BY_POST if domain(imported) == "post" else LENT)
    ]
    assert not wrong


@pytest.mark.parametrize("path", [p for p in modules() if "kernel" in p.parts], ids=lambda p: p.name)
def test_the_kernel_stands_on_the_standard_library_and_the_address_parser(path: Path) -> None:
    assert outside(path) <= {"email_validator", "pcnppg.kernel"}


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if "rules" in p.parts or p.name == "rules.py"],
    ids=lambda p: f"{p.parent.name}/{p.name}",
)
def test_rules_stand_on_the_standard_library_the_kernel_and_rules(path: Path) -> None:
    wrong = {name for name in outside(path) if name != "pcnppg.kernel" and not name.endswith(".rules")}
    assert not wrong


def outside(path: Path) -> set[str]:
    """What a module imports that is not Python's own: the package, or the part of ours that it comes from."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    found = set()
    for name in names:
        first, *rest = name.split(".")
        if first == "pcnppg":
            found.add(".".join([first, *(rest[:1] if rest[:1] == ["kernel"] else rest[:2])]))
        elif first not in sys.stdlib_module_names:
            found.add(first)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()))
    assert said
    assert len(said.splitlines()) <= 12


def test_a_domain_tells_its_story_without_importing_anything() -> None:
    for package in PACKAGE.iterdir():
        start = package / "__init__.py"
        if start.exists() and package.name not in TOP:
            body = ast.parse(start.read_text()).body
            assert all(isinstance(node, ast.Expr) for node in body), f"{package.name}/__init__.py does more than tell"


def test_there_is_no_room_for_what_has_no_name() -> None:
    unnamed = {"utils", "util", "helpers", "common", "services", "managers", "misc"}
    assert not [path for path in modules() if unnamed & {part.removesuffix(".py") for part in path.parts}]


def test_commit_stands_once_in_the_tree() -> None:
    found = [path for path in modules() for line in path.read_text().splitlines() if ".commit()" in line]
    assert [path.relative_to(PACKAGE).as_posix() for path in found] == ["store/session.py"]


def test_only_the_clock_reads_the_clock() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in modules()
        if path.name != "clock.py"
        for line in path.read_text().splitlines()
        if "datetime.now(" in line or "date.today(" in line or "utcnow(" in line
    ]
    assert not wrong
