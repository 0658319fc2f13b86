"""`visit`: a browser without JavaScript that checks every page it fetches."""

from __future__ import annotations
