"""Counterparts by the graph: for an account on one network, who on another shares its neighbours.

Every pass proposes pairs itself, out of what the last pass knows, and compares these and the pairs at hand.
To propose over the neighbours and to keep mutual bests is how Korula and Lattanzi (2014) and Yartseva and
Grossglauser (2013) reconcile networks from seeds. Must not live here: what a neighbour is worth
(neighbours.py), what a ratio and a lead mean (evidence/graph.py, whose weights are learned).
"""

from __future__ import annotations

from itertools import combinations

import duckdb

from warehouse.identity.graph.neighbours import Worth, learn_worth, make_known_follows, make_sides
from warehouse.identity.rules import (
    BEST_COUNTERPARTS,
    LARGEST_MEETING,
    MEETINGS_AT_ONCE,
)
from warehouse.identity.tables import Maker

make = Maker(__name__)


def compare_neighbours(connection: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Make `graph_pairs` from `follows` and `members`: the pairs of `pairs` (n_l, n_r) and those it proposes.

    Columns: n_l, n_r, graph_known (neighbours known on both networks, of the side that has fewer),
    graph_shared, graph_ratio (bits), graph_lead (standard deviations), is_proposed. A pair has a row where
    both sides have such neighbours. A persona without follows of its own, a CRM record, stands for the accounts
    of its person: the best counts.
    """
    make_known_follows(connection)
    _ask(connection, pairs)
    nobody = "null::integer as a, null::integer as b"
    nothing = "null::bigint as known, null::bigint as shared, null::double as ratio, null::double as lead"
    make(connection, "account_pairs", f"select {nobody}, {nothing}, null::boolean as is_proposed where false")
    codes = [
        row[0] for row in connection.execute("select code from follow_networks order by code").fetchall()
    ]
    for a, b in combinations(codes, 2):
        make_sides(connection, a, b)
        worth = learn_worth(connection, a, b)
        _find_rivals(connection, worth)
        _weigh(connection, worth)
        _compare_with_rivals(connection)
    make(
        connection,
        "graph_pairs",
        """
        with answered as (
            select asked.n_l, asked.n_r, p.known, p.shared, p.ratio, p.lead, false as is_proposed
            from asked
            inner join account_pairs as p using (a, b)
            union all
            select least(a, b), greatest(a, b), known, shared, ratio, lead, true
            from account_pairs
            where is_proposed
        )
        select
            n_l, n_r,
            arg_max(known, (ratio, lead)) as graph_known,
            max(ratio) as graph_ratio,
            arg_max(shared, (ratio, lead)) as graph_shared,
            arg_max(lead, (ratio, lead)) as graph_lead,
            bool_or(is_proposed) as is_proposed
        from answered
        group by n_l, n_r
        """,
    )


def _ask(connection: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Make `asked` (n_l, n_r, a, b): the accounts on two networks that the sides of each pair stand for."""
    make(
        connection,
        "asked",
        f"""
        with own as (
            select p.n, t.code as network from personas as p inner join follow_networks as t using (network)
            where p.persona_type = 'profile'
        ),
        stands_for as (
            select n, n as account, network from own
            union all
            select members.n, known_accounts.n, known_accounts.network
            from members
            inner join personas as p on members.n = p.n and p.persona_type <> 'profile'
            inner join known_accounts on members.person = known_accounts.person
        ),
        met as (
            select
                pairs.n_l, pairs.n_r, l.account as l, r.account as r, l.network < r.network as is_in_order
            from {pairs} as pairs
            inner join stands_for as l on pairs.n_l = l.n
            inner join stands_for as r on pairs.n_r = r.n
            -- of two CRM records the accounts speak for themselves
            where
                l.network <> r.network
                and (pairs.n_l in (select n from own) or pairs.n_r in (select n from own))
        )
        select
            n_l, n_r, case when is_in_order then l else r end as a, case when is_in_order then r else l end as b
        from met
        """,
    )


def _find_rivals(connection: duckdb.DuckDBPyConnection, worth: Worth) -> None:
    """Make `rivals` (a, b): the best counterparts of each account, over neighbours that are no hubs.

    Done in parts, so that memory is bounded: a neighbour with 100 follows on either network proposes 10,000.
    """
    make(
        connection,
        "introducers",
        f"""
        with l as (select person, count(*) as follows from side_a group by person),
        r as (select person, count(*) as follows from side_b group by person)
        select l.person, l.follows * r.follows as meetings
        from l inner join r using (person)
        where l.follows * r.follows <= {LARGEST_MEETING}
        """,
    )
    meetings = connection.execute("select coalesce(sum(meetings), 0) from introducers").fetchall()[0][0]
    make(connection, "rivals", "select null::integer as a, null::integer as b where false")
    parts = 1 + int(meetings) // MEETINGS_AT_ONCE
    for part in range(parts):
        connection.execute(
            f"""
            insert into rivals
            with met as (
                select
                    ta.n as a, tb.n as b, count(*) as shared, sum({worth.of_shared("ta", "tb")}) as bits
                from side_a as ta
                inner join side_b as tb using (person)
                where ta.person in (select person from introducers) and hash(ta.n) % {parts} = {part}
                group by ta.n, tb.n
            ),
            rated as (
                select
                    a, b, x.is_free and y.is_free as is_free,
                    round(bits + {worth.of_missed("shared", "x", "y")}, 6) as ratio
                from met
                inner join reach_a as x on met.a = x.n
                inner join reach_b as y on met.b = y.n
            )
            select a, b from rated
            qualify {_is_among_best("a", "b")} or {_is_among_best("b", "a")}
            """
        )


def _is_among_best(own: str, other: str) -> str:
    """SQL: among the two best of all, which the lead is measured by, or among the best of the free."""
    order = f"order by ratio desc, {other}"
    return (
        f"row_number() over (partition by {own} {order}) <= 2 or (is_free and "
        f"row_number() over (partition by {own}, is_free {order}) <= {BEST_COUNTERPARTS})"
    )


def _weigh(connection: duckdb.DuckDBPyConnection, worth: Worth) -> None:
    """Make `ratios` of rivals and asked pairs, hubs included.

    Columns: a, b, shared, ratio, spread (sum of squared bits), is_free, is_free_b, known.
    """
    make(
        connection,
        "ratios",
        f"""
        with wanted as (
            select a, b from rivals union select a, b from asked
        ),
        met as (
            select wanted.a, wanted.b, {worth.of_shared("ta", "tb")} as bits
            from wanted
            inner join side_a as ta on wanted.a = ta.n
            inner join side_b as tb on wanted.b = tb.n and ta.person = tb.person
        ),
        summed as (
            select a, b, count(*) as shared, sum(bits) as bits, sum(bits * bits) as spread
            from met group by a, b
        ),
        counted as (
            select
                wanted.a, wanted.b, coalesce(summed.shared, 0) as shared, coalesce(summed.bits, 0) as bits,
                coalesce(summed.spread, 0) as spread
            from wanted
            left join summed using (a, b)
        )
        select
            c.a, c.b, c.shared, round(c.bits + {worth.of_missed("c.shared", "x", "y")}, 6) as ratio,
            c.spread, x.is_free, y.is_free as is_free_b,
            least(x.known, y.known) as known
        from counted as c
        inner join reach_a as x on c.a = x.n
        inner join reach_b as y on c.b = y.n
        """,
    )


def _compare_with_rivals(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `account_pairs`: each pair with its lead over the next best counterpart of either side."""
    rival = """
        rivals_of_{own} as (
            select {own}, {other}, greatest(ratio, 0) as ratio, spread,
                row_number() over (partition by {own} order by ratio desc, {other}) as place
            from ratios
            qualify place <= 2
        ),
        leads_of_{own} as (
            select
                r.a, r.b,
                (r.ratio - coalesce(best.ratio, 0))
                / sqrt(greatest(r.spread + coalesce(best.spread, 0), 1)) as lead
            from ratios as r
            left join rivals_of_{own} as best on r.{own} = best.{own} and r.{other} <> best.{other}
            qualify row_number() over (partition by r.a, r.b order by best.place) = 1
        )
    """
    connection.execute(
        f"""
        insert into account_pairs
        with {rival.format(own="a", other="b")}, {rival.format(own="b", other="a")},
        placed as (
            select
                r.*, least(la.lead, lb.lead) as lead,
                least(
                    row_number() over (partition by r.a order by ratio desc, r.b),
                    row_number() over (partition by r.b order by ratio desc, r.a)
                ) as place,
                least(
                    row_number() over (partition by r.a, r.is_free and r.is_free_b order by ratio desc, r.b),
                    row_number() over (partition by r.b, r.is_free and r.is_free_b order by ratio desc, r.a)
                ) as place_among_free
            from ratios as r
            inner join leads_of_a as la on r.a = la.a and r.b = la.b
            inner join leads_of_b as lb on r.a = lb.a and r.b = lb.b
        )
        select
            a, b, known, shared, ratio, lead,
            shared > 0 and (
                (is_free and is_free_b and place_among_free <= {BEST_COUNTERPARTS})
                or ((is_free or is_free_b) and place <= 2)
            )
        from placed
        """
    )
