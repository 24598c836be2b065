"""The calibration map that comes with a model: how often its candidates turned out to be the owner.

Learned where truth is known, on the sample that the model was trained on, and frozen in the model file; a company
with reviewed pairs of its own uses its own map instead (measure/quality_file.py). Must not live here: regression
(model/calibration.py), use (persons/ownership.py), measuring (sample.py), which needs a sample of another seed.

What is learned is the odds of a candidate being the owner against nobody being it: competition between candidates
comes after (persons/ownership.py) and would otherwise be counted twice. So profiles that belong to another
candidate are left out, as when a multinomial logit is fitted by pairs of outcomes (Begg and Gray 1984), and so is
a place that another profile claims. Learned from persons with a contact, which are the ones that are asked for.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.sample import read_truth
from warehouse.identity.model.calibration import CalibrationMap, fit, up_to_join
from warehouse.identity.model.linkage_model import Model, ModelError, load_model, model_path, save_model
from warehouse.identity.rules import LOWEST_PROBABILITY
from warehouse.identity.run import link_personas
from warehouse.settings import Identity, Settings

# A place on a network that others claim with more odds than these is contested.
CONTESTED = 0.05
JOIN = Identity().join


def calibrate_model(build: Path, truth: Path, settings: Settings, out_path: Path) -> Model:
    """Link `build` with the configured model, without any map, and write it to `out_path` with the map learned.

    `truth` is the sample's folder of that name. Writes to `build`/identity, too. Raises ModelError where the
    sample has too few candidates.
    """
    model = load_model(model_path(settings))
    name = model.version.rpartition("-")[0]
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.json"
        save_model(replace(model, version=name, calibration=None), bare)
        named = settings.identity.model_copy(update={"model": str(bare)})
        link_personas(build, None, settings.model_copy(update={"identity": named}))
    found = learn_map(build, truth)
    if found is None:
        raise ModelError(f"{build} has too few candidates to learn a map from: link a larger sample.")
    calibrated = replace(model, version=name, calibration=found)
    save_model(calibrated, out_path)
    return calibrated


def learn_map(build: Path, truth: Path) -> CalibrationMap | None:
    """Learn from `build`/identity, linked by a model without a map; None where there are too few candidates."""
    with connect() as connection:
        read_truth(connection, build, truth)
        candidates = quote_text(build / "identity" / "link_candidates.parquet")
        rows = connection.execute(
            f"""
            with anchors as (
                select
                    predicted as person_id, persona_id, true_person,
                    bool_or(network = 'crm') over (partition by predicted) as has_contact,
                    network = 'crm' or not has_contact as is_anchor
                from predicted_persons
            ),
            compared as (
                select
                    c.profile_persona_id, c.pair_probability,
                    c.person_id in (select person_id from anchors where has_contact) as is_of_contact,
                    sum(c.probability / (1 - c.probability)) over (partition by c.person_id, c.network)
                    - c.probability / (1 - c.probability) as claimed_by_others,
                    exists (
                        from anchors as a
                        where
                            a.person_id = c.person_id and a.persona_id <> c.profile_persona_id
                            and a.is_anchor and a.true_person = predicted_persons.true_person
                    ) as is_true
                from read_parquet({candidates}) as c
                inner join predicted_persons on c.profile_persona_id = predicted_persons.persona_id
            )
            select log2(pair_probability / (1 - pair_probability)), cast(is_true as double)
            from compared
            qualify
                is_of_contact and claimed_by_others < {CONTESTED}
                and pair_probability >= {LOWEST_PROBABILITY} and pair_probability < {JOIN}
                and (is_true or not bool_or(is_true) over (partition by profile_persona_id))
            order by profile_persona_id
            """
        ).fetchnumpy()
    bits, is_true = (np.asarray(column, dtype=np.float64) for column in rows.values())
    found = fit("", bits, is_true, np.ones(len(bits)))
    return None if found is None else up_to_join(found, JOIN)
