"""What is not read in a process of its own is read in time in proportion to its size: shown by counting."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.formats import read
from qa.formats.decoding import decode
from qa.formats.html_parser import parse
from qa.formats.markdown import lines_outside_fences
from qa.formats.text_tables import lines_of
from qa.types import Page, Skipped
from tests.parts import format_files as made
from tests.parts.effort import calls, effort

FEW, MANY = 100, 400
GROWTH = MANY / FEW * 1.3
MAX = 50 << 20
HTML = "<html><body>{}</body></html>"
XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"
FILE = "<fileSec><file ID='A'><FLocat xlink:href='1.xml'/></file></fileSec>"
LINE = "<TextLine><String CONTENT='供暖'/></TextLine>"
WORD = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
PARAGRAPH = "<w:p><w:r><w:t>供暖</w:t></w:r></w:p>"


def _docx(body: str) -> bytes:
    """A document of this body, whatever Word would say."""
    return made.repacked(made.docx(), {"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"})


def _mets(articles: str, sections: str = "", files: str = FILE) -> str:
    return f"<mets {XLINK}>{sections}{files}<structMap TYPE='LOGICAL'>{articles}</structMap></mets>"


def _areas(count: int, area: Callable[[int], str]) -> str:
    return "".join(f"<div TYPE='ARTICLE' DMDID='d0'>{area(at)}</div>" for at in range(count))


KINDS: dict[str, tuple[str, Callable[[int], str | bytes]]] = {
    "line breaks": ("a.html", lambda n: HTML.format("供暖<br>" * n)),
    "cells of a row": ("a.html", lambda n: HTML.format("<table><tr>" + "<td>供暖</td>" * n + "</tr></table>")),
    "empty cells": ("a.html", lambda n: HTML.format("<table><tr>" + "<td></td>" * n + "</tr></table>供暖。")),
    "text between what is left out": ("a.html", lambda n: HTML.format("<nav>x</nav>供暖,很好。" * n)),
    "text behind what is left out": ("a.html", lambda n: HTML.format("<b>x</b>" + "<nav></nav>供暖,很好。" * n)),
    "links far inside": ("a.html", lambda n: HTML.format("<div>供暖。" * 100 + "<a href=x>供</a>" * n)),
    "headlines far outside": ("a.html", lambda n: HTML.format("<div>" * 100 + "<p>供暖,很好。</p>" * n)),
    "items of the front matter": ("a.md", lambda n: "---\nbyline:\n" + " - 张三\n" * n + "---\n字"),
    "columns and short rows": (
        "a.csv",
        lambda n: ",".join(["text", *(f"c{at}" for at in range(n))]) + "\n" + "供暖\n" * n,
    ),
    "sizes of type": (
        "a.xml",
        lambda n: "<alto><Layout><Page>"
        + "".join(
            f"<TextBlock><TextLine HEIGHT='{at + 1}'><String CONTENT='供暖'/></TextLine></TextBlock>" for at in range(n)
        )
        + "</Page></Layout></alto>",
    ),
    "words of a line": (
        "a.xml",
        lambda n: "<alto><Page><TextBlock><TextLine>"
        + "<String CONTENT='供暖'/>" * n
        + "</TextLine></TextBlock></Page></alto>",
    ),
    "blocks in blocks": (
        "a.xml",
        lambda n: "<alto><Page>" + "<TextBlock>" * 100 + LINE * n + "</TextBlock>" * 100 + "</Page></alto>",
    ),
    "pages in pages": (
        "a.xml",
        lambda n: "<alto>" + f"<Page><TextBlock>{LINE}</TextBlock>" * (n // 4) + "</Page>" * (n // 4) + "</alto>",
    ),
    "articles of one description": (
        "a.mets.xml",
        lambda n: _mets(
            _areas(n, lambda at: f"<area FILEID='A' BEGIN='b{at}'/>"),
            f"<dmdSec ID='d0'>{'<namePart>张三</namePart>' * n}</dmdSec>",
        ),
    ),
    "articles of the whole page": ("a.mets.xml", lambda n: _mets(_areas(n, lambda _: "<area FILEID='A'/>"))),
    "one file by many names": (
        "a.mets.xml",
        lambda n: _mets(
            "", files=FILE.replace("ID='A'", "ID='B'") + "".join(FILE.replace("'A'", f"'A{at}'") for at in range(n))
        ),
    ),
    "paragraphs in paragraphs": ("a.docx", lambda n: _docx("<w:p>" * 100 + PARAGRAPH * n + "</w:p>" * 100)),
    "cells in cells": (
        "a.docx",
        lambda n: _docx(f"<w:tbl><w:tr>{'<w:tc>' * 100}{PARAGRAPH * n}{'</w:tc>' * 100}</w:tr></w:tbl>"),
    ),
}  # fmt: skip


def _read(path: Path) -> list[Page]:
    return list(read(path, path.name, max_bytes=MAX))


@pytest.mark.parametrize("kind", KINDS)
def test_reading_is_linear(kind: str, tmp_path: Path) -> None:
    name, write = KINDS[kind]
    efforts = []
    for count in (FEW, FEW, MANY):  # what is made ready once is not counted
        path = tmp_path / str(len(efforts)) / name
        path.parent.mkdir()
        data = write(count)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        (path.parent / "1.xml").write_text(made.alto({f"b{at}": ["供暖会议"] for at in range(count)}))
        efforts.append(effort(lambda path=path: _read(path)))  # type: ignore[misc]
    assert efforts[2] <= GROWTH * efforts[1] + 2000


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["", ".gz", ".xz"])
def test_blank_lines_are_passed_over_by_the_block(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    suffix = {bytes: "", gzip.compress: ".gz", lzma.compress: ".xz"}[pack]
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(pack(b'{"text":"a"}\n' + b"\n" * 5_000_000 + b' \r\n\n{"text":"b"}\n\n{"text":"c"}'))
    found: list[Page] = []
    assert calls(lambda: found.extend(_read(path))) < 50_000
    assert [(page.text, page.record) for page in found] == [("a", "1"), ("b", "5000004"), ("c", "5000006")]


@pytest.mark.parametrize("end", ["\n", "\r\n", " \u3000\n"])
def test_of_blank_lines_of_a_text_one_is_looked_at(end: str) -> None:
    text = f"字\n{end * 5000}- 字\n"
    for lines in (list(lines_of(text)), list(lines_outside_fences(text.replace("\u3000", " ")))):
        assert len(lines) <= 4
        assert [line.text for line in lines if line.text] == ["字", "- 字"]
        assert "" in [line.text for line in lines[1:2]]


def test_blank_lines_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.xz"
    path.write_bytes(lzma.compress(b"\n" * (MAX + 1)))
    with pytest.raises(ReadError, match="解压后太大"):
        _read(path)


def test_a_tag_with_endless_attributes_is_refused() -> None:
    """libxml2 compares each with all before it: fifty thousand took minutes."""
    many = " ".join(f"a{at}=1" for at in range(50_000))
    for page in (f"<p {many}>供</p>", f'<p a=">" {many}>供</p>', f"<p '<' {many}>供</p>", f"<!--x--><script {many}>"):
        with pytest.raises(ReadError, match="属性多得不正常"):
            parse(page)


def test_what_only_looks_like_a_tag_is_none() -> None:
    words = "a < b && c < d e " * 2000
    for page in (
        f"<script>{words}</script><p>供暖</p>",
        f"<!-- <p {words}> --><p>供暖</p>",
        f"<p>供暖 < {'x ' * 2000}</p>",
    ):
        assert "供暖" in "".join(parse(page).itertext())


def test_records_that_are_left_out_are_told_up_to_a_thousand(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "供暖"}) + "\n" + "{}\n" * 3000 + "x\n")
    skipped: list[Skipped] = []
    assert len(list(read(path, "a", max_bytes=MAX, on_skip=skipped.append))) == 1
    assert len(skipped) == 1001
    assert skipped[-1] == Skipped(str(path), "另有 2001 条记录没有读入，只列了前 1000 条的原因", failed=True)


def test_a_number_without_end_is_no_error_of_another(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'[{{"text": "供暖", "id": {"1" * 5000}}}]')
    with pytest.raises(ReadError, match="一个数长得不正常"):
        _read(path)


def test_folders_in_folders_are_refused_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(made.zipped({"a.txt": "供暖会议", "/".join("d" * 1500) + "/b.txt": "会议"}))
    skipped: list[Skipped] = []
    assert len(list(read(path, "a", max_bytes=MAX, on_skip=skipped.append))) == 1
    assert ["套得太深" in one.reason for one in skipped] == [True]


def test_a_tail_of_ascii_is_decoded_in_one_pass() -> None:
    text, _ = decode(("供暖会议指出要抓好落实" * 20 + "a" * 200_000).encode("gb18030"))
    assert len(text) == 220 + 200_000
