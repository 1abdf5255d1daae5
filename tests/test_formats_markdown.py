"""Markdown: headings and front matter, their places exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles.cutting import cut
from qa.formats import read
from qa.formats.markdown import front_matter, headings
from qa.formats.metadata import iso_date, metadata_of
from qa.types import Block, Metadata, Span

FRONT = """---
title: "市区召开会议"
date: 2025年12月11日
byline: [金耀飞, 韩银丽]
paper: 通州时讯
edition: 01
layout: post
---
"""


def test_a_file_with_front_matter(tmp_path: Path) -> None:
    text = FRONT + "\n# 会议\r\n\n正文。\n"
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (page,) = read(tmp_path / "a.md", "a.md", max_bytes=1 << 20)
    assert page.text == text
    assert page.metadata == Metadata("市区召开会议", ("金耀飞", "韩银丽"), "通州时讯", "01", "2025-12-11")
    front, _, heading = page.blocks
    assert front == Block(Span(0, len(FRONT)), "metadata")
    assert heading.role == "heading"
    assert text[slice(*heading.span)] == "会议"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 一\n## 二 ##\n###### 六\n", [("一", 1), ("二", 2), ("六", 6)]),
        ("#无空格\n####### 七\n    # 缩进\n#\n#  \n", []),
        ("```\n# 代码\n```\n# 正\n", [("正", 1)]),
        ("~~~~\n# 代码\n~~~\n# 代码\n~~~~\n# 正", [("正", 1)]),
        ("正文\r# 一\r\n# C#\r\n# 二 #标签", [("一", 1), ("C#", 1), ("二 #标签", 1)]),
    ],
)
def test_headings(text: str, words: list[tuple[str, int]]) -> None:
    assert [(text[slice(*block.span)], block.level) for block in headings(text)] == words


@pytest.mark.parametrize(
    ("front", "rest"),
    [
        ("---\na: b\n---\n", "正文"),
        ("---\r\na: b\r\n...\r\n", "正文"),
        ("---\n标题：会议\n---", ""),
        ("---\n# 注释\n\na:\n  - 一\n  - 二\n---\n", "---\n"),
        ("", "---\n正文。\n---\n"),
        ("", "---\n---\n"),
        ("", "---\na: b\n没有结束"),
        ("", "\n---\na: b\n---\n"),
        ("", "正文"),
        ("", ""),
    ],
)
def test_where_the_front_matter_ends(front: str, rest: str) -> None:
    assert front_matter(front + rest)[0] == len(front)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("byline: 张三、李四", ("张三", "李四")),
        ("作者： 张三，李四", ("张三", "李四")),
        ("author: ['张三', \"李四\"]", ("张三", "李四")),
        ("byline:\n  - 张三\n  - 李四", ("张三", "李四")),
        ("byline: John Smith, 张三", ("John Smith", "张三")),
        ("byline:", ()),
    ],
)
def test_names(line: str, names: tuple[str, ...]) -> None:
    end, metadata = front_matter(f"---\ntitle: 甲\n{line}\n---\n")
    assert end > 0
    assert metadata.byline == names


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2025-12-11", "2025-12-11"),
        ("2025/1/2", "2025-01-02"),
        ("2025.12.11", "2025-12-11"),
        ("20251211", "2025-12-11"),
        ("2025年12月11日", "2025-12-11"),
        ("2025 年 12 月 11 日", "2025-12-11"),
        ("2025年12月11日 星期四", "2025-12-11"),
        ("2025年12月11日星期四", "2025-12-11"),
        ("二〇二五年十二月十一日", "2025-12-11"),
        ("二零二五年十月二十日", "2025-10-20"),
        ("2025-12-11T08:30:00+08:00", "2025-12-11"),
        ("2025-12-11 08:30", "2025-12-11"),
        ("２０２５年１２月１日", "2025-12-01"),
        ("2025年12月", "2025-12"),
        ("2025-12", "2025-12"),
        ("2025", "2025"),
        ("2025年", "2025"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("2025-13-01", None),
        ("0000-01-01", None),
        ("12月11日", None),
        ("昨天", None),
        ("11/12/2025", None),
        ("202512", None),
        ("2025-12-11abc", None),
        ("", None),
    ],
)
def test_dates(written: str, date: str | None) -> None:
    assert iso_date(written) == date


def test_metadata_takes_only_what_it_can_use() -> None:
    given = {"title": ["no"], "date": 20251211, "byline": 7, "edition": 3, "paper": True, "other": 1}
    assert metadata_of(given) == Metadata(edition="3", date="2025-12-11")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="-# \n\r：:ab[],`~中.", max_size=80))
def test_blocks_are_inside_the_text_and_ascend(text: str) -> None:
    end, _ = front_matter(text)
    place = end
    for block in headings(text, end):
        assert place <= block.span.start < block.span.end <= len(text)
        assert text[slice(*block.span)].strip() == text[slice(*block.span)]
        place = block.span.end


def test_a_long_row_of_blanks_takes_no_longer_than_any_other() -> None:
    blanks = " " * 1_000_000  # with time that grows with its square: minutes
    assert [block.span for block in headings(f"# 开{blanks}幕")] == [Span(2, 1_000_004)]
    assert front_matter(f"---\n题{blanks}目\n---\n") == (0, Metadata())


LISTS = """\
# 办船证的办法

船证在渡口管理所办，当天可取[^1]。

1. 带上身份证
   - 本镇的带户口本
   - 外镇的带居住证[^2]
2. 填表

> 办证时间：周一至周五

[^1]: 逢集日除外
[^2]: 居住证在派出所办
"""


def test_items_quotations_and_notes_are_no_headings_and_stand_by_themselves(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(LISTS, "utf-8")
    (page,) = read(path, "a.md", max_bytes=1 << 20)
    (article,) = cut(page)
    assert article.title == "办船证的办法"
    assert article.text.split("\n") == [line.strip() for line in LISTS.splitlines() if line]
