"""Dagster's side of the warehouse and the `scrm` command: what runs, in which order, and how it is told.

The only folder that imports dagster. Rules on data live in the folders it calls.
"""
