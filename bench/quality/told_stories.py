"""How many stories of a folder are read with their own title, day and reporters, against a list written by hand.

    python -m bench.quality.told_stories FOLDER LIST

LIST is a JSON object: the name of each file below FOLDER to its stories, ``[title, date, [reporters]]``. A story is
found where an article's title holds the told one; an article is taken once.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from qa import formats
from qa.articles.cutting import cut
from qa.formats.files import MEGABYTE
from qa.types import Article

Told = tuple[str, str | None, Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.quality.told_stories", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("list", type=Path)
    args = parser.parse_args()
    sums: dict[str, Counter[str]] = {}
    for name, told in json.loads(args.list.read_text("utf-8")).items():
        pages = formats.read(args.folder / name, Path(name).name, max_bytes=50 * MEGABYTE)
        articles = [article for page in pages for article in cut(page)]
        sums.setdefault(name.partition("/")[0], Counter()).update(compared(told, articles))
    for group, count in sums.items():
        shares = (f"{kind} {count[kind]}/{count['told']}" for kind in ("title", "date", "byline"))
        print(f"{group:20}", *shares, f"articles {count['articles']}", sep="  ")


def compared(told: Sequence[Told], articles: Sequence[Article]) -> Counter[str]:
    """Of the stories told, how many have their title, and of these how many their date and reporters."""
    found = Counter(told=len(told), articles=len(articles))
    left = list(articles)
    for title, date, byline in told:
        article = next((one for one in left if _flat(title) in _flat(one.title)), None)
        if article is not None:
            left.remove(article)
            found += Counter(title=1, date=int(article.date == date), byline=int(list(article.byline) == list(byline)))
    return found


def _flat(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    main()
