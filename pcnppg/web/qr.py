"""An address as a square that a phone's camera reads."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """The code as a picture that says in words where it leads. Drawn with a quarter in reserve: paper gets creased."""
    made = segno.make(address, error="q", micro=False)
    return Markup(made.svg_inline(scale=4, border=2, svgclass="qr", omitsize=True, title=f"Opens {address}"))  # noqa: S704 - our own drawing
