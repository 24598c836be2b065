"""Runs the checks of a layer and hands them to Great Expectations. The only file that imports it.

Each relation is one suite, each `Check` one expectation of it; what they find is counted where the data lies, in
one query a relation (finding.py). Great Expectations takes seconds to import, so it is imported when the first
layer runs. Suites and results are kept in `<build>/quality/`, from where `build_site` makes one static site of all
layers. Must not live here: rules (suites/), how rows are counted (finding.py), pages of our own (reports.py).
"""

from __future__ import annotations

import contextlib
import html
import io
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from quality.check import Check, CheckResult, Layer
from quality.containment import Acceptance, accept, set_records_apart, write_set_apart
from quality.dialect import address_of
from quality.finding import Found, find
from quality.relations import Relations, open_build
from quality.results import write_results
from quality.suites import checks_of
from quality.suites.marts import Shape
from warehouse.lake import Home, make_folder
from warehouse.settings import Settings


def run_checks(
    layer: Layer,
    build: Path,
    settings: Settings,
    *,
    home: Home | None = None,
    shape: Shape | None = None,
    accepted: Mapping[str, Acceptance] = MappingProxyType({}),
) -> list[CheckResult]:
    """Run a layer's checks on a build, all that `checks_of` names, and keep the results in the build.

    `build/warehouse.duckdb` is opened read-only; nobody may be writing it. A check of a table that no source
    fills is not applicable; one that cannot be run has failed. Odd records of the lake are set apart for what
    is built after (containment.py). `accepted` is by the check's name. Raises BuildIncomplete, UnknownLimit,
    OwnChecksError.
    """
    checks = checks_of(layer, settings, shape)
    everything = layer == "landed"
    with open_build(home or Home(settings.home), build, settings, everything=everything) as relations:
        decided = {c.name: result for c in checks if (result := _without_running(c, relations))}
        found = _find_all(relations, [check for check in checks if check.name not in decided])
        _validate(
            layer, build, relations, [(check, found[check.name]) for check in checks if check.name in found]
        )
        results = accept((decided.get(c.name) or _told(c, found[c.name]) for c in checks), accepted)
        if layer == "landed":
            results, odd = set_records_apart(checks, results, relations, settings.quality.containment)
            write_set_apart(build, odd)
    write_results(layer, build, results)
    return results


def build_site(build: Path, folder: Path) -> None:
    """Write Great Expectations' own Data Docs of every layer run on the build to `folder`."""
    with _quiet():
        _expectation()  # known before stored suites are read
        _context(build, site=folder).build_data_docs(site_names=["data_docs"])


def _without_running(check: Check, relations: Relations) -> CheckResult | None:
    """Result of a check that cannot be run, or has nothing to say; None for one that can be run."""
    if check.filled and not relations.is_filled(check.filled):
        observed = f"not applicable: no configured source fills {check.filled}"
        return _result(check, passed=True, observed=observed, is_applicable=False)
    if not relations.exists(check.relation):
        return _result(
            check, passed=False, observed=f"could not be run: {relations.why_absent(check.relation)}"
        )
    needed = check.needs if not check.may_be_empty else (check.relation, *check.needs)
    # what a build must hold by now is a fault where it is absent; the last publication's tables may be
    for need in needed:
        if not relations.exists(need) and not need.startswith("previous"):
            return _result(check, passed=False, observed=f"could not be run: {relations.why_absent(need)}")
    lacking = [need for need in needed if not relations.has_rows(need)]
    if lacking:
        observed = f"not applicable: no rows in {', '.join(lacking)}"
        return _result(check, passed=True, observed=observed, is_applicable=False)
    return None


def _result(check: Check, *, passed: bool, observed: str, **rest: Any) -> CheckResult:
    return CheckResult(
        name=check.name,
        layer=check.layer,
        relation=check.relation,
        severity=check.severity,
        sentence=check.sentence,
        passed=passed,
        observed=observed,
        cost=check.cost,
        is_acceptable=check.is_acceptable,
        **rest,
    )


def _find_all(relations: Relations, checks: Sequence[Check]) -> dict[str, Found]:
    """What the checks find, by their names, relation by relation."""
    found: dict[str, Found] = {}
    for relation in dict.fromkeys(check.relation for check in checks):
        found |= find(relations, [check for check in checks if check.relation == relation])
    return found


def _told(check: Check, found: Found) -> CheckResult:
    return _result(
        check,
        passed=not found.count and not found.error,
        observed=_in_words(found),
        unexpected_count=found.count,
        sample=found.sample,
    )


def _in_words(found: Found) -> str:
    if found.error:
        return f"could not be run: {found.error}"
    count = found.count
    return f"{count:,} unexpected row{'s' if count > 1 else ''}" if count else "nothing unexpected"


def _validate(layer: Layer, build: Path, relations: Relations, told: Sequence[tuple[Check, Found]]) -> None:
    """Keep one suite and one validation per relation, one expectation per check."""
    _forget_earlier(layer, build)
    _FOUND.clear()
    _FOUND.update((check.name, found) for check, found in told)
    with address_of(relations.connection) as address, _quiet():
        context = _context(build)
        source = context.data_sources.add_sql(name="build", connection_string=address)
        for relation in dict.fromkeys(check.relation for check, _ in told):
            _validate_relation(
                context, source, layer, [check for check, _ in told if check.relation == relation]
            )


