"""Where several domains meet one reader."""

from __future__ import annotations

from pcnppg.pages.views import about, account, finding, group, health, home, machines, my, operating, requests, year
from pcnppg.pages.views.blueprints import bp, group_bp
from pcnppg.pages.views.frame import helper, navigation

__all__ = [
    "about",
    "account",
    "bp",
    "finding",
    "group",
    "group_bp",
    "health",
    "helper",
    "home",
    "machines",
    "my",
    "navigation",
    "operating",
    "requests",
    "year",
]
