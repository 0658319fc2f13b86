"""What meetings decide. One module a matter; import from it: `meetings`, `items`, `agenda`, `people`, `record`."""
