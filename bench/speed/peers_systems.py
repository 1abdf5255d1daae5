"""The systems that `bench.peers` compares: `python -m bench.speed.peers_systems NAME FOLDER` serves one of them.

FOLDER holds `corpus.jsonl`, `passages.jsonl` (for the peers: a line a passage, [record, passage, what is indexed]),
`model` (a sentence-transformers folder) and, where vectors are given, `rows.npy`, which they are made of. A line on
stdin is a question, in JSON, or null: make the index. The line on stdout tells what it took. Peers are set up as their
documentation shows it, everything else as it comes; nothing is reached over the network.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bench.speed.memory import megabytes

ASKED_FOR = 5  # passages
Vectors = Callable[[Sequence[str]], Any]
"""(n, dimension) float32 unit rows of what is indexed of passages."""


class Found(NamedTuple):
    """A passage as a system shows it, and the record of the corpus that it is of."""

    record: str
    text: str


class System(Protocol):
    """Loaded, with an empty index."""

    def index(self) -> None: ...

    def search(self, question: str) -> Sequence[Found]:
        """At most ASKED_FOR, best first."""


class Wenbao:
    """This project, as `qa add` and `qa search` use it: it reads the corpus and cuts the passages itself."""

    def __init__(self, folder: Path) -> None:
        from qa import models
        from qa.library.library import Library
        from qa.types.settings import DEFAULT_MODEL

        self._corpus = folder / "corpus.jsonl"
        embedder: Any = models.load(DEFAULT_MODEL)
        if vectors := given(folder):
            embedder = Given(embedder, vectors)
        self._library = Library.open(folder / "library", create=True, embedder=embedder, reader="none")

    def index(self) -> None:
        self._library.add([self._corpus], max_mb=float("inf"))

    def search(self, question: str) -> Sequence[Found]:
        from qa.types import Query

        hits = self._library.search(Query(question, k=ASKED_FOR))
        return [Found(hit.article.location.record or "", hit.passage.text) for hit in hits]


class Given:
    """The product's model, which is given the vectors of passages."""

    def __init__(self, real: Any, vectors: Vectors) -> None:
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self.embed_query = real.embed_query
        self._vectors = vectors

    def embed_passages(self, texts: Sequence[str], progress: object = None) -> Any:
        return self._vectors(texts)


class Txtai:
    """Its hybrid of BM25 and vectors, https://neuml.github.io/txtai/embeddings/configuration/general

    It takes the prompts from the model's folder. Given vectors come through its "external" method.
    """

    def __init__(self, folder: Path) -> None:
        from txtai import Embeddings  # type: ignore[import-not-found,unused-ignore]

        self._passages = passages(folder)
        way: dict[str, Any] = {"path": str(folder / "model")}
        if vectors := given(folder):
            known = {indexed for _, _, indexed in self._passages}
            way = {"method": "external", "transform": given_or_made(vectors, known, way["path"])}
        self._embeddings = Embeddings(hybrid=True, content=True, **way)

    def index(self) -> None:
        self._embeddings.index((row, indexed) for row, (_, _, indexed) in enumerate(self._passages))

    def search(self, question: str) -> Sequence[Found]:
        found = self._embeddings.search(question, ASKED_FOR)
        return [Found(*self._passages[int(one["id"])][:2]) for one in found]


class LangChain:
    """`EnsembleRetriever` of `FAISS` and `BM25Retriever`, which cuts words with jieba.

    https://reference.langchain.com/python/langchain-classic/retrievers/ensemble/EnsembleRetriever
    """

    def __init__(self, folder: Path) -> None:
        import jieba
        from langchain_classic import retrievers  # type: ignore[import-not-found,unused-ignore]
        from langchain_community.retrievers import BM25Retriever  # type: ignore[import-not-found,unused-ignore]
        from langchain_community.vectorstores import FAISS  # type: ignore[import-not-found,unused-ignore]
        from langchain_huggingface import HuggingFaceEmbeddings  # type: ignore[import-not-found,unused-ignore]

        jieba.initialize()
        self._cut, self._ensemble, self._bm25, self._faiss = (
            jieba.lcut,
            retrievers.EnsembleRetriever,
            BM25Retriever,
            FAISS,
        )
        self._passages = passages(folder)
        self._given = given(folder)
        self._model = HuggingFaceEmbeddings(
            model_name=str(folder / "model"),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"prompt_name": "document"},
            query_encode_kwargs={"prompt_name": "query"},
        )
        self._retriever: Any = None

    def index(self) -> None:
        texts = [indexed for _, _, indexed in self._passages]
        rows = [{"row": row} for row in range(len(texts))]
        terms = self._bm25.from_texts(texts, metadatas=rows, preprocess_func=self._cut, k=ASKED_FOR)
        vectors = self._vectors(texts, rows).as_retriever(search_kwargs={"k": ASKED_FOR})
        self._retriever = self._ensemble(retrievers=[terms, vectors], weights=[0.5, 0.5])

    def _vectors(self, texts: Sequence[str], rows: Sequence[Mapping[str, int]]) -> Any:
        if self._given is None:
            return self._faiss.from_texts(texts, self._model, metadatas=rows)
        pairs = zip(texts, self._given(texts), strict=True)
        return self._faiss.from_embeddings(pairs, self._model, metadatas=rows)

    def search(self, question: str) -> Sequence[Found]:
        found = self._retriever.invoke(question)[:ASKED_FOR]
        return [Found(*self._passages[one.metadata["row"]][:2]) for one in found]


SYSTEMS: Mapping[str, Callable[[Path], System]] = {"wenbao": Wenbao, "txtai": Txtai, "langchain": LangChain}


def passages(folder: Path) -> list[tuple[str, str, str]]:
    """Of each passage: its record, its text, what is indexed of it."""
    with (folder / "passages.jsonl").open(encoding="utf-8") as lines:
        return [tuple(json.loads(line)) for line in lines]


def given(folder: Path) -> Vectors | None:
    """What stands in for the vectors of passages; None where each system makes its own."""
    import numpy as np

    from bench.material.moved import moved

    if not (folder / "rows.npy").exists():
        return None
    rows = np.load(folder / "rows.npy")

    def vectors(texts: Sequence[str]) -> Any:
        """By the text's hash, so the same for every system."""
        drawn = b"".join(blake2b(text.encode(), digest_size=12).digest() for text in texts)
        return moved(rows, np.frombuffer(drawn, np.uint32).reshape(-1, 3).T % len(rows))

    return vectors


def given_or_made(vectors: Vectors, known: Collection[str], model: str) -> Vectors:
    """Of texts that are known those given, of anything else, a question, as the model makes them."""
    from sentence_transformers import SentenceTransformer

    real = SentenceTransformer(model, device="cpu", local_files_only=True)

    def either(texts: Sequence[str]) -> Any:
        if all(text in known for text in texts):
            return vectors(texts)
        return real.encode(list(texts), prompt_name="query", show_progress_bar=False)

    return either


def answered(system: System, question: str | None) -> dict[str, Any]:
    """What a line asks for, done."""
    used, began = time.process_time(), time.perf_counter()
    found: Sequence[Found] = ()
    if question is None:
        system.index()
    else:
        found = system.search(question)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    return {"seconds": seconds, "processor": processor, "found": found, **megabytes()}


def main() -> None:
    name, folder = sys.argv[1:]
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    system = SYSTEMS[name](Path(folder))
    for line in sys.stdin:
        print(json.dumps(answered(system, json.loads(line))), file=told, flush=True)


if __name__ == "__main__":
    main()
