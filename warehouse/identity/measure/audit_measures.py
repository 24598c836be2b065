"""Precision, recall and calibration from reviewed audit pairs, each weighted by its inverse sampling rate.

The weight of a reviewed pair is the pairs of its stratum / those of its half that were answered, so that
pairs nobody could decide weigh through the others of their stratum. Intervals are Wilson's (1927) with Kish's
(1965) effective sample size, (Σw)² / Σw². Must not live here: drawing (audit_sample.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from warehouse.identity.measure.link_quality import Z_95
from warehouse.identity.model.calibration import (
    LEAST_REVIEWED,
    CalibrationMap,
    calibrated,
    expected_calibration_error,
)

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A share of fewer reviewed pairs than this is not stated.
LEAST_PAIRS = 30
# Who answers from the truth of the sample company, which is then the basis of what follows.
TRUTH_REVIEWER = "truth of the sample company"


@dataclass(frozen=True)
class Estimate:
    """A share with its 95 % interval, and the reviewed pairs that it rests on."""

    value: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True)
class AuditRow:
    """A drawn pair with its answer; None where nobody has given one, or nobody could."""

    model_version: str
    stratum: int
    stratum_pairs: int
    match_weight: float
    pair_probability: float
    was_accepted: bool
    is_profile_of_contact: bool
    network: str
    segments: list[str]
    half: str
    is_match: bool | None
    reviewer: str | None
    # the profile is somebody's, and not this contact's
    belongs_elsewhere: bool | None = None

    @property
    def says_whether_owned(self) -> bool:
        """Whether the answer says how probable it is that a profile is a contact's rather than nobody's here.

        Who of several is the owner is decided by their competition (persons/ownership.py), and would count twice.
        """
        return self.is_profile_of_contact and not self.belongs_elsewhere


@dataclass(frozen=True)
class Measure:
    """A row of quality.parquet."""

    model_version: str
    measure: str
    stratum_kind: str
    stratum: str
    network: str | None
    value: float
    low: float | None
    high: float | None
    pairs: int
    basis: str

    def as_row(self) -> dict[str, Any]:
        """The row as quality.parquet has it: `segment` is the stratum where a segmentation divides."""
        divides = self.stratum_kind not in {"network", "personas"} and self.stratum != "all"
        return {**self.__dict__, "segment": self.stratum if divides else None}


def weighted_share(hits: Flags, weights: Doubles) -> Estimate:
    """Share of hits among weighted pairs. With p = Σwh / Σw and n = (Σw)² / Σw², Wilson's interval is

    (p + z²/2n ∓ z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
    """
    if not len(weights):
        return Estimate(math.nan, math.nan, math.nan, 0)
    total = float(weights.sum())
    p = float(weights[hits].sum()) / total
    n, z2 = total**2 / float((weights**2).sum()), Z_95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    spread = Z_95 / (1 + z2 / n) * math.sqrt(max(0.0, p * (1 - p)) / n + z2 / (4 * n * n))
    return Estimate(p, max(0.0, min(p, middle - spread)), min(1.0, max(p, middle + spread)), len(weights))


def inverse_rates(rows: Iterable[AuditRow]) -> Doubles:
    """Weight of each answered row among the rows given: pairs of its stratum / rows of that stratum here."""
    rows = list(rows)
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.stratum] = counts.get(row.stratum, 0) + 1
    return np.array([row.stratum_pairs / counts[row.stratum] for row in rows], dtype=np.float64)


def answered(rows: Iterable[AuditRow], half: str) -> dict[str, list[AuditRow]]:
    """Rows of a half that have an answer, by model version."""
    by_model: dict[str, list[AuditRow]] = {}
    for row in rows:
        if row.half == half and row.is_match is not None:
            by_model.setdefault(row.model_version, []).append(row)
    return by_model


def audit_measures(rows: Iterable[AuditRow], maps: Mapping[str, CalibrationMap | None]) -> list[Measure]:
    """All measures that the measuring half gives, for each model version that pairs were drawn under.

    Precision and recall are of published links: a pair counts as linked where both stood in one person when it
    was drawn. Recall is within blocking: pairs that were never compared are in no sample.
    """
    return [
        measure
        for version, mine in answered(rows, "measure").items()
        for measure in _of_model(version, mine, maps.get(version))
    ]


def _of_model(version: str, rows: list[AuditRow], found: CalibrationMap | None) -> Iterator[Measure]:
    weights = inverse_rates(rows)
    basis = "truth" if all(row.reviewer == TRUTH_REVIEWER for row in rows) else "audit_sample"
    is_match = np.array([bool(row.is_match) for row in rows])
    linked = np.array([row.was_accepted for row in rows])

    def shares(kind: str, stratum: str, network: str | None, here: Flags) -> Iterator[Measure]:
        for name, hits, among in (
            ("precision", is_match, linked & here),
            ("recall_within_blocking", linked, is_match & here),
        ):
            share = weighted_share(hits[among], weights[among])
            if share.pairs >= LEAST_PAIRS:
                yield Measure(
                    version,
                    name,
                    kind,
                    stratum,
                    network,
                    share.value,
                    share.low,
                    share.high,
                    share.pairs,
                    basis,
                )

    everywhere = np.ones(len(rows), dtype=bool)
    yield from shares("all", "all", None, everywhere)
    networks = np.array([row.network for row in rows])
    for network in sorted(set(networks)):
        yield from shares("network", network, network, networks == network)
    owned = np.array([row.is_profile_of_contact for row in rows])
    for segment in sorted({s for row in rows for s in row.segments}):
        kind, _, name = segment.partition(": ")
        inside = owned & np.array([segment in row.segments for row in rows])
        # over all networks, too: few samples are large enough for every class on each
        for network in (None, *sorted(set(networks[inside]))):
            here = inside if network is None else inside & (networks == network)
            for measure in shares(kind, name, network, here):
                yield measure
                if measure.measure == "recall_within_blocking":
                    yield Measure(**{**measure.__dict__, "measure": "link_recall"})
    yield from _calibration(version, rows, weights, is_match, found, basis)


def _calibration(
    version: str,
    rows: list[AuditRow],
    weights: Doubles,
    is_match: Flags,
    found: CalibrationMap | None,
    basis: str,
) -> Iterator[Measure]:
    owned = np.array([row.says_whether_owned for row in rows])
    if owned.sum() < LEAST_REVIEWED // 2:
        return
    bits, weights, is_match = (
        np.array([row.match_weight for row in rows])[owned],
        weights[owned],
        is_match[owned],
    )
    raw = 1 - 1 / (1 + np.exp2(np.clip(bits, -60, 60)))
    kinds = {"calibration_error_of_model": raw}
    if found is not None:
        kinds["calibration_error"] = calibrated(found, bits)
    for name, probabilities in kinds.items():
        error = expected_calibration_error(probabilities, is_match.astype(np.float64), weights)
        yield Measure(version, name, "all", "all", None, error, None, None, int(owned.sum()), basis)
