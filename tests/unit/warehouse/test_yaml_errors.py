"""What a wrong scrm.yml is told: the line, the value seen, what would be valid."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from warehouse.settings import Settings
from warehouse.yaml_errors import YamlInvalid, read_mapping, sentences

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
