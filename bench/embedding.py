"""What the default model costs: `python bench/embedding.py [CORPUS.jsonl]`, a line of JSON for each form of it.

Each form is measured in a process of its own: load, a query, a passage, peak memory; against fp32, the lowest cosine
of passages. Two arrangements of threads tell whether passages should share the cores, a thread each, or take all of
them in turn.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from qa.embedding import prepared
from qa.embedding.embedder import OnnxEmbedder

PASSAGES, CHARS = 200, 400
STANDIN = "市图书馆新馆昨天开馆，当天接待读者3200多人次，馆长说，今后每周开放六天。"


def main() -> None:
    corpus = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as scratch:
        reference = str(Path(scratch) / "fp32.npy")
        for precision in ("fp32", "int8"):
            folder = Path(scratch) / precision
            _export(folder, precision)
            subprocess.run([sys.executable, __file__, "--measure", str(folder), reference, corpus], check=True)


def _export(folder: Path, precision: str) -> None:
    code = (
        "import sys, pathlib, tempfile\nfrom qa.embedding import e5, export\n"
        "folder = pathlib.Path(sys.argv[1])\nfolder.mkdir()\n"
        "with tempfile.TemporaryDirectory() as source:\n"
        "    e5.build(None, pathlib.Path(source))\n"
        "    export.export(source, 'e5-small', folder, lambda: None, sys.argv[2])\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), precision], check=True)


def _measure(folder: Path, reference: Path, corpus: str) -> None:
    known = prepared.read(folder)
    assert known is not None
    start = time.perf_counter()
    embedder = OnnxEmbedder(folder, known)
    loaded = time.perf_counter() - start
    embedder.embed_query("谁？")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    query = median(_seconds(lambda: embedder.embed_query("新图书馆昨天接待了多少读者？")) for _ in range(50))
    texts = _texts(corpus)
    each = _seconds(lambda: embedder.embed_passages(texts)) / len(texts)
    vectors = embedder.embed_passages(texts)
    if not reference.exists():
        np.save(reference, vectors)
    tokens, in_turn = _in_turn(folder, known, texts)
    figures = {
        "form": known.recipe.precision,
        "folder_mb": sum(mark.size for mark in known.files.values()) // 2**20,
        "load_ms": round(loaded * 1000),
        "peak_mb_after_one_query": peak,
        "query_ms": round(query * 1000, 1),
        "passage_ms_a_thread_each": round(each * 1000, 1),
        "passage_ms_all_cores_in_turn": round(in_turn * 1000, 1),
        "tokens_a_passage": round(tokens),
        "lowest_cosine_to_fp32": round(float((vectors * np.load(reference)).sum(axis=1).min()), 4),
    }
    print(json.dumps(figures), flush=True)


def _in_turn(folder: Path, known: prepared.Prepared, texts: list[str]) -> tuple[float, float]:
    """Mean tokens of a passage, and seconds a passage when each run takes all cores, one after the other."""
    tokenizer = Tokenizer.from_file(str(folder / prepared.TOKENIZER))
    tokenizer.enable_truncation(known.recipe.max_tokens)
    words = np.load(folder / prepared.WORDS)
    ids = [tokenizer.encode(known.recipe.passage_prefix + text).ids for text in texts]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(folder / prepared.GRAPH, options, providers=["CPUExecutionProvider"])

    def run() -> None:
        for row in ids:
            session.run(["states"], {"words": words[row].astype(np.float32)[None]})

    return float(np.mean([len(row) for row in ids])), _seconds(run) / len(texts)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _texts(corpus: str) -> list[str]:
    if not corpus:
        return [f"{number}。{STANDIN * 12}"[:CHARS] for number in range(PASSAGES)]
    with Path(corpus).open(encoding="utf-8") as lines:
        return [json.loads(line)["text"][:CHARS] for line, _ in zip(lines, range(PASSAGES), strict=False)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        main()
