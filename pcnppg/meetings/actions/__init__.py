"""Changing meetings, items and agendas. One module a matter; import from it. An action locks the group, the meeting, the item."""
