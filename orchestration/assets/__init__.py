"""The assets, stage by stage: landing, identity, models (dbt), publication."""
