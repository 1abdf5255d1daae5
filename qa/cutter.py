"""A process of its own that cuts passages into terms: ``python -m qa.cutter``.

Reads pickles from stdin: a frozenset of words to keep whole, then lists of texts. Writes an empty list once it is
ready, then for each list one of ``{field: terms}``, the terms of a text joined by SEPARATOR. Ends with its input,
however its parent died.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO

from qa import text

SEPARATOR = "\n"  # in no term: a text is cut at its white space


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the parent to deal with
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with text.keeping(pickle.load(source)):
        _write([], target)
        for batch in _batches(source):
            terms = map(text.index_terms, batch)
            _write([{field: SEPARATOR.join(found) for field, found in one.items()} for one in terms], target)


def _write(joined: list[dict[str, str]], target: BinaryIO) -> None:
    pickle.dump(joined, target, pickle.HIGHEST_PROTOCOL)
    target.flush()


def _batches(source: BinaryIO) -> Iterator[list[str]]:
    while True:
        try:
            batch: list[str] = pickle.load(source)
        except EOFError:
            return
        yield batch


if __name__ == "__main__":
    main()
