"""Makes the pictures of the README: `python -m tests.pictures [PUBLICATION]`, by default what `scrm demo` left.

Needs a browser (tests/browser.py). Must not live here: tests.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from tests import browser
from tests.pictures import dagster_ui
from warehouse.dashboard.report import FOLDER

TARGET = Path(__file__).parent / "segments.png"
DEMO = Path("sample/.scrm/published/current")
WIDTH, HEIGHT = 1280, 2000
ROWS = 5  # of the first board: its names and four questions
MOST_BYTES = 300_000


def main(publication: Path) -> None:
    """Draw the top of the report, and a mart in Dagster's UI."""
    page = publication.resolve() / FOLDER / "index.html"
    if not page.exists():
        sys.exit(f"{page} is not there; run 'scrm demo', or name a publication's folder.")
    if not browser.is_installed():
        sys.exit(browser.WHY_NOT)
    with browser.open_browser(WIDTH, HEIGHT) as driver:
        driver.get(page.as_uri())
        end = driver.execute_script(f"return document.querySelectorAll('.board .row')[{ROWS}].offsetTop")
        board = driver.execute_script("return document.querySelector('.board').offsetTop")
        picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.crop((0, 0, WIDTH, board + end)).save(TARGET, optimize=True)
    _say_size(TARGET)
    _say_size(dagster_ui.draw(page.parents[4]))


def _say_size(picture: Path) -> None:
    size = picture.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{picture} has {size:,} bytes, more than {MOST_BYTES:,}; show less of it.")
    print(f"{picture}: {size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO)
