"""Divides groups that break a rule, at their weakest links, until they break it no more.

A reviewer's no on a–b does not end with the pair: with a–d and d–b likely, a chain would bring them together.
Nor are two records one person because a third is like both, nor a hundred because each is like the next. Groups
in which that happens are made anew, strongest link first, without the links that would break the rule. Such
groups are few and small, so this runs in Python. Must not live here: which groups break a rule (cluster.py,
contact_rules.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import duckdb

from warehouse.identity.rules import HIGHEST_PROBABILITY, KEPT_APART
from warehouse.identity.tables import Maker

make = Maker(__name__)

Link = tuple[int, int, float]


def divide_at_cannot_links(
    connection: duckdb.DuckDBPyConnection, groups: str, column: str, links: str
) -> None:
    """Divide the groups of the table `groups` (n, `column`) that hold a pair of `cannot_links`.

    `links` is SQL that gives n_l, n_r, pair_probability: what joined them. Adds what it cut to `violations`.
    """
    divide_groups(connection, groups, column, links, "select n, other from cannot_links", KEPT_APART)


def divide_groups(
    connection: duckdb.DuckDBPyConnection,
    groups: str,
    column: str,
    links: str,
    forbidden: str,
    rule: str,
) -> bool:
    """Divide the groups that hold a pair of `forbidden` (SQL: n, other), and say whether there were any.

    `groups`, `column` and `links` as in divide_at_cannot_links; what it cut goes to `violations` under `rule`.
    """
    found = connection.execute(
        f"""
        select distinct f.n, f.other
        from ({forbidden}) as f
        inner join {groups} as l on f.n = l.n
        inner join {groups} as r on f.other = r.n and l.{column} = r.{column}
        """
    ).fetchall()
    if not found:
        return False
    _make_anew(connection, groups, column, links, [n for n, _ in found], rule, forbidden=found)
    return True


def keep_groups_small(
    connection: duckdb.DuckDBPyConnection, groups: str, column: str, links: str, *, most: int, rule: str
) -> None:
    """Divide the groups of which more than `most` are not `told` (n) to belong there; else as divide_groups."""
    found = connection.execute(
        f"""
        select n
        from {groups}
        where n not in (select n from told)
        qualify count(*) over (partition by {column}) > {most}
        """
    ).fetchall()
    if found:
        counted = [n for (n,) in found]
        _make_anew(connection, groups, column, links, counted, rule, counted=counted, most=most)


def _make_anew(
    connection: duckdb.DuckDBPyConnection,
    groups: str,
    column: str,
    links: str,
    touched: Collection[int],
    rule: str,
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    counted: Collection[int] = (),
    most: float = math.inf,
) -> None:
    """Make the groups of those `touched` anew; one violation, the likeliest, for any two that it kept apart."""
    make(connection, "touched", "select null::integer as n where false")
    connection.executemany("insert into touched values (?)", [[n] for n in set(touched)])
    make(
        connection,
        "inside",
        f"""
        select n from {groups} where {column} in (select {column} from {groups} semi join touched using (n))
        """,
    )
    nodes = [n for (n,) in connection.execute("from inside").fetchall()]
    joined = connection.execute(
        f"""
        select n_l, n_r, max(pair_probability) from ({links})
        where n_l in (select n from inside) and n_r in (select n from inside) group by n_l, n_r
        """
    ).fetchall()
    label, cut = divide(nodes, joined, forbidden, counted=set(counted), most=most)
    make(connection, "labels_anew", "select null::integer as n, null::integer as component where false")
    connection.executemany("insert into labels_anew values (?, ?)", list(label.items()))
    connection.execute(
        f"update {groups} set {column} = a.component from labels_anew as a where {groups}.n = a.n"
    )
    between: dict[tuple[int, int], Link] = {}
    for link in cut:
        a, b = sorted((label[link[0]], label[link[1]]))
        between.setdefault((a, b), link)
    for n_l, n_r, probability in between.values():
        likely = min(probability, HIGHEST_PROBABILITY)
        connection.execute("insert into violations values (?, ?, ?, ?)", [n_l, n_r, likely, rule])


def divide(
    nodes: Iterable[int],
    links: Iterable[Link],
    forbidden: Iterable[tuple[int, int]] = (),
    *,
    counted: Collection[int] = (),
    most: float = math.inf,
) -> tuple[dict[int, int], list[Link]]:
    """Join nodes along links, strongest first, but never two that are forbidden; ties go to the smaller pair.

    Nor are more than `most` of those `counted` joined. Returns the group of each node, named by its smallest,
    and the links left out because they would.
    """
    group = {n: {n} for n in nodes}
    enemies: dict[int, set[int]] = {n: set() for n in group}
    for a, b in forbidden:
        enemies[a].add(b)
        enemies[b].add(a)
    cut = []
    for a, b, probability in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
        mine, other = group[a], group[b]
        if mine is other:
            continue
        if any(enemies[n] & other for n in mine) or sum(n in counted for n in mine | other) > most:
            cut.append((a, b, probability))
            continue
        mine |= other
        for n in other:
            group[n] = mine
    return {n: min(members) for n, members in group.items()}, cut


def keep_cannot_links_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Of those in `newcomers` (n, person, probability) whom reviewers keep apart, only the likeliest comes in.

    They are what one round brings to persons; the others may still be another's.
    """
    connection.execute(
        """
        delete from newcomers
        where exists (
            select 1 from cannot_links as c
            inner join newcomers as o on c.other = o.n
            where
                c.n = newcomers.n and o.person = newcomers.person
                and (o.probability, -o.n) > (newcomers.probability, -newcomers.n)
        )
        """
    )
