"""How well pages are cut into articles, on pages composed from plain articles: `python -m bench.pages FOLDER`.

FOLDER holds `corpus.jsonl.xz`, one article a line in `text`. Half of the pages draw from the byline styles that the
cutter's rules were first written for, half from others (trait `styles`). Metrics, over all pages and per trait:

- boundary F1: a boundary is the start of a printed line whose story is not that of the line before; found and true
  boundaries are pooled over the pages.
- stories right: the share of true stories for which the cutter made an article of exactly the same characters.
- headlines right: the share of true stories that are right and have the right title, or, where none is printed, a title
  marked as inferred.
- bylines right: the share of the right stories that are signed whose reporters are named exactly.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench.material.page_maker import Sheet, articles, compose, design
from bench.material.reports import print_report
from qa.articles.cutting import cut
from qa.types import Article, Page

_POOL = 6000  # articles that pages are drawn from


@dataclass(slots=True)
class Tally:
    """Counts of one trait."""

    pages: int = 0
    true: int = 0
    found: int = 0
    both: int = 0
    stories: int = 0
    right: int = 0
    titled: int = 0
    signed: int = 0
    named: int = 0

    def add(self, other: Tally) -> None:
        for key in self.__slots__:
            setattr(self, key, getattr(self, key) + getattr(other, key))

    def report(self) -> dict[str, float | int]:
        return {
            "pages": self.pages,
            "boundary_f1": round(2 * self.both / max(1, self.true + self.found), 4),
            "boundary_precision": round(self.both / max(1, self.found), 4),
            "boundary_recall": round(self.both / max(1, self.true), 4),
            "stories_right": round(self.right / max(1, self.stories), 4),
            "headlines_right": round(self.titled / max(1, self.stories), 4),
            "bylines_right": round(self.named / max(1, self.signed), 4),
        }


def measure(sheet: Sheet, found: tuple[Article, ...]) -> Tally:
    """One page's counts."""
    text = sheet.text
    owner: dict[int, int] = {}
    for number, article in enumerate(found):
        for piece in article.location.pieces:
            owner.update(dict.fromkeys(range(piece.start, piece.end), number))
    starts, position = [], 0
    truth: dict[int, set[int]] = defaultdict(set)
    for line in sheet.lines:
        position += line.gap
        starts.append(position)
        truth[line.story] |= {at for at in range(position, position + len(line.text)) if not text[at].isspace()}
        position += len(line.text) + 1
    true = {b for (_, x), (b, y) in itertools.pairwise(zip(starts, sheet.lines, strict=True)) if x.story != y.story}
    seen = {b for a, b in itertools.pairwise(starts) if owner[a] != owner[b]}
    tally = Tally(1, len(true), len(seen), len(true & seen), len(sheet.stories))
    made = {
        frozenset(
            at for piece in article.location.pieces for at in range(piece.start, piece.end) if not text[at].isspace()
        ): article
        for article in found
    }
    for number, story in enumerate(sheet.stories):
        right = made.get(frozenset(truth[number]))
        if right is None:
            continue
        tally.right += 1
        want = story.title and "".join(story.title.split())
        tally.titled += right.title_inferred if want is None else want == "".join(right.title.split())
        tally.signed += bool(story.byline)
        tally.named += bool(story.byline) and story.byline == right.byline
    return tally


def show(path: Path, sheet: Sheet) -> None:
    """Write a page, and beside it (.tsv) a line a printed line: the number of its story, its text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sheet.text, encoding="utf-8")
    rows = (f"{line.story}\t{line.text}\n" for line in sheet.lines)
    path.with_suffix(".tsv").write_text("".join(rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", type=Path, help="write the pages, with their true stories, into this folder")
    options = parser.parse_args()
    pool = list(itertools.islice(articles(options.folder), _POOL))
    tallies: dict[str, Tally] = defaultdict(Tally)
    seconds = 0.0
    for number in range(options.pages):
        rng = random.Random(f"{options.seed}-{number}")
        sheet = compose(pool, rng, design(rng, held=number % 2 == 1))
        started = time.perf_counter()
        found = cut(Page(f"{number:03}.txt", sheet.text))
        seconds += time.perf_counter() - started
        if options.show:
            show(options.show / f"{number:03}.txt", sheet)
        tally = measure(sheet, found)
        for key in ["all", *(f"{trait}={value}" for trait, value in sheet.traits.items())]:
            tallies[key].add(tally)
    report = {key: tallies[key].report() for key in sorted(tallies, key=lambda key: (key != "all", key))}
    print_report(report, seconds, options.pages, as_json=options.json)


if __name__ == "__main__":
    main()
