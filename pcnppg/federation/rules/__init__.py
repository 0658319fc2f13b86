"""What groups of a network may do together, and how their decisions are counted. Pure."""
