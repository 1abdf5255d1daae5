"""Open a sentence-transformers model, and read from it how it makes vectors: pooling, prefixes, length limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers.utils import logging

from qa.embedding import prepared
from qa.embedding.prepared import Recipe
from qa.errors import ModelError


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the progress bars and reports of transformers on stderr; a hub's download bar stays."""
    bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


_TOKENS = 512  # taken by a model that sets no limit
_POOLINGS = ("mean", "cls", "lasttoken")
_QUERY = ("query",)
_PASSAGE = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Family:
    """Prefixes of models whose folder does not state them; `name` is searched in the model's name."""

    name: str
    query: str
    passage: str


FAMILIES = (
    # https://huggingface.co/intfloat/multilingual-e5-small; the "instruct" models are another family
    Family(r"(^|[-_/])e5-(?!.*instruct)", "query: ", "passage: "),
    # https://huggingface.co/BAAI/bge-small-zh-v1.5
    Family(r"bge-\w+-zh", "为这个句子生成表示以用于检索相关文章：", ""),
)


def open_model(source: str) -> SentenceTransformer:
    """Open a model by folder or hub name. Raises ModelError where it cannot be had."""
    folder = Path(source)
    try:
        with quiet():
            return SentenceTransformer(
                source, device="cpu", local_files_only=folder.exists(), model_kwargs={"attn_implementation": "eager"}
            ).eval()
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = first_line(error)
        if folder.exists():
            raise ModelError("model.no-folder", source=source, reason=reason) from error
        raise ModelError(
            "model.not-fetched",
            source=source,
            reason=reason,
        ) from error


def recipe_of(model: SentenceTransformer, name: str) -> Recipe:
    """Read pooling, prefixes and limit. Raises ModelError naming what is not supported."""
    pooling = _pooling(model)
    query, passage = _prefixes(model, name)
    return Recipe(pooling, _limit(model), query, passage, "fp32")


def tokenizer_of(model: SentenceTransformer) -> str:
    """The tokenizers JSON. Raises ModelError where the model has only a slow tokenizer."""
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelError("model.no-tokenizer")
    text: str = backend.to_str()
    return text


def _pooling(model: SentenceTransformer) -> prepared.Pooling:
    modules = [module for module in model if not isinstance(module, Normalize)]
    for module, known in zip(modules, (Transformer, Pooling), strict=False):
        if not isinstance(module, known):
            raise _unsupported(type(module).__name__)
    if len(modules) != 2:
        raise _unsupported(type(modules[-1]).__name__)
    pooling = modules[1]
    if pooling.pooling_mode not in _POOLINGS:
        raise _unsupported(f"pooling {pooling.pooling_mode}")
    if not pooling.include_prompt:
        raise _unsupported("pooling include_prompt=False")
    mode: prepared.Pooling = pooling.pooling_mode
    return mode


def _limit(model: SentenceTransformer) -> int:
    """Tokens that the model takes: what it says, at most the positions it has.

    RoBERTa's kin number their positions after the padding's row, so they take fewer tokens than they have rows.
    """
    said = int(model.max_seq_length or _TOKENS)
    rows = getattr(getattr(model[0].auto_model, "embeddings", None), "position_embeddings", None)
    if rows is None:
        return said
    return min(said, int(rows.num_embeddings - (0 if rows.padding_idx is None else rows.padding_idx + 1)))


def _prefixes(model: SentenceTransformer, name: str) -> tuple[str, str]:
    """(query, passage): the model's own prompts, else its family's, else none."""
    query = next((model.prompts[key] for key in _QUERY if model.prompts.get(key)), "")
    passage = next((model.prompts[key] for key in _PASSAGE if model.prompts.get(key)), "")
    if query or passage:
        return query, passage
    family = next((family for family in FAMILIES if re.search(family.name, name, re.IGNORECASE)), None)
    return (family.query, family.passage) if family else ("", "")


def _unsupported(what: str) -> ModelError:
    return ModelError("model.unknown-part", what=what)


def first_line(error: BaseException) -> str:
    """The first line of an error's message, shortened."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
