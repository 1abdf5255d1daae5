"""Span readers: those that there are by name, the one that ships, and one that tells what it finds while it reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from qa.errors import ModelError, UsageError
from qa.errors.messages import Wording
from qa.text import cache
from qa.types.protocols import FollowUpReader, Heard, Lexicon, SpanReader, Window, WindowSpans

FOLDER = Path(__file__).parent / "reader"
GRAPH = "graph.onnx"  # word rows (windows, tokens, width) -> start and end (windows, tokens), answers (windows,)
MANIFEST = "reader.json"  # {"graph": digest of graph and weights, "words": fingerprint of the lexicon it was made for}
FOLLOW_UPS = "follow_ups.onnx"  # has the reader's lower layers, of the reader's weights; see `OnnxFollowUpReader`
FOLLOW_UPS_MANIFEST = "follow_ups.json"  # {"follow_ups": digest, "reader": the one that it was made for}
NONE = "none"  # the name that means: answer without a reader

READERS: Mapping[str, str] = MappingProxyType({"span": "qa.models.readers.load"})
"""Readers by name -> dotted path of ``load(lexicon: Lexicon) -> Reader``."""

_REMEDY = "reader.reinstall"


def known(name: str) -> str:
    """The name, if it is that of a reader or "none". Raises UsageError otherwise."""
    if name != NONE and name not in READERS:
        raise UsageError("reader.unknown", name=name, known="、".join([*READERS, NONE]))
    return name


def loader(name: str) -> Callable[[Lexicon], SpanReader]:
    """The function that loads a reader of READERS."""
    module, _, function = READERS[name].rpartition(".")
    load: Callable[[Lexicon], SpanReader] = getattr(import_module(module), function)
    return load


def ship(graph: bytes, words: str, folder: Path) -> None:
    """Write what `load` reads: an optimised graph. `words` is the fingerprint of the lexicon that it was trained
    with. The follow-up reader beside it is then of another reader: `python -m training.follow_ups` makes it anew.
    """
    from qa.models import graphs

    folder.mkdir(parents=True, exist_ok=True)
    graphs.optimise(graph, folder / GRAPH)
    manifest = {"graph": cache.digest(folder, _files()), "words": words}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def load(lexicon: Lexicon, folder: Path = FOLDER) -> SpanReader:
    """The shipped reader. Raises ModelError where it is missing, damaged, or made for another lexicon."""
    fingerprint, words = _whole(folder, cache.stamps(folder))
    if words != lexicon.fingerprint:
        raise ModelError("reader.other-vocabulary", advice=Wording(_REMEDY))
    from qa.models import graphs
    from qa.models.span_reader import OnnxSpanReader

    return OnnxSpanReader(graphs.opened_optimised(folder / GRAPH), lexicon, fingerprint)


def ship_follow_ups(graph: bytes, folder: Path) -> None:
    """Write what `load_follow_ups` reads, beside the reader whose weights it uses."""
    (folder / FOLLOW_UPS).write_bytes(graph)
    made, _ = _whole(folder, None)
    manifest = {"follow_ups": cache.digest(folder, (FOLLOW_UPS,)), "reader": made}
    (folder / FOLLOW_UPS_MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def load_follow_ups(lexicon: Lexicon, folder: Path = FOLDER) -> FollowUpReader:
    """The follow-up reader beside the shipped reader. Raises ModelError as `load`, and where it was made for another
    reader.
    """
    made, words = _whole(folder, cache.stamps(folder))
    if words != lexicon.fingerprint:
        raise ModelError("reader.other-vocabulary", advice=Wording(_REMEDY))
    _require_follow_ups(folder, made)
    from qa.models import graphs
    from qa.models.follow_up_reader import OnnxFollowUpReader

    return OnnxFollowUpReader(graphs.opened_optimised(folder / FOLLOW_UPS), lexicon)


def verify(folder: Path = FOLDER) -> tuple[str, str]:
    """Read the reader completely, and the follow-up reader beside it; its fingerprint, and that of its lexicon. Raises
    ModelError where one is missing or damaged.
    """
    made, words = _whole(folder, None)
    _require_follow_ups(folder, made)
    return made, words


def _whole(folder: Path, stamps: Path | None) -> tuple[str, str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        made, words = str(manifest["graph"]), str(manifest["words"])
        for file in _files():
            (folder / file).stat()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("reader.folder-damaged", folder=folder, advice=Wording(_REMEDY)) from error
    if cache.altered(folder, {_files(): made}, stamps):
        raise ModelError("reader.file-damaged", file=folder / GRAPH, advice=Wording(_REMEDY))
    return made, words


def _require_follow_ups(folder: Path, reader: str) -> None:
    """Raises ModelError where the follow-up reader is missing, damaged, or was made for another reader."""
    try:
        manifest = json.loads((folder / FOLLOW_UPS_MANIFEST).read_text(encoding="utf-8"))
        wanted = manifest["follow_ups"], manifest["reader"]
        found = cache.digest(folder, (FOLLOW_UPS,)), reader
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("reader.folder-damaged", folder=folder, advice=Wording(_REMEDY)) from error
    if found != wanted:
        raise ModelError("reader.file-damaged", file=folder / FOLLOW_UPS, advice=Wording(_REMEDY))


def _files() -> tuple[str, ...]:
    from qa.models import graphs

    return GRAPH, GRAPH + graphs.WEIGHTS


class HeardReader:
    """A `SpanReader` that reads as another one does, each window by itself, and tells what it finds."""

    def __init__(self, reader: SpanReader, heard: Heard) -> None:
        self._reader, self._heard = reader, heard

    @property
    def fingerprint(self) -> str:
        return self._reader.fingerprint

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowSpans]:
        with ThreadPoolExecutor(max(1, len(windows))) as pool:  # the reader itself shares the cores among them
            return list(pool.map(lambda window: self._read(question, window), windows))

    def _read(self, question: str, window: Window) -> WindowSpans:
        (found,) = self._reader.read(question, [window])
        if found.answers > 0:
            best = max(range(len(found.sentences)), key=lambda at: found.sentences[at].share)
            start, end = window.sentences[best]
            self._heard(window.text[start:end])
        return found
