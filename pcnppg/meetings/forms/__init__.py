"""Shape of what is filled in about meetings. One module a matter; import from it."""
