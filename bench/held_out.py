"""Write the fifth of a question set that is only measured: `python -m bench.held_out FOLDER OUT [--questions N]`.

Nothing was trained on it, nor fitted. The corpus is linked, not copied, so that `qa eval OUT` searches all of
it, in the library that `qa eval FOLDER` made.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from pathlib import Path

from qa.evaluation.questions import Question, corpus, load_questions
from training.split import public_part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=None, help="at most so many, drawn by chance, always the same")
    call = parser.parse_args()
    kept = {one.id for one in held(call.folder, call.questions)}
    documents = corpus(call.folder).resolve()
    (call.out / "qrels").mkdir(parents=True, exist_ok=True)
    (call.out / documents.name).unlink(missing_ok=True)
    (call.out / documents.name).symlink_to(documents)
    shutil.copy(call.folder / "qrels" / "test.tsv", call.out / "qrels" / "test.tsv")
    lines = (call.folder / "queries.jsonl").read_text(encoding="utf-8").split("\n")
    asked = [line for line in lines if line.strip() and json.loads(line)["_id"] in kept]
    (call.out / "queries.jsonl").write_text("\n".join(asked) + "\n", encoding="utf-8")
    print(f"{len(asked)} questions of {call.folder.name} in {call.out}")


def held(folder: Path, most: int | None = None) -> list[Question]:
    """The questions about the documents that are measured alone, at most so many, in an order by chance."""
    with corpus(folder).open(encoding="utf-8") as lines:
        titles = {item["_id"]: item.get("title") or "" for item in map(json.loads, lines)}
    found = [
        one
        for one in load_questions(folder)
        if one.about and public_part(one.about, titles.get(one.about, "")) == "measure"
    ]
    random.Random(1).shuffle(found)
    return found[:most]


if __name__ == "__main__":
    main()
