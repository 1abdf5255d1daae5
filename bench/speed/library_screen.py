"""Query times of the library screen over 70,000 articles: tables, filters, charts.

    python -m bench.speed.library_screen [FOLDER] [--files 3500] [--each 20]
    python -m bench.speed.library_screen --library LIBRARY

Makes a library of made-up stories with stub vectors in FOLDER (a temporary one without it; about two minutes; used
again where it is there already), or takes one as it is, and prints for each query the milliseconds of its first run and
the median of five more. The first that counts anything pays for the summary that a change of the library makes stale.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.library.library import Library
from qa.store.overview import ArticleRow
from qa.types import Filters, Location
from qa.types.protocols import Array, Progress

PLACES = ["东河", "西集", "南苑", "北关", "中仓", "新华", "桥庄", "永乐"]
THINGS = ["供暖", "花海", "食堂", "公交", "论坛", "消防", "除雪", "书展"]
DEEDS = ["启动", "完工", "扩建", "检查", "开放", "试行", "招募", "通车"]
FAMILIES, GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"
RUNS = 5


class Stub:
    """One vector for all: the screen never looks at them."""

    name, fingerprint, dimension = "stub", "stub-8", 8

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        return np.full((len(texts), self.dimension), self.dimension**-0.5, np.float32)

    def embed_query(self, text: str) -> Array:
        return self.embed_passages([text])[0]


def write_pages(folder: Path, files: int, each: int) -> None:
    """Files of stories over ten years, a folder a month; every seventh story is undated."""
    choose = random.Random(1)
    names = [choose.choice(FAMILIES) + choose.choice(GIVEN) + choose.choice(GIVEN) for _ in range(300)]
    for number in range(files):
        year, month = 2016 + number * 10 // files, number * 120 // files % 12 + 1
        path = folder / f"{year}" / f"{month:02}" / f"{number:05}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            for story in range(number * each, (number + 1) * each):
                subject = f"{choose.choice(PLACES)}{choose.choice(THINGS)}{choose.choice(DEEDS)}第{story}号"
                text = "".join(f"{subject}，惠及居民{choose.randint(100, 9999)}户。" for _ in range(6))
                record = {"id": f"r{story}", "title": subject, "text": text, "byline": [choose.choice(names)]}
                dated = {"date": f"{year}-{month:02}-{story % 28 + 1:02}"} if story % 7 else {}
                file.write(json.dumps({**record, **dated}, ensure_ascii=False) + "\n")


def measure(library: Library) -> None:
    shelf, total = library.overview, library.stats().articles
    first: ArticleRow = next(row for row in shelf.articles(limit=500).rows if row.byline)
    name, folder = first.byline[0], first.source.partition("/")[0]
    queries: dict[str, Callable[[], object]] = {
        "filters, nothing chosen": shelf.facets,
        "articles, first window": shelf.articles,
        "articles, last window": lambda: shelf.articles(offset=total - 50),
        "articles by headline, last window": lambda: shelf.articles(order="title", offset=total - 50),
        "articles by date, newest first": lambda: shelf.articles(order="date", descending=True),
        "articles with a word": lambda: shelf.articles("花海"),
        "articles with a reporter, by date": lambda: shelf.articles(name, "date"),
        "files, first window": shelf.files,
        "files by articles": lambda: shelf.files(order="articles", descending=True),
        "filters, a date": lambda: shelf.facets(Filters(since="2018-03")),
        "filters, a reporter": lambda: shelf.facets(Filters(byline=name)),
        "filters, a folder": lambda: shelf.facets(Filters(source=folder)),
        "charts": shelf.coverage,
        "stories of a page": lambda: shelf.stories(Location(first.source, first.record, first.page, ())),
    }
    print(f"{total:,} articles\n   first  median")
    for said, query in queries.items():
        spent = []
        for _ in range(1 + RUNS):
            began = time.perf_counter()
            query()
            spent.append((time.perf_counter() - began) * 1000)
        print(f"{spent[0]:8.1f}{statistics.median(spent[1:]):8.1f}  {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--files", type=int, default=3500)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--library", type=Path, help="measured as it is")
    args = parser.parse_args()
    if args.library:
        with Library.open(args.library, create=False) as library:
            measure(library)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        with Library.open(folder / "library", create=True, embedder=Stub()) as library:
            if not library.stats().articles:
                write_pages(folder / "pages", args.files, args.each)
                library.add([folder / "pages"])
            measure(library)


if __name__ == "__main__":
    main()
