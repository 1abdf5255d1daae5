"""Text as Markdown: a reader of Markdown shows it as it was, whatever signs are in it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.services.markdown import lines, plain, quoted

SIGNS = "a1甲 \\`*_[]<>#|~&$!-+=.():;&lt;"


def _shown(markdown: str) -> str:
    html = MarkdownIt("commonmark").render(markdown)
    assert set(re.findall(r"<(\w+)", html)) <= {"p"}, html
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


@given(st.text(alphabet=SIGNS, max_size=30))
def test_a_line_reads_as_it_was(text: str) -> None:
    assert _shown(plain(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", ["- 甲", "1. 甲", "2) 甲", "===", "&lt;甲&gt;", "**甲**", "[1]: http://x", "见[1](http://x)"]
)
def test_what_would_be_markup_is_none(text: str) -> None:
    assert _shown(plain(text)) == text


def test_marks_of_sources_are_left_alone() -> None:
    assert plain("甲。[1]乙。[2][3]") == "甲。[1]乙。[2][3]"


def test_lines_stay_lines() -> None:
    assert lines("甲\n\n# 乙") == "甲  \n\\# 乙"
    assert quoted("甲\n乙") == "> 甲\n>\n> 乙"