def _validate_relation(context: Any, source: Any, layer: Layer, checks: Sequence[Check]) -> None:
    from great_expectations import ExpectationSuite, ValidationDefinition

    schema, table = checks[0].relation.split(".", 1)
    name = f"{layer}.{checks[0].relation}"
    asset = source.add_table_asset(name=checks[0].relation, table_name=table, schema_name=schema)
    expectations = [
        _expectation()(
            check_name=check.name,
            severity=check.severity,
            meta={"sentence": check.sentence, "sql": _shown(check)},
        )
        for check in checks
    ]
    definition = ValidationDefinition(
        name=name,
        data=asset.add_batch_definition_whole_table("all rows"),
        suite=context.suites.add(ExpectationSuite(name=name, expectations=expectations)),
    )
    context.validation_definitions.add(definition).run(result_format="COMPLETE")


def _shown(check: Check) -> str:
    """SQL of a check as it can be run again by hand."""
    return ";\n".join(filter(None, (check.preparation, check.sql.strip()))).replace("@batch", check.relation)


# What the checks that are validated now found, by name: Great Expectations makes expectations anew from their
# stored form, which has room for names alone.
_FOUND: dict[str, Found] = {}


@cache
def _expectation() -> Any:
    """The expectation that a check becomes: its Data Docs show name, reason, SQL and the rows found."""
    from great_expectations.expectations.expectation import BatchExpectation
    from great_expectations.render import (
        LegacyDiagnosticRendererType,
        LegacyRendererType,
        RenderedStringTemplateContent,
        RenderedTableContent,
    )
    from great_expectations.render.renderer.renderer import renderer

    class NothingUnexpected(BatchExpectation):  # type: ignore[misc]
        check_name: str
        metric_dependencies = ()
        success_keys = ("check_name",)

        def _validate(
            self,
            metrics: Any,  # noqa: ARG002
            runtime_configuration: Any = None,  # noqa: ARG002
            execution_engine: Any = None,  # noqa: ARG002
        ) -> dict[str, Any]:
            found = _FOUND[self.check_name]
            return {
                "success": not found.count and not found.error,
                "result": {
                    "observed_value": _in_words(found),
                    "details": {"unexpected_rows": [dict(row) for row in found.sample]},
                },
            }

        @classmethod
        @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
        def _prescriptive_renderer(cls, configuration: Any = None, **_: Any) -> list[Any]:
            meta = configuration.meta
            return [
                RenderedStringTemplateContent(
                    content_block_type="string_template",
                    string_template={
                        "template": "$check ($severity)\n$sentence\n$sql",
                        "params": {
                            "check": configuration.kwargs["check_name"],
                            "severity": str(getattr(configuration.severity, "value", configuration.severity)),
                            "sentence": meta["sentence"],
                            "sql": meta["sql"],
                        },
                        "tag": "div",
                        "styling": {"params": {"sql": {"classes": ["check-sql"]}}},
                    },
                )
            ]

        @classmethod
        @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)  # type: ignore[untyped-decorator]
        def _diagnostic_unexpected_statement_renderer(cls, **_: Any) -> list[Any]:
            """Messages of the engine may quote a value; the page does not show them."""
            return []

        @classmethod
        @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)  # type: ignore[untyped-decorator]
        def _diagnostic_unexpected_table_renderer(cls, result: Any = None, **_: Any) -> list[Any] | None:
            """Rows found, escaped here: cells of a table are put into the page as they are."""
            rows = ((result.result or {}).get("details") or {}).get("unexpected_rows") or []
            if not rows:
                return None
            # a row lacks the columns in which it holds nothing, the first one, too
            names = list(dict.fromkeys(name for row in rows for name in row))
            return [
                RenderedTableContent(
                    content_block_type="table",
                    header_row=[html.escape(name) for name in names],
                    table=[[html.escape(row.get(name, "")) for name in names] for row in rows],
                    styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
                )
            ]

    return NothingUnexpected


def _forget_earlier(layer: Layer, build: Path) -> None:
    """Drop what an earlier run of the layer on this build left, so that the site shows one."""
    for kept in ("expectations", "validations"):
        folder = build / "quality" / "gx" / kept / layer  # dots of a suite's name become folders
        if folder.exists():
            shutil.rmtree(folder)


def _context(build: Path, site: Path | None = None) -> Any:
    """An ephemeral context whose suites and results lie in the build, where all layers find them."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    defaults = InMemoryStoreBackendDefaults()
    kept = build / "quality" / "gx"
    defaults.stores[defaults.expectations_store_name]["store_backend"] = _backend(
        kept / "expectations", ".json"
    )
    defaults.stores[defaults.validation_results_store_name]["store_backend"] = _backend(
        kept / "validations", ".json"
    )
    docs = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        store_backend_defaults=defaults,
        data_docs_sites={"data_docs": docs | {"store_backend": _backend(site)}} if site else {},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _backend(folder: Path, suffix: str | None = None) -> dict[str, Any]:
    make_folder(folder)
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    return backend | ({"filepath_suffix": suffix} if suffix else {})


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations prints as it goes; what matters is in the results."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
