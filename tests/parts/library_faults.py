"""Faults brought on the files of a library: cut short, overwritten; and what `qa check` says of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import LibraryError
from qa.library.check import check_library
from qa.types import Query
from tests.parts.library import open_library


def named_by_check(library_path: Path) -> set[str]:
    """What `qa check` finds of the library, in short."""
    shorts = (
        "段还没有向量",
        "没有读完",
        "换模型没有做完",
        "向量索引",
        "词索引",
        "库文件损坏",
        "库打不开",
        "库读不出来",
    )
    findings = check_library(library_path)
    assert all(finding.fix for finding in findings)
    return {next((short for short in shorts if short in finding.what), finding.what) for finding in findings}


def _one_bit(data: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(data) or 1)
    return data[:at] + bytes([(data[at] if data else 0) ^ 1 << choose.randrange(8)]) + data[at + 1 :]


def _hole(data: bytes, choose: random.Random) -> bytes:
    """A sector of zeros, as a disk leaves one that was never written."""
    at = choose.randrange(len(data) // 512 + 1) * 512
    return data[:at] + b"\0" * len(data[at : at + 512]) + data[at + 512 :]


def _flip(data: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(max(len(data) - 64, 1))
    return data[:at] + bytes(choose.randrange(256) for _ in range(64)) + data[at + 64 :]


def _ask(library_path: Path, expected: set[int] | None) -> str:
    """What a library says that cannot be asked; nothing where it can, and answers with these passages."""
    try:
        with open_library(library_path) as library:
            found = library.search(Query("西集供暖工程", k=20))
            assert all(library.article(hit.article.id).text == hit.article.text for hit in found)
    except LibraryError as error:
        return str(error)
    assert expected is None or {hit.passage.id for hit in found} == expected
    return ""


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "empty": lambda data, choose: b"",
    "cut": lambda data, choose: data[: choose.randrange(len(data) or 1)],
    "flipped": _flip,
    "bit": _one_bit,
    "hole": _hole,
    "longer": lambda data, choose: data + b"\0" * 4096,
}


def damage_each_file(library_path: Path, made: Path, seed: int) -> Iterator[tuple[str, str, set[str]]]:
    """Damage each file of copies of the library `made`, each in every way; yields file, damage and what `qa check`
    names. After it the library answers as before, or says that it is damaged and with what to mend it.
    """
    choose = random.Random(seed)
    with open_library(made) as library:
        expected = {hit.passage.id for hit in library.search(Query("西集供暖工程", k=20))}
    for path in sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file()):
        for name, damage in DAMAGES.items():
            shutil.rmtree(library_path, ignore_errors=True)
            shutil.copytree(made, library_path)
            (library_path / path).write_bytes(damage((library_path / path).read_bytes(), choose))
            named = named_by_check(library_path)
            trouble = _ask(library_path, expected if path.name != "library.db" else None)
            if trouble:
                assert path.name == "library.db", f"{path} {name}: {trouble}"
                assert named, "qa check names it as well"
                assert any(word in trouble for word in ("备份", "不是问报的库", "qa add"))
            yield str(path), name, named
