"""The scrm.yml that `scrm init` writes: what it says of defaults and formats must be true."""

from __future__ import annotations

import re

import pytest
import yaml

from ingestion.formats.registry import format_names, format_of
from orchestration.commands.project import template
from orchestration.configuration.wording import (
    networks_of_unknown_accounts,
    refuse_wrong_words,
    unfilled_tables,
)
from warehouse.canonical.register import TABLES
from warehouse.settings import Settings, Source

TEMPLATE = template()


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(yaml.safe_load(TEMPLATE))


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
    before, examples, after = re.split(r"(?m)^(?=# More of format 'table')|^(?=segmentations:)", TEMPLATE)
    lines = examples.splitlines()
    begun = [line[1:] for line in lines if re.match(r"#  +(-|[a-z])", line) and "stage: Customer" not in line]
    text = before + "\n".join(begun) + "\n" + after
    settings = Settings.model_validate(yaml.safe_load(text))
    examples_given = {source.table for source in settings.sources[4:]}
    assert examples_given == {"contacts", "orders", "order_lines", "products", "profiles", "activities"}
    refuse_wrong_words(settings)


def test_it_names_every_format() -> None:
    assert f"Formats: {', '.join(format_names())}.\n" in TEMPLATE


def test_the_columns_it_maps_are_columns_of_the_table(settings: Settings) -> None:
    for source in settings.sources:
        if source.table:
            assert set(source.columns) <= set(TABLES[source.table].types)


def test_the_values_it_shows_for_optional_settings_are_the_defaults(settings: Settings) -> None:
    plain = Settings(brand=settings.brand, sources=settings.sources)
    for section in ("months", "currency", "identity", "privacy", "publication", "history", "quality"):
        assert getattr(settings, section) == getattr(plain, section)
