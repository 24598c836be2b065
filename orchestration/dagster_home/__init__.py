"""Dagster's own home: its instance, its event log, its history of runs."""
