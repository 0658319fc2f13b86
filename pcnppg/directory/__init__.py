"""The practices of England and the networks they form, as NHS England publishes them each month.

A practice is known by its ODS code, a network by its own; a practice that a newer file no longer lists is closed, never
removed. `U` ("Unallocated") is no network.
"""
