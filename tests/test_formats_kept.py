"""What a file shows and no page holds is said: when it is added, and by `qa check`."""

from __future__ import annotations

import io
import json
import zipfile
from html import escape
from pathlib import Path

import pytest

from qa.formats import read
from qa.formats.kept import compared
from qa.library.check import check_library
from qa.library.library import Library
from qa.store.rows import dump_metadata, load_metadata
from qa.types import Page, Skipped
from tests.parts import format_files as made
from tests.parts.workbooks import Table, as_xlsx

TITLE = "渡口夜航满一年"
BODY = "".join(f"<p>镇上的渡口去年五月起加开夜航，第{at}个月运送乘客三千人次，账目都已公布。</p>" for at in range(3))
LETTERS = "".join(
    f"<p>读者来信第{at}封说，夜里的船比桥快，孩子也不怕黑，只是末班太早，盼望再晚半个钟头。</p>" for at in range(2)
)
BOXES = f"<div class=comments>{LETTERS}</div>" * 4
PAGE = f"<html><body><h1>{TITLE}</h1><div>{BODY}</div>{BOXES}</body></html>"
TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div><head>{}</head>{}<p>{}</p></div></body></text></TEI>'


def pages(path: Path, data: bytes) -> tuple[list[Page], list[Skipped]]:
    path.write_bytes(data)
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=1 << 20, on_skip=skipped.append)), skipped


def with_diagram(words: str) -> bytes:
    diagram = f'<d:data xmlns:d="urn:d" xmlns:a="urn:a"><a:t>{words}</a:t></d:data>'
    return made.repacked(made.docx(TITLE, ("船队昨日公布了账目。",)), {"word/diagrams/data1.xml": diagram})


LONG = "夜里的船比桥快" * 40
SHORT = "船队昨日公布了账目。"
ALTO = "<alto><Layout><Page><PrintSpace>{}</PrintSpace></Page></Layout></alto>"
LINE = '<TextLine><String CONTENT="{}"/></TextLine>'
PAGE_XML = "<PcGts><Page>{}</Page></PcGts>"
PRINTED = "<TextLine><TextEquiv><Unicode>{}</Unicode></TextEquiv></TextLine>"
ENTRY = "<rss><channel><item><title>渡口</title><description>{}</description></item></channel></rss>"
HIDDEN = f'<p>{SHORT}</p><div style="display:none">{LONG}</div>'


