"""The question set about a made-up county, `tests/data/understanding`, through a small model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.library.library import Library
from tests.parts.library import open_library

SET = Path(__file__).parents[1] / "data" / "understanding"


def stories() -> list[dict[str, Any]]:
    """The records of the library."""
    return _objects("corpus.jsonl")


def questions(*kinds: str) -> list[dict[str, Any]]:
    """The questions of these kinds: what a line's `metadata` says, and its text as `question`."""
    asked = [{"question": row["text"], **row["metadata"]} for row in _objects("queries.jsonl")]
    return [row for row in asked if row["kind"] in kinds]


@contextmanager
def names_library(folder: Path) -> Iterator[Library]:
    with open_library(folder / "library", create=True) as library:
        library.add([SET / "corpus.jsonl"])
        yield library


def _objects(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]
