"""Updates in other people's pages, and squares on paper that a phone's camera reads."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Filled, Opener

pytestmark = pytest.mark.journey


@pytest.fixture
def elsewhere(filled: Filled) -> Iterator[str]:
    """The practice's own website: another origin, with our block in a frame, and a page of ours that must not be there."""
    group = f"{filled.site.base_url}/groups/elm-tree"
    html = (
        "<!DOCTYPE html><html lang='en'><title>Elm Tree Surgery</title><h1>Elm Tree Surgery</h1>"
        f"<iframe id='block' title='Updates' src='{group}/updates/embed' width='600' height='500'></iframe>"
        f"<iframe id='join' title='Joining' src='{group}/join' width='600' height='300'></iframe>"
    )

    class Practice(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Practice)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_block_stands_in_another_websites_page_and_nothing_else_does(
    elsewhere: str, device: Opener, javascript: bool
) -> None:
    browser = device(javascript=javascript)
    page = browser.new_page()
    page.goto(elsewhere)
    block = page.frame_locator("#block")
    expect(block.get_by_role("heading", name="The lift works again")).to_be_visible()
    assert block.locator("form, script, button").count() == 0
    # Its own style arrived.
    assert "Arial" in str(block.locator("body").evaluate("e => getComputedStyle(e).fontFamily"))
    with browser.expect_page() as opened:
        block.get_by_role("link", name="The lift works again").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("The lift works again")
    assert not browser.cookies()
    join = page.frame(url=lambda url: "/join" in url)
    assert join is None or join.locator("form").count() == 0


SHEETS = {"poster": "", "invite/card": "c", "invite/letter": "t", "invite/pack": "n"}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_camera_reads_the_square_of_each_sheet(filled: Filled, device: Opener, sheet: str) -> None:
    page = manager_of(filled, device)
    page.goto(f"{filled.site.base_url}/groups/elm-tree/{sheet}")
    page.emulate_media(media="print")
    seen = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    (code,) = zxingcpp.read_barcodes(seen)
    assert code.text == f"{filled.site.base_url}/j/{filled.place.values['code']}{SHEETS[sheet]}"
    page.goto(code.text)
    assert f"from={sheet.rpartition('/')[2]}" in page.url


@pytest.mark.parametrize("sheet", ["updates/print", "updates/1/print", "invite/cards"])
def test_a_camera_reads_every_square_of_what_is_printed(filled: Filled, device: Opener, sheet: str) -> None:
    page = manager_of(filled, device)
    page.goto(f"{filled.site.base_url}/groups/elm-tree/{sheet}")
    seen = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    found = zxingcpp.read_barcodes(seen)
    assert len(found) == (4 if sheet == "invite/cards" else 1)
    assert all(code.text.startswith(f"{filled.site.base_url}/") for code in found)


def manager_of(filled: Filled, device: Opener) -> Page:
    browser = device()
    cookie = {"name": "pcnppg", "value": filled.cookies["practice_manager"], "url": filled.site.base_url}
    browser.add_cookies([cookie])  # type: ignore[list-item]
    return browser.new_page()
