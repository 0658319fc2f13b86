"""The demonstration: one invented network, four groups, a year of life, made only through the actions that people use.

`story` says what happened, `play` makes it happen with the clock turned, `show` says who can sign in.
"""
