"""Makes the pictures of the README: `python -m tests.pictures [PUBLICATION]`, by default what `scrm demo` left.

Needs a browser (tests/browser.py). Must not live here: tests.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from tests import browser
from tests.pictures import dagster_ui
from tests.serving import served
from warehouse.dashboard.guard import Keys
from warehouse.dashboard.report import FOLDER
from warehouse.lake import Home

FOLDER_HERE = Path(__file__).parent
DEMO = Path("sample/.scrm/published/current")
WIDTH, HEIGHT = 1280, 2000
ROWS = 5  # of the first board: its names and four questions
MOST_BYTES = 300_000


def main(publication: Path) -> None:
    """Draw the top of the report, a page of the dashboard, and a mart in Dagster's UI."""
    if not browser.is_installed():
        sys.exit(browser.WHY_NOT)
    draw_report(publication.resolve(), FOLDER_HERE / "segments.png")
    draw_review(publication.resolve(), FOLDER_HERE / "review.png")
    dagster_ui.draw(publication.resolve().parents[2])


def draw_report(publication: Path, target: Path) -> None:
    """The first rows of the report."""
    page = publication / FOLDER / "index.html"
    if not page.exists():
        sys.exit(f"{page} is not there; run 'scrm demo', or name a publication's folder.")
    with browser.open_browser(WIDTH, HEIGHT) as driver:
        driver.get(page.as_uri())
        end = driver.execute_script(f"return document.querySelectorAll('.board .row')[{ROWS}].offsetTop")
        board = driver.execute_script("return document.querySelector('.board').offsetTop")
        _keep(driver, board + end, target)


def draw_review(publication: Path, target: Path) -> None:
    """A pair that waits for a reviewer, in the dashboard of the publication's home."""
    keys = Keys()
    with (
        served(Home(publication.parents[1]), "Halvenwire", keys) as address,
        browser.open_browser(WIDTH, HEIGHT) as driver,
    ):
        driver.get(f"{address}/?key={keys.entry}")
        driver.get(f"{address}/review")
        end = driver.execute_script("return document.querySelector('.answer ~ h2 ~ h2').offsetTop")
        _keep(driver, end, target)


def _keep(driver: Any, height: int, target: Path) -> None:
    """Save the upper part of what the browser shows."""
    picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.crop((0, 0, WIDTH, height)).save(target, optimize=True)
    size = target.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{target} has {size:,} bytes, more than {MOST_BYTES:,}; show less of the page.")
    print(f"{target}: {size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO)
