"""Rated answers as a question set."""

from __future__ import annotations

import json
from pathlib import Path

from qa.evaluation.questions import Rated, load_questions, write_question_set
from tests.parts.ui_values import OTHER, STORY


def _rated(question: str, verdict: str, *quotes: str, answered: bool = True) -> Rated:
    cited = [{"article": STORY.id, "quote": quote} for quote in quotes]
    asked = {"question": question, "history": ["先问的"], "today": "2026-03-06"}
    return verdict, {**asked, "answered": answered, "citations": cited}


def test_what_readers_called_good_becomes_questions(tmp_path: Path) -> None:
    rated = [
        _rated("几月开幕？", "up", "书展在四月开幕。", "散会。"),
        _rated("谁来了？", "up", answered=False),
        _rated("几点？", "down", "散会。"),
        _rated("改了主意？", "up", "散会。"),
        _rated("改了主意？", "down", "散会。"),
        _rated("你好", "up"),
    ]
    assert write_question_set(tmp_path / "set", [STORY, OTHER], rated) == 2
    first, second = (json.loads(line) for line in (tmp_path / "set/queries.jsonl").read_text("utf-8").splitlines())
    assert first["metadata"] == {
        "history": ["先问的"],
        "today": "2026-03-06",
        "answers": ["书展在四月开幕。", "散会。"],
    }
    assert second["metadata"]["unanswerable"] is True
    assert (tmp_path / "set/qrels/test.tsv").read_text("utf-8").splitlines()[1:] == [f"1\t{STORY.id}\t1"]
    assert [(one.text, one.today) for one in load_questions(tmp_path / "set")] == [
        ("几月开幕？", "2026-03-06"),
        ("谁来了？", "2026-03-06"),
    ]
