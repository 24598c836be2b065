"""`scrm` as somebody meets it: a first configuration, a look at what would be read, errors with a next step."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from orchestration.report import ExitCode
from tests.integration.command_line import run_scrm

CONFIGURATION = """\
brand: {name: Domatik}
sources:
  - {name: segments, format: table, path: exports/*.csv*, table: segment_assignments,
     columns: {contact_id: customer, segmentation: scheme, segment: segment, valid_from: since}}
"""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company with one source and one good file."""
    (tmp_path / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "good.csv").write_text(
        "customer,scheme,segment,since\n1,lifestyle,calm,2026-01-01T00:00:00Z\n", encoding="utf-8"
    )
    return tmp_path


def test_init_writes_a_configuration_and_never_overwrites_it(tmp_path: Path) -> None:
    run_scrm("init", str(tmp_path / "company"))
    path = tmp_path / "company" / "scrm.yml"
    path.write_text("mine", encoding="utf-8")
    again = run_scrm("init", str(tmp_path / "company"), expected_exit=ExitCode.CONFIGURATION)
    assert "exists already" in again.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_check_shows_what_would_be_read(company: Path) -> None:
    shown = run_scrm("check", "--config", str(company)).stdout
    assert "segments (table)" in shown
    assert "good.csv" in shown
    assert not (company / ".scrm").exists()  # nothing ran, nothing was written


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.csv", b"customer,scheme,since\n1,lifestyle,2026-01-01\n", "has no column 'segment'"),
        ("cut.csv.gz", gzip.compress(b"customer,scheme,segment,since\n" * 500)[:-9], "cut.csv.gz"),
        ("posts.csv", b'{"data": [{"id": "1", "author_id": "2"}]}\n', "JSON"),
    ],
)
def test_check_says_what_is_wrong_with_a_file(company: Path, name: str, content: bytes, said: str) -> None:
    (company / "exports" / name).write_bytes(content)
    wrong = run_scrm("check", "--config", str(company), "--json", expected_exit=1)
    (source,) = json.loads(wrong.stdout)
    problems = {Path(file["name"]).name: file["problem"] for file in source["files"]}
    assert problems["good.csv"] is None
    assert said in problems[name]


def test_check_says_where_a_source_finds_nothing(company: Path) -> None:
    (company / "exports" / "good.csv").unlink()
    assert "no file is found" in run_scrm("check", "--config", str(company), expected_exit=1).stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("months: 0", "line 5: months 0"),
        ("monts: 3", "did you mean 'months'?"),
        ("months: [", "not valid YAML"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_wrong_configuration_is_named_by_line(company: Path, command: str, line: str, said: str) -> None:
    (company / "scrm.yml").write_text(CONFIGURATION + line + "\n", encoding="utf-8")
    wrong = run_scrm(command, "--config", str(company), expected_exit=ExitCode.CONFIGURATION)
    assert said in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_an_unknown_format_is_refused_before_anything_runs(company: Path) -> None:
    wrong = (
        CONFIGURATION.replace("format: table", "format: x_api_v3").split(" table: segment")[0].rstrip(", ")
        + "}\n"
    )
    (company / "scrm.yml").write_text(wrong, encoding="utf-8")
    said = run_scrm("run", "--config", str(company), expected_exit=ExitCode.CONFIGURATION).stderr
    assert "did you mean 'x_api_v2'?" in said
    assert not (company / ".scrm" / "lake").exists()


def test_without_a_configuration_the_next_step_is_named(tmp_path: Path) -> None:
    said = run_scrm("run", folder=tmp_path, expected_exit=ExitCode.CONFIGURATION).stderr
    assert "scrm init" in said


def test_there_is_nothing_to_go_back_to_before_the_first_publication(company: Path) -> None:
    said = run_scrm("rollback", "--config", str(company), expected_exit=ExitCode.CONFIGURATION).stderr
    assert "nothing has been published yet" in said
    assert "scrm run" in run_scrm("publications", "--config", str(company)).stdout
