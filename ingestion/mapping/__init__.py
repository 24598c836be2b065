"""The words of a format and what they compile to: SQL over records."""
