"""A company's own models: SQL beside `scrm.yml`, built after ours; a broken one costs itself."""
