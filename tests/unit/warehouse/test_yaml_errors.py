"""What a wrong scrm.yml is told: the line, the value seen, what would be valid."""

from __future__ import annotations

import datetime as dt
import time
from itertools import pairwise

import pytest
from pydantic import ValidationError

from warehouse.settings import Settings, Source
from warehouse.settings.yaml_errors import YamlInvalid, read_mapping, sentences

SOURCE = "{name: s, format: feed, path: a.xml}"
RIGHT = f"brand: {{name: Domatik}}\nsources: [{SOURCE}]\n"


def said_of(text: str) -> list[str]:
    try:
        Settings.model_validate(read_mapping(text))
    except YamlInvalid as error:
        return [str(error)]
    except ValidationError as error:
        return sentences(error, text, Settings)
    return []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RIGHT + "as_of: 2026-13-45\n", ", line 3: '2026-13-45' looks like a date, but is none: month"),
        (RIGHT + "brand: {name: Other}\n", ", line 3: brand is given twice; put both into one."),
        (RIGHT + "identity: {join: 0.96, join: 0.97}\n", ", line 3: join is given twice"),
        (RIGHT + "months: many\n", ", line 3: months 'many': must be a whole number."),
        (RIGHT + "as_of: soon\n", ", line 3: as_of 'soon': must be a day, such as 2025-12-31."),
        (
            "brand: {name: A, domains: a.example}\nsources: [" + SOURCE + "]\n",
            "domains 'a.example': must be a list",
        ),
        (
            "brand: {name: 7}\nsources: [" + SOURCE + "]\n",
            "brand.name 7: must be a text: write it in quotes.",
        ),
        (RIGHT + "crm: [a]\n", ", line 3: crm: must be a map, such as {a: b}."),
        ("- a\n", ": must be a mapping with 'brand' and 'sources', found a list"),
        (RIGHT + "months: [\n", ", line 4: not valid YAML"),
        ("just text", ": must be a mapping with 'brand' and 'sources', found 'just text'"),
        ("brand: {name: A}\nsources: []\n", ", line 2: sources: at least 1 must be given."),
        (f"sources: [{SOURCE}]\n", ", line 1: brand is missing; it must be given."),
        (RIGHT + "monts: 3\n", ", line 3: monts is not a known setting; did you mean 'months'?"),
        (
            RIGHT + "privacy: {zzz: 3}\n",
            "privacy.zzz is not a known setting; known here are landed_visibilities,",
        ),
        (
            RIGHT + "currency: euro\n",
            ", line 3: currency 'euro': must be three capital letters, such as EUR.",
        ),
        (RIGHT + "memory_limit: lots\n", "memory_limit 'lots': must be a number and KB, MB, GB or TB"),
        (
            RIGHT + "segmentations: [{name: all}]\n",
            "segmentations.0.name 'all': is built in; choose another name.",
        ),
        (
            "brand: {name: A}\nsources:\n  - {name: x, format: feed, path: a.xml, network: all}\n",
            "network 'all': is what marts call all networks together; choose another name.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    (sentence,) = said_of(text)
    assert said in sentence


def test_a_wrong_source_is_not_called_missing_as_well() -> None:
    (sentence,) = said_of("brand: {name: A}\nsources:\n  - {name: My X, format: feed, path: a.xml}\n")
    assert sentence == (
        ", line 3: sources.0.name 'My X': must begin with a lower-case letter and hold only such, digits and "
        "underscores."
    )


def bomb(value: str, step: str) -> str:
    """Twenty lines, of which each stands for the one before twice or more."""
    lines = (f"{b}: &{b} {step.replace('A', a)}\n" for a, b in pairwise("abcdefghijklmnopqrstu"))
    return f"a: &a {value}\n" + "".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bomb("[x]", "[*A, *A, *A, *A, *A, *A, *A, *A, *A]"), "make it more than 100,000 values; write out"),
        (bomb("{k: 1}", "{<<: [*A, *A]}"), "make it more than 100,000 values; write out"),
        ("a: &a [*a]\n", "line 1: the value that begins here holds itself, by an alias; write it out."),
        ("- " * 3_000 + "x\n", "nested too deep"),
    ],
)
def test_aliases_that_would_never_end_are_refused_before_they_are_followed(text: str, said: str) -> None:
    began = time.process_time()
    (sentence,) = said_of(text)
    assert said in sentence
    assert time.process_time() - began < 2


def test_aliases_within_reason_are_read() -> None:
    text = (
        f"brand: {{name: A}}\nsources: [{SOURCE}]\ncompetitors: [&o {{name: O, accounts: {{x: [o]}}}}, *o]\n"
    )
    assert said_of(text) == []


def test_a_constant_may_be_a_number_a_day_or_a_flag() -> None:
    source = Source.model_validate(
        {
            "name": "s",
            "format": "table",
            "path": "a",
            "table": "orders",
            "columns": {"order_id": "a"},
            "constants": {
                "amount": 0,
                "ordered_at": dt.date(2024, 1, 2),
                "is_deleted": False,
                "status": "Paid",
            },
        }
    )
    assert source.constants == {
        "amount": "0",
        "ordered_at": "2024-01-02",
        "is_deleted": "false",
        "status": "Paid",
    }
