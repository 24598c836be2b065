"""Tables that steps of linkage share: no module overwrites another's, and none makes one past the declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import warehouse.identity
from tests.unit.identity.hand_made_tables import fill
from warehouse.identity.tables import DECLARED, MACROS, Maker, TableError

PACKAGE = Path(warehouse.identity.__file__).parent
CLUSTER, JUDGEMENT = Maker("warehouse.identity.persons.cluster"), Maker("warehouse.identity.pairs.judgement")
MEMBERS = "select 1::integer as n, 1::integer as person"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_a_module_makes_what_is_declared_for_it_again_and_again(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    CLUSTER.empty(connection, "members")
    assert CLUSTER(connection, "members", MEMBERS) == 1
    assert connection.execute("from members").fetchall() == [(1, 1)]


def test_what_is_declared_for_another_module_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    CLUSTER(connection, "members", MEMBERS)
    with pytest.raises(
        TableError, match=r"pairs\.judgement would make the table members, which is declared for per"
    ):
        JUDGEMENT(connection, "members", "select 2::integer as n, 2::integer as person")
    assert connection.execute("from members").fetchall() == [(1, 1)], "and the other's table stays as it was"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select 1::integer as n", "it lacks person INTEGER"),
        ("select 1::bigint as n, 1::integer as person", "it has n as BIGINT, not as INTEGER"),
        (f"{MEMBERS}, 0 as size", "it has size, which is not declared"),
    ],
)
def test_other_columns_than_declared_are_refused(
    connection: duckdb.DuckDBPyConnection, query: str, said: str
) -> None:
    with pytest.raises(
        TableError, match=f"persons.cluster made the table members otherwise than declared: {said}"
    ):
        CLUSTER(connection, "members", query)


def test_a_step_of_one_module_is_no_others(connection: duckdb.DuckDBPyConnection) -> None:
    CLUSTER(connection, "newly_found", "select 1 as n")
    for make in (JUDGEMENT, JUDGEMENT.view):
        with pytest.raises(TableError, match=r"newly_found, which persons\.cluster made on this connection"):
            make(connection, "newly_found", "select 2 as n")
    with pytest.raises(TableError, match="newly_found"):
        JUDGEMENT.rows(connection, "newly_found", pa.table({"n": [2]}))
    with pytest.raises(TableError, match="newly_found"):
        JUDGEMENT.drop(connection, "newly_found")
    CLUSTER.drop(connection, "newly_found")
    JUDGEMENT.rows(connection, "newly_found", pa.table({"n": [2]}))
    assert connection.execute("from newly_found").fetchall() == [(2,)]
    JUDGEMENT.drop(connection, "newly_found")
    with duckdb.connect() as another:
        CLUSTER(another, "newly_found", "select 1 as n")


def test_a_macro_is_its_makers(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(
        TableError, match=r"macro stands_for is declared for pairs\.pruning, not for persons\.cluster"
    ):
        CLUSTER.macro(connection, "stands_for()", "1")


def test_columns_that_hang_on_comparisons_may_be_more(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, "scored", "select 1 as n_l, 2 as n_r, 0::tinyint as level_name, 1.5::double as mw_name")
    columns = [column[0] for column in connection.execute("from scored").description or []]
    assert columns[-2:] == ["level_name", "mw_name"]
    with pytest.raises(TableError, match="it has likely, which is not declared"):
        fill(connection, "scored", "select 1 as n_l, 2 as n_r, true as likely")


def test_no_module_declares_a_name_twice() -> None:
    declared = [(table.name, table.maker) for table in DECLARED]
    assert len(set(declared)) == len(declared)


def test_every_maker_is_a_module() -> None:
    makers = {table.maker for table in DECLARED} | set(MACROS.values())
    missing = {m for m in makers if not (PACKAGE / f"{m.replace('.', '/')}.py").exists()}
    assert not missing, f"tables.py declares tables for modules that are not there: {sorted(missing)}"


def test_tables_are_made_through_their_declaration_alone() -> None:
    """Of linkage: personas/build.py writes the file that dbt reads."""
    past_it = re.compile(
        r"create\s+(or\s+replace\s+)?temp|connection\.register\(|alter\s+table", re.IGNORECASE
    )
    found = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        if past_it.search(path.read_text(encoding="utf-8")) and path != PACKAGE / "tables.py"
    ]
    assert found == []
