"""What holds for every test. Must not live here: fixtures of one part."""

from __future__ import annotations

from hypothesis import settings

# No test asserts on time: a loaded machine is slower, and hypothesis would fail an example for it.
settings.register_profile("scrm", deadline=None)
settings.load_profile("scrm")
