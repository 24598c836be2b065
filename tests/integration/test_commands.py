"""`scrm` as somebody meets it: a first configuration, a look at what would be read, errors with a next step."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
from pathlib import Path

import pytest

from ingestion.landing import land
from orchestration.commands.development import HOST
from tests.integration.command_line import in_one_line, run_scrm
from tests.unit.warehouse.publishing import publish_small
from warehouse.builds.file_names import mask_name
from warehouse.errors import ExitCode
from warehouse.lake import Home
from warehouse.settings import load_settings

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


def test_check_shows_what_would_be_read_and_which_tables_nobody_fills(company: Path) -> None:
    checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert "segments (table)" in checked.stdout
    assert "good.csv" in checked.stdout
    assert "All well" not in checked.stdout
    assert (
        "No source fills contacts, profiles or activities: nobody is known, and nothing can be published."
        in checked.stderr
    )
    assert not (company / ".scrm").exists()  # nothing ran, nothing was written


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.csv", b"customer,scheme,since\n1,lifestyle,2026-01-01\n", "has no column 'segment'"),
        ("cut.csv.gz", gzip.compress(b"customer,scheme,segment,since\n" * 500, mtime=0)[:-9], "cut.csv.gz"),
        ("posts.csv", b'{"data": [{"id": "1", "author_id": "2"}]}\n', "JSON"),
    ],
)
def test_check_says_what_is_wrong_with_a_file(company: Path, name: str, content: bytes, said: str) -> None:
    (company / "exports" / name).write_bytes(content)
    wrong = run_scrm("check", "--config", str(company), "--json", expected_exit=1)
    (source,) = json.loads(wrong.stdout)["sources"]
    problems = {Path(file["name"]).name: file["problem"] for file in source["files"]}
    assert problems["good.csv"] is None
    assert said in problems[name]


def test_check_foretells_what_a_run_would_find_of_the_checks(company: Path) -> None:
    config = company / "scrm.yml"
    config.write_text(CONFIGURATION + "quality: {thresholds: {landed.order.amounts: 1}}\n", encoding="utf-8")
    said = run_scrm("check", "--config", str(company), expected_exit=ExitCode.CONFIGURATION).stderr
    assert (
        "'landed.order.amounts' is not the limit of any check; did you mean 'landed.orders.amounts'?" in said
    )
    config.write_text(CONFIGURATION, encoding="utf-8")
    own = "- {name: a, layer: landed, relation: landed.order, sentence: Why., sql: selec 1 from @batch}\n"
    (company / "checks.yml").write_text(own, encoding="utf-8")
    said = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED).stderr
    assert "checks.yml, a: there is no relation landed.order; did you mean landed.orders?" in said
    assert "checks.yml, a: its sql is no SQL" in said


def test_tables_lists_what_a_source_can_fill_and_each_column_with_its_meaning() -> None:
    assert "Orders: one row per observation." in run_scrm("tables").stdout
    orders = json.loads(run_scrm("tables", "orders", "--json").stdout)["orders"]
    needed = [column["column"] for column in orders if column["is_needed"]]
    assert needed == ["ordered_at", "amount"]
    assert {
        "column": "returned_amount",
        "kind": "amount",
        "meaning": "value sent back",
        "is_needed": False,
    } in orders
    unknown = run_scrm("tables", "order", expected_exit=ExitCode.CONFIGURATION).stderr
    assert "did you mean 'orders'?" in unknown


def test_check_says_which_landed_files_are_no_longer_read(company: Path) -> None:
    settings = load_settings(company / "scrm.yml")
    land(settings.sources[0], settings)
    (company / "scrm.yml").write_text(
        CONFIGURATION.replace("name: segments", "name: groups"), encoding="utf-8"
    )
    checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert (
        "Of source 'segments', which is not in scrm.yml, landed files are no longer read: 1. They stay in the "
        "lake; put the source back, and they count again, or take them out for good: scrm withdraw --source "
        "segments. Other sources lost nothing to it: duplicates are told within a source."
    ) in checked.stderr
    (company / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    again = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert "no longer read" not in again.stderr


def test_check_says_where_a_source_finds_nothing(company: Path) -> None:
    (company / "exports" / "good.csv").unlink()
    assert "no file is found" in run_scrm("check", "--config", str(company), expected_exit=1).stdout


def test_check_says_where_the_folder_of_profile_pictures_is_not(company: Path) -> None:
    (company / "scrm.yml").write_text(CONFIGURATION + "identity: {avatars: pictures}\n", encoding="utf-8")
    checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert f"{company / 'pictures'}: no such folder" in checked.stderr
    (company / "pictures").mkdir()
    checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert "no such folder" not in checked.stderr


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


@pytest.mark.parametrize("command", ["run", "check"])
def test_accounts_on_a_network_that_nobody_observes_are_refused(company: Path, command: str) -> None:
    text = CONFIGURATION.replace("name: Domatik}", "name: Domatik, accounts: {foruum: [domatik]}}").replace(
        "{name: segments,",
        "{name: posts, format: discourse, network: forum, path: forum/*.json}\n  - {name: segments,",
    )
    (company / "scrm.yml").write_text(text, encoding="utf-8")
    said = run_scrm(command, "--config", str(company), expected_exit=ExitCode.CONFIGURATION).stderr
    assert "brand.accounts has accounts on 'foruum'" in said
    assert "did you mean 'forum'?" in said


def test_a_damaged_publication_is_named_and_hides_no_other(company: Path) -> None:
    home = Home(company / ".scrm")
    publish_small(home, "r1")
    (home.published / "foreign").mkdir()
    shown = run_scrm("publications", "--config", str(company))
    assert "r1" in shown.stdout
    assert "foreign/manifest.json cannot be read" in shown.stderr


def test_audit_verify_says_what_was_altered_and_which_publications_there_are(company: Path) -> None:
    home = Home(company / ".scrm")
    publish_small(home, "r1")
    publish_small(home, "r2", minute=1)
    whole = run_scrm("audit", "verify", "--config", str(company))
    assert (
        "Nothing was altered: 2 lines of the ledger, 0 files of lake and quarantine, and every file of r2, r1."
        in whole.stdout
    )
    unknown = run_scrm(
        "audit", "verify", "r9", "--config", str(company), expected_exit=ExitCode.CONFIGURATION
    )
    assert "there is no publication 'r9'; kept are r2, r1" in unknown.stderr
    page = home.published / "r1" / "data_docs" / "index.html"
    page.write_text("all is very well", encoding="utf-8")
    altered = run_scrm("audit", "verify", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert altered.stdout == f"{page}: altered after it was published (SHA-256 differs)\n"
    run_scrm("audit", "verify", "r2", "--config", str(company))


def test_audit_verify_names_what_was_altered_in_lake_and_quarantine(company: Path) -> None:
    settings = load_settings(company)
    land(settings.sources[0], settings)
    whole = run_scrm("audit", "verify", "--config", str(company)).stdout
    assert "files of lake and quarantine, and every file of no publication." in whole
    part = next((company / ".scrm" / "lake" / "segments").rglob("segment_assignments.parquet"))
    part.write_bytes(part.read_bytes() + b" ")
    altered = run_scrm("audit", "verify", "--config", str(company), expected_exit=ExitCode.REFUSED)
    assert f"{part.relative_to(company / '.scrm')} was altered" in altered.stdout


def test_a_deleted_ledger_is_noticed_by_run_and_begun_anew_only_where_it_is_lost(company: Path) -> None:
    home = Home(company / ".scrm")
    publish_small(home, "r1")
    publish_small(home, "r2", minute=1)
    anew = ("audit", "begin-ledger", "--reason", "no copy is left", "--config", str(company))
    whole = run_scrm(*anew, expected_exit=ExitCode.CONFIGURATION)
    assert "is whole" in in_one_line(whole.stderr)
    for path in home.ledger.iterdir():
        path.unlink()
    for command in (("run",), ("withdraw", "x")):
        refused = run_scrm(*command, "--config", str(company), expected_exit=ExitCode.REFUSED)
        assert "line 1, named by publication r2, is missing" in refused.stderr
        assert "scrm audit begin-ledger --reason" in refused.stderr
    assert "A new ledger is begun." in run_scrm(*anew).stdout
    assert "Nothing was altered: 1 lines" in run_scrm("audit", "verify", "--config", str(company)).stdout


def test_a_file_is_withdrawn_by_name_mask_or_digest_and_check_says_that_it_still_lies_there(
    company: Path,
) -> None:
    settings = load_settings(company)
    (company / "exports" / "other.csv").write_text(
        "customer,scheme,segment,since\n2,lifestyle,calm,2026-01-01T00:00:00Z\n", encoding="utf-8"
    )
    land(settings.sources[0], settings)
    sha256 = hashlib.sha256((company / "exports" / "good.csv").read_bytes()).hexdigest()

    def withdraw(*words: str, expected_exit: int = 0) -> str:
        done = run_scrm("withdraw", *words, "--config", str(company), expected_exit=expected_exit)
        return in_one_line(done.stdout + done.stderr)

    assert "knows no file 'nothing.csv'" in withdraw("nothing.csv", expected_exit=ExitCode.CONFIGURATION)
    assert "name the files, or a source" in withdraw(expected_exit=ExitCode.CONFIGURATION)
    for word in ("exports/good.csv", mask_name("exports/good.csv", sha256), sha256[:12]):
        said = withdraw(word)
        assert "segments: exports/good.csv is withdrawn; 1 rows of it left the lake." in said
        assert "still lies there" in said
        checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
        assert f"scrm withdraw --undo {sha256[:12]}" in checked.stderr
        withdraw("--undo", word)
        land(settings.sources[0], settings)
    assert withdraw("--source", "segments").count("is withdrawn") == 2


def test_check_predicts_a_file_that_will_be_set_aside(company: Path) -> None:
    rows = "".join(f"{n},lifestyle,calm,soon\n" for n in range(20))
    (company / "exports" / "bad.csv").write_text("customer,scheme,segment,since\n" + rows, encoding="utf-8")
    checked = run_scrm("check", "--config", str(company), expected_exit=ExitCode.REFUSED)
    said = in_one_line(checked.stdout)
    assert "bad.csv: at its beginning, of 20 records 20 are rejected (20 bad_valid_from)" in said


def test_audit_file_leads_from_a_masked_name_to_the_file(company: Path) -> None:
    from ingestion.landing import land
    from warehouse.settings import load_settings

    settings = load_settings(company)
    for source in settings.sources:
        land(source, settings)
    sha256 = hashlib.sha256((company / "exports" / "good.csv").read_bytes()).hexdigest()
    mask = mask_name("exports/good.csv", sha256)
    (found,) = json.loads(run_scrm("audit", "file", mask, "--json", "--config", str(company)).stdout)
    assert (found["file_name"], found["sha256"]) == ("exports/good.csv", sha256)
    unknown = run_scrm(
        "audit", "file", "x.csv", "--config", str(company), expected_exit=ExitCode.CONFIGURATION
    )
    assert "no file in the ledger" in unknown.stderr


def test_without_a_configuration_the_next_step_is_named(tmp_path: Path) -> None:
    said = run_scrm("run", folder=tmp_path, expected_exit=ExitCode.CONFIGURATION).stderr
    assert "scrm init" in said


def test_there_is_nothing_to_go_back_to_before_the_first_publication(company: Path) -> None:
    said = run_scrm("rollback", "--config", str(company), expected_exit=ExitCode.CONFIGURATION).stderr
    assert "nothing has been published yet" in said
    assert "scrm run" in run_scrm("publications", "--config", str(company)).stdout


def test_a_port_that_is_taken_is_refused_before_anything_starts(company: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        refused = run_scrm(
            *("dev", "--port", str(port), "--config", str(company)), expected_exit=ExitCode.CONFIGURATION
        )
    assert f"port {port} of {HOST} cannot be used" in refused.stderr
    assert "Name another: scrm dev --port" in refused.stderr
