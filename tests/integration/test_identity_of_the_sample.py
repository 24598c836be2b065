"""Linkage of the sample company: every comparison moves scores; ids are kept over runs, growth and training."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.sample import Noise
from tests.integration.sample_build import stage_sample
from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.ablation import KINDS, moved_by, read_scored
from warehouse.identity.link import scoring_input
from warehouse.identity.model import COMPARISONS, load_model
from warehouse.identity.run import PERSONAS, link_personas
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.integration

# Leads without given names enough that even half names are compared in so small a company.
NOISE = Noise(hasty=0.3, half_name=0.2)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, standardised and linked once."""
    build = stage_sample(tmp_path_factory.mktemp("sample") / "company", 0.008, 3, NOISE)
    link_personas(build, None, settings_of(build))
    return build


def settings_of(build: Path) -> Settings:
    return load_settings(build.parents[2])


def test_every_comparison_moves_scores_both_ways_when_it_is_switched_off(build: Path) -> None:
    with connect() as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        model = load_model("standard")
        scoring_input(connection, PERSONAS, model.shared_values, model.frequencies)
        read_scored(connection, build / "identity")
        moved = {c.name: moved_by(connection, (c.name,)) for c in COMPARISONS}
    still = {name: counts for name, counts in moved.items() if not all(counts)}
    assert not still, f"(pairs lower, pairs higher) without: {still}"


def test_kinds_of_evidence_hold_every_comparison_but_the_prior() -> None:
    named = [name for names in KINDS.values() for name in names]
    assert sorted([*named, "pairing"]) == sorted(c.name for c in COMPARISONS)
