"""A company's own checks: `checks.yml` beside `scrm.yml`, each entry one `Check` in SQL.

    - name: no_test_orders
      layer: landed
      relation: landed.orders
      severity: critical
      sentence: Orders of the test shop are not sales.
      sql: select source, source_file_sha256, source_record from @batch where order_id like 'TEST%'

Must not live here: checks that ship with the product (suites/).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from quality.check import Check
from warehouse.errors import ScrmError
from warehouse.settings import CHECKS_NAME, SettingsError, read_yaml

FILE_NAME = CHECKS_NAME


class OwnChecksError(ScrmError):
    """`checks.yml` is not YAML, or an entry is not a check."""


class _OwnCheck(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    layer: Literal["landed", "identity", "marts"]
    relation: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z][a-z0-9_]*$")]
    severity: Literal["critical", "warning"] = "warning"
    sentence: Annotated[str, Field(min_length=1)]
    sql: Annotated[str, Field(pattern=r"(?s)@batch")]

    def check(self) -> Check:
        return Check(
            name=f"own.{self.name}",
            layer=self.layer,
            relation=self.relation,
            severity=self.severity,
            sentence=self.sentence,
            sql=self.sql.rstrip("; \n"),
            cost="publication" if self.severity == "critical" else None,
            is_acceptable=self.severity == "critical",
        )


def read_own_checks(folder: Path) -> tuple[Check, ...]:
    """Read `<folder>/checks.yml`, if there is one. Raises OwnChecksError, naming the entry."""
    path = folder / FILE_NAME
    if not path.exists():
        return ()
    try:
        entries = TypeAdapter(list[_OwnCheck]).validate_python(read_yaml(path))
    except SettingsError as error:
        raise OwnChecksError(str(error)) from error
    except ValidationError as error:
        wrong = [f"{path}, entry {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise OwnChecksError("\n".join(wrong)) from None
    return tuple(entry.check() for entry in entries)


def unusable(checks: Iterable[Check], known: Mapping[str, Collection[str]]) -> list[str]:
    """Say of every check whose SQL is no query, or whose relation there is not, that it could not be run.

    `known` gives the relations of the schemas that are known before anything is built.
    """
    return [
        f"{FILE_NAME}, {check.name.removeprefix('own.')}: {said}"
        for check in checks
        for said in _wrong(check, known)
    ]


def _wrong(check: Check, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    schema, _, table = check.relation.partition(".")
    if schema in known and table not in known[schema]:
        near = difflib.get_close_matches(table, known[schema], n=1)
        hint = (
            f"did you mean {schema}.{near[0]}?" if near else f"known are {', '.join(sorted(known[schema]))}."
        )
        yield f"there is no relation {check.relation}; {hint}"
    try:
        statements = duckdb.extract_statements(check.sql.replace("@batch", "batch"))
    except duckdb.Error as error:
        yield f"its sql is no SQL: {str(error).splitlines()[0]}"
        return
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        yield "its sql must be one query (select …)"
