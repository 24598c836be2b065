"""Evidence: one small module a kind, each giving the comparisons that speak of it.

Must not live here: weights (they are learned, models/*.json), blocking and rules.
"""
