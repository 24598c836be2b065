"""Suites of checks, and all checks of a layer: the product's and the company's own.

Must not live here: any check (a module a subject), how they are run (quality/runner.py).
"""

from __future__ import annotations

from quality.check import LAYERS, Check, Layer, Limits, refuse_duplicates
from quality.own_checks import read_own_checks, unusable
from quality.suites import (
    identity,
    identity_ranges,
    identity_review,
    landed,
    landed_history,
    landed_namespaces,
    landed_relations,
    marts,
    marts_cells,
    marts_figures,
    marts_identifiers,
    organizations,
)
from warehouse.canonical.register import TABLES
from warehouse.settings import Settings


class UnknownLayer(Exception):
    """The layer asked for is none of `LAYERS`."""


def checks_of(layer: Layer, settings: Settings, shape: marts.Shape | None = None) -> tuple[Check, ...]:
    """Every check of a layer, known before anything is built.

    `shape` holds schema → table → column → type of the marts; by default what the dbt models declare.
    Raises UnknownLayer, UnknownLimit where `quality.thresholds` names a limit of no check, OwnChecksError.
    """
    limits = Limits(settings.quality.thresholds)
    by_layer = _shipped(settings, limits, marts.declared_shape() if shape is None else shape)
    if layer not in by_layer:
        raise UnknownLayer(f"{layer!r} is not a layer of checks; the layers are {', '.join(LAYERS)}")
    limits.refuse_unknown()
    own = tuple(check for check in read_own_checks(settings.folder) if check.layer == layer)
    return refuse_duplicates((*by_layer[layer], *own))


def known_limits(settings: Settings) -> dict[str, float]:
    """Every limit that `quality.thresholds` may set, with the value that holds where it does not."""
    limits = Limits({})
    _shipped(settings, limits, marts.declared_shape())
    return limits.known


def _shipped(settings: Settings, limits: Limits, shape: marts.Shape) -> dict[Layer, tuple[Check, ...]]:
    return {
        "landed": (
            *landed_history.suite(settings, limits),
            *landed.suite(settings, limits),
            *landed_relations.suite(limits),
            *landed_namespaces.suite(limits),
        ),
        "identity": (
            *identity.suite(limits),
            *identity_ranges.suite(limits),
            *identity_review.suite(limits),
            *organizations.suite(limits),
        ),
        "marts": (
            *marts.suite(shape, limits),
            *marts_identifiers.suite(shape),
            *marts_cells.suite(shape),
            *marts_figures.suite(shape, limits),
            *organizations.mart_suite(),
        ),
    }


def own_checks_that_cannot_be_run(settings: Settings) -> list[str]:
    """Say, before anything is built, what is wrong with the company's own checks.

    Raises UnknownLimit where `quality.thresholds` names a limit of no check, OwnChecksError.
    """
    checks_of("landed", settings)
    shape = marts.declared_shape()
    known = {
        "landed": [*TABLES, "all_files"],
        "marts": shape["marts"],
        "people": shape["people"],
    }
    return unusable(read_own_checks(settings.folder), known)
