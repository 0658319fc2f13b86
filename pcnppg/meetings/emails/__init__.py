"""What we write about meetings. One module a matter; import from it."""
