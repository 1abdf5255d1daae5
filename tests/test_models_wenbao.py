"""The default model: what ships is what runs, to the last weight; its words are e5-small's; damage is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer

from qa import models
from qa.errors import ModelError
from qa.models import built, int8, wenbao
from qa.models.prepared import GRAPH
from qa.types.settings import DEFAULT_MODEL
from tests.parts.tampering import change
from training import reference

TEXTS = [
    "雨",
    "市图书馆新馆昨天开馆。",
    "會議指出，要加強臺灣文獻的整理與研究。",
    "Don't panic: 9:30 a.m.",
    "行一\n行二",
]


def test_it_is_the_default() -> None:
    assert DEFAULT_MODEL == "wenbao-small" in models.BUILT


def test_what_is_rounded_stays_as_it_is_when_rounded_again() -> None:
    found = wenbao.layers()
    with np.load(wenbao.FILE) as kept:
        names = sorted(name.removesuffix("/small") for name in kept.files if name.endswith("/small"))
        assert len(names) == 12 * 6
        for name in names:
            evened = found[name].T * np.exp2(kept[f"{name}/shift"].astype(np.float32))[:, None]
            small, scales = int8.quantised(evened)
            assert (small == kept[f"{name}/small"]).all(), name
            assert np.allclose(scales, kept[f"{name}/scales"], rtol=1e-6, atol=0), name


def test_the_prepared_graph_multiplies_by_what_ships(tmp_path: Path) -> None:
    built.build(DEFAULT_MODEL, None, tmp_path, lambda: None)
    initializers = onnx.load(tmp_path / GRAPH).graph.initializer
    runs = {numpy_helper.to_array(one).tobytes() for one in initializers if one.name.endswith("/small")}
    with np.load(wenbao.FILE) as kept:
        ships = {kept[name].tobytes() for name in kept.files if name.endswith("/small")}
    assert len(ships) == 12 * 6
    assert runs == ships


def test_served_vectors_are_those_of_the_layers(tmp_path: Path) -> None:
    reference.build(tmp_path, wenbao.layers())
    whole = SentenceTransformer(str(tmp_path), device="cpu", local_files_only=True)
    served = models.load(DEFAULT_MODEL)
    asked = np.stack([served.embed_query(text) for text in TEXTS])
    assert (asked * whole.encode(TEXTS, prompt_name="query")).sum(axis=1).min() >= 0.995
    told = served.embed_passages(TEXTS)
    assert (told * whole.encode(TEXTS, prompt_name="document")).sum(axis=1).min() >= 0.995


def test_e5_small_is_another_model_of_the_same_words() -> None:
    plain = models.prepare("e5-small")
    assert plain.name == "e5-small" != models.prepare(DEFAULT_MODEL).name
    ours, theirs = models.load(DEFAULT_MODEL), models.load("e5-small")
    assert ours.fingerprint != theirs.fingerprint
    assert (ours.embed_passages(TEXTS) * theirs.embed_passages(TEXTS)).sum(axis=1).max() < 0.999
    lexicons = [models.lexicon_of(name) for name in (DEFAULT_MODEL, "e5-small")]
    assert lexicons[0].fingerprint == lexicons[1].fingerprint, "so one reader serves both"


def test_a_damaged_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / wenbao.FILE.name
    copy.write_bytes(wenbao.FILE.read_bytes())
    monkeypatch.setattr(wenbao, "FILE", copy)
    assert wenbao.layers()
    change(copy)
    with pytest.raises(ModelError, match=rf"损坏.*{copy.name}.*重新安装"):
        models.prepare(DEFAULT_MODEL, tmp_path / "made")
    copy.unlink()
    with pytest.raises(ModelError, match=rf"损坏.*{copy.name}"):
        models.prepare(DEFAULT_MODEL, tmp_path / "cache")
    assert not models.is_prepared(DEFAULT_MODEL, tmp_path / "cache")
