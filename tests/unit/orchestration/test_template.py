"""The scrm.yml that `scrm init` writes: what it says of defaults and formats must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ingestion.formats.registry import format_names, format_of
from ingestion.schemas import TABLES
from orchestration.commands.project import init
from orchestration.wording import networks_of_unknown_accounts, refuse_wrong_words, unfilled_tables
from warehouse.settings import Settings, Source

TEMPLATE = Path(__file__).parents[3] / "orchestration" / "commands" / "template.yml"


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(yaml.safe_load(TEMPLATE.read_text(encoding="utf-8")))


def test_it_is_valid_and_every_format_in_it_is_known(settings: Settings) -> None:
    assert [format_of(source).name for source in settings.sources]


def test_it_fills_what_a_publication_needs_and_names_networks_of_its_sources(settings: Settings) -> None:
    refuse_wrong_words(settings)
    assert unfilled_tables(settings) == {}
    fewer = [source for source in settings.sources if source.name != "crm"]
    assert unfilled_tables(settings.model_copy(update={"sources": fewer})).keys() == {"contacts"}


def test_connections_of_accounts_that_no_source_lists_are_told(settings: Settings) -> None:
    assert networks_of_unknown_accounts(settings) == []
    follows = Source(
        name="follows",
        format="table",
        path="follows.csv",
        network="fotos",
        table="connections",
        columns={"follower_profile_id": "a", "followed_profile_id": "b"},
    )
    members = follows.model_copy(
        update={"name": "members", "table": "profiles", "columns": {"profile_id": "a"}}
    )
    told = networks_of_unknown_accounts(settings.model_copy(update={"sources": (*settings.sources, follows)}))
    assert [sentence.split(" come")[0] for sentence in told] == ["Of 'fotos'"]
    both = settings.model_copy(update={"sources": (follows, members)})
    assert networks_of_unknown_accounts(both) == []
    assert unfilled_tables(both).keys() == {"contacts", "activities"}


def test_its_examples_are_sources_once_the_comment_sign_is_taken_away() -> None:
    before, examples, after = re.split(
        r"(?m)^(?=# More of format 'table')|^(?=segmentations:)", TEMPLATE.read_text()
    )
    lines = examples.splitlines()
    begun = [line[1:] for line in lines if re.match(r"#  +(-|[a-z])", line) and "stage: Customer" not in line]
    text = before + "\n".join(begun) + "\n" + after
    settings = Settings.model_validate(yaml.safe_load(text))
    examples_given = {source.table for source in settings.sources[4:]}
    assert examples_given == {"contacts", "orders", "order_lines", "products", "profiles", "activities"}
    refuse_wrong_words(settings)


def test_it_is_written_with_the_name_of_every_format(tmp_path: Path) -> None:
    init(tmp_path)
    written = (tmp_path / "scrm.yml").read_text(encoding="utf-8")
    assert f"Formats: {', '.join(format_names())}.\n" in written


def test_the_columns_it_maps_are_columns_of_the_table(settings: Settings) -> None:
    for source in settings.sources:
        if source.table:
            assert set(source.columns) <= set(TABLES[source.table].types)


def test_the_values_it_shows_for_optional_settings_are_the_defaults(settings: Settings) -> None:
    plain = Settings(brand=settings.brand, sources=settings.sources)
    for section in ("months", "currency", "identity", "privacy", "publication", "quality"):
        assert getattr(settings, section) == getattr(plain, section)
