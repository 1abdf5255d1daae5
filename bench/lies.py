"""How many lies about given sentences are struck, and true claims kept: `python -m bench.lies FOLDER`.

FOLDER is a set in BEIR layout; its fifth that nothing is fitted on is measured (`--part fit`: another fifth, for
thresholds). From the sentences of its reports claims are composed by rule, true ones and lies, and judged as those of a
model are. Printed: by rule, how many were right; with --sweep, the shares of each threshold, and without each test.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from bench.material.claims import Case, article_of, cases
from qa.composing.claims import TESTS, Judged, Test, claims_of, judge, of_texts
from qa.composing.support import LEAST_COVERED, exchanged, is_another_thing, is_contrary, uncovered
from qa.evaluation.questions import corpus
from qa.types import Article
from training.sets import lines
from training.split import public_part

_MOST = 4000  # reports read
_LEADING = 2  # tests that the others cannot do without
_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=500, help="true claims, and lies")
    parser.add_argument("--part", default="measure", choices=("measure", "fit"))
    parser.add_argument("--show", type=int, default=0, help="claims judged wrong that are shown")
    parser.add_argument("--sweep", action="store_true", help="other thresholds, and each test left out")
    call = parser.parse_args()
    made = cases(list(articles_of(call.folder, call.part)), call.count)
    if call.sweep:
        _sweep(made)
        return
    began = time.perf_counter()
    judged = [(case, verdict(case)) for case in made]
    seconds = time.perf_counter() - began
    _print(judged)
    print(f"{seconds / len(made) * 1000:.1f} ms a claim")
    wrong = [(case, found) for case, found in judged if case.is_true != (found.fault is None)]
    for case, found in wrong[: call.show]:
        held = [one.text for one in case.given if one.n in found.claim.numbers]
        print(f"\n{case.rule}: {found.fault} {found.what}\n  {case.written}\n  {held}")


def verdict(case: Case, tests: Sequence[Test] = TESTS) -> Judged:
    """Of the whole of what was written: the first claim that is struck, else the last."""
    given = {one.n: one for one in case.given}
    found = [judge(claim, given, tests) for claim in claims_of(case.written)]
    return next((one for one in found if one.fault), found[-1])


def _sweep(made: Sequence[Case]) -> None:
    print(f"{'':28} true kept  lies struck")
    for least in _THRESHOLDS:
        said = f"words, {least}{' (as it is)' * (least == LEAST_COVERED)}"
        _print_shares(said, made, _with("words", partial(uncovered, least=least)))
    for said, test in (("contraries", is_contrary), ("other things", is_another_thing)):
        _print_shares(f"of exchanges, {said} alone", made, _with("exchanges", partial(exchanged, tests=(test,))))
    for left_out in TESTS[_LEADING:]:
        _print_shares(f"without {left_out.name}", made, [one for one in TESTS if one is not left_out])


def _with(name: str, look: Callable[[str, str], str | None]) -> list[Test]:
    """The tests, that of this name looking otherwise."""
    return [one._replace(look=of_texts(look)) if one.name == name else one for one in TESTS]


def _print_shares(said: str, made: Sequence[Case], tests: Sequence[Test]) -> None:
    right = Counter(case.is_true for case in made if (verdict(case, tests).fault is None) is case.is_true)
    every = Counter(case.is_true for case in made)
    print(f"{said:28}", *(f"{right[one] / every[one]:10.3f}" for one in (True, False)))


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
    for item in islice(lines(corpus(folder)), _MOST):
        if public_part(item["_id"], item.get("title") or "") == part:
            yield article_of(item["_id"], item["text"], (item.get("metadata") or {}).get("date"))


if __name__ == "__main__":
    main()
