"""Time to the page and from Enter to the first quote, Chromium: `python -m bench.speed.first_words [--questions 20]`.

First what the page takes that is opened for the first time, and then again: seconds to the welcome, requests, and what
they bring over the network.
From the key Enter to the frame that shows the answer's first quote, on the seed pages, each question in a chat of its
own, twice over: the first round is not counted. Prints the median, the slowest, and where the median goes: until the
server has the question, until its last word, until the frame.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Browser, Page

from qa.library.library import Library
from tests.parts.browser import chromium, opened, watched
from tests.parts.server import running

ROOT = Path(__file__).parents[2]
SETTLED_MS = 2000  # after the welcome, what else the page fetches has come
WATCH = """() => {
  const at = {}, first = () => document.querySelector(".turn:last-of-type .answer :is(.said, .refusal)");
  const ready = new Promise((shown) => {
    const look = () => {
      if (!first()) return;
      observer.disconnect();
      at.drawn = performance.now();
      requestAnimationFrame(() => setTimeout(() => shown((at.shown = performance.now(), at))));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.querySelector("#thread"), {childList: true, subtree: true});
  });
  document.addEventListener("keydown", () => (at.pressed = performance.now()), {capture: true, once: true});
  performance.clearResourceTimings();
  window.measured = ready.then((at) => {
    const sent = performance.getEntriesByType("resource").find((one) => one.name.includes("queue/join"));
    return {asked: sent.responseEnd - at.pressed, drawn: at.drawn - at.pressed, shown: at.shown - at.pressed};
  });
}"""


class Times(TypedDict):
    """Milliseconds since the key was pressed."""

    asked: float  # the server has taken the question
    drawn: float  # the answer stands in the page
    shown: float  # the frame with it has been painted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        library_path = Path(work) / "library"
        with Library.open(library_path, create=True) as library:
            library.add([ROOT / "seeds"])
            questions = library.examples(args.questions)
        with running(library_path) as (url, _), chromium() as browser, watched(browser) as page:
            _print_views(browser, url)
            opened(page, url)
            rounds = [[_asked(page, question) for question in questions] for _ in range(2)]
    shown = [one["shown"] for one in rounds[1]]
    print(f"questions {len(shown)}  median {statistics.median(shown):.0f} ms  slowest {max(shown):.0f} ms", end="  ")
    for name in ("asked", "drawn"):
        print(f"{name} {statistics.median(one[name] for one in rounds[1]):.0f}", end="  ")
    print(f"answered in {statistics.median(one['shown'] - one['asked'] for one in rounds[1]):.0f}")


def _print_views(browser: Browser, url: str) -> None:
    """The page thrice by one visitor: the first time nothing of it is there."""
    with browser.new_context(locale="zh-CN") as context:
        for name in ("page, cold", "page, again", "page, again"):
            page, fetched = context.new_page(), list[float]()
            network = context.new_cdp_session(page)
            network.send("Network.enable")
            network.on("Network.loadingFinished", _noting(fetched))
            started = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.wait_for_selector(".welcome")
            welcomed = time.perf_counter() - started
            page.wait_for_timeout(SETTLED_MS)
            told = f"requests {len(fetched)}, of them over the network {sum(map(bool, fetched))}"
            print(f"{name:12} welcome {welcomed:.2f} s  {told}, {sum(fetched) / 1e3:.0f} KB")
            page.close()


def _noting(fetched: list[float]) -> Callable[[dict[str, float]], None]:
    """What notes how many bytes each request brought; what the browser still had, 0."""
    return lambda told: fetched.append(told["encodedDataLength"])


def _asked(page: Page, question: str) -> Times:
    page.click("#new-chat a")
    page.wait_for_selector(".welcome")
    page.fill("#question textarea", question)
    page.evaluate(WATCH)
    page.press("#question textarea", "Enter")
    times: Times = page.evaluate("window.measured")
    return times


if __name__ == "__main__":
    main()
