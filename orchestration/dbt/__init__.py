"""dbt inside this process: running the project, and how it falls into two stages."""
