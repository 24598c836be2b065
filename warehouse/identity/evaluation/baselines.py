"""What the model has to beat, on the same standardised personas and candidate pairs: exact matching, and
Splink with its stock comparisons.

Each is given its own best threshold, so that it is compared at its best. Must not live here: the product's own
model, truth, layout.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from warehouse.identity.measure.link_quality import PairQuality, Share
from warehouse.identity.tables import Maker

make = Maker(__name__)

SEED = 20_260_101
# Share of the true pairs that Splink's deterministic rules are taken to find, as its tutorial does.
RULES_RECALL = 0.7
_LISTS = ("email_hashes", "phone_hashes")
_TEXTS = ("given_name", "family_name", "handle", "city", "employer")
_NUMBERS = ("birth_year",)

# Values that two personas share, each a way of exact matching. SQL over l and r, rows of `personas`.
EXACT_RULES = {
    "same e-mail": "list_has_any(l.email_hashes, r.email_hashes)",
    "same name": "l.full_name = r.full_name",
    "same handle": "l.handle = r.handle",
    "same name and city": "l.full_name = r.full_name and l.city = r.city",
    "same name and birth year": "l.full_name = r.full_name and l.birth_year = r.birth_year",
    "e-mail, name or handle": (
        "coalesce(list_has_any(l.email_hashes, r.email_hashes), false)"
        " or coalesce(l.full_name = r.full_name, false) or coalesce(l.handle = r.handle, false)"
    ),
}


def exact_matching(connection: duckdb.DuckDBPyConnection, pairs: str = "pairs") -> dict[str, PairQuality]:
    """Each exact rule over all candidate pairs. Reads `personas`, `pairs` and `true_pairs` (n_l, n_r)."""
    found = {}
    actual = _count(connection, "true_pairs")
    for name, rule in EXACT_RULES.items():
        hits, linked = connection.execute(
            f"""
            select count(*) filter (where t.n_l is not null), count(*)
            from {pairs} as p
            inner join personas as l on p.join_key_l = l.n
            inner join personas as r on p.join_key_r = r.n
            left join true_pairs as t on p.join_key_l = t.n_l and p.join_key_r = t.n_r
            where {rule}
            """
        ).fetchall()[0]
        found[name] = PairQuality(Share(hits, linked), Share(hits, actual))
    return found


def best_threshold(connection: duckdb.DuckDBPyConnection, scored: str) -> tuple[float, PairQuality]:
    """Threshold with the highest F1 over `scored` (n_l, n_r, pair_probability), and the quality there.

    Recall is over all of `true_pairs` (n_l, n_r), those that blocking lost included.
    """
    actual = _count(connection, "true_pairs")
    rows = connection.execute(
        f"""
        with counted as (
            select
                s.pair_probability as threshold, count(*) as pairs, count(t.n_l) as hits
            from {scored} as s
            left join true_pairs as t using (n_l, n_r)
            group by s.pair_probability
        ),
        summed as (
            select
                threshold, sum(pairs) over (order by threshold desc) as linked,
                sum(hits) over (order by threshold desc) as hits
            from counted
        )
        select threshold, hits, linked
        from summed
        order by 2 * hits / (linked + {actual}) desc, threshold desc
        limit 1
        """
    ).fetchall()
    if not rows:
        return 1.0, PairQuality(Share(0, 0), Share(0, actual))
    threshold, hits, linked = rows[0]
    return float(threshold), PairQuality(Share(int(hits), int(linked)), Share(int(hits), actual))


def score_with_stock_splink(connection: duckdb.DuckDBPyConnection, pairs: str = "pairs") -> None:
    """Score `pairs` over `personas` with Splink's stock comparisons into `stock` (n_l, n_r, pair_probability).

    Trained on these very records as Splink's documentation does it: the prior from deterministic rules, u from
    random pairs, m by EM within blocks. Only columns that hold values take part.
    """
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    held = _make_columns(connection)
    database = DuckDBAPI(connection=connection)
    linker = Linker(
        database.register("stock_personas", dataset_display_name="stock_personas"),
        {
            "link_type": "dedupe_only",
            "unique_id_column_name": "n",
            "comparisons": _stock_comparisons(held),
            "blocking_rules_to_generate_predictions": [],
        },
        log_level=None,
    )
    rules = _training_rules(held)
    linker.training.estimate_probability_two_random_records_match(rules, recall=RULES_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    linker.table_management.register_blocked_pairs_for_predict(database.register(pairs))
    predicted = linker.inference.predict()
    make(
        connection,
        "stock",
        f"select n_l, n_r, match_probability as pair_probability from {predicted.physical_name}",
    )
    linker.table_management.delete_tables_created_by_splink_from_db()


def _make_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Make `stock_personas`; return its columns that hold values."""
    lists = ", ".join(f"nullif({c}, []) as {c}" for c in _LISTS)
    first = ", ".join(f"{c}[1] as {c.removesuffix('_hashes')}" for c in _LISTS)
    plain = ", ".join((*_TEXTS, *_NUMBERS))
    make(connection, "stock_personas", f"select n, {plain}, {lists}, {first} from personas")
    counts = ", ".join(f"count({c})" for c in (*_TEXTS, *_NUMBERS, *_LISTS))
    row = connection.execute(f"select {counts} from stock_personas").fetchall()[0]
    return {c for c, n in zip((*_TEXTS, *_NUMBERS, *_LISTS), row, strict=True) if n > 1}


def _stock_comparisons(held: set[str]) -> list[Any]:
    import splink.comparison_library as cl

    comparisons = [cl.ForenameSurnameComparison("given_name", "family_name")]
    if "handle" in held:
        comparisons.append(cl.JaroWinklerAtThresholds("handle", [0.92, 0.88, 0.7]))
    comparisons += [cl.ArrayIntersectAtSizes(c, [1]) for c in _LISTS if c in held]
    exact = [c for c in ("city", "employer", "birth_year") if c in held]
    return comparisons + [cl.ExactMatch(c).configure(term_frequency_adjustments=True) for c in exact]


def _training_rules(held: set[str]) -> list[Any]:
    from splink import block_on

    wanted = [
        (("given_name", "family_name"), ()),
        (("handle",), ("handle",)),
        (("email",), ("email_hashes",)),
        (("phone",), ("phone_hashes",)),
        (("family_name", "birth_year"), ("birth_year",)),
        (("city", "birth_year"), ("city", "birth_year")),
    ]
    return [block_on(*columns) for columns, needed in wanted if set(needed) <= held]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])
