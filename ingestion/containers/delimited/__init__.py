"""Delimited text (CSV) cut into records.

Our own, since every record must end as accepted or rejected with its own bytes and number: the readers of
DuckDB and Arrow stop at a bad line or drop it, and give neither; Python's `csv` goes row by row and keeps no
bytes. Arrow parses the fields; ours is where records end.
"""
