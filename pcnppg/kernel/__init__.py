"""Words that every domain shares. Standard library only, but for the address parser."""
