"""Files of every format, made when a test runs; nothing of them is kept in the repository."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

Data = str | bytes
TITLE = "运动会昨日开幕"
PARAGRAPHS = (
    "本报讯（记者 张三）运动会昨日在体育场开幕，十二支队伍参加。",
    "象棋比赛由永顺队夺冠，其余项目今日继续进行。",
)
OPF = "http://www.idpf.org/2007/opf"
CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"


def zipped(files: Mapping[str, Data], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def pdf(pages: Sequence[Sequence[str]], *, size: float = 10, password: str | None = None) -> bytes:
    """Lines below one another; no page, a page without text."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    encrypt = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(stream, pagesize=(420, 595), invariant=1, encrypt=encrypt)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.setFont("STSong-Light", size)
            canvas.drawString(40, 540 - row * size * 1.5, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def scan(pages: int = 1) -> bytes:
    """A PDF of pictures."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(420, 595), invariant=1)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 420, 595)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def docx(
    title: str = TITLE,
    paragraphs: Sequence[str] = PARAGRAPHS,
    rows: Sequence[Sequence[str]] = (),
    heads: Sequence[str] = (),
) -> bytes:
    """A Word file; those of its paragraphs that are `heads` are headings below the title."""
    import docx as library

    document = library.Document()
    document.add_heading(title, 1)
    for text in paragraphs:
        document.add_paragraph(text, "Heading 2" if text in heads else None)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def html(title: str = TITLE, paragraphs: Sequence[str] = PARAGRAPHS, *, head: str = "", around: bool = True) -> str:
    """A page of a news site: navigation, the article, a list of other stories, the imprint."""
    links = "".join(f'<li><a href="/{at}">{name}</a></li>' for at, name in enumerate(("首页", "国内", "国际", "财经")))
    body = "".join(f"<p>　　{escape(text)}</p>" for text in paragraphs)
    article = f'<div class="main"><h1>{escape(title)}</h1><div id="content">{body}</div></div>'
    if around:
        article = f'<div class="nav"><ul>{links}</ul></div>{article}<div class="footer">版权所有，不得转载。</div>'
    told = f'<meta charset="utf-8"><title>{escape(title)}_某某网</title>{head}'
    return f"<!DOCTYPE html><html><head>{told}</head><body>{article}</body></html>"


def epub(chapters: Mapping[str, str], *, title: str = "某某周刊", date: str = "2021-03-05") -> bytes:
    """Chapters by name, each the inside of an XHTML body."""
    items = "".join(
        f'<item id="i{at}" href={quoteattr(quote(name))} media-type="application/xhtml+xml"/>'
        for at, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{at}"/>' for at in range(len(chapters)))
    told = f"<dc:title>{escape(title)}</dc:title><dc:date>{date}</dc:date>"
    package = (
        f'<package xmlns="{OPF}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{told}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    root = f'<container xmlns="{CONTAINER}"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    documents = {
        f"OEBPS/{name}": f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{body}</body></html>'
        for name, body in chapters.items()
    }
    return zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": root, "OEBPS/book.opf": package, **documents}
    )


def alto(blocks: Mapping[str, Sequence[str]], *, number: int = 1, large: Sequence[str] = ()) -> str:
    """Text blocks by id, each its lines; those of `large` in a large font."""
    body = "".join(
        f'<TextBlock ID="{name}" STYLEREFS="{"F2" if name in large else "F1"}">'
        + "".join(f"<TextLine HEIGHT='30'><String CONTENT={quoteattr(line)}/></TextLine>" for line in lines)
        + "</TextBlock>"
        for name, lines in blocks.items()
    )
    styles = '<Styles><TextStyle ID="F1" FONTSIZE="9"/><TextStyle ID="F2" FONTSIZE="24"/></Styles>'
    page = f'<Page ID="P{number}" PHYSICAL_IMG_NR="{number}"><PrintSpace>{body}</PrintSpace></Page>'
    return f'<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v3#">{styles}<Layout>{page}</Layout></alto>'


def mets(files: Mapping[str, str], articles: Sequence[tuple[str, str, Sequence[tuple[str, str, str]]]]) -> str:
    """Files by id with their places; articles as (id, title, blocks), a block as (role, file id, block id)."""
    sections = "".join(
        f'<dmdSec ID="M{name}"><mdWrap MDTYPE="MODS"><xmlData><mods:mods><mods:titleInfo><mods:title>{escape(title)}'
        "</mods:title></mods:titleInfo></mods:mods></xmlData></mdWrap></dmdSec>"
        for name, title, _ in articles
        if title
    )
    issue = (
        '<dmdSec ID="ISSUE"><mdWrap MDTYPE="MODS"><xmlData><mods:mods><mods:titleInfo><mods:title>某某日报</mods:title>'
        "</mods:titleInfo><mods:originInfo><mods:dateIssued>1935-04-12</mods:dateIssued></mods:originInfo></mods:mods>"
        "</xmlData></mdWrap></dmdSec>"
    )
    listed = "".join(
        f'<file ID="{name}"><FLocat LOCTYPE="URL" xlink:href={quoteattr(place)}/></file>'
        for name, place in files.items()
    )
    physical = "".join(
        f'<div TYPE="PAGE" ORDER="{at}"><fptr FILEID="{name}"/></div>' for at, name in enumerate(files, 1)
    )
    logical = "".join(
        f'<div TYPE="ARTICLE" ID="{name}" {"DMDID=" + quoteattr("M" + name) if title else ""}>'
        + "".join(
            f'<div TYPE="{role}"><fptr><area FILEID="{file}" BEGIN="{block}" BETYPE="IDREF"/></fptr></div>'
            for role, file, block in blocks
        )
        + "</div>"
        for name, title, blocks in articles
    )
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{issue}{sections}<fileSec><fileGrp>{listed}</fileGrp></fileSec>'
        f'<structMap TYPE="PHYSICAL"><div TYPE="NEWSPAPER">{physical}</div></structMap>'
        f'<structMap TYPE="LOGICAL"><div TYPE="ISSUE" DMDID="ISSUE">{logical}</div></structMap></mets>'
    )


def issue(folder: Path) -> Path:
    """Two pages and three articles, the first over both pages, and an advertisement that belongs to none."""
    pages = folder / "alto"
    pages.mkdir(parents=True)
    one = {
        "a": ["要闻"],
        "b": [TITLE],
        "c": ["本报讯 运动会昨日开", "幕。（下转第二版）"],
        "d": ["花海迎客"],
        "e": ["公园花海迎来游客。"],
        "ad": ["大减价三天"],
    }
    two = {"a": ["（上接第一版）永顺队", "夺冠。"], "f": ["天气转晴。"]}
    (pages / "0001.xml").write_text(alto(one, number=1), encoding="utf-8")
    (pages / "0002.xml").write_text(alto(two, number=2), encoding="utf-8")
    path = folder / "issue-mets.xml"
    first = [("OVERLINE", "A1", "a"), ("HEADING", "A1", "b"), ("TEXT", "A1", "c"), ("TEXT", "A2", "a")]
    second = [("HEADING", "A1", "d"), ("TEXT", "A1", "e")]
    articles = [("ART1", TITLE, first), ("ART2", "", second), ("ART3", "", [("TEXT", "A2", "f")])]
    written = mets({"A1": "file://./alto/0001.xml", "A2": "alto/0002.xml"}, articles)
    path.write_text(written, encoding="utf-8")
    return path


def every() -> dict[str, bytes]:
    """A sound file of each format, by suffix."""
    record = {"id": "7", "title": TITLE, "text": "\n".join(PARAGRAPHS), "date": "2021-03-05"}
    text = "\n".join((TITLE, *PARAGRAPHS))
    table = f"编号,标题,正文,日期\n7,{TITLE},{PARAGRAPHS[0]},2021-03-05\n8,另一题,{PARAGRAPHS[1]},\n"
    return {
        ".txt": text.encode(),
        ".md": f"---\ntitle: {TITLE}\ndate: 2021-03-05\n---\n# {TITLE}\n\n{PARAGRAPHS[0]}\n".encode(),
        ".jsonl": json.dumps(record, ensure_ascii=False).encode(),
        ".json": json.dumps([record], ensure_ascii=False).encode(),
        ".csv": table.encode(),
        ".tsv": table.replace(",", "\t").encode(),
        ".pdf": pdf([[TITLE, *PARAGRAPHS], ["第二页", PARAGRAPHS[1]]]),
        ".docx": docx(rows=[["名次", "队"], ["1", "永顺"]]),
        ".html": html().encode(),
        ".epub": epub({"a.xhtml": f"<h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p>", "b.xhtml": f"<p>{PARAGRAPHS[1]}</p>"}),
        ".xml": alto({"a": [TITLE], "b": list(PARAGRAPHS)}, large=["a"]).encode(),
        ".zip": zipped({"a.txt": text, "b/c.html": html(), "d.jsonl": json.dumps(record)}),
    }


def repacked(data: bytes, files: Mapping[str, str]) -> bytes:
    """A ZIP with some of its files replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return zipped({**{name: packed.read(name) for name in packed.namelist()}, **files})
