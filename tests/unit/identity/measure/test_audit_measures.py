"""Weighted shares, worked out by hand, and what an audit sample says of links."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.identity.measure.audit_measures import (
    TRUTH_REVIEWER,
    AuditRow,
    Measure,
    audit_measures,
    inverse_rates,
    weighted_share,
)


def row(stratum: int, pairs: int, linked: bool, is_match: bool | None, **more: object) -> AuditRow:
    given: dict[str, object] = {
        **{
            "model_version": "m1",
            "match_weight": 3.0,
            "pair_probability": 0.9,
            "is_profile_of_contact": True,
        },
        **{"network": "x", "segments": ["all: all customers"], "half": "measure", "reviewer": "ann"},
    }
    return AuditRow(
        stratum=stratum, stratum_pairs=pairs, was_accepted=linked, is_match=is_match, **{**given, **more}
    )  # type: ignore[arg-type]


def test_weighted_share_with_kishs_size_and_wilsons_interval() -> None:
    """Weights 1, 1, 2, the first two hits: p = 2/4 = 0.5; n = 4²/(1 + 1 + 4) = 16/6 = 2.6667. With z² = 3.8415:
    middle = (0.5 + 3.8415/5.3333)/(1 + 3.8415/2.6667) = 1.22028/2.44055 = 0.5;
    spread = 1.95996/2.44055 · √(0.25/2.6667 + 3.8415/(4 · 7.1111)) = 0.80308 · √(0.09375 + 0.13505) = 0.38414."""
    share = weighted_share(np.array([True, True, False]), np.array([1.0, 1.0, 2.0]))
    assert (share.value, share.pairs) == (0.5, 3)
    assert share.low == pytest.approx(0.5 - 0.38414, abs=1e-4)
    assert share.high == pytest.approx(0.5 + 0.38414, abs=1e-4)


def test_weights_are_pairs_of_the_stratum_over_answers() -> None:
    """100 pairs of one stratum answered twice: 50 each; 30 of another, answered once: 30."""
    assert inverse_rates(
        [row(1, 100, True, True), row(1, 100, True, False), row(2, 30, True, True)]
    ).tolist() == [
        50,
        50,
        30,
    ]


def test_precision_and_recall_are_weighted_back_to_all_pairs() -> None:
    """Stratum 9: 400 pairs, 40 answered, all linked, 38 of them matches: each stands for 10. Stratum 2: 2,000
    pairs, 40 answered, none linked, 1 a match: each stands for 50.
    precision = 380/400 = 0.95; recall = 380/(380 + 50) = 0.883721."""
    rows = [row(9, 400, True, n < 38) for n in range(40)] + [row(2, 2000, False, n < 1) for n in range(40)]
    found = {(m.measure, m.stratum_kind, m.stratum): m for m in audit_measures(rows, {})}
    assert found["precision", "all", "all"].value == pytest.approx(0.95)
    assert found["recall_within_blocking", "all", "all"].value == pytest.approx(380 / 430)
    assert found["link_recall", "all", "all customers"].value == pytest.approx(380 / 430)
    assert found["precision", "network", "x"].pairs == 40
    assert found["precision", "all", "all"].low < 0.95 < found["precision", "all", "all"].high


def test_a_class_too_few_on_each_network_is_measured_over_all() -> None:
    """20 reviewed matches on x, all linked, and 20 on the forum, 10 of them linked: 30 of 40 = 0.75 over both."""
    low: dict[str, object] = {"segments": ["value: low"]}
    rows = [row(9, 40, True, True, **low) for _ in range(20)]
    rows += [row(9, 40, n < 10, True, network="forum", **low) for n in range(20)]
    found = {(m.stratum, m.network): m.value for m in audit_measures(rows, {}) if m.measure == "link_recall"}
    assert found == {("low", None): 0.75}


def test_what_nobody_answered_weighs_through_the_others_of_its_stratum() -> None:
    rows = [row(9, 400, True, n < 38) for n in range(40)] + [row(9, 400, True, None) for _ in range(10)]
    (precision,) = [m for m in audit_measures(rows, {}) if (m.measure, m.stratum) == ("precision", "all")]
    assert (precision.value, precision.pairs) == (pytest.approx(0.95), 40)


def test_the_calibration_half_measures_nothing() -> None:
    assert audit_measures([row(9, 400, True, True, half="calibration") for _ in range(80)], {}) == []


def test_calibration_error_leaves_out_who_belongs_elsewhere_and_who_is_no_profile_of_a_contact() -> None:
    """100 of 1 bit, 2/3, of which 50 match: |2/3 − 1/2| = 1/6. 100 other answers would make it 2/3 − 1/4."""
    asked = [row(5, 400, False, n % 2 == 0, match_weight=1.0) for n in range(100)]
    others = [
        row(5, 400, False, False, match_weight=1.0, **{"belongs_elsewhere": True, **more})
        for more in ({}, {"belongs_elsewhere": None, "is_profile_of_contact": False})
        for _ in range(50)
    ]
    for rows in (asked, [*asked, *others]):
        found = [m for m in audit_measures(rows, {}) if m.measure == "calibration_error_of_model"]
        assert [(m.value, m.pairs) for m in found] == [(pytest.approx(1 / 6), 100)]


def test_too_few_pairs_state_nothing() -> None:
    assert audit_measures([row(9, 400, True, True) for _ in range(29)], {}) == []


def test_the_basis_is_truth_only_where_truth_alone_answered() -> None:
    rows = [row(9, 400, True, True, reviewer=TRUTH_REVIEWER) for _ in range(40)]
    assert {m.basis for m in audit_measures(rows, {})} == {"truth"}
    assert {m.basis for m in audit_measures([*rows, row(9, 400, True, True)], {})} == {"audit_sample"}


def test_only_classes_of_a_segmentation_are_segments() -> None:
    measure = Measure("m", "precision", "value", "top", "x", 1.0, 0.9, 1.0, 40, "truth")
    assert measure.as_row()["segment"] == "top"
    assert Measure("m", "precision", "all", "all", None, 1, 1, 1, 40, "truth").as_row()["segment"] is None
    assert Measure("m", "persons", "personas", "1", None, 5, None, None, 5, "run").as_row()["segment"] is None


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 1e6)), min_size=1, max_size=50))
def test_a_share_lies_in_its_interval_and_that_within_zero_and_one(pairs: list[tuple[bool, float]]) -> None:
    share = weighted_share(np.array([h for h, _ in pairs]), np.array([w for _, w in pairs]))
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high, "no sample makes certain"
