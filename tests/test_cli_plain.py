"""What a terminal shows."""

from __future__ import annotations

from dataclasses import replace

from qa.cli import plain
from qa.types import AddReport, FileInfo, Skipped, Span, Stats
from tests.parts.nouns import ANSWERED, BARE, FORUM, REFUSED, citation, hit

HEADING = "《论坛开幕》  a.txt  第 2 页  2025-12-11  甲、乙"


def test_an_answer_its_sources_and_its_passages() -> None:
    assert plain.answer(ANSWERED) == "\n".join(
        [
            "（沿用前问：多少人参加？ → 论坛）",
            "四百人参加。[1]",
            "",
            "出处",
            f"  [1] {HEADING}",
            "",
            "相关段落",
            f"  1. 0.88 {HEADING}",
            "     四百人参加。 主席致辞。",
            "  2. 0.25 《路灯亮了》  c.txt",
            "     路灯亮了。",
        ]
    )


def test_sources_stand_in_the_order_of_their_numbers_once_each() -> None:
    quotes = [(1, FORUM, 5, 11), (2, BARE, 0, 5), (1, FORUM, 12, 17)]
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
        citations = tuple(citation(*quotes[at], Span(0, 1), 1.0) for at in order)
        shown = plain.answer(replace(ANSWERED, citations=citations, hits=())).split("出处\n")[1]
        assert shown == f"  [1] {HEADING}\n  [2] 《路灯亮了》  c.txt"


def test_a_refusal_says_why_and_that_the_passages_are_no_answer() -> None:
    shown = plain.answer(REFUSED)
    assert shown.startswith("没有找到答案：库中没有出现“火星”。\n")
    assert "最接近的报道（未作为答案）" in shown
    assert "出处" not in shown
    assert plain.answer(replace(REFUSED, hits=())) == "没有找到答案：库中没有出现“火星”。"


def test_what_may_be_the_answer_is_shown_to_be_checked_and_is_no_source() -> None:
    lines = plain.answer(replace(REFUSED, nearest=ANSWERED.citations)).splitlines()
    assert lines[:2] == [
        "没有找到答案：库中没有出现“火星”。",
        f"也许是这句，请核对：四百人参加。  {plain.heading(FORUM)}",
    ]
    assert not any("[1]" in line or "出处" in line for line in lines)
    assert "也许" not in plain.answer(REFUSED) + plain.answer(ANSWERED)


def test_a_long_passage_is_cut_short() -> None:
    article = replace(BARE, text="长" * 300)
    shown = plain.hits([hit(article, 0, 300, 1.0)]).splitlines()[1].strip()
    assert shown == "长" * 119 + "…"


def test_records_are_named() -> None:
    assert (
        plain.heading(replace(FORUM, locations=FORUM.locations[1:]))
        == "《论坛开幕》  b.jsonl  记录 r7  2025-12-11  甲、乙"
    )


def test_articles_and_contents() -> None:
    assert plain.article(BARE) == "ffffffffffffffff  《路灯亮了》  c.txt\n\n路灯亮了。"
    assert plain.contents([BARE, FORUM]) == f"ffffffffffffffff  《路灯亮了》  c.txt\n{FORUM.id}  {HEADING}"


def test_files() -> None:
    infos = [
        FileInfo("a.txt", "/p/a.txt", 10, "ab", "gb18030", 2, "2026-01-02"),
        FileInfo("b.txt", "/p/b.txt", 10, "ab", None, 1, "2026-01-02"),
    ]
    assert plain.files(infos, Stats(2, 3, 9, 9, 0, None)) == "\n".join(
        ["a.txt  2 篇  gb18030", "b.txt  1 篇", "共 2 个文件、3 篇、9 段"]
    )
    assert plain.files([], Stats(0, 0, 9, 4, 0, None)) == "共 0 个文件、0 篇、9 段，5 段尚无向量"


def test_a_report_names_what_was_skipped_and_why() -> None:
    skipped = (Skipped("x.bin", "不认识", failed=False),)
    report = AddReport(("a",), ("b", "c"), ("d",), skipped, renamed=(("旧.txt", "新.txt"),), articles=5, passages=30)
    told = plain.report(report).splitlines()
    assert told[:2] == ["跳过 x.bin：不认识", "改名 旧.txt → 新.txt"]
    assert told[-1].startswith("新增 1 个文件，更新 2 个，未变 1 个，跳过 1 个")
    assert told[-1].endswith("读入 5 篇、30 段")
