from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from quality.check import Check
from quality.finding import Found, find, prepare
from quality.relations import Relations
from quality.suites import checks_of
from tests.unit.quality.healthy import SETTINGS, healthy_tables, in_memory, shape_of
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings.model_validate(SETTINGS)


@pytest.fixture(scope="session")
def checks(settings: Settings) -> dict[str, Check]:
    """Every check of every layer, by name."""
    shape = shape_of(healthy_tables())
    return {
        check.name: check
        for layer in ("landed", "identity", "marts")
        for check in checks_of(layer, settings, shape)
    }


@pytest.fixture(scope="session")
def healthy() -> Relations:
    return in_memory(healthy_tables())


@pytest.fixture
def build(healthy: Relations) -> Iterator[Relations]:
    """A healthy build in memory; what a test changes in it is taken back."""
    healthy.connection.execute("begin")
    yield Relations(healthy.connection)
    healthy.connection.execute("rollback")


@pytest.fixture
def unexpected() -> Callable[[Relations, Check], list[dict[str, Any]]]:
    """Rows that a check finds, as dicts."""

    def rows_of(relations: Relations, check: Check) -> list[dict[str, Any]]:
        if any(not relations.has_rows(need) for need in check.needs):
            return []
        prepare(relations, check)
        rows = relations.count(check.relation)
        sql = check.unexpected(rows).replace("@batch", check.relation)
        return relations.connection.execute(sql).to_arrow_table().to_pylist()

    return rows_of


@pytest.fixture
def found() -> Callable[[Relations, Iterable[Check]], dict[str, Found]]:
    """What checks of one relation find, as a run asks them, by name; none of those that need what there is not."""

    def ask(relations: Relations, checks: Iterable[Check]) -> dict[str, Found]:
        asked = [check for check in checks if all(map(relations.has_rows, check.needs))]
        return {name: found for name, found in find(relations, asked).items() if found != Found()}

    return ask
