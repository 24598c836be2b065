"""What holds for every test. Must not live here: fixtures of one part."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.cpu_seconds", "tests.fixtures.companies"]

# No test asserts on time: a loaded machine is slower, and hypothesis would fail an example for it.
settings.register_profile(
    "quick", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=500)
settings.load_profile("quick")
