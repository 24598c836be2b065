"""How many rows or persons may be set apart before nothing is published."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from warehouse.settings import Containment


# most = max(0.001·n, min(10, ⌈0.05·n⌉))
@pytest.mark.parametrize(
    ("count", "most"),
    [
        (0, 0),
        (1, 1),  # ⌈0.05⌉
        (20, 1),
        (21, 2),  # ⌈1.05⌉
        (140, 7),  # 0.05·140 is 7, though not in floats
        (200, 10),
        (10_000, 10),
        (26_381, 26),  # 0.001·26,381 = 26.381
        (1_000_000, 1_000),
    ],
)
def test_the_limit_follows_the_size_of_the_table(count: int, most: int) -> None:
    assert Containment().most_of(count) == most


def test_each_key_counts() -> None:
    assert Containment(share=0, at_least=0).most_of(1_000_000) == 0
    assert Containment(share=0.5).most_of(60) == 30
    assert Containment(at_least=3).most_of(200) == 3
    assert Containment(at_most_share=0).most_of(200) == 0


@pytest.mark.parametrize(
    "wrong", [{"share": 1.5}, {"at_least": -1}, {"at_most_share": -0.1}, {"shares": 0.1}]
)
def test_what_is_no_limit_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Containment.model_validate(wrong)
