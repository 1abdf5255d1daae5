"""Real files that were read wrong once, each made anew: what a reader of the file sees is what comes back."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import read
from qa.types import Article
from tests.parts import format_files as made

TITLE = "渡口夜航满一年"
TEXT = (
    "镇上的渡口去年五月起加开夜航，至今运送乘客三万一千人次，船队近日公布了账目。",
    "船队表示，明年的油钱仍然没有着落，是否照开要看乘客多少。",
)
BODY = "".join(f"<p>　　{each}</p>" for each in TEXT)
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def articles(path: Path, data: str | bytes) -> list[Article]:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return [one for page in read(path, path.name, max_bytes=1 << 22) for one in cut(page)]


def web_page(body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    )


def test_01_an_end_tag_in_the_middle_ends_nothing(tmp_path: Path) -> None:
    above = (
        '<!--头--><div class="header"><div class="siteurl">https://www.example.test/</div></div>\n</html>\n<!--头完-->'
    )
    inner = f'<div class="content"><p align="center"><strong>{TITLE}</strong></p>{BODY}</div>'
    (article,) = articles(tmp_path / "a.html", web_page(above + inner))
    assert article.text.splitlines() == [TITLE, *TEXT]


@pytest.mark.parametrize(
    ("head", "line", "byline"),
    [
        ("name, email@example.test", "<div>2019-09-24 09:15　云帆网记者 周小河</div>", ("周小河",)),
        ("104363", "<div>云帆网记者 周小河</div>", ("周小河",)),
        ("云帆网", "<p>（云帆晚报记者 周小河 通讯员 沈舟）</p>", ("周小河", "沈舟")),
        ("何编辑", "<p>云帆周刊记者 周小河</p><p>责任编辑：何编辑</p>", ("周小河",)),
        ("", "<div>作者：未知 责任编辑：何编辑</div>", ()),
        ("", "<p>采写：南城记者 周小河 实习生 沈舟</p>", ("周小河", "沈舟")),
    ],
)
def test_03_reporters_are_people(tmp_path: Path, head: str, line: str, byline: tuple[str, ...]) -> None:
    page = web_page(f"<h1>{TITLE}</h1>{line}{BODY}", f'<meta name="author" content="{head}">')
    (article,) = articles(tmp_path / "a.html", page)
    assert article.byline == byline


@pytest.mark.parametrize("name", ["a.hocr", "a.html"])
def test_06_hocr_is_read_by_its_lines(tmp_path: Path, name: str) -> None:
    def line(top: int, *words: str) -> str:
        place = "bbox {} {} {} {}; x_wconf 93".format
        places = [place(at * 90, top, at * 90 + 85, top + 40) for at in range(len(words))]
        said = (f"<span class='ocrx_word' title='{one}'>{word}</span>" for one, word in zip(places, words, strict=True))
        return f"<span class='ocr_line' title='bbox 0 {top} 900 {top + 40}'>{' '.join(said)}</span>"

    lines = line(100, "镇上", "的", "渡口", "昨日，") + line(150, "加开", "夜航", "。")
    page = f"<div class='ocr_page' title='image \"a.png\"; bbox 0 0 2000 3000'><p class='ocr_par'>{lines}</p></div>"
    head = "<?xml version='1.0'?><html><head><meta name='ocr-system' content='tesseract 5.3.0'/></head>"
    (article,) = articles(tmp_path / name, f"{head}<body>{page}</body></html>")
    assert article.text == "镇上的渡口昨日，加开夜航。"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", f"publish_date,title_clean,text_clean\n1949-05-08,{TITLE},{TEXT[1]}\n", (TITLE, "1949-05-08")),
        ("a.csv", f"地区,title,publish_time,full_text\n甲,{TITLE},2026-02-09 08:00,{TEXT[1]}\n", (TITLE, "2026-02-09")),
        ("a.csv", f"标题,刊期,摘要,链接\n{TITLE},2026-07-04,{TEXT[1]},http://a.test/2\n", (TITLE, "2026-07-04")),
        (
            "a.csv",
            f"label,publish,title,text\nx,雲帆報 日期：1949-05-08 版次/卷期：02 版 某社電,{TITLE},{TEXT[1]}\n",
            (TITLE, "1949-05-08"),
        ),
        ("a.json", json.dumps([{"版面": "01版：要闻", "文章标题": TITLE, "摘要": TEXT[1]}]), (TITLE, None)),
        (
            "a.json",
            json.dumps({"code": 0, "data": {"list": [{"news_title": TITLE, "news_content": TEXT[1]}]}}),
            (TITLE, None),
        ),
        ("a.jsonl", json.dumps({"label": "102", "sentence": TEXT[1], "keywords": "渡口"}), ("船队表示", None)),
        ("a.txt", f"财经\t{TEXT[1]}\n体育\t{TEXT[1]}\n", ("船队表示", None)),
    ],
)
def test_07_the_names_that_columns_have(tmp_path: Path, name: str, data: str, told: tuple[str, str | None]) -> None:
    article = articles(tmp_path / name, data)[0]
    assert (article.title, article.date, article.text) == (*told, TEXT[1])


def test_07_a_tab_text_of_excel_in_utf_16_is_rows(tmp_path: Path) -> None:
    data = "姓名\t电话\t日期\n周小河\t8860701\t7月22日\n沈舟\t8860702\t7月23日\n"
    (article,) = articles(tmp_path / "值班.txt", data.encode("utf-16"))
    assert [(article.text[row.start : row.end], row.columns) for row in article.rows[1:]] == [
        ("周小河\t8860701\t7月22日", ("姓名", "电话", "日期")),
        ("沈舟\t8860702\t7月23日", ("姓名", "电话", "日期")),
    ]


def test_08_strict_open_xml_is_a_document(tmp_path: Path) -> None:
    paragraphs = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in (TITLE, *TEXT))
    document = f'<w:document xmlns:w="{STRICT}"><w:body>{paragraphs}</w:body></w:document>'
    data = made.repacked(made.docx(TITLE, TEXT), {"word/document.xml": document})
    assert [one.text for one in articles(tmp_path / "a.docx", data)] == ["\n".join((TITLE, *TEXT))]
    assert WORD not in document


@pytest.mark.parametrize("name", ["a.alto", "a.xml"])
def test_09_alto_is_known_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    strings = "".join(f'<String CONTENT="{word}"/>' for word in ("World", "Bank", "贷款", "项目"))
    data = f"<alto><Layout><Page><TextBlock><TextLine>{strings}</TextLine></TextBlock></Page></Layout></alto>"
    assert [one.text for one in articles(tmp_path / name, data)] == ["World Bank贷款项目"]


def printed_in(ordering: bytes, text: str) -> bytes:
    """A PDF whose font has no map to Unicode: each character is its number in the collection of Adobe that it names."""
    codes = (one.encode("gb2312") for one in text)
    numbers = "".join(f"{940 + (high - 0xB0) * 94 + low - 0xA1:04x}" for high, low in codes).encode()
    content = b"BT /F1 12 Tf 40 500 Td <" + numbers + b"> Tj ET"
    system = b"<</Registry(Adobe)/Ordering(" + ordering + b")/Supplement 0>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong/CIDSystemInfo %s/FontDescriptor 7 0 R>>" % system,
        b"<</Type/FontDescriptor/FontName/STSong/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
        b"/Descent -200/CapHeight 700/StemV 80>>",
    )
    parts = [b"%PDF-1.4\n", *(b"%d 0 obj%sendobj\n" % (number, one) for number, one in enumerate(objects, 1))]
    starts = accumulate(map(len, parts[:-1]))
    table = b"xref\n0 8\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in starts)
    trailer = b"trailer<</Size 8/Root 1 0 R>>startxref\n%d\n%%%%EOF" % sum(map(len, parts))
    return b"".join([*parts, table, trailer])


def test_13_a_pdf_without_a_map_whose_text_is_right_is_read(tmp_path: Path) -> None:
    assert [one.text for one in articles(tmp_path / "a.pdf", printed_in(b"GB1", TITLE))] == [TITLE]


def test_13_a_scan_without_text_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="ocrmypdf -l chi_sim"):
        articles(tmp_path / "a.pdf", made.scan())


@pytest.mark.parametrize("around", ['<div class="right">{}</div>', '<div class="box">{}</div>'])
def test_15_an_article_beside_a_long_list_of_links(tmp_path: Path, around: str) -> None:
    links = "".join(f'<li><a href="/n/{at}">各地要闻第{at}条标题写得不短也不长</a></li>' for at in range(16))
    comment = around.format("<p>热点评论：城里的新桥通车之后，早高峰缩短了十分钟，也有人提出停车仍然困难。</p>")
    left = f'<div class="main_left"><h1>{TITLE}</h1><div class="info">{BODY}</div><ul class="list">{links}</ul></div>'
    (article,) = articles(tmp_path / "a.html", web_page(f'<div class="main_box">{left}{comment}</div>'))
    assert article.text.splitlines() == [TITLE, *TEXT]
