"""Delimited text (CSV) cut into records."""
