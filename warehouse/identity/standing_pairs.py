"""Pairs of two unchanged personas: their scores stand, as scored_pairs.parquet of the last publication has them.

Lives here: reading them, back in the columns that scoring makes. Must not live here: which are read (touched.py).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.blocking import RULES
from warehouse.identity.calibration import calibrated_sql
from warehouse.identity.model import COMPARISONS, OF_PAIRS
from warehouse.identity.passes import PROPOSED_BY_GRAPH
from warehouse.identity.rules import LOWEST_PROBABILITY


def open_prior_pairs(connection: duckdb.DuckDBPyConnection, prior: Path) -> None:
    """Make the view `prior_pairs`: the pairs of the last run, each with its `row`."""
    connection.execute(
        "create or replace temp view prior_pairs as select * exclude (file_row_number), file_row_number as row "
        f"from read_parquet({quote_text(prior / 'scored_pairs.parquet')}, file_row_number = true)"
    )


def find_prior_edges(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `prior_edges` (n_l, n_r, pair_probability, row, is_standing): pairs that could still matter.

    n is NULL for who is gone; is_standing where nobody of the two changed. Of two contacts an improbable pair
    matters, too: it says that they are two people.
    """
    connection.execute(
        f"""
        create or replace temp table prior_edges as
        select
            l.n as n_l, r.n as n_r, p.pair_probability, p.row,
            l.n is not null and r.n is not null
            and l.n not in (select n from changed) and r.n not in (select n from changed) as is_standing
        from prior_pairs as p
        left join numbered as l on p.left_persona_id = l.persona_id
        left join numbered as r on p.right_persona_id = r.persona_id
        where
            p.pair_probability >= {LOWEST_PROBABILITY}
            or (starts_with(p.left_persona_id, 'contact:') and starts_with(p.right_persona_id, 'contact:'))
        """
    )


def add_standing_pairs(connection: duckdb.DuckDBPyConnection, rows: str | None = None) -> None:
    """Add pairs of unchanged personas to `scored` and `pairs`, without what the graph said of them.

    All of them, or those in the table `rows` (row).
    """
    names = ", ".join(quote_text(rule.name) for rule in RULES)
    of_graph = " + ".join(f"weight_{c.name}" for c in OF_PAIRS)
    outcomes = [
        f"cast(null as integer) as level_{c.name}, 0.0::double as mw_{c.name}"
        if c in OF_PAIRS
        else f"level_{c.name}, weight_{c.name} as mw_{c.name}"
        + (f", 0.0::double as mw_tf_adj_{c.name}" if c.rarity_columns else "")
        for c in COMPARISONS
    ]
    both = """
        prior_pairs as p
        inner join numbered as l on p.left_persona_id = l.persona_id
        inner join numbered as r on p.right_persona_id = r.persona_id
    """
    known = f"prior_pairs as p inner join (from prior_edges semi join {rows} using (row)) as e using (row)"
    l_n, r_n, pairs = ("l.n", "r.n", both) if rows is None else ("e.n_l", "e.n_r", known)
    connection.execute(
        f"""
        create or replace temp table standing as
        select
            {l_n} as n_l, {r_n} as n_r,
            cast(list_position([{names}], p.blocking_rule) - 1 as varchar) as match_key,
            p.match_weight - ({of_graph}) as match_weight,
            case
                when {of_graph} = 0 then p.pair_probability
                else {calibrated_sql(None, f"p.match_weight - ({of_graph})")}
            end as pair_probability,
            {", ".join(outcomes)}
        from {pairs}
        where
            p.blocking_rule <> {quote_text(PROPOSED_BY_GRAPH)}
            and {l_n} not in (select n from changed) and {r_n} not in (select n from changed);
        insert into scored by name select * from standing;
        insert into pairs by name
        select match_key, n_l as join_key_l, n_r as join_key_r from standing;
        drop table standing
        """
    )
