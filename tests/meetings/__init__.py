"""Meetings: planning, items, the tray, the agenda."""
