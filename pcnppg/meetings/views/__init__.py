"""Pages of meetings: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.meetings.views.blueprints import bp, outside

__all__ = ["bp", "outside"]
