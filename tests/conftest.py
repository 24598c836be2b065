"""What holds for every test. Must not live here: fixtures of one part."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.cpu_seconds", "tests.fixtures.companies"]

# No test asserts on time: a loaded machine is slower, and hypothesis would fail an example for it.
settings.register_profile(
    "quick", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=500)
settings.load_profile("quick")

# The files that run the whole job, the longest first: begun last, one of them would keep a worker alone.
_LONGEST = ("test_run", "test_review_loop", "test_refused_links", "test_two_networks_alone")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, then the rest of `tests/integration`; tests of a file stay as written."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.stem
        first = _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)
        return first, "integration" not in item.path.parts

    items.sort(key=place)
