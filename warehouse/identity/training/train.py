"""Training: a model file from personas alone, without labels.

Lives here: the order of the steps, the rules that begin EM (em.py), and what becomes of its estimate: parameters,
levels of the same worth, the description, the file. Must not live here: which pairs are learned from
(learning_pairs.py), frequencies (model/term_frequencies.py), whether what was learned is any better (retrain.py),
anything of the sample's truth, the regular run, which only loads a model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np

from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import (
    COMPARISONS,
    MODELS,
    OF_PAIRS,
    OF_PERSONAS,
    Model,
    ModelError,
    Parameters,
    save_model,
)
from warehouse.identity.model.term_frequencies import learn_frequencies, learn_shared_values
from warehouse.identity.pairs.scoring import scoring_input
from warehouse.identity.training import em
from warehouse.identity.training.learning_pairs import ask_graph, draw_pairs, pair_vectors

KnownParameters = Mapping[str, Mapping[str, Parameters]]

# Pairs that a clerk would accept unseen: EM takes these for matches. (comparison, worst level allowed)
SURE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("declared", "mutual"),),
    (("email", "same"), ("name", "mistyped")),
    (("email", "same"), ("half_name", "given")),
    (("email", "same"), ("handle_name", "given_and_more")),
    (("phone", "same"), ("name", "nickname")),
    (("declared", "crm"), ("name", "mistyped")),
    (("name", "exact"), ("namesake_place", "city"), ("birth_year", "same")),
    (("name", "exact"), ("namesake_place", "city"), ("employer", "same")),
    (("handle", "same"), ("declared", "one_way")),
)


def train(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    follows: str | None,
    out_path: Path,
    version: str = "trained",
    *,
    known_model: Path | None = MODELS / "standard.json",
    decisions: str | None = None,
) -> Model:
    """Learn a model, as `learn` does, and write it to `out_path`, better or not. Raises ModelError."""
    model = learn(connection, personas, follows, version, known_model=known_model, decisions=decisions)
    save_model(model, out_path)
    return model


def learn(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    follows: str | None,
    version: str = "trained",
    *,
    known_model: Path | None = MODELS / "standard.json",
    decisions: str | None = None,
) -> Model:
    """Learn a model from the relations `personas` and `follows` (int_personas, int_edges).

    Learns from attributes alone first, then once more beside what the graph says of the pairs that these link.

    Small data shows some levels rarely or not at all. m is then shrunk towards `known_model`, which counts
    for ten matching pairs (em.KNOWN_PAIRS), and a level that no pair shows takes u and scale from it; large
    data is hardly moved. `decisions` is a relation (left_persona_id, right_persona_id, decision 'match' or
    'no_match', decided_at) of reviewed pairs, of which the last decision counts: they teach as what they were
    decided to be, whatever the evidence, whether blocking proposes them or not.

    Deterministic: the same data give the same file. Raises ModelError naming the levels that neither the
    data nor `known_model` shows.
    """
    shared = learn_shared_values(connection, personas)
    frequencies = learn_frequencies(connection, personas)
    scoring_input(connection, personas, shared, frequencies)
    population = draw_pairs(connection, frequencies, decisions)
    vectors = pair_vectors(connection, population)
    known = known_parameters(known_model)
    require_every_level(vectors, known, OF_PERSONAS)
    means = _mean_frequencies(connection)
    by_level = {c.name: _means_by_level(c, means) for c in COMPARISONS}

    def estimate(vectors: em.PairVectors) -> Model:
        learned = em.estimate(vectors, by_level, _sure(vectors), _levels_of_same_worth(), _as_arrays(known))
        parameters = {
            c.name: _parameters(c, learned, by_level[c.name], em.unseen(vectors, c.name), known)
            for c in COMPARISONS
        }
        described = _described(connection, personas, learned)
        return Model(version, learned.prior, parameters, frequencies, shared, described)

    ask_graph(connection, estimate(vectors), frequencies, follows)
    vectors = pair_vectors(connection, population)
    require_every_level(vectors, known, OF_PAIRS)
    return estimate(vectors)


def known_parameters(path: Path | None) -> KnownParameters:
    """Parameters of a model file, by comparison and level; of a model with fewer levels, those it has."""
    if path is None or not path.exists():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    return {
        comparison: {level: Parameters(**p) for level, p in levels.items()}
        for comparison, levels in data["parameters"].items()
    }


def _as_arrays(known: KnownParameters) -> em.Known:
    nothing = Parameters(np.nan, np.nan)
    by_level = {
        c.name: [known.get(c.name, {}).get(level, nothing) for level in c.level_names] for c in COMPARISONS
    }
    return em.Known(
        {name: np.array([p.m for p in found]) for name, found in by_level.items()},
        {name: np.array([p.u for p in found]) for name, found in by_level.items()},
    )


def require_every_level(
    vectors: em.PairVectors, known: KnownParameters, comparisons: Sequence[Comparison]
) -> None:
    """Raise ModelError naming the levels that no pair shows and no known model tells of."""
    unseen = [
        f"{comparison.name}.{name}"
        for comparison in comparisons
        for name, is_unseen in zip(comparison.level_names, em.unseen(vectors, comparison.name), strict=True)
        if is_unseen and name not in known.get(comparison.name, {})
    ]
    if unseen:
        raise ModelError(
            f"no pair of the training data is at {', '.join(unseen)}, and the known model has no such level: "
            "it would stay untrained. "
            "Train on more data, or on the sample company."
        )


def _sure(vectors: em.PairVectors) -> np.ndarray:
    position = {c.name: {name: i for i, name in enumerate(c.level_names)} for c in COMPARISONS}
    sure = np.zeros(next(iter(vectors.levels.values())).shape, dtype=bool)
    for rule in SURE:
        holds = np.ones(sure.shape, dtype=bool)
        for comparison, worst in rule:
            levels = vectors.levels[comparison]
            holds &= (levels >= 0) & (levels <= position[comparison][worst])
        sure |= holds
    return sure


def _levels_of_same_worth() -> dict[tuple[str, int], tuple[str, int]]:
    position = {(c.name, level): i for c in COMPARISONS for i, level in enumerate(c.level_names)}
    same_as = {}
    for comparison in COMPARISONS:
        for level in comparison.levels:
            if level.worth is not None:
                other, _, worth = level.worth.partition(".")
                here = (comparison.name, position[comparison.name, level.name])
                same_as[here] = (other, position[other, worth])
    return same_as


def _mean_frequencies(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    rows = connection.execute(
        """
        select v.rarity, avg(v.frequency)
        from value_frequencies as v
        inner join (
            select 'given_name' as rarity, given_name as value from personas
            union all select 'family_name', family_name from personas
            union all select 'full_name', full_name from personas
            union all select 'handle', handle from personas
            union all select 'handle_skeleton', handle_skeleton from personas
        ) as held on v.rarity = held.rarity and v.value = held.value
        group by v.rarity
        """
    ).fetchall()
    return dict(rows)


def _means_by_level(comparison: Comparison, means: dict[str, float]) -> em.Doubles:
    found = [means[v.rarity] if v.rarity is not None else np.nan for v in comparison.levels]
    return np.array([*found, np.nan], dtype=np.float64)


def _parameters(
    comparison: Comparison,
    learned: em.Estimate,
    means: em.Doubles,
    unseen: np.ndarray,
    known: KnownParameters,
) -> dict[str, Parameters]:
    result = {}
    for position, name in enumerate(comparison.level_names):
        u = float(learned.u[comparison.name][position])
        scale = None if np.isnan(means[position]) else u / float(means[position])
        if unseen[position] and name in known.get(comparison.name, {}):
            # u of an unseen level is the known model's, and so is what rarity makes of it.
            scale = known[comparison.name][name].scale
        result[name] = Parameters(m=float(learned.m[comparison.name][position]), u=u, scale=scale)
    return result


def _described(
    connection: duckdb.DuckDBPyConnection, personas: str, learned: em.Estimate
) -> dict[str, object]:
    rows, fingerprint = connection.execute(
        f"select count(*), bit_xor(hash(t)) from (select * from {personas} where is_linkable) as t"
    ).fetchall()[0]
    pairs = connection.execute(
        "select count(*) from scored_for_training where match_key <> 'random'"
    ).fetchall()[0][0]
    return {
        "personas": rows,
        "fingerprint": f"{fingerprint:016x}",
        "candidate_pairs": pairs,
        "expected_matches": round(float((learned.posterior).sum())),
        "iterations": learned.iterations,
    }
