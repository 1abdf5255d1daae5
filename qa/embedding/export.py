"""From a sentence-transformers model to a prepared folder: an ONNX graph, the word rows beside it, the tokenizer."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnxruntime
import torch
from sentence_transformers import SentenceTransformer

from qa import graphs
from qa.embedding import vocabulary, wenbao
from qa.embedding.embedder import OnnxEmbedder, Vector
from qa.embedding.int8 import Exponents, write_int8
from qa.embedding.prepared import GRAPH, TOKENIZER, WORDS, Precision, Prepared, Recipe, seal, stamp
from qa.embedding.source import first_line, open_model, recipe_of, tokenizer_of
from qa.errors import ModelError

_OPSET = 17  # the first with LayerNormalization
_SAME = 0.999  # cosine to sentence-transformers below which the export is wrong
_CLOSE = 0.98  # cosine to sentence-transformers below which int8 costs too much, and fp32 serves
_FASTER = 1.1  # times that fp32 must be quicker than int8 to serve: a near tie always falls the same way
_ROUNDS = 5  # of timing both
_TIMED_TOKENS = 128  # of a passage, where the model takes so many
E5_EXPONENTS = Path(__file__).with_name("e5-small.exponents.npy")
EXPONENTS: Mapping[str, Callable[[], Exponents]] = MappingProxyType(
    {"e5-small": lambda: np.load(E5_EXPONENTS), "wenbao-small": wenbao.exponents}
)
"""What evens out the activations of the models where that was measured: see `write_int8`."""
_SAMPLES = (  # written for this check: the scripts, lengths and signs that newspapers hold
    "谁？",
    "市图书馆昨天开馆。",
    "本报讯（记者 王小明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。",
    "“十四五”期间，全市新建公园27个，新增绿地面积158.6公顷，人均公园绿地面积达到16.2平方米。",
    "The new library opened on 12 December 2025, said Mayor Zhang; 3,200 readers came.",
    "記者從會議上獲悉，臺灣與大陸的學者就《紅樓夢》的版本問題交換了意見。" * 6,
)


def export(source: str, name: str, folder: Path, step: Callable[[], None], precision: Precision = "int8") -> None:
    """Write the prepared model into `folder`, an empty one.

    `source` is a sentence-transformers folder or a hub's name, `name` what the user calls the model. The graph is
    checked against sentence-transformers: ModelError where it does not give the same vectors. `step` is called 5 times.
    """
    model = open_model(source)
    step()
    recipe = recipe_of(model, name)
    tokenizer, kept = vocabulary.cut(tokenizer_of(model))
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    try:
        dimension = _write(model, kept, folder)
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:  # what torch and odd models raise
        raise ModelError(
            "不支持模型 {name}：导出失败（{reason}）。请换一个模型。", name=name, reason=first_line(error)
        ) from error
    draft = Prepared(name, dimension, recipe, stamp(Path(name)))
    step()
    expected = _expected(model, recipe)
    step()
    if _agreement(folder, draft, expected) < _SAME:
        raise ModelError("不支持模型 {name}：导出后的向量与原模型不一致。请换一个模型。", name=name)
    step()
    if precision == "int8":
        _quantise(folder, draft, expected)
    step()


def _write(model: SentenceTransformer, kept: list[int], folder: Path) -> int:
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
            [prefix + text for text in _SAMPLES], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return encode(recipe.query_prefix), encode(recipe.passage_prefix)


def _agreement(folder: Path, draft: Prepared, expected: tuple[Vector, Vector]) -> float:
    """Seal the folder and give the lowest cosine of its vectors to those expected."""
    embedder = OnnxEmbedder(folder, seal(folder, draft))
    queries = np.stack([embedder.embed_query(text) for text in _SAMPLES])
    passages = embedder.embed_passages(_SAMPLES)
    return float(min((queries * expected[0]).sum(axis=1).min(), (passages * expected[1]).sum(axis=1).min()))


def _quantise(folder: Path, draft: Prepared, expected: tuple[Vector, Vector]) -> None:
    """Matrices to int8, unless that costs too much of the vectors, or this processor is quicker without."""
    whole = (folder / GRAPH).rename(folder / "whole.onnx")
    exponents = EXPONENTS[draft.name]() if draft.name in EXPONENTS else None
    write_int8(whole, folder / GRAPH, exponents)
    tokens = min(_TIMED_TOKENS, draft.recipe.max_tokens)
    small = replace(draft, recipe=replace(draft.recipe, precision="int8"))
    if _agreement(folder, small, expected) < _CLOSE or _is_slower(folder / GRAPH, whole, tokens):
        whole.replace(folder / GRAPH)
        seal(folder, draft)
    whole.unlink(missing_ok=True)


def _is_slower(small: Path, whole: Path, tokens: int) -> bool:
    """Whether int8 takes clearly more processor time than fp32 here; not every processor multiplies bytes quickly.

    Processor seconds of one thread, the best of turns taken one after the other: a busy machine does not decide.
    """
    sessions = [graphs.opened(path) for path in (small, whole)]
    width = sessions[0].get_inputs()[0].shape[2]
    rows = np.random.default_rng(0).standard_normal((1, tokens, width)).astype(np.float32)
    turns = [[_processor_seconds(session, rows) for session in sessions] for _ in range(_ROUNDS)]
    int8, fp32 = np.min(turns, axis=0)
    return bool(int8 > _FASTER * fp32)


def _processor_seconds(session: onnxruntime.InferenceSession, rows: Vector) -> float:
    start = time.thread_time()
    session.run(None, {"words": rows})
    return time.thread_time() - start
