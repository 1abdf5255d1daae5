"""Spaces between Han characters are closed up, whatever the format; places on the page stay exact."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.articles.passages import split
from qa.articles.spacing import closed
from qa.formats import read
from qa.types import Article, Page
from tests.parts import format_files as made

LINES = (
    "关于镇渡口加开夜航的通知",
    "（二〇三一年五月八日）",
    "自六月起每周三加开夜航至晚上九点，乘客可凭船票上船。",
    "夜航先试行半年，经费四万二千元从年度预算中支出。",
)
SPACED = tuple(" ".join(line) for line in LINES)
WORDS = (
    "镇 渡口 昨日 宣布 ，自 下月 起 加开 夜航 ，方便 下夜班 的 工人 回家 。",
    "船队 的 负责人 表示 ，夜航 先 试行 半年 ，经费 从 年度 预算 中 支出 。",
)

WRITERS: dict[str, Callable[[], bytes]] = {
    ".txt": lambda: "\n".join(SPACED).encode(),
    ".md": lambda: "\n\n".join((f"# {SPACED[0]}", *SPACED[1:])).encode(),
    ".docx": lambda: made.docx(SPACED[0], SPACED[1:]),
    ".html": lambda: made.html(SPACED[0], SPACED[1:], around=False).encode(),
    ".jsonl": lambda: json.dumps({"text": "\n".join(SPACED)}).encode(),
    ".pdf": lambda: made.pdf([SPACED]),
}


def page_of(path: Path, data: bytes) -> Page:
    path.write_bytes(data)
    (page,) = read(path, path.name, max_bytes=1 << 20)
    return page


def assert_in_place(page: Page, article: Article) -> None:
    for passage in split(article):
        slices = (page.text[start:end] for start, end in article.location.spans(passage.start, passage.end))
        assert "".join("".join(slices).split()) == "".join(passage.text.split())
    for at, start, end in article.location.pieces:
        assert article.text[at : at + end - start] == page.text[start:end]


@pytest.mark.parametrize("suffix", WRITERS)
def test_spaced_characters_are_closed_up(tmp_path: Path, suffix: str) -> None:
    page = page_of(tmp_path / f"a{suffix}", WRITERS[suffix]())
    (article,) = cut(page)
    assert "".join(article.text.replace("　", "").removeprefix("# ").splitlines()) == "".join(LINES)
    assert article.byline == ()
    assert_in_place(page, article)


def test_words_that_a_scanner_parts_are_closed_up(tmp_path: Path) -> None:
    page = page_of(tmp_path / "a.txt", "\n".join(("渡口 夜航", *WORDS)).encode())
    (article,) = cut(page)
    assert article.text.splitlines() == ["渡口夜航", *("".join(line.split()) for line in WORDS)]
    assert_in_place(page, article)


@pytest.mark.parametrize(
    "text",
    [
        "渡口夜航 方便两岸\n本报记者 张三 李四 王小五\n镇上的渡口五月起加开夜航，至今运送乘客三万人次。",
        "张 三\n李 四\n王 五",
        "Mr. Smith, of Shanghai, arrived.\nWorld Bank 贷款 项目",
        "姓名　电话\n沈舟　七月二十二日",
    ],
)
def test_other_spaces_stay(text: str) -> None:
    assert closed(Page("a.txt", text)) is None


def test_a_spaced_line_among_others_is_closed_up_alone() -> None:
    text = "关 于 夜 航 的 通 知\n" + "\n".join(LINES[2:]) + "\n记者 张三 李四"
    flat = closed(Page("a.txt", text))
    assert flat is not None
    assert flat.page.text == "\n".join(("关于夜航的通知", *LINES[2:], "记者 张三 李四"))


def test_alto_without_spaces_gets_those_between_latin_words(tmp_path: Path) -> None:
    words = ("".join(f'<String CONTENT="{each}"/>' for each in line) for line in (("River", "Bank", "渡口", "项目"),))
    spaced = (
        '<String CONTENT="Mr."/><SP/><String CONTENT="Shen,"/><SP/><String CONTENT="of"/><SP/><String CONTENT="Dock."/>'
    )
    lines = "".join(f"<TextLine>{line}</TextLine>" for line in (*words, spaced))
    layout = f'<Layout><Page ID="P1"><PrintSpace><TextBlock ID="B1">{lines}</TextBlock></PrintSpace></Page></Layout>'
    page = page_of(
        tmp_path / "a.xml", f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">{layout}</alto>'.encode()
    )
    assert page.text.splitlines() == ["River Bank渡口项目", "Mr. Shen, of Dock."]