def far_off() -> bytes:
    """A PDF whose longer text is printed where no page reaches."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(stream, pagesize=(420, 595), invariant=1)
    for x, y, said in ((40, 500, SHORT), (2e6, 500, LONG)):
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(x, y, said)
    canvas.save()
    return stream.getvalue()


def with_appendix() -> bytes:
    """A book with a document that its reading order leaves out."""
    book = made.epub({"a.xhtml": f"<h1>{TITLE}</h1><p>{SHORT}</p>", "b.xhtml": f"<p>{LONG}</p>"})
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        package = packed.read("OEBPS/book.opf").decode()
    return made.repacked(book, {"OEBPS/book.opf": package.replace('<itemref idref="i1"/>', "")})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", far_off()),
        ("a.epub", with_appendix()),
        ("a.alto", ALTO.format(f"<TextBlock>{LINE.format(SHORT)}</TextBlock>{LINE.format(LONG)}").encode()),
        (
            "a.page.xml",
            PAGE_XML.format(
                f"<TextRegion>{PRINTED.format(SHORT)}</TextRegion><UnknownRegion>{PRINTED.format(LONG)}</UnknownRegion>"
            ).encode(),
        ),
        ("a.rss", ENTRY.format(escape(HIDDEN)).encode()),
        ("a.docx", with_diagram("渡口改造分三期" * 40)),
        ("a.tei", TEI.format(TITLE, "夜里的船比桥快" * 40, "船队昨日公布了账目。").encode()),
    ],
)
def test_what_no_page_holds_is_said(tmp_path: Path, name: str, data: bytes) -> None:
    (page,), skipped = pages(tmp_path / name.replace(".tei", ".xml"), data)
    assert page.metadata.kept is not None
    assert page.metadata.kept < 0.5
    (one,) = skipped
    assert f"{page.metadata.kept:.0%}" in one.reason
    assert not one.failed


DRAWN = f'<x:wsDr xmlns:x="urn:x" xmlns:a="urn:a"><a:p><a:r><a:t>{LONG}</a:t></a:r></a:p></x:wsDr>'
NOTED = f"<comments><commentList><comment ref='A1'><text><r><t>{LONG}</t></r></text></comment></commentList></comments>"
TABLE = Table("值班表", ("姓名", "电话"), [("周小河", "8860701"), ("何春生", "8860702")])


@pytest.mark.parametrize(
    ("part", "text"),
    [("xl/drawings/drawing1.xml", DRAWN), ("xl/comments1.xml", NOTED), ("xl/comments/comment1.xml", NOTED)],
)
def test_text_boxes_and_comments_of_a_workbook_are_said(tmp_path: Path, part: str, text: str) -> None:
    as_xlsx(TABLE, tmp_path / "a.xlsx")
    data = (tmp_path / "a.xlsx").read_bytes()
    (whole,), skipped = pages(tmp_path / "whole.xlsx", data)
    assert (whole.metadata.kept, skipped) == (None, [])
    (page,), (told,) = pages(tmp_path / "a.xlsx", made.repacked(data, {part: text}))
    assert page.metadata.kept is not None
    assert page.metadata.kept < 0.2
    assert not told.failed


def sentences(count: int, what: str) -> str:
    return "".join(f"{what}第{number}天，渡口运送乘客三千人次，账目都已公布。" for number in range(count))


def records(*given: dict[str, object]) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()


def test_the_second_text_of_a_record_is_said(tmp_path: Path) -> None:
    text, other = sentences(20, "去年"), sentences(20, "今年")
    (page,), (told,) = pages(tmp_path / "a.json", records({"正文": text, "评论": other}))
    assert page.metadata.kept == 0.5
    assert told.path.endswith("a.json:1")
    assert "50%" in told.reason
    (page,), _ = pages(tmp_path / "b.json", records({"正文": text, "回帖": [{"楼": 1, "说": other}]}))
    assert page.metadata.kept == 0.5
    csv = f"正文,评论\n{text},{other}\n".encode()
    (page,), _ = pages(tmp_path / "a.csv", csv)
    assert page.metadata.kept == 0.5


@pytest.mark.parametrize(
    "other",
    [sentences(20, "去年"), sentences(20, "去年").replace("。", "。\n"), sentences(3, "今年"), "https://a.cn/" * 90],
)
def test_the_same_text_again_a_summary_or_an_address_is_not_said(tmp_path: Path, other: str) -> None:
    (page,), skipped = pages(tmp_path / "a.json", records({"正文": sentences(20, "去年"), "另": other}))
    assert (page.metadata.kept, skipped) == (None, [])


def test_of_many_records_with_a_second_text_some_are_told_and_the_others_counted(tmp_path: Path) -> None:
    rows = [{"正文": sentences(20, f"{at}年"), "评论": sentences(20, f"{at}月")} for at in range(50)]
    found, skipped = pages(tmp_path / "a.json", records(*rows))
    assert len(found) == 50
    assert len(skipped) == 21
    assert "30" in skipped[-1].reason


@pytest.mark.parametrize("hiding", ['style="display:none"', "hidden"])
def test_a_hidden_article_is_said_and_a_hidden_notice_is_not(tmp_path: Path, hiding: str) -> None:
    shown = f"<h1>{TITLE}</h1><div><p>{sentences(5, '去年')}</p></div>"
    page = f"<html><body>{shown}<div {hiding}><p>{{}}</p></div></body></html>"
    (found,), (told,) = pages(tmp_path / "a.html", page.format(sentences(40, "今年")).encode())
    assert found.metadata.kept == 0.11
    assert "11%" in told.reason
    (found,), skipped = pages(tmp_path / "b.html", page.format("本站使用缓存，继续浏览即表示同意。").encode())
    assert (found.metadata.kept, skipped) == (None, [])


def test_a_page_that_is_read_whole_says_nothing(tmp_path: Path) -> None:
    for name, data in made.every().items():
        (tmp_path / name).write_bytes(data)
        skipped: list[Skipped] = []
        found = list(read(tmp_path / name, name, max_bytes=1 << 20, on_skip=skipped.append))
        assert all(page.metadata.kept is None for page in found), name


def test_a_web_page_of_which_most_is_left_out_is_named_by_check(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.html").write_text(PAGE, "utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        report = library.add([tmp_path / "papers"], vectors=False)
    told = [skip.reason for skip in report.skipped]
    kept = [article for article in told if "%" in article]
    assert kept
    assert not report.failed
    findings = [finding.what for finding in check_library(tmp_path / "library")]
    assert any(what.startswith("a.html") and "%" in what for what in findings)


def test_a_share_below_a_hundredth_is_said() -> None:
    page = compared(Page("a.html", "夜航"), 1, 1000)
    assert page.metadata.kept == 0.01
    assert load_metadata(dump_metadata(page.metadata)).kept == 0.01
