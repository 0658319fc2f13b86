"""The Flask kit that all views share. It knows no domain."""
