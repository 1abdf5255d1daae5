"""The comparison with peers: what it says of a corpus where the right answers are known, and of a system that fails."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench import peers
from qa.evaluation.questions import Question

TEXTS = {"a": "张家湾镇的花海占地三百亩。", "b": "永顺镇的食堂由王敏主管。", "c": "台湖镇的供暖工程十一月完工。"}
ASKED = [
    Question("1", "张家湾镇的花海占地多少亩？", frozenset({"a"}), (("三百亩",),)),
    Question("2", "永顺镇的食堂由谁主管？", frozenset({"c"}), (("李强",),)),  # wrong on purpose: neither is so
]


def drawn(folder: Path) -> list[Question]:
    lines = (json.dumps({"_id": one, "title": "", "text": text}) for one, text in TEXTS.items())
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = np.random.default_rng(0).standard_normal((8, 384)).astype(np.float32)
    np.save(folder / "rows.npy", rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return ASKED


def test_figures_of_a_run(tmp_path: Path) -> None:
    run = peers.compared(drawn, [peers.OURS], tmp_path)
    assert (run["documents"], run["passages"], run["questions"]) == (3, 3, 2)
    figures = run["systems"][peers.OURS]
    assert figures["beside"] == 1.0
    assert figures["answer_at_5"] == 0.5
    assert figures["document_at_1"] == 0.5
    assert figures["document_at_5"] >= 0.5  # all three may be shown
    assert 0 < figures["search_ms"] <= figures["search_p95_ms"]
    assert 0 < figures["resident_mb"] < 1000
    bare = run["systems"][f"{peers.OURS}, bare"]
    assert {name: bare[name] for name in ("document_at_1", "answer_at_5")} == {"document_at_1": 0.5, "answer_at_5": 0.5}


def test_a_system_that_ends_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with peers.Running("no such system", tmp_path) as system, pytest.raises(SystemExit, match="ended"):
        system(None)
    assert "no such system" in capfd.readouterr().err
