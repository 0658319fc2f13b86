"""Reading meetings, items, agendas. One module a matter; import from it. Always bounded by a group."""
