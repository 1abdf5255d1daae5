"""Export a sentence-transformers model to a prepared folder: int8 ONNX graph, word embeddings, tokenizer.

How it makes vectors is read from the model itself: pooling, prefixes, length limit.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers.utils import logging

from qa.errors import ModelError
from qa.models import lexicon, prepared
from qa.models.embedder import Vector
from qa.models.int8 import SAMPLES, agreement, quantise
from qa.models.prepared import GRAPH, TOKENIZER, WORDS, Precision, Prepared, Recipe, stamp

_TOKENS = 512  # taken by a model that sets no limit
_POOLINGS = ("mean", "cls", "lasttoken")
_QUERY = ("query",)
_PASSAGE = ("document", "passage", "corpus")
_OPSET = 17  # the first with LayerNormalization


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


_SAME = 0.999  # cosine to sentence-transformers below which the export is wrong


def export(source: str, name: str, folder: Path, step: Callable[[], None], precision: Precision = "int8") -> None:
    """Write the prepared model into `folder`, an empty one.

    `source` is a sentence-transformers folder or a hub's name, `name` what the user calls the model. The graph is
    checked against sentence-transformers: ModelError where it does not give the same vectors. `step` is called 5 times.
    """
    model = open_model(source)
    step()
    recipe = recipe_of(model, name)
    tokenizer, kept = lexicon.cut(tokenizer_of(model))
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    try:
        dimension = write(model, kept, folder)
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:  # what torch and odd models raise
        raise ModelError("model.not-exported", name=name, reason=first_line(error)) from error
    draft = Prepared(name, dimension, recipe, stamp(Path(name)))
    step()
    expected = _expected(model, recipe)
    step()
    if agreement(folder, draft, expected) < _SAME:
        raise ModelError("model.other-vectors", name=name)
    step()
    if precision == "int8":
        quantise(folder, draft, expected)
    step()


def write(model: SentenceTransformer, kept: list[int], folder: Path) -> int:
    """Graph and word rows of the model's transformer. Returns the width of its token states."""
    bert = model[0].auto_model
    with torch.no_grad():
        words = bert.get_input_embeddings()(torch.tensor(kept))  # called, not indexed: some models scale their rows
        np.save(folder / WORDS, words.numpy().astype(np.float16))
        example = words[None, :17]
        dimension = int(bert(inputs_embeds=example).last_hidden_state.shape[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the tracer warns of is what `_agreement` tests
            torch.onnx.export(
                _States(bert),
                (example,),
                folder / GRAPH,
                input_names=["words"],
                output_names=["states"],
                dynamic_axes={"words": {0: "texts", 1: "tokens"}, "states": {0: "texts", 1: "tokens"}},
                opset_version=_OPSET,
                dynamo=False,
            )
    return dimension


class _States(torch.nn.Module):
    """Word rows in, states of the last layer out."""

    def __init__(self, bert: torch.nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.bert(inputs_embeds=words).last_hidden_state
        return states


def _expected(model: SentenceTransformer, recipe: Recipe) -> tuple[Vector, Vector]:
    """What sentence-transformers makes of the samples: as queries, as passages."""

    def encode(prefix: str) -> Vector:
        vectors: Vector = model.encode(
            [prefix + text for text in SAMPLES], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return encode(recipe.query_prefix), encode(recipe.passage_prefix)
