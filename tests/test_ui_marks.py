"""Marked text: nothing lost, nothing unescaped, marks where they belong."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.matching import standing
from qa.types import Span
from tests.parts.ui_values import HOSTILE, article, citation
from ui.marks import Marked, clipped, highlight, lines, of_citation, windows

TEXTS = st.text(max_size=60)
MARKS = st.lists(
    st.tuples(st.integers(0, 70), st.integers(0, 20)).map(lambda at: Marked(Span(at[0], sum(at)))), max_size=4
)


class _Shape(HTMLParser):
    """The tags of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.depth += tag == "mark"
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "mark"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.marked[-1] += data


@given(TEXTS, MARKS, st.lists(st.integers(0, 60), max_size=6))
def test_highlighting_keeps_every_character_and_adds_marks_alone(
    text: str, marks: list[Marked], edges: list[int]
) -> None:
    asked = [Span(*pair) for pair in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)]
    html = highlight(text, marks, asked=asked)
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text
    assert set(_Shape(html).tags) <= {"mark", "b", "u"}
    assert re.sub(r"</?u>", "", html) == highlight(text, marks)


def test_words_of_the_question_are_underlined_across_a_mark() -> None:
    text = "展出桂花三百盆。"
    quote = Marked(Span(0, len(text)), Span(4, 7))
    asked = standing(("展出", "桂花三百", "盆"), text)
    expected = "<u>展出</u><u>桂花</u><b><u>三百</u>盆</b>。"
    assert highlight(text, [quote], asked=asked) == f'<mark class="quote">{expected}</mark>'


@pytest.mark.parametrize(
    ("words", "printed", "found"),
    [
        (("圖書館", "图书馆"), "縣圖書館與图书馆", ["圖書館", "图书馆"]),
        (("20",), "2025年20人，20.5万，２０人", ["20", "２０"]),
        (("ai",), "AI与AIDS", ["AI"]),
        (("副中心", "中心小学"), "副中心小学的中心小学", ["副中心", "中心小学"]),
        (("社区",), "社\n区", ["社\n区"]),
        (("在", "a"), "在a", ["a"]),
        ((), "什么也没有", []),
    ],
)
def test_words_stand_as_printed_and_whole(words: tuple[str, ...], printed: str, found: list[str]) -> None:
    assert [printed[span.start : span.end] for span in standing(words, printed)] == found


@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_one_mark_holds_its_slice(text: str, start: int, end: int) -> None:
    text = text.replace("\r", "")
    assert "".join(_Shape(highlight(text, [Marked(Span(start, end))])).marked) == text[start:end]


def test_the_answering_words_stand_out_inside_their_quote() -> None:
    story = article("头。会议指出,明年是开局之年。尾。", "标题")
    quote = citation(1, story, "会议指出,明年是开局之年。", "明年")
    html = highlight(story.text, [of_citation(quote, "q")])
    assert html == '头。<mark class="quote" id="q">会议指出,<b>明年</b>是开局之年。</mark>尾。'
    assert highlight(story.text[2:9], [of_citation(quote)], 2) == '<mark class="quote">会议指出,<b>明年</b></mark>'


def test_a_quote_that_is_all_answer_has_no_inner_mark() -> None:
    story = article("全是答案。", "标题")
    assert of_citation(citation(1, story, "全是答案。", "全是答案。")).key is None


def test_overlapping_marks_do_not_nest() -> None:
    html = highlight("一二三四五六", [Marked(Span(0, 4)), Marked(Span(2, 6))])
    assert html == '<mark class="quote">一二三四</mark><mark class="quote">五六</mark>'


def test_hostile_text_is_inert() -> None:
    html = highlight(HOSTILE, [Marked(Span(3, 20), Span(5, 9))])
    assert set(_Shape(html).tags) == {"mark", "b"}
    assert '"' not in highlight(HOSTILE)
    assert "'" not in highlight(HOSTILE)


def test_context_stays_in_the_paragraph_and_ends_with_a_sentence() -> None:
    text = "上一段。\n" + "甲。" * 60 + "答案在此。" + "乙。" * 60 + "\n下一段。"
    at = text.index("答案")
    (window,) = windows(text, [Span(at, at + 5)], around=20)
    context = text[window.start : window.end]
    assert "段" not in context
    assert context.startswith("甲。")
    assert context.endswith("乙。")
    assert len(context) <= 45
    assert clipped(text, window, []) == f"…{context}…"
    whole = Span(text.index("上"), text.index("\n"))
    assert clipped(text, windows(text, [whole])[0], []) == "上一段。"


@given(TEXTS, st.lists(st.integers(0, 59), max_size=5), st.integers(0, 30))
def test_windows_hold_their_spans_and_never_touch(text: str, starts: list[int], around: int) -> None:
    spans = [Span(start, min(len(text), start + 3)) for start in starts if start < len(text)]
    found = windows(text, spans, around)
    assert all(any(window.start <= span.start and span.end <= window.end for window in found) for span in spans)
    assert all(before.end < after.start for before, after in pairwise(found))


@given(st.text(alphabet="一 \n\u3000", max_size=30))
def test_lines_hold_everything_but_white_space(text: str) -> None:
    found = lines(text)
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in found)
