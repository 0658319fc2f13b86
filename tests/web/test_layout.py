"""What stands around every page, on screen and on paper, and the identity that is ours and nobody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from pcnppg.kernel import paths
from tests import making
from tests.visiting import Visit

STYLE = (paths.STATIC / "app.css").read_text()
SHEET = (paths.STATIC / "sheet.css").read_text()


def test_the_title_of_a_refused_page_begins_with_error_and_what_was_typed_stays(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit("/groups/elm-tree/join").submit(email="nobody", name="Pat")
    assert page.status == 422
    assert page.title.startswith(f"Error: {page.heading}")
    assert page.errors[0].startswith("Enter an email address with an @")
    assert page.one("[name=name]")["value"] == "Pat"
    summary = page.one(".nhsuk-error-summary")
    assert summary["tabindex"] == "-1"
    assert summary.find_next("h1") is not None
    assert [page.one(str(link["href"])) for link in summary.select("a")]


def test_the_groups_name_heads_its_pages_and_the_products_is_a_word_in_the_footer(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit("/groups/elm-tree")
    assert page.one(".masthead__name").get_text(strip=True) == "Elm Tree Patient Group"
    assert page.title.endswith("– Elm Tree Patient Group")
    assert page.one(".foot__product").get_text(strip=True) == "pcnppg"
    assert "not an NHS website" in page.one("footer").get_text()
    assert visit("/").one(".masthead__name").get_text(strip=True) == "Patient groups"


def test_the_keyboard_can_go_straight_to_the_page(visit: Visit) -> None:
    page = visit("/help")
    first = page.select("a")[0]
    assert first["href"] == "#main-content"
    assert page.one("main")["id"] == "main-content"


def test_a_page_works_without_scripts_and_names_only_ours(visit: Visit) -> None:
    for tag in visit("/").select("script, link[rel=stylesheet], link[rel=icon]"):
        address = str(tag.get("src") or tag.get("href"))
        assert address.startswith("/static/")
        assert not tag.get_text(strip=True)
        assert tag.name != "script" or tag.has_attr("defer") or tag["type"] == "module"


def test_only_who_is_signed_in_carries_a_token_for_every_request(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    assert not visit("/").one("body").has_attr("hx-headers:inherited")
    assert "X-CSRFToken" in visit.as_officer(group)("/home").one("body")["hx-headers:inherited"]


def test_nothing_of_the_nhs_identity_is_served() -> None:
    for path in paths.STATIC.rglob("*"):
        assert not re.search(r"logo|favicon|frutiger|\.woff|\.ttf|\.eot|opengraph", path.name, re.IGNORECASE)
    vendored = (paths.STATIC / "vendor" / "nhsuk-frontend.min.css").read_text()
    assert "@font-face" not in vendored
    assert "Frutiger" not in vendored
    assert "#005eb8" not in vendored.lower()


def test_what_is_vendored_brings_its_licence() -> None:
    told = (paths.STATIC / "vendor" / "README").read_text()
    for name, version in (("nhsuk-frontend", "10.6.1"), ("htmx", "4.0.1"), ("axe-core", "4.14.1")):
        assert f"{name} {version}" in re.sub(r" +", " ", told)
    for path in (paths.STATIC / "vendor" / "nhsuk-frontend.LICENSE", paths.STATIC / "vendor" / "htmx.LICENSE"):
        assert "Permission" in path.read_text()
    assert "Mozilla Public License" in (Path(__file__).parents[1] / "vendor" / "axe.LICENSE").read_text()


def test_every_picture_that_a_style_names_is_there() -> None:
    for sheet in ("app.css", "sheet.css", "vendor/nhsuk-frontend.min.css"):
        path = paths.STATIC / sheet
        named = {url.strip("'\"") for url in re.findall(r"url\(([^)]*)\)", path.read_text())}
        assert not [url for url in named if not url.startswith("data:") and not (path.parent / url).exists()]


def palette() -> dict[str, str]:
    return {name: _six(value) for name, value in re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6});", STYLE)}


def _six(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("text", ["ink", "ink-soft", "green", "green-dark", "red"])
@pytest.mark.parametrize("surface", ["paper", "green-tint", "warm-tint", "red-tint"])
def test_our_colours_can_be_read_on_our_surfaces(text: str, surface: str) -> None:
    ours = palette()
    assert contrast(ours[text], ours[surface]) >= 7


def test_white_can_be_read_on_our_green_and_ink_on_the_focus_colour() -> None:
    ours = palette()
    assert contrast("#ffffff", ours["green"]) >= 7
    assert contrast("#ffffff", ours["red"]) >= 7
    assert contrast(ours["ink"], ours["focus"]) >= 7
    assert contrast(ours["warm-ink"], ours["warm-tint"]) >= 7


def test_nothing_moves_by_itself() -> None:
    assert "prefers-reduced-motion: reduce" in STYLE
    for text in (STYLE, SHEET):
        assert not re.search(r"@keyframes|animation(-name)?:(?! *none)|transition:(?! *none)", text)


def test_paper_is_designed_too() -> None:
    assert "@media print" in STYLE
    assert "size: A4" in SHEET
    assert "forced-colors: active" in STYLE
