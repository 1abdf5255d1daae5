"""The default model, prepared and served: vectors, promises of the `Embedder` contract, damage."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import models
from qa.errors import ModelError
from qa.models import built
from qa.text import cache
from qa.types.protocols import Embedder
from tests.parts.library_faults import DAMAGES
from tests.parts.tampering import change

PASSAGES = [
    "本报讯（记者 李明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。",
    "今年全市新建公园27个，新增绿地面积158.6公顷。",
    "地铁6号线二期工程将于明年6月通车，全长约20公里，设站12座。",
    "The city orchestra will tour Europe in May 2026.",
    "",
    "雨",
    "會議指出，要加強臺灣文獻的整理與研究。" * 20,
]
QUESTIONS = {
    "新图书馆哪天开门的？": 0,
    "新增了多少绿地": 1,
    "地铁6号线什么时候通车": 2,
    "Where will the orchestra play?": 3,
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.prepare("e5-small", tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def embedder(folder: Path) -> Embedder:
    return models.load("e5-small", folder.parent)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A cache of its own that holds a copy of the prepared model."""
    shutil.copytree(folder, tmp_path / "e5-small")
    return tmp_path


def run(code: str) -> str:
    """Run code in a fresh process in which no socket can be made; its standard output."""
    closed = "import socket\ndef refuse(*a, **k): raise AssertionError('network')\nsocket.socket = refuse\n"
    done = subprocess.run([sys.executable, "-c", closed + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_passages_are_unit_rows_in_order(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(PASSAGES)
    assert vectors.shape == (len(PASSAGES), embedder.dimension) == (7, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(PASSAGES, vectors, strict=True):
        assert np.array_equal(embedder.embed_passages([text])[0], vector)


def test_no_passages_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


def test_questions_find_their_passages(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(PASSAGES[:4])
    for question, best in QUESTIONS.items():
        assert int((vectors @ embedder.embed_query(question)).argmax()) == best


def test_same_text_same_vector_whatever_the_batch(embedder: Embedder) -> None:
    once = embedder.embed_passages(PASSAGES)
    backwards = embedder.embed_passages([*PASSAGES[::-1], *PASSAGES * 2])
    assert np.array_equal(once, backwards[: len(PASSAGES)][::-1])
    assert np.array_equal(once, backwards[-len(PASSAGES) :])


def test_query_and_passage_are_told_apart(embedder: Embedder) -> None:
    query = embedder.embed_query(PASSAGES[0])
    assert query.shape == (384,)
    assert 0.8 < float(query @ embedder.embed_passages(PASSAGES[:1])[0]) < 0.9999


def test_progress_counts_passages(embedder: Embedder) -> None:
    seen: list[tuple[str, int, int]] = []
    embedder.embed_passages(PASSAGES[:3], progress=lambda *step: seen.append(step))
    assert seen == [("embed", 1, 3), ("embed", 2, 3), ("embed", 3, 3)]


def test_an_interrupt_stops_at_once(embedder: Embedder) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        embedder.embed_passages(PASSAGES[-1:] * 2000, progress=interrupt)
    assert time.perf_counter() - start < 5


def test_a_long_text_is_cut_at_the_limit(embedder: Embedder) -> None:
    long = "市图书馆新馆昨天开馆，读者很多。" * 100
    start = time.perf_counter()
    vectors = embedder.embed_passages([long, long + "无关的尾巴。" * 20_000, "字" * 100_000, " " * 100_000])
    assert time.perf_counter() - start < 5
    assert np.array_equal(vectors[0], vectors[1])


@given(st.text(st.characters(codec=None), max_size=300))  # lone surrogates too
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_unit_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed_query(text)
    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-4


def test_prepare_again_returns_at_once(folder: Path) -> None:
    steps: list[int] = []
    start = time.perf_counter()
    assert models.prepare("e5-small", folder.parent, lambda *step: steps.append(step[1])) == folder
    assert time.perf_counter() - start < 3
    assert steps == []
    assert models.is_prepared("e5-small", folder.parent)
    assert models.verify("e5-small", folder.parent) == ()


def test_serving_never_loads_torch(folder: Path, embedder: Embedder) -> None:
    out = run(
        "import pathlib, sys\nfrom qa import models\nassert 'numpy' not in sys.modules, 'qa.models must be cheap'\n"
        f"e = models.load('e5-small', pathlib.Path({str(folder.parent)!r}))\n"
        "print(e.fingerprint, float(e.embed_passages(['雨'])[0] @ e.embed_query('雨')))\n"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)"
    )
    fingerprint, cosine = out.split()
    assert fingerprint == embedder.fingerprint
    assert float(cosine) == pytest.approx(float(embedder.embed_passages(["雨"])[0] @ embedder.embed_query("雨")))


def test_a_model_that_is_not_prepared_says_what_to_run(tmp_path: Path) -> None:
    assert not models.is_prepared("e5-small", tmp_path)
    for ask in (models.load, models.verify):
        with pytest.raises(ModelError, match="qa model e5-small"):
            ask("e5-small", tmp_path)


LEXICON = ["words4.npy", "tokenizer.json", "frame.json", "pieces.marisa", "pieces.npy"]
FILES = [*LEXICON, "quick.onnx", "quick.onnx.weights"]


def test_a_built_model_holds_what_it_runs_on_and_no_more(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {"model.json", *FILES}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 55e6


@pytest.mark.parametrize("file", FILES)
def test_a_truncated_or_missing_file_is_noticed(copy: Path, file: str) -> None:
    path = copy / "e5-small" / file
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 1)
    assert not models.is_prepared("e5-small", copy)
    assert models.verify("e5-small", copy) == (file,)
    path.unlink()
    assert models.verify("e5-small", copy) == (file,)
    with pytest.raises(ModelError, match=f"{file}.*qa model e5-small"):
        models.load("e5-small", copy)


@pytest.mark.parametrize("file", FILES)
def test_a_changed_byte_is_noticed(copy: Path, file: str) -> None:
    change_a_byte(copy / "e5-small" / file)
    assert models.verify("e5-small", copy) == (file,)
    assert not models.is_prepared("e5-small", copy)
    with pytest.raises(ModelError, match=rf"{file}.*qa model e5-small --prepare"):
        models.load("e5-small", copy)
    if file in LEXICON:
        with pytest.raises(ModelError, match=file):
            models.lexicon_of("e5-small", copy)


@pytest.mark.parametrize("file", FILES)
def test_a_file_tampered_with_after_a_start_is_noticed_at_the_next(copy: Path, file: str) -> None:
    """Its size and the time of its last change are set back."""
    time.sleep(2.1)
    models.load("e5-small", copy)
    assert (copy / ".e5-small.checked").exists(), "from now on a look is enough"
    change(copy / "e5-small" / file)
    with pytest.raises(ModelError, match=rf"{file}.*qa model e5-small --prepare"):
        models.load("e5-small", copy)


def test_what_was_looked_at_is_not_read_again(copy: Path) -> None:
    """Less than a tenth of the time that hashing takes."""
    time.sleep(2.1)
    started = time.perf_counter()
    assert models.is_prepared("e5-small", copy)
    hashed = time.perf_counter() - started
    started = time.perf_counter()
    assert all(models.is_prepared("e5-small", copy) for _ in range(5))
    assert (time.perf_counter() - started) / 5 < hashed / 10


@pytest.mark.parametrize("said", ["name", "dimension", "recipe", "files", "stamp", "fingerprint"])
def test_a_manifest_that_says_something_else_is_no_model(copy: Path, said: str) -> None:
    manifest = json.loads((copy / "e5-small" / "model.json").read_text("utf-8"))
    other = {"name": "bge", "dimension": 383, "stamp": "x", "fingerprint": "x"}
    if said in other:
        manifest[said] = other[said]
    else:
        manifest[said].popitem()
    (copy / "e5-small" / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="qa model e5-small"):
        models.load("e5-small", copy)


def test_the_whole_tokenizer_is_checked_when_many_texts_need_it(copy: Path) -> None:
    loaded = models.load("e5-small", copy)
    change_a_byte(copy / "e5-small" / "tokenizer.json")
    with pytest.raises(ModelError, match=r"tokenizer\.json.*qa model e5-small"):
        loaded.embed_passages(["雨"] * 1000)


def test_what_is_damaged_or_missing_is_made_anew(copy: Path, embedder: Embedder) -> None:
    change_a_byte(copy / "e5-small" / "pieces.npy")
    (copy / "e5-small" / "quick.onnx").unlink()
    models.prepare("e5-small", copy)
    assert models.verify("e5-small", copy) == ()
    assert_same_vectors(models.load("e5-small", copy), embedder)


def test_an_older_preparation_serves_and_its_aids_are_made(tmp_path: Path, embedder: Embedder) -> None:
    """It has the graph and the words themselves, from which the files that open quickly are made, and made anew."""
    folder = tmp_path / "e5-small"
    folder.mkdir()
    built.build("e5-small", None, folder, lambda: None)
    (folder / "words4.npy").unlink()
    assert_same_vectors(models.load("e5-small", tmp_path), embedder)
    models.prepare("e5-small", tmp_path)
    made = {"graph.onnx", "words.npy", *FILES} - {"words4.npy"}
    assert {file.name for file in folder.iterdir()} == {"model.json", *made}
    change_a_byte(folder / "pieces.npy")
    (folder / "quick.onnx").unlink()
    graph = (folder / "graph.onnx").stat()
    models.prepare("e5-small", tmp_path)
    assert models.verify("e5-small", tmp_path) == ()
    assert (folder / "graph.onnx").stat() == graph
    assert_same_vectors(models.load("e5-small", tmp_path), embedder)


def assert_same_vectors(one: Embedder, other: Embedder) -> None:
    assert one.fingerprint == other.fingerprint
    assert np.array_equal(one.embed_passages(PASSAGES), other.embed_passages(PASSAGES))


def change_a_byte(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"format": 0}', '{"format": 1}'])
def test_a_broken_manifest_is_no_model(copy: Path, manifest: str) -> None:
    (copy / "e5-small" / "model.json").write_text(manifest, encoding="utf-8")
    assert not models.is_prepared("e5-small", copy)
    with pytest.raises(ModelError, match="qa model e5-small"):
        models.load("e5-small", copy)


def test_the_cache_is_where_the_environment_says(folder: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MODELS", str(copy))
    assert models.prepare("e5-small") == copy / "e5-small" != folder


def test_what_ships_serves_and_is_mended_by_an_installation(
    copy: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a wheel brings the default model; nothing is written beside it, nor made anew."""
    monkeypatch.setattr(cache, "SHIPPED", copy)
    monkeypatch.setenv("QA_MODELS", str(copy.parent / "none"))
    assert models.is_shipped("e5-small")
    assert models.prepare("e5-small") == copy / "e5-small"
    assert_same_vectors(models.load("e5-small"), embedder)
    change_a_byte(copy / "e5-small" / "words4.npy")
    for use in (models.prepare, models.load, models.lexicon_of):
        with pytest.raises(ModelError, match=r"words4\.npy.*重新安装"):
            use("e5-small")
    assert models.verify("e5-small") == ("words4.npy",)
    (copy / "e5-small" / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"model\.json.*重新安装"):
        models.prepare("e5-small")
    assert not models.is_prepared("e5-small")
    assert not (copy.parent / "none" / "e5-small").exists()


def test_a_cache_that_cannot_be_written_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="QA_MODELS"):
        models.prepare("e5-small", tmp_path / "file" / "cache")


def test_a_manifest_damaged_at_random_is_no_model_or_the_same(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    copy = tmp_path / "e5-small"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).symlink_to(path)
    (copy / "model.json").unlink()
    choose, whole = random.Random(1), (folder / "model.json").read_bytes()
    for number in range(120):
        damage = list(DAMAGES.values())[number % len(DAMAGES)]
        (copy / "model.json").write_bytes(damage(whole, choose))
        try:
            assert models.lexicon_of("e5-small", tmp_path).fingerprint
            assert models.load("e5-small", tmp_path).fingerprint == embedder.fingerprint
        except ModelError as error:
            assert "qa model e5-small" in str(error)  # noqa: PT017
