"""Formats: one module an export's layout, each a table of what its fields become."""
