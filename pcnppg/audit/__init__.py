"""Who did what, and who saw whom: lines that are only ever added, with bare ids, for investigation only."""
