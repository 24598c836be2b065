"""JSON: lines, documents and pages cut into records.

Our own, since every record must end as accepted or rejected with its own bytes and place: DuckDB's reader gives
neither, and a damaged value stops it or costs more than itself; streaming parsers (`ijson`) make Python objects
one by one and end at the first damage. DuckDB parses the values; ours is where they begin and end, and what
damage costs.
"""
