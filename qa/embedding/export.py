"""Export a sentence-transformers model to a prepared folder: int8 ONNX graph, word embeddings, tokenizer."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from qa.embedding import lexicon
from qa.embedding.embedder import Vector
from qa.embedding.int8 import SAMPLES, agreement, quantise
from qa.embedding.prepared import GRAPH, TOKENIZER, WORDS, Precision, Prepared, Recipe, stamp
from qa.embedding.source import first_line, open_model, recipe_of, tokenizer_of
from qa.errors import ModelError

_OPSET = 17  # the first with LayerNormalization
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
