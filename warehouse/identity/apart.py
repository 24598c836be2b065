"""Keeps apart what reviewers said are two people, also where others would join them in a roundabout way.

A reviewer's no on a–b does not end with the pair: with a–d and d–b likely, a chain would bring them together.
Groups in which that happens are made anew, strongest link first, without the links that would join two kept
apart. Such groups are few and small, so this runs in Python. Must not live here: other rules (cluster.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse.identity.rules import KEPT_APART

Link = tuple[int, int, float]


def keep_groups_apart(connection: duckdb.DuckDBPyConnection, groups: str, column: str, links: str) -> None:
    """Divide the groups of the table `groups` (n, `column`) that hold a pair of `cannot_links`.

    `links` is SQL that gives n_l, n_r, pair_probability: what joined them. Adds what it cut to `violations`.
    """
    connection.execute(
        f"""
        create or replace temp table divided as
        select distinct l.{column} as component
        from cannot_links as c
        inner join {groups} as l on c.n = l.n
        inner join {groups} as r on c.other = r.n and l.{column} = r.{column}
        """
    )
    inside = f"select n from {groups} where {column} in (select component from divided)"
    nodes = [row[0] for row in connection.execute(inside).fetchall()]
    if not nodes:
        return
    joined = connection.execute(
        f"""
        select n_l, n_r, max(pair_probability) from ({links})
        where n_l in ({inside}) and n_r in ({inside}) group by n_l, n_r
        """
    ).fetchall()
    forbidden = connection.execute(
        f"select n, other from cannot_links where n in ({inside}) and other in ({inside})"
    ).fetchall()
    label, cut = divide(nodes, joined, forbidden)
    connection.execute("create or replace temp table relabelled_apart (n integer, component integer)")
    connection.executemany("insert into relabelled_apart values (?, ?)", list(label.items()))
    connection.execute(
        f"update {groups} set {column} = a.component from relabelled_apart as a where {groups}.n = a.n"
    )
    for n_l, n_r, probability in cut:
        connection.execute("insert into violations values (?, ?, ?, ?)", [n_l, n_r, probability, KEPT_APART])


def divide(
    nodes: Iterable[int], links: Iterable[Link], forbidden: Iterable[tuple[int, int]]
) -> tuple[dict[int, int], list[Link]]:
    """Join nodes along links, strongest first, but never two that are forbidden; ties go to the smaller pair.

    Returns the group of each node, named by its smallest, and the links left out because they would.
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
        if any(enemies[n] & other for n in mine):
            cut.append((a, b, probability))
            continue
        mine |= other
        for n in other:
            group[n] = mine
    return {n: min(members) for n, members in group.items()}, cut


def keep_newcomers_apart(connection: duckdb.DuckDBPyConnection) -> None:
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
