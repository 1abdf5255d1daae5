"""What is left of what a real model writes: `python -m bench.written FOLDER http://127.0.0.1:11434/v1 MODEL`.

FOLDER is a set in BEIR layout; the model writes over the sentences of some of its reports, one report at a time. It is
no product's server that is measured, but the check: how many of the sentences stood, and why the others were struck.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bench.lies import articles_of
from bench.material.claims import given_of
from qa.composing.compose import composed
from qa.composing.server import ModelServer
from qa.types import Composition

QUESTION = "这篇报道说了什么？"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("model")
    parser.add_argument("--reports", type=int, default=20)
    parser.add_argument("--show", action="store_true", help="each sentence that stood, with those it rests on")
    call = parser.parse_args()
    server = ModelServer(call.url, call.model)
    given = [one for article in articles_of(call.folder, "measure") if len(one := given_of(article)) > 2][
        : call.reports
    ]
    made = [list(composed(QUESTION, one, server))[-1] for one in given]
    _print(made)
    for statement in (one for each in made for one in each.statements if call.show):
        print(f"\n{statement.text}\n  {[one.quote for one in statement.citations]}")


def _print(made: list[Composition]) -> None:
    faults = Counter(one.fault for each in made for one in each.struck)
    stood = sum(len(one.statements) for one in made)
    print(f"{len(made)} reports, {stood + faults.total()} sentences: {stood} stood")
    print(f"{faults.total()} struck {dict(faults)}")
    print(f"ended before their time: {sum(one.problem is not None for one in made)}")


if __name__ == "__main__":
    main()
