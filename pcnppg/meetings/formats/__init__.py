"""What other programs read or send: calendars, papers. One module a matter; import from it."""
