"""A library of made-up stories with many names: tests/data/names_library.jsonl, through a small model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from library_parts import open_library

from qa.archive import Archive

DATA = Path(__file__).parent / "data"
STORIES = DATA / "names_library.jsonl"


def rows(name: str) -> list[dict[str, Any]]:
    """The objects of a file of tests/data, one a line."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@contextmanager
def names_archive(folder: Path) -> Iterator[Archive]:
    with open_library(folder / "library", create=True) as archive:
        archive.add([STORIES])
        yield archive
