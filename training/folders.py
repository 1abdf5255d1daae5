"""Write the project's own questions as question sets for `qa eval`: `python -m training.folders DATA OUT`.

Writes OUT/asked-news-fit, -measure and OUT/asked-other-fit, -measure in BEIR layout. All articles that are asked about
are searched, filled up with others of the news to ARTICLES; of asked-other, all texts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from training import sets
from training.sets import Example

ARTICLES = 1200
PARTS = ("fit", "measure")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("out", type=Path)
    call = parser.parse_args()
    write("asked-news", _news(call.data), list(sets.asked_news(call.data)), call.out)
    write("asked-other", _others(), list(sets.asked_other()), call.out)


def write(name: str, corpus: Sequence[Mapping[str, Any]], examples: Iterable[Example], out: Path) -> None:
    """One folder a part; the corpus is one file, so that the library is made once."""
    shared = out / f"{name}.jsonl"
    out.mkdir(parents=True, exist_ok=True)
    _lines(shared, corpus)
    for part in PARTS:
        asked = [one for one in examples if one.document.part == part]
        folder = out / f"{name}-{part}"
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        (folder / "corpus.jsonl").unlink(missing_ok=True)
        (folder / "corpus.jsonl").symlink_to(shared.resolve())
        _lines(folder / "queries.jsonl", map(_query, asked))
        rows = [f"{one.id}\t{one.document.id}\t1" for one in asked if one.answers]
        (folder / "qrels" / "test.tsv").write_text(
            "\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n", encoding="utf-8"
        )


def _query(one: Example) -> dict[str, Any]:
    metadata: dict[str, Any] = {"kind": one.kind, "passage": one.document.id}
    if one.history:
        metadata["history"] = list(one.history)
    if one.mode == "none":
        metadata["unanswerable"] = True
    elif one.mode == "all":
        metadata["required"] = [[answer] for answer in one.answers]
    else:
        metadata["answers"] = list(one.answers)
    return {"_id": one.id, "text": one.question, "metadata": metadata}


def _news(data: Path) -> list[Mapping[str, Any]]:
    asked = {one.document.id for one in sets.asked_news(data)}
    found, others = [], []
    for record in sets.lines(data / sets.NEWS / "corpus.jsonl.xz"):
        (found if record["_id"] in asked else others).append(record)
    return found + others[: max(0, ARTICLES - len(found))]


def _others() -> list[Mapping[str, Any]]:
    texts = sets.lines(sets.OWN / "asked-other-texts.jsonl")
    return [
        {"_id": one["id"], **{key: one[key] for key in ("title", "text", "date", "paper") if one[key]}} for one in texts
    ]


def _lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")


if __name__ == "__main__":
    main()
