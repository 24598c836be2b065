"""How many rejected records make a file one that is set aside."""

from __future__ import annotations

import pytest

from ingestion.loading.rejection_limit import too_many, too_many_sentence
from ingestion.loading.tally import Tally


@pytest.mark.parametrize(
    ("read", "rejected", "expected"),
    [
        (100, {}, False),
        (400, {"not_json": 20}, False),  # 5 % is not more than 5 %
        (399, {"not_json": 20}, True),
        (30, {"not_json": 19}, False),  # too few to tell a broken export from a broken record
        (100, {"not_json": 10, "bad_at": 10}, True),
        (1_000, {"not_public": 900}, False),  # withheld, not broken
        (1_000, {"not_public": 900, "bad_at": 20}, True),  # 20 of the 100 that should have landed
        (1_000, {"not_public": 500, "bad_at": 20}, False),
    ],
)
def test_more_than_the_share_and_at_least_twenty(read: int, rejected: dict[str, int], expected: bool) -> None:
    assert too_many(read, rejected, 0.05) is expected


def test_the_sentence_counts_by_reason_and_names_the_keys_to_set() -> None:
    rejected = {"bad_ordered_at": 40, "not_public": 30, "missing_amount": 160}
    said = too_many_sentence(Tally(read=1_030, rejected=rejected), 0.05, options=())
    assert said.startswith(
        "of 1,000 records 200 are rejected (160 missing_amount, 40 bad_ordered_at), more than"
    )
    assert "The record gives no amount" in said
    assert all(key in said for key in ("quality.max_rejected_share", "0.05", "time_zone", "options"))
