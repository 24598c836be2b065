"""Linkage at size: from scratch against the bare Splink script with the same model, and a 1 % increment.

The people are the sample company's, made without its exports. The bare script has the same personas, the same
candidate pairs and the same model, predicts and clusters at the join threshold; the product adds rules, owners,
the graph, stable ids and its files. Each measurement is a process of its own, so that peak memory is its own.
Machines are noisy: what counts is the ratio within one run, of CPU seconds, since others may use the machine, too.
"""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.measuring import Row
from warehouse.settings import Settings, load_settings

FULL_BOUND, INCREMENT_BOUND = 1.25, 0.15
PERSONAS_PER_CUSTOMER = 4.0
SEED = 5

CONTACTS = """
    select
        c.contact_id, case when c.role like '%lead' then 'lead' else 'contact' end as contact_type, a.account_id,
        concat_ws(' ', c.first_name, c.last_name) as full_name, c.first_name as given_name,
        c.last_name as family_name, c.former_last_name as former_family_name, c.nickname, c.email, c.phone,
        c.city, c.country, c.time_zone, c.language, c.title, c.company_name as employer,
        case when l.x_handle is not null then ['x:' || l.x_handle] end as handles, l.website, c.birth_year,
        c.created_at
    from contacts as c
    left join accounts as a using (account)
    left join contact_links as l using (contact)
    where c.role <> 'merged'
    order by c.contact
"""
PROFILES = """
    select
        network, native_id as profile_id, handle, display_name, bio, case when link is not null then [link] end
            as urls,
        case when linked_actor is not null then [linked_actor] end as also_known_as, location, email,
        stated_time_zone as time_zone, role = 'organization' as is_organization, role = 'staff' as is_staff,
        make_timestamp(created_us) as created_at
    from profiles
    order by profile
"""


def people(customers: int) -> dict[str, pa.Table]:
    """Contacts and profiles of a sample company of so many customers, as rows of the canonical tables."""
    from ingestion.sample.activity.graph import build_graph
    from ingestion.sample.business.commerce import build_commerce
    from ingestion.sample.business.crm import build_crm
    from ingestion.sample.noise import Noise
    from ingestion.sample.people.personas import build_profiles
    from ingestion.sample.people.population import draw_people
    from ingestion.sample.world import new_world

    world = new_world(customers, SEED, Noise(), lambda _: None)
    world.add("people", draw_people(customers, world.noise, SEED))
    for build in (build_crm, build_commerce, build_profiles, build_graph):
        build(world)
    return {"contacts": world.arrow(CONTACTS), "profiles": world.arrow(PROFILES)}


def make_personas(folder: Path, personas: int) -> None:
    """Write `folder`/all and `folder`/before (without 1 % of the profiles and contacts), each a build."""
    from warehouse.identity.personas.build import build_personas

    tables = people(round(personas / PERSONAS_PER_CUSTOMER))
    for name in ("before", "all"):
        build = folder / name
        build.mkdir()
        kept = tables if name == "all" else {t: _without_one_percent(rows) for t, rows in tables.items()}
        build_personas(build, kept)
        parameters = pq.read_table(build / "inputs" / "parameters.parquet")
        run_at = pa.array([dt.datetime(2026, 7, 1 if name == "before" else 2, tzinfo=dt.UTC)])
        parameters = parameters.append_column("run_id", [[name]]).append_column("run_at", run_at)
        pq.write_table(parameters, build / "inputs" / "parameters.parquet")


def _without_one_percent(rows: pa.Table) -> pa.Table:
    return rows.filter(pa.array(np.arange(rows.num_rows) % 100 != 37))


def configure(folder: Path, memory_limit: str) -> None:
    """Write a configuration with the model that ships and nothing else."""
    (folder / "scrm.yml").write_text(
        'brand: {name: Halvenwire}\nsources: [{name: none, format: feed, path: "none"}]\n'
        f"memory_limit: {memory_limit}\n",
        encoding="utf-8",
    )


def settings(folder: Path) -> Settings:
    """Read it: product and bare script have the same limit."""
    return load_settings(folder / "scrm.yml")


def link(folder: Path, name: str, prior: str | None) -> int:
    """Link a build with the product; return the number of pairs scored, which are few where scores stand."""
    from warehouse.identity.run import link_personas

    before = folder / prior / "identity" if prior else None
    return link_personas(folder / name, before, settings(folder)).pairs_scored


