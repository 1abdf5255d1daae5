"""Takes the README's pictures, of the seed pages in Chromium: `python -m bench.material.screenshots [FOLDER]`.

`desktop`, `dark` and `phone` show an answer with its sources, `digest` what several stories tell of a place, `reading`
a story beside the page it was cut from, `library` the library's own screen. A picture has 256 colours, so that it stays
below 250 KB.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from qa.library.library import Library
from qa.text.words import name_words
from qa.types import Query
from tests.parts.browser import DESK, PHONE, Page, asked, chromium, opened, watched
from tests.parts.server import running

ROOT = Path(__file__).parents[2]
AT_REST_MS = 1000
COLOURS = 256


def main() -> None:
    """Write `screenshot-*.png`; the question is one of the library's own examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs", help="docs/ unless given")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        library_path = Path(work) / "library"
        with Library.open(library_path, create=True) as library:
            library.add([ROOT / "seeds"])
            topic = _widely_named(library)
            question = min(library.examples(6), key=lambda asked: _answering_words(library, asked))
        screens: dict[str, tuple[tuple[int, int], bool, Callable[[Page], None]]] = {
            "desktop": (DESK, False, lambda page: _answer(page, question)),
            "dark": (DESK, True, lambda page: _answer(page, question)),
            "phone": (PHONE, False, lambda page: _answer(page, question)),
            "digest": (DESK, False, lambda page: _answer(page, f"介绍一下{topic}")),
            "reading": (DESK, False, lambda page: _reading(page, question)),
            "library": (DESK, False, _library),
        }
        with running(library_path) as (url, _), chromium() as browser:
            for name, (size, dark, lead) in screens.items():
                with watched(browser, size, dark=dark) as page:
                    lead(opened(page, url))
                    page.wait_for_timeout(AT_REST_MS)  # the scrolling has come to rest
                    _keep(page.screenshot(), folder / f"screenshot-{name}.png")


def _widely_named(library: Library) -> str:
    """The town or village that most stories mention."""
    named = Counter(name for article in library.articles() for name in name_words(article.text) if name[-1] in "镇乡村")
    return named.most_common(1)[0][0]


def _answering_words(library: Library, question: str) -> int:
    """How many characters of the first quote answer; a short mark makes the better picture."""
    citations = library.ask(Query(question)).citations
    return citations[0].mark.end - citations[0].mark.start if citations else sys.maxsize


def _answer(page: Page, question: str) -> None:
    asked(page, question)
    page.wait_for_selector("[data-panel-of]")


def _reading(page: Page, question: str) -> None:
    _answer(page, question)
    page.locator("li.source [data-article]").first.click()
    page.wait_for_selector("dialog[open] .printed mark")


def _library(page: Page) -> None:
    page.evaluate("location.hash = '#library'")
    page.wait_for_selector("#shelf table")
    page.wait_for_selector(".charts figure")


def _keep(picture: bytes, path: Path) -> None:
    reduced = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)
    print(f"{path}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
