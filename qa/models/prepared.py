"""The folder of a prepared model: its files, its manifest, and the check that they are intact."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from qa.text import cache

FORMAT = 2  # of this folder; another number means: prepare again
MANIFEST = "model.json"
GRAPH = "graph.onnx"  # word rows (texts, tokens, width) -> token states (texts, tokens, dimension)
WORDS = "words.npy"  # float16, a row a token of the vocabulary
PACKED_WORDS = "words4.npy"  # the same in the blocks of `qa.models.e5`, a quarter of the room
TOKENIZER = "tokenizer.json"
FILES = (GRAPH, TOKENIZER, WORDS)
_SEAL = "seal"  # in the manifest; an older preparation has none

DAMAGED = "model.damaged"

Pooling = Literal["mean", "cls", "lasttoken"]
Precision = Literal["int8", "fp32"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a text becomes a vector: pooling, prefixes, limit, precision; everything but the weights."""

    pooling: Pooling
    max_tokens: int  # special tokens counted
    query_prefix: str
    passage_prefix: str
    precision: Precision


@dataclass(frozen=True, slots=True)
class Mark:
    """Size and hash that a file of the folder must have."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The manifest. `fingerprint` is a hash of the recipe and of `files`, so of all that shapes a vector; `aids` are
    other forms of them that open quickly or take less room, see `qa.models.prepare`. The folder no longer holds those
    of `files` that are `left_out`: aids stand for them.
    """

    name: str
    dimension: int
    recipe: Recipe
    stamp: str  # of the folder it was prepared from, see `stamp`
    files: Mapping[str, Mark] = field(default_factory=dict)
    aids: Mapping[str, Mark] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def all_files(self) -> tuple[str, ...]:
        """Those that the folder holds."""
        return (*(file for file in self.files if file not in self.left_out), *self.aids)

    @property
    def own_files(self) -> tuple[str, ...]:
        """Those of them that cannot be made out of the others."""
        return self.all_files if self.left_out else (*self.files,)

    @property
    def fingerprint(self) -> str:
        whole = json.dumps([asdict(self.recipe), {name: mark.sha256 for name, mark in sorted(self.files.items())}])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def seal(folder: Path, draft: Prepared) -> Prepared:
    """Write the manifest, with the marks of the files that `folder` holds."""
    return _write(folder, replace(draft, files={file: _mark(folder / file) for file in FILES}))


def is_sealed(folder: Path) -> bool:
    """Whether the manifest has a hash of itself; one of an older preparation has none."""
    return _SEAL in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def add_aids(folder: Path, prepared: Prepared, aids: Iterable[str]) -> Prepared:
    """Rewrite the manifest with the marks of the derived files that `folder` holds now, and of no others."""
    return _write(folder, replace(prepared, aids={file: _mark(folder / file) for file in aids}))


def leave_out(folder: Path, prepared: Prepared, files: tuple[str, ...]) -> Prepared:
    """Remove files for which aids stand."""
    kept = _write(folder, replace(prepared, left_out=files))
    for file in files:
        (folder / file).unlink()
    return kept


def read(folder: Path) -> Prepared | None:
    """The manifest of `folder`; None where there is none, a damaged one, or one of another format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or manifest.get(_SEAL) not in (None, _seal(manifest)):
            return None
        files = {file: Mark(**mark) for file, mark in manifest["files"].items()}
        aids = {file: Mark(**mark) for file, mark in manifest.get("aids", {}).items()}  # none of an older preparation
        recipe = Recipe(**manifest["recipe"])
        left_out = tuple(manifest.get("left_out", ()))
        found = Prepared(manifest["name"], manifest["dimension"], recipe, manifest["stamp"], files, aids, left_out)
        return found if found.fingerprint == manifest["fingerprint"] and files.keys() == {*FILES} else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def stamp(source: Path) -> str:
    """A value that changes whenever the folder does: names, sizes and times of its files. Empty where there is no
    folder.
    """
    if not source.is_dir():
        return ""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    seen = [(path.relative_to(source).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def damaged(folder: Path, prepared: Prepared, files: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `files` whose content is not what was prepared: reads them whole."""
    return _altered(folder, prepared, files, None)


def altered(folder: Path, prepared: Prepared, files: tuple[str, ...]) -> tuple[str, ...]:
    """As `damaged`, but files untouched since the last check are not read again: for every start. See
    `qa.text.cache`.
    """
    return _altered(folder, prepared, files, cache.stamps(folder))


def _altered(folder: Path, prepared: Prepared, files: tuple[str, ...], stamps: Path | None) -> tuple[str, ...]:
    marks = {**prepared.files, **prepared.aids}
    untold = tuple(file for file in files if file not in marks)  # of a manifest that was damaged
    told: dict[cache.Files, str] = {(file,): marks[file].sha256 for file in files if file in marks}
    return (*untold, *(file for (file,) in cache.altered(folder, told, stamps)))


def _write(folder: Path, prepared: Prepared) -> Prepared:
    manifest = {"format": FORMAT, "fingerprint": prepared.fingerprint, **asdict(prepared)}
    written = folder / f"{MANIFEST}.new"
    sealed = {**manifest, _SEAL: _seal(manifest)}
    written.write_text(json.dumps(sealed, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(folder / MANIFEST)
    return prepared


def _seal(manifest: Mapping[str, Any]) -> str:
    """A hash of what the manifest says, the aids apart, which shape nothing."""
    said = {name: value for name, value in manifest.items() if name not in (_SEAL, "aids")}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _mark(path: Path) -> Mark:
    with path.open("rb") as file:
        return Mark(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


OPTIMISED_GRAPH = "quick.onnx"  # its weights lie beside it and are mapped: 20 % of a cold `qa search`, 28 MiB
