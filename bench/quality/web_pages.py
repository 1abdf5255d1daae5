"""What comes back of web pages: body, date, reporters and title, on pages composed in ten layouts.

    python -m bench.quality.web_pages FOLDER [--pages 100] [--seed 1]

FOLDER holds `corpus.jsonl.xz`, one article a line in `text`; those that name a reporter themselves are passed over.
Each page has an article among what news sites put around one: navigation, long lists of links, boxes of comment, stray
end tags, tags left open, with date and reporters in the places where sites print them. Metrics, over all pages and for
each layout:

- body: the share of the article's characters that came back.
- frame: the share of the characters around it that came back too.
- date, byline, title: the share of the pages where each is exactly what is printed, none where none is.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.material.page_maker import articles
from bench.material.reports import print_report
from bench.material.web_layouts import LAYOUTS, Story, WebPage
from qa.articles.cutting import cut
from qa.formats import read

_POOL = 3000
_OWN = re.compile("记者|通讯员|作者|编辑|摄|讯|电(?=[，。])|文/|[<>&]")
_MAX_BYTES = 10 << 20


@dataclass(slots=True)
class Tally:
    """Counts of one layout."""

    pages: int = 0
    body: int = 0
    kept: int = 0
    frame: int = 0
    taken: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("date", "byline", "title"), 0))

    def report(self) -> dict[str, float | int]:
        shares = {key: round(count / max(1, self.pages), 4) for key, count in self.right.items()}
        kept, taken = self.kept / max(1, self.body), self.taken / max(1, self.frame)
        return {"pages": self.pages, "body": round(kept, 4), "frame": round(taken, 4), **shares}


def measure(page: WebPage, folder: Path, tallies: Sequence[Tally], show: bool) -> None:
    """Count what comes back of one page."""
    path = folder / "page.html"
    path.write_bytes(page.html.encode("utf-8"))
    found = [article for each in read(path, path.name, max_bytes=_MAX_BYTES) for article in cut(each)]
    text = "".join("".join(article.text.split()) for article in found)
    parts = ["".join(part.split()) for part in page.story.paragraphs]
    frame = ["".join(part.split()) for part in page.frame]
    first = found[0] if found else None
    right = {
        "date": first is not None and first.date == page.date,
        "byline": first is not None and first.byline == page.byline,
        "title": first is not None and "".join(first.title.split()) == "".join(page.story.title.split()),
    }
    for tally in tallies:
        tally.pages += 1
        tally.body += sum(map(len, parts))
        tally.kept += sum(len(part) for part in parts if part in text)
        tally.frame += sum(map(len, frame))
        tally.taken += sum(len(part) for part in frame if part in text)
        for key, is_right in right.items():
            tally.right[key] += is_right
    wrong = [key for key, is_right in right.items() if not is_right]
    lost = [part for part in parts if part not in text]
    taken = [part for part in frame if part in text]
    if show and first is not None and (wrong or lost or taken):
        print(page.layout, wrong, first.date, first.byline, first.title, "lost", lost, "taken", taken, file=sys.stderr)


def stories(folder: Path) -> list[Story]:
    """Articles with three sentences or more and no reporter named."""
    found = []
    for lines in islice(articles(folder), _POOL):
        text = "".join(lines)
        sentences = re.findall("[^。！？]+[。！？]", "".join(text.split()))
        if len(sentences) >= 3 and not _OWN.search(text):
            paragraphs = ["".join(sentences[at : at + 2]) for at in range(0, min(len(sentences), 16), 2)]
            found.append(Story(re.split("[，。！？；：]", sentences[0])[0][:30], tuple(paragraphs)))
    return [story for story in found if len(story.title) >= 6]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="say what is wrong, page by page")
    options = parser.parse_args()
    pool = stories(options.folder)
    tallies: dict[str, Tally] = defaultdict(Tally)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.pages):
            rng = random.Random(f"{options.seed}-{number}")
            name = list(LAYOUTS)[number % len(LAYOUTS)]
            page = LAYOUTS[name](rng.choice(pool), rng.sample(pool, 8), rng)
            measure(page, Path(scratch), (tallies["all"], tallies[name]), options.show)
    seconds = time.perf_counter() - started
    report = {key: tally.report() for key, tally in tallies.items()}
    print_report(report, seconds, options.pages, as_json=options.json)


if __name__ == "__main__":
    main()
