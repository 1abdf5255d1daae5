"""A prepared model on disk: what its folder holds, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

FORMAT = 2  # of this folder; another number means: prepare again
MANIFEST = "model.json"
GRAPH = "graph.onnx"  # word rows (texts, tokens, width) -> token states (texts, tokens, dimension)
WORDS = "words.npy"  # float16, a row a token of the vocabulary
TOKENIZER = "tokenizer.json"
FILES = (GRAPH, TOKENIZER, WORDS)

Pooling = Literal["mean", "cls", "lasttoken"]
Precision = Literal["int8", "fp32"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a text becomes a vector, the weights apart."""

    pooling: Pooling
    max_tokens: int  # special tokens counted
    query_prefix: str
    passage_prefix: str
    precision: Precision


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file of the folder must look like."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The manifest. `fingerprint` is a hash of the recipe and of `files`, so of all that shapes a vector; `aids` are
    other forms of them that open quickly, see qa/embedding/aids.py.
    """

    name: str
    dimension: int
    recipe: Recipe
    stamp: str  # of the folder it was prepared from, see `stamp`
    files: Mapping[str, Mark] = field(default_factory=dict)
    aids: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        whole = json.dumps([asdict(self.recipe), {name: mark.sha256 for name, mark in sorted(self.files.items())}])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def seal(folder: Path, draft: Prepared) -> Prepared:
    """Write the manifest over the files that `folder` holds: the draft with their marks."""
    return _write(folder, replace(draft, files={file: _mark(folder / file) for file in FILES}))


def add_aids(folder: Path, prepared: Prepared, aids: Iterable[str]) -> Prepared:
    """Write the manifest anew, with the marks of the aids that `folder` holds now, and of no others."""
    return _write(folder, replace(prepared, aids={file: _mark(folder / file) for file in aids}))


def read(folder: Path) -> Prepared | None:
    """The manifest of `folder`; None where there is none, or one of another format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return None
        files = {file: Mark(**mark) for file, mark in manifest["files"].items()}
        aids = {file: Mark(**mark) for file, mark in manifest.get("aids", {}).items()}  # none of an older preparation
        recipe = Recipe(**manifest["recipe"])
        return Prepared(manifest["name"], manifest["dimension"], recipe, manifest["stamp"], files, aids)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None


def stamp(source: Path) -> str:
    """Changes when a model's folder does: names, sizes and times of its files. Empty where there is no folder."""
    if not source.is_dir():
        return ""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    seen = [(path.relative_to(source).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def missing(folder: Path, prepared: Prepared) -> tuple[str, ...]:
    """Files that are not there or have another size: quick, for every start."""
    marks = {**prepared.files, **prepared.aids}
    return tuple(file for file, mark in marks.items() if _size(folder / file) != mark.size)


def damaged(folder: Path, prepared: Prepared, files: tuple[str, ...] = FILES) -> tuple[str, ...]:
    """Those of `files` whose content is not what was prepared: reads them whole."""
    gone = missing(folder, prepared)
    marks = {**prepared.files, **prepared.aids}
    return tuple(file for file in files if file in gone or _mark(folder / file) != marks[file])


def _write(folder: Path, prepared: Prepared) -> Prepared:
    manifest = {"format": FORMAT, "fingerprint": prepared.fingerprint, **asdict(prepared)}
    written = folder / f"{MANIFEST}.new"
    written.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(folder / MANIFEST)
    return prepared


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _mark(path: Path) -> Mark:
    with path.open("rb") as file:
        return Mark(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
