"""Counting and listing: precise questions, exact numbers, everything named, filters kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cli import plain
from qa.library.library import Library
from qa.questions import counting
from qa.questions.analysed import AnalysedQuestion
from qa.questions.counting import CountQuestion
from qa.services import wire
from qa.types import Answer, Filters, Query
from tests.parts.library import open_library, write_records
from tests.parts.names_library import names_library, questions

QUESTIONS = questions("count", "list", "no-count")
REPORTERS = {"沈知夏", "顾云舟", "陆鸣谦"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with names_library(tmp_path_factory.mktemp("counting")) as opened:
        yield opened


def understood(question: str) -> CountQuestion | None:
    return counting.count_question(AnalysedQuestion(Query(question)), lambda: REPORTERS)


def records(found: Answer, library: Library) -> list[str | None]:
    """The records of the articles that the items name."""
    items = found.items or ()
    return [item.record for item in items]


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: row["question"])
def test_every_question_of_the_set(row: dict[str, Any], library: Library) -> None:
    wanted = row["expected"]
    found = library.ask(Query(row["question"]), least=0.0)
    if row["kind"] == "no-count":
        assert found.kind == "digest" or (found.kind, found.total, found.items) == ("quote", None, None)
        return
    assert (found.kind, found.total, found.answered) == (row["kind"], wanted["total"], True)
    assert [item.record or item.name for item in found.items or ()] == wanted["items"]
    for citation in found.citations:
        assert f"[{citation.n}]" in found.text
        assert citation.article.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("有几篇提到李和平？", CountQuestion("articles", False, (("李和平",),))),
        ("有几篇提到供暖和暖气？", CountQuestion("articles", False, (("供暖",), ("暖气",)))),
        ("有几篇提到供暖或者暖气？", CountQuestion("articles", False, (("供暖", "暖气"),))),
        ("有几篇提到柳溪镇的供暖？", CountQuestion("articles", False, (("柳溪镇",), ("供暖",)))),
        ("有几篇提到“供暖和暖气”？", CountQuestion("articles", False, (("供暖和暖气",),))),
        ("渡口出现过几次", CountQuestion("places", False, (("渡口",),))),
        ("哪些记者写过供暖", CountQuestion("reporters", True, (("供暖",),))),
        ("顾云舟写过哪些报道", CountQuestion("articles", True, (), ("顾云舟",))),
        ("列出记者顾云舟写的所有报道", CountQuestion("articles", True, (), ("顾云舟",))),
        ("顾云舟署名的稿子有几篇", CountQuestion("articles", False, (), ("顾云舟",))),
        (
            "顾云舟写的关于供暖的报道有几篇",
            CountQuestion("articles", False, (("供暖",),), ("顾云舟",), is_subject=True),
        ),
        ("关于“供暖和暖气”的报道有几篇", CountQuestion("articles", False, (("供暖和暖气",),))),
        ("李和平出现在几篇报道里", CountQuestion("articles", False, (("李和平",),))),
        ("一共收录了多少篇文章？", CountQuestion("articles", False, ())),
        ("库里有几位记者", CountQuestion("reporters", False, ())),
        ("库里记者有几位", CountQuestion("reporters", False, ())),
        ("写过供暖的有几位记者", CountQuestion("reporters", False, (("供暖",),))),
        ("提到供暖的文章有几位记者采写", CountQuestion("reporters", False, (("供暖",),))),
        ("署名顾云舟的是哪几篇", CountQuestion("articles", True, (), ("顾云舟",))),
        ("顾云舟采写了多少", CountQuestion("articles", False, (), ("顾云舟",))),
        ("顾云舟报道了几次供暖", CountQuestion("articles", False, (("供暖",),), ("顾云舟",), is_subject=True)),
        ("库里的文章一共有多少", CountQuestion("articles", False, ())),
        ("所有供暖的报道", CountQuestion("articles", True, (("供暖",),), is_subject=True)),
        ("所有关于供暖的报道", CountQuestion("articles", True, (("供暖",),), is_subject=True)),
        ("列出供暖的报道", CountQuestion("articles", True, (("供暖",),), is_subject=True)),
        ("提到供暖几次", CountQuestion("places", False, (("供暖",),))),
        ("列出所有报道", CountQuestion("articles", True, ())),
        ("这次比赛有多少篇稿件", None),
        ("现场有多少位记者", None),
        ("列出李四写的所有报道", None),  # nobody signs so
    ],
)
def test_what_is_counted(question: str, asked: CountQuestion | None) -> None:
    assert understood(question) == asked


def test_the_answer_says_what_was_counted(library: Library) -> None:
    found = library.ask(Query("有几篇提到柳溪镇？", filters=Filters(since="2024-01-01", byline="沈知夏")))
    assert found.text.startswith("写有“柳溪镇”的文章共 2 篇（限2024-01-01 以后、记者 沈知夏）。[1][2]")
    assert records(found, library) == ["s1", "s6"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2024年有几篇提到柳溪镇？", ["s1", "s6", "s12"]),
        ("2024年11月的报道里有几篇提到供暖？", ["s1"]),
        ("2023年有几篇提到柳溪镇？", ["s4", "s5"]),
    ],
)
def test_the_time_that_a_question_names_is_a_filter(question: str, told: list[str], library: Library) -> None:
    found = library.ask(Query(question))
    assert records(found, library) == told
    assert f"{question[:4]}" in found.text


def test_all_that_the_library_has(library: Library) -> None:
    stats = library.stats()
    assert library.ask(Query("一共有多少篇文章？")).text == f"文章共 {stats.articles} 篇。"
    dated = library.ask(Query("2023年有几篇报道？"))
    assert (dated.kind, dated.total) == (
        "count",
        sum(item.date is None or item.date[:4] == "2023" for item in dated.items or ()),
    )
    signed = library.ask(Query("库里有多少位记者？"))
    assert (signed.total, len(signed.items or ())) == (len(REPORTERS), len(REPORTERS))
    assert signed.text.startswith(f"署名的记者共 {len(REPORTERS)} 位")


def test_words_that_never_stand_together_are_counted_apart_and_that_is_said(library: Library) -> None:
    found = library.ask(Query("有几篇提到夜间充电桩"))
    assert found.text == "没有文章照原样写有“夜间充电桩”；同时写有“夜间”、“充电桩”的文章共 0 篇。" or found.total == 0
    found = library.ask(Query("有几篇提到医院停车场"))
    assert found.text.startswith("没有文章照原样写有“医院停车场”；同时写有“医院”、“停车场”的文章共 1 篇。")
    assert records(found, library) == ["s6"]


def test_reporters_come_with_their_articles_and_the_unsigned_are_said(library: Library) -> None:
    found = library.ask(Query("哪些记者写过白鹭湖公园？"))
    assert [(item.name, item.count, len(item.articles)) for item in found.items or ()] == [("顾云舟", 1, 1)]
    assert found.text.startswith("署名文章里写有“白鹭湖公园”的记者共 1 位，另有 1 篇没有署名：顾云舟（1 篇）。")


def test_a_name_read_otherwise_is_counted_as_read(library: Library) -> None:
    found = library.ask(Query("有几篇提到怀荫村？"))
    assert [(one.kind, one.target) for one in found.assumed] == [("spelling", "槐荫村")]
    assert found.total == 3


def test_the_json_of_a_list(library: Library) -> None:
    line = wire.answer(library.ask(Query("列出所有关于医院的报道")), 1.0)
    assert (line["answer_kind"], line["total"], line["reason"]) == ("list", 2, None)
    first = line["items"][0]
    assert first["article"] == library.articles()[52].id
    del first["article"]
    assert first == {
        "title": "青羊河上架起新桥",
        "source": "corpus.jsonl",
        "record": "s5",
        "page": None,
        "date": "2023-12-20",
        "byline": ["顾云舟"],
        "count": 1,
    }
    reporters = wire.answer(library.ask(Query("哪些记者写过供暖？")), 1.0)
    assert [set(item) for item in reporters["items"]] == [{"name", "count", "articles"}] * 2
    assert json.loads(json.dumps(line, ensure_ascii=False)) == line


def test_the_terminal_shows_every_item_of_a_list_and_the_first_of_a_count(library: Library) -> None:
    listed = plain.answer(library.ask(Query("列出所有关于医院的报道")))
    assert "清单\n  1. 《青羊河上架起新桥》  corpus.jsonl  记录 s5  2023-12-20  顾云舟\n  2. 《" in listed
    assert "清单\n  1. 沈知夏  1 篇\n  2. 顾云舟  1 篇" in plain.answer(library.ask(Query("哪些记者写过供暖")))
    counted = library.ask(Query("有几篇提到供暖"))
    many = replace(counted, items=(counted.items or ()) * 15)
    assert "共计\n  1. 《" in plain.answer(many)
    assert "  还有 10 项，加 --json 全列" in plain.answer(many)


def test_blanks_line_breaks_and_headlines(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "title": "一", "text": "记者 李 明 到了渡口。"},
        {"id": "b", "title": "二", "text": "昨天李\n明 走了。"},
        {"id": "c", "title": "李明的一天", "text": "他起得很早。"},
        {"id": "d", "title": "四", "text": "李某说，明天再来。小李，明天见。"},
        {"id": "e", "title": "五", "text": "ＬＩ明和OpenAI公司，ＯＰＥＮＡＩ。"},
    ]
    page = tmp_path / "a.jsonl"
    page.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([page])
        found = library.ask(Query("有几篇提到李明？"))
        assert set(records(found, library)) >= {"a", "c"}
        assert "d" not in records(found, library)
        assert library.ask(Query("OpenAI出现过几次？")).total == 2


def test_every_article_of_many_is_counted_and_removed_ones_are_not(tmp_path: Path) -> None:
    papers = [write_records(tmp_path / f"{name}.jsonl", numbers) for name, numbers in
              {"a": range(300), "b": range(300, 420)}.items()]  # fmt: skip
    with open_library(tmp_path / "library", create=True) as library:
        library.add(papers)
        for word in ("供暖", "马驹桥", "图书馆"):
            held = [one for one in library.articles() if word in one.text]
            found = library.ask(Query(f"有几篇提到{word}？"))
            assert found.total == len(held) > 50
            assert [item.articles[0] for item in found.items or ()] == [one.id for one in held]
            places = library.ask(Query(f"{word}出现过几次？")).total
            assert places == sum(one.text.count(word) for one in held)
        library.remove(["a.jsonl"])
        left = [one for one in library.articles() if "供暖" in one.text]
        assert library.ask(Query("有几篇提到供暖？")).total == len(left) < 120


@given(st.text(max_size=40))
def test_any_text_is_understood_or_left_alone(question: str) -> None:
    asked = understood(question)
    assert asked is None or asked.groups or asked.reporter
