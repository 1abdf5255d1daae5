"""Takes the pictures of README and manual in Chromium: `python -m bench.material.screenshots [FOLDER]`.

All but one are of the seed pages. `desktop`, `dark` and `phone` show an answer with its sources, `digest` what several
stories tell of a place, `comparison` two sides, `reading` a story beside the page it was cut from, `library` the
library's own screen; for the manual `empty` shows that screen before anything is in it, `card` a source, `refusal` an
answer that is none, `filters`, `mending` and `login` what they are called after. `clipping` and `scan` are of the
demo's scanned page (`docs/demo`): an answer beside the clipping of what it quotes, the story on its page. A
picture has 256 colours, most of the manual 32, so that they stay below 250 and 100 KB.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from bench.material import demo_page
from qa.library.library import Library
from qa.text.words import name_words
from qa.types import Query
from tests.parts.browser import DESK, PHONE, Browser, Page, asked, chromium, expect, opened, watched
from tests.parts.server import running
from ui import guard
from ui.views.chat import EXAMPLES
from ui.words import CHINESE

ROOT = Path(__file__).parents[2]
AT_REST_MS = 1000
COLOURS, FEW_COLOURS = 256, 32
SMALL, TALL, LOGIN = (1100, 640), (1100, 960), (480, 320)
UNKNOWN = "青岛啤酒节哪天开幕？"  # what the seed pages say nothing about


class Screen(NamedTuple):
    """A picture to take: of a window of `size` pixels once `lead` was done, or of one element of it."""

    lead: Callable[[Page], None]
    size: tuple[int, int] = DESK
    dark: bool = False
    element: str = ""  # CSS selector
    colours: int = FEW_COLOURS


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
            asked = [one.question for one in library.varied_examples(EXAMPLES)]
            compared = next(one for one in asked if library.ask(Query(one)).kind == "compare")
        with chromium() as browser:
            with running(library_path) as (url, _):
                for name, screen in _screens(question, topic, compared).items():
                    _take(browser, url, screen, folder / f"screenshot-{name}.png")
            _scan(Path(work) / "scan", browser, folder)
            Library.open(Path(work) / "empty", create=True).close()
            with running(Path(work) / "empty") as (url, _):
                _take(browser, url, Screen(_empty, SMALL), folder / "screenshot-empty.png")


def _scan(work: Path, browser: Browser, folder: Path) -> None:
    """An answer from a scanned page, and its story beside the picture of the page."""
    with Library.open(work, create=True) as library:
        library.add([demo_page.PAGE])
        question = min(library.examples(6), key=lambda asked: _answering_words(library, asked))
    with running(work) as (url, _):
        shown = Screen(lambda page: _answer(page, question), colours=COLOURS)
        _take(browser, url, shown, folder / "screenshot-clipping.png")
        shown = Screen(lambda page: _picture(page, question), colours=COLOURS // 2)
        _take(browser, url, shown, folder / "screenshot-scan.png")


def _picture(page: Page, question: str) -> None:
    _answer(page, question)
    page.locator("li.source [data-article]").first.click()
    page.locator("dialog[open] .picture img").evaluate("image => image.decode()")


def _screens(question: str, topic: str, compared: str) -> dict[str, Screen]:
    def answer(page: Page) -> None:
        _answer(page, question)

    return {
        "desktop": Screen(answer, colours=COLOURS),
        "dark": Screen(answer, dark=True, colours=COLOURS),
        "phone": Screen(answer, PHONE, colours=COLOURS),
        "digest": Screen(lambda page: _answer(page, f"介绍一下{topic}"), colours=COLOURS),
        "comparison": Screen(lambda page: _answer(page, compared), colours=COLOURS),
        "reading": Screen(lambda page: _reading(page, question), colours=COLOURS),
        "library": Screen(_library, colours=COLOURS),
        "card": Screen(answer, element="li.source"),
        "refusal": Screen(lambda page: _answer(page, UNKNOWN), SMALL),
        "filters": Screen(_filters, TALL),
        "mending": Screen(lambda page: _mending(page, question), SMALL, colours=COLOURS),
        "login": Screen(lambda page: page.set_content(str(guard.login_page(CHINESE))), LOGIN),
    }


def _take(browser: Browser, url: str, screen: Screen, path: Path) -> None:
    with watched(browser, screen.size, dark=screen.dark) as page:
        screen.lead(opened(page, url))
        page.wait_for_timeout(AT_REST_MS)  # the scrolling has come to rest
        seen = page.locator(screen.element).first if screen.element else page
        _keep(seen.screenshot(), screen.colours, path)


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
    page.wait_for_selector("[data-panel-of], .refusal")
    expect(page.locator("[data-following]")).to_have_count(0)  # what it proposes has come


def _reading(page: Page, question: str) -> None:
    _answer(page, question)
    page.locator("li.source [data-article]").first.click()
    page.wait_for_selector("dialog[open] .printed mark")


def _library(page: Page) -> None:
    page.evaluate("location.hash = '#library'")
    page.wait_for_selector("#shelf table")
    page.wait_for_selector(".charts figure")


def _empty(page: Page) -> None:
    page.evaluate("location.hash = '#library'")
    page.wait_for_selector("#shelf .drop")


def _filters(page: Page) -> None:
    page.locator(".filters summary").click()
    page.locator("[data-filter=byline]").first.click()
    page.wait_for_selector("#filter-chips button")


def _mending(page: Page, question: str) -> None:
    _reading(page, question)
    page.locator("[data-mending]").click()
    page.wait_for_selector(".mend [name=title]")


def _keep(picture: bytes, colours: int, path: Path) -> None:
    reduced = Image.open(io.BytesIO(picture)).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)
    print(f"{path}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
