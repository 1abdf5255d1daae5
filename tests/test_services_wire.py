"""The JSON contract, key by key and value by value."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from qa.services import wire
from qa.types import AddReport, FileInfo, Skipped
from tests.parts.nouns import ANSWERED, BARE, FORUM, REFUSED

ALSO = [{"source": "b.jsonl", "record": "r7", "page": None}]
PASSAGE = {
    "article": "a1b2c3d4e5f60718",
    "title": "论坛开幕",
    "source": "a.txt",
    "record": None,
    "page": 2,
    "date": "2025-12-11",
    "text": "四百人参加。\n主席致辞。",
    "spans": [[200, 206], [150, 155]],
    "score": 0.8765,
}
BARE_PASSAGE = {
    "article": "ffffffffffffffff",
    "title": "路灯亮了",
    "source": "c.txt",
    "record": None,
    "page": None,
    "date": None,
    "text": "路灯亮了。",
    "spans": [],
    "score": 0.25,
}


def test_an_answer() -> None:
    assert wire.answer(ANSWERED, 11.234, "q1") == {
        "id": "q1",
        "question": "多少人参加？",
        "answered": True,
        "answer_kind": "quote",
        "answer": "四百人参加。[1]",
        "lead": None,
        "confidence": 0.9123,
        "reason": None,
        "assumed": [{"kind": "follow-up", "from": "多少人参加？", "to": "论坛"}],
        "citations": [
            {
                "n": 1,
                "article": "a1b2c3d4e5f60718",
                "title": "论坛开幕",
                "source": "a.txt",
                "record": None,
                "page": 2,
                "also": ALSO,
                "paper": "日报",
                "edition": "3",
                "date": "2025-12-11",
                "date_from": "printed",
                "byline": ["甲", "乙"],
                "columns": None,
                "quote": "四百人参加。",
                "mark": [0, 3],
                "spans": [[200, 206]],
                "regions": None,
                "score": 0.9877,
            }
        ],
        "nearest": [],
        "passages": [PASSAGE, BARE_PASSAGE],
        "total": None,
        "items": None,
        "elapsed_ms": 11.2,
    }


def test_a_refusal() -> None:
    line = wire.answer(REFUSED, 1.0)
    assert line["id"] is None
    assert line["answered"] is False
    assert line["citations"] == []
    assert line["passages"] == [BARE_PASSAGE]
    assert line["reason"] == {"kind": "unknown-term", "terms": ["火星"], "text": "库中没有出现“火星”。"}
    assert set(line) == set(wire.answer(ANSWERED, 1.0))
    assert line["nearest"] == []


def test_what_may_be_the_answer_has_the_form_of_a_citation() -> None:
    line = wire.answer(replace(REFUSED, nearest=ANSWERED.citations), 1.0)
    assert line["answered"] is False
    assert line["citations"] == []
    assert line["nearest"] == wire.answer(ANSWERED, 1.0)["citations"]


def test_a_search() -> None:
    assert wire.search("人", ANSWERED.hits[:1], 3.14159) == {"question": "人", "passages": [PASSAGE], "elapsed_ms": 3.1}


def test_an_exported_article_and_a_shown_one() -> None:
    exported = wire.article(FORUM)
    assert exported == {
        "article": "a1b2c3d4e5f60718",
        "title": "论坛开幕",
        "kicker": "运河",
        "subtitle": "四方来客",
        "byline": ["甲", "乙"],
        "paper": "日报",
        "edition": "3",
        "date": "2025-12-11",
        "date_from": "printed",
        "source": "a.txt",
        "record": None,
        "page": 2,
        "text": "论坛开幕\n四百人参加。\n主席致辞。",
        "spans": [[100, 104], [200, 206], [150, 155]],
        "also": ALSO,
    }
    shown = wire.shown_article(FORUM)
    assert shown == {**exported, "date_evidence": "2025年12月11日", "title_inferred": False}
    assert wire.shown_article(BARE)["title_inferred"] is True


def test_a_file_and_a_report() -> None:
    info = FileInfo("a.txt", "/p/a.txt", 10, "ab", "utf-8", 2, "2026-01-02T03:04:05+00:00")
    assert wire.file(info)["source"] == "a.txt"
    told = wire.report(AddReport(added=("a.txt",), skipped=(Skipped("b.bin", "原因", failed=False),), articles=2))
    assert told["added"] == ("a.txt",)
    assert told["skipped"] == ({"path": "b.bin", "reason": "原因", "failed": False},)
    assert told["failed"] is False
    assert wire.report(AddReport(skipped=(Skipped("b.txt", "原因", failed=True),)))["failed"] is True


@pytest.mark.parametrize("data", [wire.answer(ANSWERED, 1), wire.answer(replace(REFUSED, text="“</script>"), 1)])
def test_lines_are_json_of_one_line(data: dict[str, Any]) -> None:
    line = json.dumps(data, ensure_ascii=False)
    assert json.loads(line) == data
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ('{"id": "a", "question": "问", "history": ["前"]}', ("a", "问", ("前",))),
        ('{"id": 7, "question": "问", "more": 1}', (7, "问", ())),
        ('\ufeff{"question": "", "history": null}', (None, "", ())),
        (r'{"question": "\ud800"}', (None, "\ud800", ())),
    ],
)
def test_a_line_of_questions(line: str, asked: tuple[Any, str, tuple[str, ...]]) -> None:
    assert wire.asked(line.encode()) == asked


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'"question"',
        b"{}",
        b'{"question": null}',
        b'{"question": 3}',
        b'{"question": "x", "history": "xy"}',
        b'{"question": "x", "history": [1]}',
        b'{"question": "x"',
        '{"question": "问"}'.encode("gbk"),
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_question(line: bytes) -> None:
    with pytest.raises(ValueError, match="question"):
        wire.asked(line)
