"""Builders: the shortest way to the people and groups of our stories, through the product's own actions where there are any."""

from __future__ import annotations
