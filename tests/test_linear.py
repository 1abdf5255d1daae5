"""Reading and cutting take time in proportion to what is read: shown by counting, not by the clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.articles import bylines, cutting, passages
from qa.formats.plausibility import stretches
from qa.library.page_articles import edited_articles
from qa.text.folding import fold
from qa.text.sentences import split_sentences
from qa.types import Block, Page, Span
from tests.parts.effort import calls, effort

FEW, MANY = 400, 1600  # and so the effort may grow by as much, and a little for what grows by its logarithm
GROWTH = MANY / FEW * 1.3

KINDS: dict[str, Callable[[int], str]] = {
    "scraps": lambda n: "供暖\n" * n,
    "scraps that differ": lambda n: "".join(f"{chr(0x4E00 + at)}{chr(0x5E00 + at)}\n" for at in range(n)),
    "headings": lambda n: "".join(f"## 第{at}届某某运动会开幕\n" for at in range(n)),
    "marks of headings": lambda n: ("#" * 50 + "字\n") * n,
    "an open bracket in each heading": lambda n: "“会议指出要抓\n" * n + "本报讯(记者 张三)会议指出。",
    "a heading of each depth and text": lambda n: "".join(
        f"{'#' * (at % 6 + 1)} 第{at}届运动会\n会议第{at}次指出要抓好落实。\n" for at in range(n)
    ),
    "headings first, then marked sections": lambda n: "# 某某标题之一二三四\n" * n
    + "".join(f"会议第{at}次指出要抓好落实。\n## 小标题{at}\n" for at in range(n)),
    "bylines": lambda n: "本报讯(记者 张三)会议指出要抓好落实\n" * n,
    "vague openings": lambda n: "".join(f"据新华社第{at}号消息,某地发生一件事情。\n" for at in range(n)),
    "signatures": lambda n: "(记者 王五)\n" * n,
    "captions, then text": lambda n: "会议指出要抓好落实。\n" + "图为现场。\n" * n + "会议又指出要抓好落实。\n" * n,
    "captions": lambda n: "".join(f"图为会议{at}现场。\n会议{at * 7}指出要抓好落实,做好工作。\n" for at in range(n)),
    "one long paragraph, then many": lambda n: "会议指出要抓好落实做好\n" * n
    + "".join(f"会议第{at}次指出要抓好落实。\n" for at in range(n)),
    "stories that are alike": lambda n: "本报讯(记者 张三)今天会议指出,要抓好落实。\n会议强调要坚持。\n\n" * n,
    "stories that differ": lambda n: "".join(
        f"标题第{at}号某某开工\n本报讯(记者 张三)会议{chr(0x4E00 + at)}{chr(0x5E00 + at)}指出,要抓好落实。\n"
        for at in range(n)
    ),
    "brackets on lines of their own": lambda n: "字\n" + "(\n" * n + "字",
    "dates": lambda n: "2021年3月5日星期五\n" * n,
    "blank lines": lambda n: "字\n" + " \n" * n + "字",
    "marks after each other": lambda n: "字" + "。”" * n,
    "marks after each other, and it goes on": lambda n: "字" + "。”" * n + "，字",
}  # fmt: skip


def _pages(text: str) -> list[Page]:
    """As a printed page, as one record, and as the one story of a web page."""
    whole = Span(0, len(text))
    return [
        Page("a.txt", text),
        Page("a.jsonl", text, record="1"),
        Page("a.html", text, blocks=(Block(whole, "story"),)),
    ]


def _cut(page: Page) -> None:
    for one in edited_articles(page, ()):
        passages.split(one.article)


@pytest.mark.parametrize("way", range(3), ids=["printed", "record", "story"])
@pytest.mark.parametrize("kind", KINDS)
def test_cutting_is_linear(kind: str, way: int) -> None:
    few, many = (_pages(KINDS[kind](count))[way] for count in (FEW, MANY))
    _cut(few)  # what is made ready once is not counted
    assert calls(lambda: _cut(many)) <= GROWTH * calls(lambda: _cut(few)) + 2000


def test_cutting_is_linear_from_ten_thousand_lines_to_two_hundred_thousand() -> None:
    """With each of the steps of a page: one record that holds a page is cut as a whole, however long it is. What a line
    takes differs by less than .1 % as long as nothing looks at the lines before it.
    """
    per_line = []
    for lines in (10_000, 50_000, 200_000):
        text = "供暖\n" * lines
        page = Page("a.zip", text, record="a.txt", blocks=(Block(Span(0, len(text)), "page"),))
        cutting.cut(Page("a.txt", "供暖\n"))
        per_line.append(calls(lambda page=page: cutting.cut(page)) / lines)  # type: ignore[misc]
    assert max(per_line) <= 1.005 * min(per_line)


@pytest.mark.parametrize("unit", ["网记者", "报", "记者张三报", "张·三报", "本报首席", "全媒体记者 ", "文/", "驻记者"])
@pytest.mark.parametrize("edge", ["", "。", "(", "摄"])
def test_no_line_keeps_a_pattern_busy(unit: str, edge: str) -> None:
    """`网记者` twenty times took a pattern six seconds, forty times for ever: each sign more doubled what it tried."""
    for line in (unit * 40 + edge, edge + unit * 40, edge + unit * 15 + edge):
        assert bylines.opening(line) is None or bylines.opening(line).end <= len(line)  # type: ignore[union-attr]
        for test in (bylines.is_signature, bylines.closing, bylines.has_photo_credit, bylines.is_attendance):
            test(line)


def test_sentences_look_at_marks_once() -> None:
    few, many = (("字" + "。”" * count + "，字") for count in (FEW, MANY))
    assert effort(lambda: split_sentences(many)) <= GROWTH * effort(lambda: split_sentences(few)) + 100


def test_folding_takes_no_pass_for_each_character() -> None:
    """All the characters that there are, most of them with a plainer form, again and again."""
    every = "".join(map(chr, range(0xA0, 0xD800)))
    few, many = (every[:count] for count in (10_000, 40_000))
    fold(every)
    assert effort(lambda: fold(many)) <= effort(lambda: fold(few)) + 200_000
    assert fold(every) == "".join(map(fold, every))


def test_a_tail_of_ascii_is_passed_over_once() -> None:
    assert list(stretches("字" + "a" * 300_000 + "字")) == [(0, "字字")]
    assert list(stretches("ab字" * 51 + "a" * 300_000)) == [(0, "字" * 50), (150, "字")]
