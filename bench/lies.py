"""How many lies about given sentences are struck, and true claims kept: `python -m bench.lies FOLDER`.

FOLDER is a set in BEIR layout; its fifth that nothing is fitted on is measured (`--part fit`: another fifth, for
thresholds). From the sentences of its reports claims are composed by rule, true ones and lies, and judged as those of a
model are. Printed: by rule, how many were right.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.material.claims import Case, article_of, cases
from qa.composing.check import Judged, judge
from qa.composing.claims import claims_of
from qa.evaluation.questions import corpus
from qa.types import Article
from training.split import public_part

_MOST = 4000  # reports read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=500, help="true claims, and lies")
    parser.add_argument("--part", default="measure", choices=("measure", "fit"))
    parser.add_argument("--show", type=int, default=0, help="claims judged wrong that are shown")
    call = parser.parse_args()
    made = cases(list(articles_of(call.folder, call.part)), call.count)
    began = time.perf_counter()
    judged = [(case, verdict(case)) for case in made]
    seconds = time.perf_counter() - began
    _print(judged)
    print(f"{seconds / len(made) * 1000:.1f} ms a claim")
    wrong = [(case, found) for case, found in judged if case.is_true != (found.fault is None)]
    for case, found in wrong[: call.show]:
        held = [one.text for one in case.given if one.n in found.claim.numbers]
        print(f"\n{case.rule}: {found.fault} {found.what}\n  {case.written}\n  {held}")


def verdict(case: Case) -> Judged:
    """Of the whole of what was written: the first claim that is struck, else the last."""
    given = {one.n: one for one in case.given}
    found = [judge(claim, given) for claim in claims_of(case.written)]
    return next((one for one in found if one.fault), found[-1])


def _print(judged: list[tuple[Case, Judged]]) -> None:
    for is_true, said in ((True, "true claims kept"), (False, "lies struck")):
        every = Counter(case.rule for case, _ in judged if case.is_true is is_true)
        right = Counter(
            case.rule for case, found in judged if case.is_true is is_true and (found.fault is None) is is_true
        )
        print(f"{said}: {right.total() / every.total():.3f} of {every.total()}")
        for rule, count in every.items():
            print(f"  {rule:32} {right[rule]:4} of {count}")
    print("lies struck for:", dict(Counter(found.fault for case, found in judged if not case.is_true)))


def articles_of(folder: Path, part: str) -> Iterator[Article]:
    path = corpus(folder)
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for item, _ in zip(map(json.loads, lines), range(_MOST), strict=False):
            if public_part(item["_id"], item.get("title") or "") == part:
                yield article_of(item["_id"], item["text"], (item.get("metadata") or {}).get("date"))


if __name__ == "__main__":
    main()
