"""Two networks and no CRM: accounts known by id and follows alone, half of the links told by a reviewer."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.integration.command_line import run_scrm
from tests.integration.two_networks import Networks, two_networks

pytestmark = pytest.mark.integration

_NETWORKS = ("alpha", "beta")
_SOURCE = """\
  - {{name: {name}_members, format: table, network: {name}, path: {name}_members_2026-07-01.csv,
     table: profiles, columns: {{profile_id: id}}}}
  - {{name: {name}_follows, format: table, network: {name}, path: {name}_follows_2026-07-01.csv,
     table: connections, columns: {{follower_profile_id: follower, followed_profile_id: followed}}}}
"""


def test_accounts_of_two_networks_are_linked_from_links_that_a_reviewer_gives(tmp_path: Path) -> None:
    given, hidden = write_networks(tmp_path)
    configuration = str(tmp_path / "scrm.yml")
    checked = run_scrm("check", "--config", configuration)
    assert "No source fills contacts: there are no customers" in checked.stderr
    run_scrm("run", "--config", configuration)
    write(
        tmp_path / "given.csv",
        ("left_persona_id", "right_persona_id", "decision", "reviewer", "reason"),
        given,
    )
    run_scrm("review", "import", str(tmp_path / "given.csv"), "--config", configuration)
    run_scrm("run", "--config", configuration)

    people = tmp_path / ".scrm" / "published" / "current" / "people.duckdb"
    with duckdb.connect(str(people), read_only=True) as connection:
        connection.execute("create temp table hidden (l varchar, r varchar)")
        connection.executemany("insert into hidden values (?, ?)", hidden)
        linked, right = connection.execute(
            """
            select count(*), count(hidden.l)
            from people.persona_details as a
            inner join people.persona_details as b using (person_id)
            left join hidden on a.persona_id = hidden.l and b.persona_id = hidden.r
            where a.network = 'alpha' and b.network = 'beta' and not list_contains(?, a.persona_id)
            """,
            [[row[0] for row in given]],
        ).fetchall()[0]
        (ranked,) = connection.execute(
            """
            select count(*)
            from hidden
            inner join people.persona_details as b on hidden.r = b.persona_id
            inner join people.link_candidates as c
                on hidden.l = c.profile_persona_id and b.person_id = c.person_id
            """
        ).fetchall()[0]
    assert right >= 0.95 * linked, "what is linked beyond the given is right"
    assert ranked >= 0.5 * len(hidden), "the true counterpart stands among the candidates of most"


def write_networks(folder: Path) -> tuple[list[tuple[str, ...]], list[tuple[str, str]]]:
    """The exports and scrm.yml; rows of a reviewer's sheet for half of the true links, and the other half."""
    world = two_networks(Networks(accounts=600))
    (folder / "scrm.yml").write_text(
        "brand: {name: Nobody}\nsources:\n" + "".join(_SOURCE.format(name=name) for name in _NETWORKS),
        encoding="utf-8",
    )
    rng = np.random.default_rng(5)
    ids = []
    for name, accounts, follows in zip(_NETWORKS, world.accounts, world.follows, strict=True):
        ids.append({person: f"{name[0]}{i}" for i, person in enumerate(rng.permutation(accounts))})
        write(folder / f"{name}_members_2026-07-01.csv", ("id",), [(i,) for i in ids[-1].values()])
        rows = [(ids[-1][a], ids[-1][b]) for a, b in follows]
        write(folder / f"{name}_follows_2026-07-01.csv", ("follower", "followed"), rows)
    pairs = [
        (f"profile:alpha:{ids[0][p]}", f"profile:beta:{ids[1][p]}") for p in rng.permutation(world.on_both)
    ]
    half = len(pairs) // 2
    return [(*pair, "match", "ann", "known") for pair in pairs[:half]], pairs[half:]


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
