"""The README's pictures: `python -m bench.screenshots [FOLDER]` asks the seed pages in a real Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from qa.archive import Archive
from qa.types import Query
from tests.ui_browser import DESK, PHONE, asked, chromium, opened, watched
from tests.ui_server import running

ROOT = Path(__file__).parent.parent
SCREENS = {"desktop": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False)}


def main(folder: Path) -> None:
    """Write `screenshot-*.png` into `folder`: an answer to one of the library's own example questions."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        library = Path(work) / "library"
        with Archive.open(library, create=True) as archive:
            archive.add([ROOT / "seeds"])
            question = min(archive.examples(6), key=lambda asked: _answering_words(archive, asked))
        with running(library) as (url, _), chromium() as browser:
            for name, (size, dark) in SCREENS.items():
                with watched(browser, size, dark=dark) as page:
                    asked(opened(page, url), question)
                    page.wait_for_selector("[data-panel-of]")
                    page.wait_for_timeout(1000)  # the scrolling has come to rest
                    page.screenshot(path=folder / f"screenshot-{name}.png")
                    print(folder / f"screenshot-{name}.png")


def _answering_words(archive: Archive, question: str) -> int:
    """How many characters of the first quote answer; a short mark makes the better picture."""
    citations = archive.ask(Query(question)).citations
    return citations[0].mark.end - citations[0].mark.start if citations else sys.maxsize


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
