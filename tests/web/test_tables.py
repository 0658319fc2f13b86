"""Tables that become short lists on a narrow screen: every cell knows its heading."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from markupsafe import Markup

from pcnppg.web.tables import labelled

LISTING = """{% from "components/listing.html" import listing %}{% call listing("People", ["Name", "Role & since"]) %}
<tr><th scope="row">{{ given }}</th><td class="number">Chair</td></tr>
<tr><th scope="row">Kim</th><td></td></tr>
{% endcall %}"""


def test_each_cell_of_a_listing_carries_its_heading_and_its_role(whole_app: Flask) -> None:
    html = whole_app.jinja_env.from_string(LISTING).render(given="<td>Ann</td>")
    cells = BeautifulSoup(html, "html.parser").select("tbody [data-label]")
    assert [(cell["data-label"], cell["role"]) for cell in cells] == [
        ("Name", "rowheader"),
        ("Role & since", "cell"),
    ] * 2
    assert cells[0].get_text() == "<td>Ann</td>"  # what people typed opens no cell
    assert cells[1]["class"] == ["number"]


def test_more_cells_than_headings_are_a_mistake_that_speaks_up() -> None:
    with pytest.raises(IndexError):
        labelled(Markup("<tr><td>one</td><td>two</td></tr>"), ["Only one"])


def test_other_markup_stays_as_it_is() -> None:
    rows = Markup("<thead><track><th-x>")
    assert labelled(rows, []) == rows
