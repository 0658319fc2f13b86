"""Where several domains meet one reader."""

from __future__ import annotations

from pcnppg.pages.views import about, finding, group, home, machines, my
from pcnppg.pages.views.blueprints import bp, group_bp
from pcnppg.pages.views.frame import helper, navigation

__all__ = ["about", "bp", "finding", "group", "group_bp", "helper", "home", "machines", "my", "navigation"]
