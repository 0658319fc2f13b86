"""What we say about meetings. One module a matter; import from it."""
