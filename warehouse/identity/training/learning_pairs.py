"""The pairs that training learns from, and what each of them shows: levels, rarity, the graph, a reviewer's word.

Lives here: which pairs are drawn (what blocking proposes, what reviewers decided, what the graph proposes, and a
random sample for all the others), their levels, and the arrays that EM reads. Must not live here: anything that is
learned from them (train.py, em.py).
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.identity.decisions import no_decisions
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.graph.counterparts import compare_neighbours
from warehouse.identity.graph.follows import make_follows
from warehouse.identity.model.linkage_model import COMPARISONS, OF_PAIRS, Frequencies, Model, Parameters
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.pairs.blocking import candidate_pairs
from warehouse.identity.pairs.judgement import FORBIDDEN
from warehouse.identity.pairs.reused_scores import level_of_pair
from warehouse.identity.pairs.scoring import score_pairs
from warehouse.identity.passes import PROPOSED_BY_GRAPH, judge, propose
from warehouse.identity.persons.prior import no_prior
from warehouse.identity.rules import thresholds_of
from warehouse.identity.tables import Maker
from warehouse.identity.training import em
from warehouse.settings import Identity

make = Maker(__name__)

RANDOM_PAIRS = 1_500_000
SEED = 20_260_101


def draw_pairs(
    connection: duckdb.DuckDBPyConnection, frequencies: dict[str, Frequencies], decisions: str | None
) -> int:
    """Make `scored_for_training` from `personas` (pairs/scoring.py): pairs with their levels, without the graph.

    match_key is that of blocking, 'reviewed' or 'random'. Returns how many pairs of personas there are in all.
    """
    unlearned = _unlearned(frequencies)
    value_frequencies(connection, unlearned)
    candidate_pairs(connection)
    reviewed_pairs(connection, decisions)
    population = _with_random_pairs(connection)
    score_pairs(connection, unlearned, "drawn_pairs", make=make)
    make(
        connection,
        "scored_for_training",
        "select *, false as is_settled, false as is_decided_by_others from drawn_pairs",
    )
    make.drop(connection, "drawn_pairs")
    return population


def reviewed_pairs(connection: duckdb.DuckDBPyConnection, decisions: str | None) -> None:
    """Make `reviewed` (n_l, n_r, is_match) from the relation `decisions`, and add its pairs to `pairs`."""
    given = decisions or (
        "(select null::varchar as left_persona_id, null::varchar as right_persona_id, "
        "null::varchar as decision, null::timestamptz as decided_at where false)"
    )
    make(
        connection,
        "reviewed",
        f"""
        select n_l, n_r, decision = 'match' as is_match
        from (
            select least(l.n, r.n) as n_l, greatest(l.n, r.n) as n_r, d.decision
            from {given} as d
            inner join personas as l on d.left_persona_id = l.persona_id
            inner join personas as r on d.right_persona_id = r.persona_id
            where l.n <> r.n
            qualify row_number() over (
                partition by least(l.n, r.n), greatest(l.n, r.n) order by d.decided_at desc, d.decision desc
            ) = 1
        )
        -- who could not tell lifts what was said before, and teaches nothing
        where decision in ('match', 'no_match')
        """,
    )
    connection.execute(
        """
        insert into pairs
        select 'reviewed', n_l, n_r
        from reviewed
        anti join pairs on reviewed.n_l = pairs.join_key_l and reviewed.n_r = pairs.join_key_r
        """
    )


def ask_graph(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    frequencies: dict[str, Frequencies],
    follows: str | None,
) -> None:
    """Give the pairs of `scored_for_training` their level of the graph, and add those that it proposes.

    The graph is read beside what `model`, learned without it, links. `follows` as for train.
    """
    make_follows(connection, follows)
    make(connection, "blocked_pairs", "from pairs where match_key <> 'random'")
    no_decisions(connection)
    no_prior(connection)
    score_pairs(connection, model, "scored_without_graph", "blocked_pairs", make=make)
    judge(connection, model, thresholds_of(Identity()), None, scored="scored_without_graph")
    compare_neighbours(connection, "scored_for_training")
    # what the graph proposes stands for itself alone, not for others, though it was drawn at random, too
    connection.execute(
        f"update scored_for_training set match_key = '{PROPOSED_BY_GRAPH}' where match_key = 'random' "
        "and (n_l, n_r) in (select (n_l, n_r) from graph_pairs where is_proposed)"
    )
    if propose(connection, "scored_for_training"):
        score_pairs(connection, _unlearned(frequencies), "scored_proposed", "proposed_pairs", make=make)
        connection.execute("insert into scored_for_training by name select * from scored_proposed")
    _settle(connection)
    _look_beside(connection)


def pair_vectors(connection: duckdb.DuckDBPyConnection, population: int) -> em.PairVectors:
    """What EM reads of `scored_for_training`: drawn pairs one by one, of the random ones the counts by level.

    The random ones stand for all others of the `population` (draw_pairs).
    """
    columns = [f"coalesce(level_{c.name}, -1) as level_{c.name}" for c in COMPARISONS]
    columns += [f"mw_tf_adj_{c.name}" for c in COMPARISONS if c.rarity_columns]
    selected = ", ".join(columns)
    table: pa.Table = connection.execute(
        f"select {selected}, {FORBIDDEN} as forbidden, is_settled, is_decided_by_others, "
        "cast(is_match as double) as reviewed from scored_for_training left join reviewed using (n_l, n_r) "
        "where match_key <> 'random' order by n_l, n_r"
    ).to_arrow_table()
    sampled, settled = connection.execute(
        "select count(*), count_if(is_settled) from scored_for_training where match_key = 'random'"
    ).fetchall()[0]
    outside = population - table.num_rows
    each = outside / max(sampled, 1)
    telling = frozenset(c.name for c in OF_PAIRS)
    levels, rarity, others = {}, {}, {}
    for comparison in COMPARISONS:
        name = comparison.name
        levels[name] = table.column(f"level_{name}").to_numpy().astype(np.int64)
        rarity[name] = np.full(table.num_rows, np.nan)
        if comparison.rarity_columns:
            # Scored with u = 0.5: the adjustment is −1 − log2(frequency).
            frequency = -1.0 - table.column(f"mw_tf_adj_{name}").to_numpy().astype(np.float64)
            rarity[name] = np.where(_counts_rarity(comparison, levels[name]), frequency, np.nan)
        others[name] = each * _random_counts(connection, comparison, settled_alone=name in telling)
    forbidden = table.column("forbidden").to_numpy().astype(bool)
    is_settled = table.column("is_settled").to_numpy().astype(bool)
    by_others = table.column("is_decided_by_others").to_numpy().astype(bool)
    reviewed = table.column("reviewed").fill_null(np.nan).to_numpy().astype(np.float64)
    return em.PairVectors(
        levels=levels,
        rarity=rarity,
        forbidden=forbidden,
        others=others,
        others_in_all=float(outside),
        telling=telling,
        settled=is_settled,
        settled_outside=each * settled,
        decided_by_others=by_others,
        reviewed=reviewed,
    )


def _unlearned(frequencies: dict[str, Frequencies]) -> Model:
    """A model whose weights only tell the levels apart: −1 bit for the best, −2 for the next …"""
    parameters = {
        c.name: {
            level: Parameters(m=2.0 ** -(position + 2), u=0.5, scale=1.0)
            for position, level in enumerate(c.level_names)
        }
        for c in COMPARISONS
    }
    return Model("unlearned", 0.5, parameters, frequencies, (), {})


def _with_random_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """Add a random sample of the other pairs to `pairs` (match_key 'random'); return the number of all."""
    people = connection.execute("select count(*) from personas").fetchall()[0][0]
    connection.execute(
        f"""
        insert into pairs
        with drawn as (
            select distinct
                cast(1 + hash(i, {SEED}) % {people} as integer) as a,
                cast(1 + hash(i, {SEED + 1}) % {people} as integer) as b
            from range({RANDOM_PAIRS}) as draws(i)
        ),
        ordered as (
            select distinct least(a, b) as l, greatest(a, b) as r from drawn where a <> b
        )
        select 'random', l, r
        from ordered
        anti join pairs on ordered.l = pairs.join_key_l and ordered.r = pairs.join_key_r
        """
    )
    return int(people * (people - 1) // 2)


def _look_beside(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the pairs of `scored_for_training` what others say of them: the graph, and who is linked already."""
    levels = ", ".join(f"{level_of_pair(c)} as level_{c.name}" for c in OF_PAIRS)
    settled = (
        "((n_l, r.network) in (select (n, network) from settled)"
        " or (n_r, l.network) in (select (n, network) from settled))"
    )
    make(
        connection,
        "scored_for_training",
        f"""
        select
            s.* replace (
                {levels},
                a.person is distinct from b.person and {settled} as is_settled,
                -- what alone would be joined is no chance likeness, whoever else is nearer
                coalesce(
                    a.person is distinct from b.person
                    and (l.persona_type <> 'contact' or r.persona_type <> 'contact')
                    and coalesce(alone.pair_probability < {Identity().join}, true)
                    and (a.person <> b.person or {settled}),
                    false
                ) as is_decided_by_others
            )
        from scored_for_training as s
        inner join personas as l on s.n_l = l.n
        inner join personas as r on s.n_r = r.n
        left join members as a on s.n_l = a.n
        left join members as b on s.n_r = b.n
        left join graph_pairs using (n_l, n_r)
        left join scored_without_graph as alone using (n_l, n_r)
        """,
    )


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `settled` (n, network): whose account on which network is known, from `members`."""
    make(
        connection,
        "settled",
        """
        select distinct members.n, p.network
        from members
        inner join members as others on members.person = others.person and members.n <> others.n
        inner join personas as p on others.n = p.n
        where p.persona_type = 'profile'
        """,
    )


def _random_counts(
    connection: duckdb.DuckDBPyConnection, comparison: Comparison, settled_alone: bool
) -> em.Doubles:
    rows = connection.execute(
        f"select level_{comparison.name}, count(*) from scored_for_training "
        f"where match_key = 'random' and level_{comparison.name} is not null "
        f"{'and is_settled' if settled_alone else ''} group by all"
    ).fetchall()
    counts = np.zeros(len(comparison.level_names))
    for level, count in rows:
        counts[level] = count
    return counts


def _counts_rarity(comparison: Comparison, levels: np.ndarray) -> np.ndarray:
    has = np.array([level.rarity is not None for level in comparison.levels] + [False, False])
    return np.asarray(has[levels])