def bare_splink(folder: Path) -> int:
    """Score and cluster the same personas with Splink alone; return the number of candidate pairs."""
    from splink import DuckDBAPI, Linker

    from warehouse.engine import connect, quote_text
    from warehouse.identity.model.linkage_model import (
        COMPARISONS,
        at_size,
        load_model,
        model_path,
        size_steps,
        splink_settings,
    )
    from warehouse.identity.model.term_frequencies import value_frequencies
    from warehouse.identity.pairs.blocking import candidate_pairs
    from warehouse.identity.pairs.scoring import scoring_input
    from warehouse.identity.rules import LOWEST_PROBABILITY

    logging.getLogger("splink").setLevel(logging.ERROR)
    configured = settings(folder)
    model = load_model(model_path(configured))
    with connect(memory_limit=configured.memory_limit, spill_folder=folder / "spill") as connection:
        connection.execute(
            f"attach {quote_text(folder / 'all' / 'warehouse.duckdb')} as warehouse (read_only)"
        )
        personas = "warehouse.intermediate.int_personas"
        scoring_input(connection, personas, model.shared_values, model.frequencies)
        model = at_size(model, size_steps(model, connection.table("personas").shape[0], None))
        value_frequencies(connection, model)
        candidate_pairs(connection)
        rarities = {column: kind for c in COMPARISONS for column, kind in c.rarity_columns.items()}
        values = ", ".join(f"{kind} as {column}" for column, kind in rarities.items() if column != kind)
        connection.execute(f"create temp table with_values as select *, {values} from personas")
        database = DuckDBAPI(connection=connection)
        linker = Linker(
            database.register("with_values", dataset_display_name="personas"),
            splink_settings(model),
            log_level=None,
            validate_settings=False,
        )
        for comparison in COMPARISONS:
            for column, rarity in comparison.rarity_columns.items():
                scale = model.parameters[comparison.name][column.removeprefix(comparison.name + "_")].scale
                connection.execute(
                    f"create or replace temp table bare_{column} as select value as {column}, "
                    f"least(frequency * {scale or 1.0!r}, 1.0) as tf_{column} "
                    f"from value_frequencies where rarity = '{rarity}'"
                )
                linker.table_management.register_term_frequency_lookup(
                    database.register(f"bare_{column}"), column
                )
        linker.table_management.register_blocked_pairs_for_predict(database.register("pairs"))
        predicted = linker.inference.predict(threshold_match_probability=LOWEST_PROBABILITY)
        linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
        return int(connection.execute("select count(*) from pairs").fetchall()[0][0])


def measured(step: Callable[..., int], *arguments: Any) -> dict[str, float]:
    """Run a step in a process of its own: seconds, peak memory in GiB, and what it returns."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_timed, (step, arguments))


def _timed(step: Callable[..., int], arguments: tuple[Any, ...]) -> dict[str, float]:
    began, cpu_began = time.perf_counter(), time.process_time()
    pairs = step(*arguments)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_gib": round(peak, 2),
        "pairs": pairs,
    }


def measure(personas: int, memory_limit: str) -> Iterator[Row]:
    """Measure linkage from scratch, and of a 1 % increment."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        configure(folder, memory_limit)
        multiprocessing.get_context("spawn").Pool(1).apply(make_personas, (folder, personas))
        bare = measured(bare_splink, folder)
        before = measured(link, folder, "before", None)
        increment = measured(link, folder, "all", "before")
        full = measured(link, folder, "all", None)
    yield _row("linkage: from scratch, against bare Splink", full, bare, FULL_BOUND)
    yield _row("linkage: 1 % more, against from scratch", increment, before, INCREMENT_BOUND)


def _row(what: str, ours: dict[str, float], yardstick: dict[str, float], bound: float) -> Row:
    cpu_ratio = ours["cpu_seconds"] / yardstick["cpu_seconds"]
    ratio = ours["seconds"] / yardstick["seconds"]
    said = [
        f"{took['seconds']:.1f} s, {took['cpu_seconds']:.1f} CPU s, {took['peak_gib']:.2f} GiB"
        for took in (ours, yardstick)
    ]
    return Row(what, *said, round(ratio, 2), round(cpu_ratio, 2), f"≤ {bound:g} ×", cpu_ratio <= bound)
