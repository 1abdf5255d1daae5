"""What a recogniser misread, corrected by hand, on a page whose lines are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.formats import picture
from qa.library.library import Library
from qa.types import Block, Edit, Page, Picture, PrintedLine, Span
from tests.parts.library import open_library

LINES = ("潮县镇新桥通车", "潮县镇新桥昨天上午正式通车，桥长三百", "二十米，双向四车道。", "附近居民出行时间缩短一半。")


def _page() -> Page:
    text = "\n".join(LINES) + "\n"
    starts = [text.index(line) for line in LINES[:1]] + [len(LINES[0]) + 1]
    starts += [text.index(line) for line in LINES[2:]]
    printed = tuple(
        PrintedLine(start, start + len(line), 100, 80 + 90 * at, 700, 120 + 90 * at, (0,) if at < 2 else ())
        for at, (start, line) in enumerate(zip(starts, LINES, strict=True))
    )
    blocks = (Block(Span(0, len(LINES[0])), "heading", 1),)
    return Page("page.png", text, blocks=blocks, printed=printed, picture=Picture())


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A page that was recognised with 潮 for 漷, twice, and doubted there."""

    def read(path: Path, source: str, **_: object) -> Iterator[Page]:
        yield _page()

    monkeypatch.setattr(picture, "read", read)
    (tmp_path / "page.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "page.png"])
        yield library


def test_what_is_unsure_is_told_with_its_line(library: Library) -> None:
    (article,) = library.articles()
    told = [(article.text[slice(*one.span)], article.text[slice(*one.line)]) for one in library.doubts(article)]
    assert told == [("潮", LINES[0]), ("潮", LINES[1])]


def test_a_correction_changes_the_text_and_leaves_the_picture(library: Library) -> None:
    (article,) = library.articles()
    (now,) = library.correct(article.id, "潮县镇新桥昨天", "漷县镇新桥昨天")
    assert now.text == article.text.replace("潮县镇新桥昨天", "漷县镇新桥昨天")
    assert now.title == "潮县镇新桥通车"
    assert library.page_text("page.png").splitlines()[1].startswith("漷县镇")
    assert library.article(article.id).id == now.id  # an old address leads to it
    assert [article.text[slice(*one.span)] for one in library.doubts(now)] == ["潮"]
    answer = library.ask("漷县镇新桥什么时候通车", least=0.0)
    (citation,) = [one for one in answer.citations if "漷县镇新桥昨天" in one.quote]
    assert citation.regions
    assert citation.regions[0][1:] == (100, 170, 700, 210)
    text = library.page_text("page.png")
    assert "".join(text[slice(*span)] for span in citation.spans) == "".join(citation.quote.split())


def test_a_longer_line_moves_what_stands_behind_it(library: Library) -> None:
    (article,) = library.articles()
    (now,) = library.correct(article.id, "二十米", "二十六米")
    assert "三百二十六米，双向四车道。" in now.text.replace("\n", "")
    quote = library.ask("居民出行时间缩短多少", least=0.0).citations[0]
    assert quote.quote == LINES[3]
    assert quote.regions
    assert quote.regions[0][1:] == (100, 350, 700, 390)


def test_it_holds_when_the_file_is_read_again(library: Library, tmp_path: Path) -> None:
    (article,) = library.articles()
    library.correct(article.id, (0, 1), "漷")
    (now,) = library.articles()
    library.edit(now.id, Edit(now.id, byline=("张三",)))
    library.correct(now.id, "潮县镇新桥昨天", "漷县镇新桥昨天")  # the edit goes along
    (tmp_path / "page.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    report = library.add([tmp_path / "page.png"])
    assert report.changed == ("page.png",)
    (again,) = library.articles()
    assert (again.title, again.byline) == ("漷县镇新桥通车", ("张三",))
    assert "潮" not in again.text
    assert library.doubts(again) == ()


@pytest.mark.parametrize(
    ("words", "text", "reason"),
    [
        ("三百二十米", "三百米", "不在同一印刷行"),
        ("附近居民出行时间缩短一半。", " ", "不能是空的"),
        ("青岛", "济南", "不在这篇里"),
        ("潮县镇新桥", "漷县镇新桥", "2"),
    ],
)
def test_what_cannot_be_corrected_is_said(library: Library, words: str, text: str, reason: str) -> None:
    (article,) = library.articles()
    with pytest.raises(UsageError, match=reason):
        library.correct(article.id, words, text)
    assert [one.id for one in library.articles()] == [article.id]


def test_a_text_file_is_corrected_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("白鹭湖今年上半年水质达到二类标准。\n", encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.txt"])
        (article,) = library.articles()
        with pytest.raises(UsageError, match="从图片上认出来"):
            library.correct(article.id, "二类", "三类")


def test_the_command_line_corrects_too(library: Library, tmp_path: Path) -> None:
    """`library` names the page and its reading; the command needs a model that is installed."""
    from qa.cli import main

    folder = tmp_path / "other"
    with Library.open(folder, create=True) as other:
        other.add([tmp_path / "page.png"])
        (article,) = other.articles()
    told = "潮县镇新桥昨天=漷县镇新桥昨天"
    assert main(["--library", str(folder), "edit", article.id, "--correct", told]) == 0
    with Library.open(folder) as other:
        assert "漷县镇新桥昨天" in other.page_text("page.png")
