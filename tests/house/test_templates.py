"""Templates: all of them compile, none of them trusts a text, acts by itself or reaches around the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from pcnppg.kernel import paths

TRUSTED = {
    # Written text, made from Markdown and cleaned by `mailing.formats`; subjects and bodies are files of their own kinds.
    "emails/mailing/test/body.html",
    "emails/mailing/mailing/body.html",
    "mailing/web_copy.html",
    "federation/library_sheet.html",
    "federation/library_text.html",
}
"""Templates that may print markup made elsewhere."""

TEMPLATES = sorted(
    path.relative_to(paths.TEMPLATES).as_posix() for path in paths.TEMPLATES.rglob("*") if path.is_file()
)
PAGES = [name for name in TEMPLATES if not name.startswith("emails/")]
MESSAGES = sorted({name.rpartition("/")[0] for name in TEMPLATES if name.endswith("subject.txt")})


def source(name: str) -> str:
    """The template without its comments."""
    return re.sub(r"\{#.*?#\}", "", (paths.TEMPLATES / name).read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_compiles(name: str, whole_app: Flask) -> None:
    whole_app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_printed_unescaped(name: str) -> None:
    text = source(name)
    assert "autoescape" not in text
    if name not in TRUSTED:
        assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"[\"']?html[\"']?\s*:\s*[a-z_.]*(body|name|text|data)\b", text)


def test_the_list_of_trusted_templates_is_true() -> None:
    assert {name for name in TEMPLATES if re.search(r"\|\s*safe\b", source(name))} == TRUSTED


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".html")])
def test_nothing_inline_that_the_policy_would_block(name: str) -> None:
    text = source(name)
    for unwanted in ("<style", " style=", "<script>", "javascript:", "hx-on", "js:", "hx-put", "hx-patch", "hx-delete"):
        assert unwanted not in text
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"(src|href)\s*=\s*[\"']https?://", text.replace('href="https://www.gov.uk', "")), (
        "a remote address"
    )


@pytest.mark.parametrize("name", [name for name in PAGES if 'extends "layouts/' in source(name)])
def test_a_page_sets_its_title_and_leaves_the_heading_to_the_layout(name: str) -> None:
    text = source(name)
    if not name.startswith("layouts/"):
        assert re.search(r"\{%-?\s*set title\b", text)
    if "block heading" not in text and "layouts/page.html" in text:
        assert "<h1" not in text


@pytest.mark.parametrize("name", [name for name in PAGES if name.rpartition("/")[2].startswith("_")])
def test_a_fragment_has_a_root_of_its_own_name(name: str) -> None:
    root = name.rpartition("/")[2].removeprefix("_").removesuffix(".html").replace("_", "-")
    assert f'id="{root}"' in source(name).replace("_", "-")
    assert "extends" not in source(name)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_a_subject_and_says_the_same_twice(name: str) -> None:
    folder = paths.TEMPLATES / name
    assert {"subject.txt", "body.txt", "body.html"} <= {path.name for path in folder.iterdir()}
    assert "\n" not in (folder / "subject.txt").read_text().strip()


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith("emails/") and name.endswith(".html")])
def test_mail_loads_nothing_from_anywhere(name: str) -> None:
    text = source(name)
    assert "<img" not in text
    assert "<link" not in text
    assert "<script" not in text
    assert "url(" not in text


def test_layouts_stay_few() -> None:
    assert len(list((paths.TEMPLATES / "layouts").iterdir())) <= 3


def test_a_component_is_named_for_its_one_macro() -> None:
    for path in (paths.TEMPLATES / "components").iterdir():
        macros = re.findall(r"\{%-?\s*macro (\w+)", path.read_text())
        assert path.stem in macros, f"{path.name} holds {macros}"


def test_the_style_sheets_and_scripts_fetch_nothing_from_elsewhere() -> None:
    for path in paths.STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            fetched = re.findall(r"(?:url\(|import\s+|from\s+)[\"']?(?:https?:)?//[^)\"']+", path.read_text())
            assert not fetched, f"{path.name}: {fetched}"


def test_every_file_that_a_template_names_is_there() -> None:
    named = {match for name in TEMPLATES for match in re.findall(r"filename=[\"']([^\"']+)[\"']", source(name))}
    assert not [name for name in named if not (paths.STATIC / name).exists()]
    assert Path(paths.STATIC / "app.css").exists()
