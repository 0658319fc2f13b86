"""Where several domains meet one reader."""

from __future__ import annotations

from flask import Blueprint

from pcnppg.web.access import MACHINES, open_to

bp = Blueprint("pages", __name__)
group_bp = Blueprint("group_pages", __name__)


@bp.get("/healthz")
@open_to(MACHINES)
def healthz() -> tuple[str, int]:
    return "alive", 200
