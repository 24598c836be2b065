"""The audit sample: candidate pairs drawn at random, stratified by probability, for reviewers who see no score.

A pair's place in the draw is a hash of the pair and the seed: within a stratum the smallest are drawn first, so
that every draw, and all draws together, are a simple random sample of it (permanent random numbers, Ohlsson
1995). No pair is drawn twice. Must not live here: what follows from the answers (audit_measures.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.persons.link_files import write_parquet
from warehouse.identity.rules import HIGHEST_PROBABILITY
from warehouse.identity.tables import Maker

make = Maker(__name__)

FILE_NAME = "audit_sample"
# Lower bounds of the strata on pair_probability. Most pairs lie at the ends, most doubt between them. Stratum 0
# are the pruned pairs, which are candidates, too, though only a part of them is kept.
STRATA = (0.0, 0.0001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, HIGHEST_PROBABILITY)
# Part of a draw that is spread evenly over the strata; the rest goes where it narrows the intervals most.
EVEN_PART = 0.5


@dataclass(frozen=True)
class Stratum:
    """Pairs of a stratum that can still be drawn, how many each stands for, and the deviation that is expected.

    `deviation`: standard deviation of whether a pair is a match.
    """

    pairs: int
    deviation: float
    stands_for: int = 1


def allocate(strata: Sequence[Stratum], size: int) -> list[int]:
    """How many pairs to draw from each stratum: half evenly, half in proportion to pairs × deviation.

    The second half is Neyman's (1934) allocation. No stratum gives more than it has; what one cannot give,
    the others do, as long as they can.
    """
    given = _spread([1.0] * len(strata), [s.pairs for s in strata], math.floor(size * EVEN_PART))
    more = _spread(
        [s.pairs * s.stands_for * s.deviation for s in strata], _room(strata, given), size - sum(given)
    )
    total = [a + b for a, b in zip(given, more, strict=True)]
    left = _spread([1.0] * len(strata), _room(strata, total), size - sum(total))
    return [a + b for a, b in zip(total, left, strict=True)]


def _room(strata: Sequence[Stratum], given: Sequence[int]) -> list[int]:
    return [stratum.pairs - n for stratum, n in zip(strata, given, strict=True)]


def _spread(shares: Sequence[float], room: Sequence[int], size: int) -> list[int]:
    """Divide `size` by `shares`, none beyond its room; fractions go to the largest remainders."""
    given = [0] * len(shares)
    while size > 0:
        open_ones = [i for i, r in enumerate(room) if r > given[i] and shares[i] > 0]
        if not open_ones:
            break
        total = sum(shares[i] for i in open_ones)
        wanted = {i: size * shares[i] / total for i in open_ones}
        whole = {i: min(math.floor(wanted[i]), room[i] - given[i]) for i in open_ones}
        if not any(whole.values()):
            for i in sorted(open_ones, key=lambda i: -wanted[i])[:size]:
                whole[i] = 1
        for i, n in whole.items():
            given[i] += n
        size -= sum(whole.values())
    return given


def read_audit_sample(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `audit_sample` of the pairs drawn so far; empty where there are none."""
    make.empty(connection, "audit_sample")
    path = folder / f"{FILE_NAME}.parquet"
    if path.exists():
        connection.execute(f"insert into audit_sample by name from read_parquet({quote_text(path)})")


def draw(
    connection: duckdb.DuckDBPyConnection, size: int, seed: int, model_version: str, publication_id: str
) -> int:
    """Draw `size` further pairs into `audit_sample` and make `drawn_now` (the pairs). Returns how many.

    Reads `audit_candidates` (left and right persona, match_weight, pair_probability, stands_for, was_accepted,
    is_profile_of_contact, network, segments): every candidate pair of the publication, each once, or of the
    pruned ones some, each of which stands for several. The rate of a stratum is what was drawn of it under
    this model, of all that could be.
    """
    make(
        connection,
        "drawable",
        f"""
        select
            c.*,
            case when stands_for is null then
                len(list_filter({list(STRATA)}, lambda bound: bound <= c.pair_probability))
            else 0 end as stratum,
            md5(c.left_persona_id || '|' || c.right_persona_id || '|{seed}') as place,
            case when md5('half|' || c.left_persona_id || '|' || c.right_persona_id) < '8'
                then 'calibration' else 'measure' end as half
        from audit_candidates as c
        anti join audit_sample using (left_persona_id, right_persona_id)
        """,
    )
    found = connection.execute(
        """
        select
            stratum, count(*), sqrt(greatest(avg(pair_probability) * (1 - avg(pair_probability)), 1e-4)),
            coalesce(max(stands_for), 1)
        from drawable group by stratum order by stratum
        """
    ).fetchall()
    sizes = allocate([Stratum(*row) for _, *row in found], size)
    nobody = "null::integer as stratum, null::bigint as size, null::bigint as pairs"
    make(connection, "wanted", f"select {nobody} where false")
    for (stratum, pairs, *_), wanted in zip(found, sizes, strict=True):
        connection.execute("insert into wanted values (?, ?, ?)", [stratum, wanted, pairs])
    make(
        connection,
        "drawn_now",
        f"""
        select drawable.*, {quote_text(model_version)} as model_version,
            {quote_text(publication_id)} as publication_id
        from drawable inner join wanted using (stratum)
        qualify row_number() over (partition by stratum order by place) <= wanted.size
        """,
    )
    connection.execute("insert into audit_sample by name select * exclude (place, stands_for) from drawn_now")
    _rate(connection, model_version)
    return int(connection.execute("select count(*) from drawn_now").fetchall()[0][0])


def _rate(connection: duckdb.DuckDBPyConnection, model_version: str) -> None:
    """State for each pair drawn under this model what part of its stratum has been drawn by now."""
    make(
        connection,
        "rates",
        f"""
        with drawn as (
            select stratum, count(*) as drawn
            from audit_sample where model_version = {quote_text(model_version)} group by stratum
        ),
        undrawn as (
            select stratum, pairs - size as undrawn from wanted
        ),
        kept as (
            select stratum, max(stands_for) as stands_for from drawable group by stratum
        )
        select stratum, drawn, (drawn + coalesce(undrawn, 0)) * coalesce(stands_for, 1) as pairs
        from drawn left join undrawn using (stratum) left join kept using (stratum)
        """,
    )
    connection.execute(
        f"""
        update audit_sample
        set stratum_pairs = rates.pairs, stratum_drawn = rates.drawn, sampling_rate = rates.drawn / rates.pairs
        from rates
        where audit_sample.stratum = rates.stratum and model_version = {quote_text(model_version)}
        """
    )


def write_audit_sample(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Keep `audit_sample` in the home's identity folder, replaced as a whole."""
    write_parquet(
        connection, folder, FILE_NAME, "select * from audit_sample order by left_persona_id, right_persona_id"
    )
