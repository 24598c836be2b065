"""A company's own model: learned, tried against the models at hand, and written only where it is no worse.

Must not live here: learning (train.py), what is asked (trial.py), where models lie (model/linkage_model.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from warehouse.identity.model.linkage_model import Model, ModelError, load_model, model_path, save_model
from warehouse.identity.rules import LEAST_KNOWN
from warehouse.identity.training.train import learn
from warehouse.identity.training.trial import Question, ask, find_known_pairs
from warehouse.settings import Identity, Settings

REPORT = "training.json"
TRAINED = "trained"
_KNOWN = "decided by reviewers, or sharing an address, a number or a declared link of their own"


@dataclass(frozen=True)
class Training:
    """What came of a training: a model, or the weights as they were; why; and how each model answered."""

    outcome: Literal["trained", "kept"]
    reason: str
    version: str | None
    questions: tuple[Question, ...] = ()


def models_at_hand(settings: Settings) -> dict[str, Model]:
    """By version: the model that ships, and the one that scrm.yml names, unless it cannot be read any more."""
    shipped = load_model(Identity().model)
    try:
        configured = load_model(model_path(settings))
    except ModelError:
        configured = shipped
    return {model.version: model for model in (configured, shipped)}


def retrain(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    follows: str | None,
    out_path: Path,
    *,
    at_hand: Mapping[str, Model],
    join: float,
    decisions: str | None = None,
) -> Training:
    """Learn a model as train does, and write it to `out_path` where on what is known none `at_hand` is better.

    Too few known pairs, or a model that cannot tell two levels apart, keep the weights as they are, too.
    """
    configured = next(iter(at_hand.values()))
    find_known_pairs(connection, personas, configured, decisions)
    too_few = _too_few(connection)
    if too_few is not None:
        return Training("kept", too_few, None)
    try:
        model = learn(connection, personas, follows, TRAINED, decisions=decisions)
        model.check()
    except ModelError as error:
        return Training("kept", f"The weights stay as they are: {error}", None)
    questions = ask(connection, personas, {**at_hand, TRAINED: model}, join)
    worse = [said for question in questions for name in at_hand for said in _worse(question, name)]
    if worse:
        told = "; ".join(worse)
        return Training(
            "kept", f"The trained model is refused, and the weights stay: {told}.", None, questions
        )
    save_model(model, out_path)
    said = f"On what is known, the trained model is no worse than {' and '.join(at_hand)}."
    return Training("trained", said, load_model(out_path).version, questions)


def _too_few(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Why there is too little to learn from; None where there is enough.

    Whose a profile is, is the question that links answer: known pairs of two contacts teach little of it.
    """
    has_profiles = connection.execute("select count(*) > 0 from personas where persona_type = 'profile'")
    with_profile = bool(has_profiles.fetchall()[0][0])
    known = connection.execute(
        f"select count(*) from known_pairs where is_match and (profiles > 0) = {with_profile}"
    ).fetchall()[0][0]
    of = "pairs with a profile" if with_profile else "pairs of contacts"
    if known >= LEAST_KNOWN:
        return None
    return (
        f"The weights stay as they are: of {of}, {known:,} are known to be one person ({_KNOWN}), and "
        f"{LEAST_KNOWN} are needed to learn from: 'scrm review export' writes a sheet of pairs to decide."
    )


def _worse(question: Question, name: str) -> Iterator[str]:
    """In words, by what the trained model is worse than the one of this name."""
    if not question.answers:
        return
    mine, other = question.answers[TRAINED], question.answers[name]
    if mine.finds_fewer_than(other):
        yield f"of {question.one_person:,} {question.name}, it finds {mine.found:,} and {name} {other.found:,}"
    if mine.errs_more_than(other):
        yield (
            f"of {question.two_people:,} {question.name}, that are two people, it joins {mine.wrong:,} and {name} "
            f"{other.wrong:,}"
        )
