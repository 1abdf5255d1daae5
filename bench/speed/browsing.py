"""Response times of the library screen in Chromium: `python -m bench.speed.browsing LIBRARY`.

For each thing that can be done to the tables, filters and stories: milliseconds from the action until what it brought
has been painted, the median and the slowest of seven. LIBRARY is served as `qa serve` does; nothing in it is changed.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from tests.parts.browser import Page, chromium, watched
from tests.parts.server import running

RUNS = 7
# Resolves when the part has been redrawn and the frame that shows it is on the screen.
PAINTED = """async ([act, part]) => {
  const began = performance.now();
  const changed = new Promise((done) => {
    const watcher = new MutationObserver(() => (watcher.disconnect(), done()));
    watcher.observe(document.querySelector(part), { childList: true, subtree: true });
  });
  new Function(act)();
  await changed;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
TABLE = '[data-part="table"]'
PRESS = "document.querySelector('{}').click()"
SEEK = (
    "const box = document.querySelector('.seek'); box.value = '{}';"
    " box.dispatchEvent(new Event('input', {{ bubbles: true }}))"
)
LOOK = "document.querySelector('[data-part=coverage]').drawn = ''; dispatchEvent(new Event('wenbao-mended'))"
# Name, what is done, the part that it redraws, what leads back.
ACTIONS = [
    ("figures and charts", LOOK, '[data-part="coverage"]', ""),
    ("next page of the table", PRESS.format(f"{TABLE} .pages button:last-child"), TABLE, ""),
    ("by headline", PRESS.format('[data-order="title"]'), TABLE, PRESS.format('[data-order="arrival"]')),
    ("by date", PRESS.format('[data-order="date"]'), TABLE, PRESS.format('[data-order="arrival"]')),
    ("search (0.2 s of it waits for more letters)", SEEK.format("供暖"), TABLE, SEEK.format("")),
    ("files", PRESS.format("[data-kind=files]"), TABLE, PRESS.format("[data-kind=articles]")),
    ("a story opens", PRESS.format("td.title button"), "dialog.reader", PRESS.format("dialog.reader [data-close]")),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    with running(parser.parse_args().library) as (url, _), chromium() as browser, watched(browser) as page:
        page.goto(f"{url}#library")
        page.wait_for_selector(f"{TABLE} table")
        page.wait_for_selector(".charts figure")
        print(f"{page.locator('.figures dd').first.inner_text()} stories\n  median slowest")
        for said, act, part, back in ACTIONS:
            _tell(said, [_done(page, act, part, back) for _ in range(RUNS)])
        page.evaluate("location.hash = '#chat'")
        page.evaluate("document.querySelector('.filters').open = true")
        page.wait_for_selector(".filters [data-filter]")
        choose = PRESS.format(".filters .years button")
        _tell("a filter is chosen or taken off", [_done(page, choose, ".filters", "") for _ in range(RUNS)])


def _tell(said: str, spent: list[float]) -> None:
    print(f"{statistics.median(spent):8.0f}{max(spent):8.0f}  {said}")


def _done(page: Page, act: str, part: str, back: str) -> float:
    spent = float(page.evaluate(PAINTED, [act, part]))
    if back:
        page.evaluate(PAINTED, [back, part])
    page.wait_for_timeout(50)
    return spent


if __name__ == "__main__":
    main()
