"""Tables of every format: a row is a line of its own, its cells verbatim, the names of its columns beside it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PdfTable

from qa.articles.cutting import cut
from qa.articles.passages import context, split
from qa.errors import ReadError, UsageError
from qa.formats import read
from qa.formats.metadata import stated_columns, stated_metadata
from qa.formats.plausibility import reads_well
from qa.formats.tables import rows_of
from qa.types import Article, Page
from tests.parts import format_files as made
from tests.parts.library import open_library
from tests.parts.workbooks import Table, as_xlsx

GRID = [
    ["姓名", "村", "日期", "电话"],
    ["张远山", "石桥村", "7月22日", "8860701"],
    ["李春梅", "柳沟村", "", "8860702"],
    ["王大力", "石桥村", "7月24日", "8860703"],
]
NAMES = tuple(GRID[0])
TITLE = "东山镇防汛值班安排"
BEFORE, AFTER = "七月下旬各村防汛值班人员如下，请按时到岗", "值班期间不得离岗，有事请假。"


def _md(path: Path) -> None:
    rows = ["| " + " | ".join(row) + " |" for row in GRID]
    table = "\n".join([rows[0], "|---|:--:|--:|---|", *rows[1:]])
    path.write_text(f"# {TITLE}\n\n{BEFORE}\n{table}\n\n{AFTER}\n", "utf-8")


def _html(path: Path) -> None:
    rows = ["".join(f"<td>{cell}</td>" for cell in row) for row in GRID]
    table = "".join(f"<tr>{row}</tr>" for row in [rows[0].replace("td>", "th>"), *rows[1:]])
    page = f"<html><body><h1>{TITLE}</h1><p>{BEFORE}</p><table>{table}</table><p>{AFTER}</p></body></html>"
    path.write_text(page, "utf-8")


def _docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph(BEFORE)
    table = document.add_table(len(GRID), len(NAMES))
    for number, row in enumerate(GRID):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    document.add_paragraph(AFTER)
    document.save(str(path))


def _csv(path: Path) -> None:
    path.write_text("\n".join(",".join(row) for row in GRID) + "\n", "utf-8")


WRITERS = {".md": _md, ".html": _html, ".docx": _docx, ".csv": _csv}


def story(path: Path) -> tuple[Page, Article]:
    (page,) = read(path, path.name, max_bytes=1 << 20)
    (article,) = cut(page)
    return page, article


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_row_is_whole_and_knows_its_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"值班{suffix}"
    WRITERS[suffix](path)
    page, article = story(path)
    rows = [article.text[row.start : row.end].split("\t") for row in article.rows]
    assert rows == [[cell for cell in row if cell] for row in GRID]
    assert [row.columns for row in article.rows] == [NAMES, NAMES, ("姓名", "村", "电话"), NAMES]
    for row, cells in zip(article.rows, rows, strict=True):
        spans = article.location.spans(row.start, row.end)
        assert [page.text[span.start : span.end] for span in spans] == cells
    assert [article.is_header(row) for row in article.rows] == [True, False, False, False]
    if suffix != ".csv":
        assert (article.title, article.subtitle) == (TITLE, None)
        assert {BEFORE, AFTER} < set(article.text.split("\n"))


@pytest.mark.parametrize("suffix", WRITERS)
def test_passages_hold_whole_rows_under_the_names_of_their_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"值班{suffix}"
    WRITERS[suffix](path)
    _, article = story(path)
    found = split(article, target=40, overlap=0)
    sentences = {passage.text[one.start : one.end] for passage in found for one in passage.sentences}
    assert {article.text[row.start : row.end] for row in article.rows} <= sentences
    last = next(passage for passage in found if "王大力" in passage.text)
    assert "\t".join(NAMES) in context(article, last)


def test_a_cell_dates_no_story(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    table = (
        "| 今天是第30个教师节 | 2014年9月10日 |\n|---|---|\n| 2014年9月10日 星期三 | 开会 |\n| 2014年9月11日 | 放假 |\n"
    )
    path.write_text(f"# 安排\n\n{table}", "utf-8")
    assert story(path)[1].date is None
    path.write_text(f"# 安排\n\n2015年3月5日\n\n{table}", "utf-8")
    assert story(path)[1].date == "2015-03-05"


def test_strokes_in_code_and_prose_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n\n甲 | 乙 | 丙是三个人。\n第二句也有 | 一个。\n", "utf-8"
    )
    (page,) = read(path, path.name, max_bytes=1 << 20)
    assert not [block for block in page.blocks if block.role == "row"]


def test_a_stroke_that_is_escaped_is_part_of_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("式 | 值\n--- | ---\na\\|b | 1\n|c||\n", "utf-8")
    _, article = story(path)
    assert [article.text[row.start : row.end] for row in article.rows] == ["式\t值", "a\\|b\t1", "c"]


def test_cells_that_reach_over_rows_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><body><h1>各乡产量</h1><table><caption>单位：吨</caption>"
        "<thead><tr><th rowspan=2>乡</th><th rowspan=2>村</th><th colspan=2>产量</th></tr>"
        "<tr><th>夏粮</th><th>秋粮</th></tr></thead>"
        "<tr><td rowspan=2>东乡</td><td>石桥</td><td>120</td><td>80</td></tr>"
        "<tr><td>柳沟</td><td>90</td><td>70</td></tr>"
        "<tr><td colspan=2>合计</td><td>210</td><td>150</td></tr></table></body></html>",
        "utf-8",
    )
    _, article = story(path)
    assert [article.text[row.start : row.end] for row in article.rows][2:] == [
        "东乡\t石桥\t120\t80",
        "东乡\t柳沟\t90\t70",
        "合计\t210\t150",
    ]
    assert [row.columns for row in article.rows][3:] == [
        ("乡", "村", "产量 夏粮", "产量 秋粮"),
        ("乡", "产量 夏粮", "产量 秋粮"),
    ]
    assert "单位：吨" in article.text.split("\n")


def test_a_cell_of_word_that_reaches_down_stands_in_every_row(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for number, row in enumerate([["乡", "村", "产量"], ["东乡", "石桥", "120"], ["", "柳沟", "90"]]):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(tmp_path / "a.docx"))
    _, article = story(tmp_path / "a.docx")
    assert [article.text[row.start : row.end] for row in article.rows][1:] == ["东乡\t石桥\t120", "东乡\t柳沟\t90"]


def test_a_table_that_lays_a_page_out_is_none(tmp_path: Path) -> None:
    prose = "县里昨天开会，研究今年的防汛工作，要求各乡镇把责任落实到人，把物资备足，把预案演练一遍。" * 4
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><body><table><tr><td>栏目</td><td><h1>防汛会议召开</h1><p>{prose}</p></td></tr>"
        f"<tr><td>导航</td><td><p>{prose}</p></td></tr></table></body></html>",
        "utf-8",
    )
    (page,) = read(path, path.name, max_bytes=1 << 20)
    assert not [block for block in page.blocks if block.role == "row"]


def test_a_table_beside_the_prose_of_its_article_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in GRID)
    links = "".join(
        f"<tr><td><a href='/{at}'>各地要闻第{at}条</a></td><td><a href='/'>更多</a></td></tr>" for at in range(9)
    )
    path.write_text(
        f"<html><body><div><table>{links}</table></div><div class='main'><div class='txt'><h1>{TITLE}</h1>"
        f"<p>{BEFORE}，不得有误。</p><p>{AFTER}</p></div><div class='tb'>"
        f"<table>{rows}</table></div></div></body></html>",
        "utf-8",
    )
    _, article = story(path)
    assert [article.text[row.start : row.end].split("\t") for row in article.rows] == [
        [cell for cell in row if cell] for row in GRID
    ]
    assert "各地要闻" not in article.text


def test_cells_that_reach_far_down_do_not_blow_a_table_up(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    cells = "".join(f'<td rowspan="60000">{"长" * 50}</td>' for _ in range(90))
    path.write_text(
        f"<html><body><table><tr>{cells}</tr>{'<tr><td>一</td></tr>' * 5000}</table></body></html>", "utf-8"
    )
    (page,) = read(path, path.name, max_bytes=1 << 24)
    assert len(page.text) < 20 * path.stat().st_size


@pytest.mark.parametrize(
    ("grid", "columns"),
    [
        ([["项目", "河堤加固"], ["地点", "城南"], ["负责人", "何永"]], ()),
        ([["项目", "金额"], ["河堤加固", "120万元"], ["涵洞", "8万元"]], ("项目", "金额")),
        ([["2023", "2024"], ["1", "2"], ["3", "4"]], ()),
        ([["值班表", "", ""], ["姓名", "日期", "电话"], ["何永", "7月1日", "12345"]], ("姓名", "日期", "电话")),
    ],
)
def test_which_row_names_the_columns(grid: list[list[str]], columns: tuple[str, ...]) -> None:
    assert list(rows_of(grid))[-1].columns == columns


def test_a_long_table_is_several_pages_under_one_title(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("姓名,编号\n" + "".join(f"何{number}永,{number}\n" for number in range(1200)), "utf-8")
    pages = list(read(path, path.name, max_bytes=1 << 20))
    articles = [article for page in pages for article in cut(page)]
    assert [page.number for page in pages] == [1, 2, 3]
    assert {article.title for article in articles} == {"名册"}
    assert {row.columns for article in articles for row in article.rows} == {("姓名", "编号")}
    assert sum(len(article.rows) for article in articles) == 1201


def test_a_column_of_vague_name_holds_text_only_where_it_has_sentences(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("日期,内容,负责人\n7月1日,巡堤,何永\n7月2日,清淤,林山\n", "utf-8")
    _, article = story(path)
    assert article.text.split("\n")[1] == "7月1日\t巡堤\t何永"
    path.write_text("日期,内容\n2024-07-01,昨天开始巡堤，一直到傍晚。\n2024-07-02,清淤结束。\n", "utf-8")
    assert [(page.text, page.metadata.date) for page in read(path, "a.csv", max_bytes=1 << 20)] == [
        ("昨天开始巡堤，一直到傍晚。", "2024-07-01"),
        ("清淤结束。", "2024-07-02"),
    ]


@pytest.mark.parametrize(
    ("row", "text", "said"),
    [
        (
            "publish_date,title_clean,text_clean\n1949-05-08,宪草,今日开会。\n",
            "今日开会。",
            ("宪草", None, "1949-05-08"),
        ),
        ("标题,日期,摘要\n完工,2026-07-04,提前完工。\n", "提前完工。", ("完工", None, "2026-07-04")),
        (
            "publish,title,text\n申報 日期：1949-05-08 版次/卷期：02 版 某社電,河堤,稱便。\n",
            "稱便。",
            ("河堤", "02", "1949-05-08"),
        ),
        ("体育\t提前完工，称便。\n财经\t夜间开放，入馆。\n", "提前完工，称便。", (None, None, None)),
        ("甲,乙\n某," + "很长的报道。" * 50 + "\n", "很长的报道。" * 50, (None, None, None)),
    ],
)
def test_columns_under_other_names(
    tmp_path: Path, row: str, text: str, said: tuple[str | None, str | None, str | None]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(row, "utf-8")
    page = next(read(path, "a.csv", max_bytes=1 << 20))
    assert page.text == text
    assert (page.metadata.title, page.metadata.edition, page.metadata.date) == said


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    as_xlsx(Table("石桥村防汛值班表", NAMES, [tuple(row) for row in GRID[1:]]), path)
    _, article = story(path)
    assert article.title == "石桥村防汛值班表"
    assert [article.text[row.start : row.end].split("\t") for row in article.rows][1:] == [
        [cell for cell in row if cell] for row in GRID
    ]
    assert article.rows[-1].columns == NAMES


def test_a_sheet_may_hold_several_tables(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    second = [
        ("", "", ""),
        ("物资表", "", ""),
        ("品名", "数量", "单价"),
        ("水泵", "12", "480"),
        ("", "", ""),
        ("沙袋", "3", "9"),
    ]
    as_xlsx(Table("值班表", ("姓名", "村", "电话"), [("何永", "石桥村", "8812"), *second]), path)
    duty, goods = (cut(page)[0] for page in read(path, path.name, max_bytes=1 << 20))
    assert (duty.title, goods.title) == ("值班表", "物资表")
    assert duty.rows[-1].columns == ("姓名", "村", "电话")
    assert [(row.columns, goods.text[row.start : row.end]) for row in goods.rows[2:]] == [
        (("品名", "数量", "单价"), "水泵\t12\t480"),
        (("品名", "数量", "单价"), "沙袋\t3\t9"),
    ]


def test_a_workbook_with_a_column_of_text_is_records(tmp_path: Path) -> None:
    path = tmp_path / "稿件.xlsx"
    as_xlsx(Table("", ("标题", "正文"), [("完工", "河堤提前完工。")]), path)
    (page,) = read(path, path.name, max_bytes=1 << 20)
    assert (page.text, page.metadata.title) == ("河堤提前完工。", "完工")


@pytest.mark.parametrize("data", [b"PK\x03\x04 none", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_damaged_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    with pytest.raises(ReadError, match="损坏"):
        list(read(path, path.name, max_bytes=1 << 20))


def test_a_sheet_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    as_xlsx(Table("甲", ("乙", "丙"), [("丁", "戊")]), path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data.replace(b'r="B3"', b'r="XFD1048576"'))
    with pytest.raises(ReadError, match="删去多余的行列"):
        list(read(path, path.name, max_bytes=1 << 20))


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Sheet1">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def ods(rows: Sequence[Sequence[str]], path: Path, repeated: int = 1) -> Path:
    """A table as LibreOffice saves it: behind the last row so many empty ones, said once."""

    def cell(said: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{said}</text:p></table:table-cell>'

    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    written = [row.format(repeated, "".join(map(cell, each))) for each in rows]
    written.append(row.format(1048570, '<table:table-cell table:number-columns-repeated="16384"/>'))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    files = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": ODS.format("".join(written))}
    path.write_bytes(made.zipped(files))
    return path


@pytest.mark.parametrize("name", ["值班表.ods", "值班表.xlsx"])
def test_a_workbook_of_libreoffice_is_read_as_any(tmp_path: Path, name: str) -> None:
    _, article = story(ods([tuple(row) for row in GRID], tmp_path / name))
    told = [article.text[row.start : row.end].split("\t") for row in article.rows]
    assert told == [list(filter(None, row)) for row in GRID]
    assert article.rows[1].columns == tuple(GRID[0])


def test_repeated_cells_beyond_all_measure_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="删去多余的行列"):
        story(ods([("甲", "乙")], tmp_path / "a.ods", repeated=10_000_000))


def test_a_text_of_commas_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "值班表.txt"
    path.write_text("".join(",".join(row) + "\n" for row in GRID), "utf-8")
    page, article = story(path)
    assert [article.text[row.start : row.end].split("\t") for row in article.rows] == [
        [cell for cell in row if cell] for row in GRID
    ]
    assert (article.title, article.rows[2].columns) == ("值班表", ("姓名", "村", "电话"))
    assert all(page.text[slice(*block.span)] for block in page.blocks)


@pytest.mark.parametrize(
    "text",
    ["渡口夜航,乘客称便\n船队公布账目,油钱没有着落\n末班再晚,半个钟头\n", "一,二,三。\n四,五,六。\n七,八,九。\n"],
)
def test_lines_with_commas_are_no_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    assert not [row for page in read(path, path.name, max_bytes=1 << 20) for one in cut(page) for row in one.rows]


def test_objects_without_text_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"姓名": "何永", "电话": 12345}, {"姓名": "林山", "电话": null}]', "utf-8")
    _, article = story(path)
    assert [(article.text[row.start : row.end], row.columns) for row in article.rows[1:]] == [
        ("何永\t12345", ("姓名", "电话")),
        ("林山", ()),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.zip"])
def test_the_user_says_which_column_is_which(tmp_path: Path, name: str) -> None:
    record = '{"稿": "河堤提前完工。", "题": "完工", "登": "2026-07-04"}'
    texts = {"csv": "稿,题,登\n河堤提前完工。,完工,2026-07-04\n", "json": f"[{record}]", "jsonl": record + "\n"}
    path = tmp_path / name
    if name == "a.zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("a.csv", texts["csv"])
    else:
        path.write_text(texts[name.partition(".")[2]], "utf-8")
    columns = dict(stated_columns("正文=稿,标题=题，日期=登"))
    (page,) = read(path, name, max_bytes=1 << 20, columns=columns)
    assert (page.text, page.metadata.title, page.metadata.date) == ("河堤提前完工。", "完工", "2026-07-04")


@pytest.mark.parametrize("said", ["正文", "正文=", "甲=乙", "=text"])
def test_columns_that_are_not_said_so(said: str) -> None:
    with pytest.raises(UsageError, match="看不懂"):
        stated_columns(said)


def test_what_was_said_of_columns_holds_until_said_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("稿,题\n河堤提前完工。,完工\n", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add(path, given=stated_metadata(columns="正文=稿,标题=题"), vectors=False)
        path.write_text("稿,题\n河堤提前完工。,完工\n涵洞昨天通水。,通水\n", "utf-8")
        library.add(path, vectors=False)
        assert [(one.title, one.text) for one in library.articles()] == [
            ("完工", "河堤提前完工。"),
            ("通水", "涵洞昨天通水。"),
        ]


BLANKS = """东山镇防汛值班安排

七月下旬各村防汛值班人员如下，请按时到岗。

姓名      村        日期      电话
张远山    石桥村    7月22日   8860701
李春梅    柳沟村              8860702
王大力    石桥村    7月24日   8860703

值班期间不得离岗，有事请假。
"""
BOXES = """┌────┬────┐
│姓名│电话│
├────┼────┤
│何永│8812│
│林山│8813│
└────┴────┘
"""


def test_columns_set_with_blanks_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BLANKS, "utf-8")
    page, article = story(path)
    rows = [article.text[row.start : row.end].split("\t") for row in article.rows]
    assert rows == [[cell for cell in row if cell] for row in GRID]
    assert article.rows[2].columns == ("姓名", "村", "电话")
    assert article.title == TITLE
    for row in article.rows:
        spans = article.location.spans(row.start, row.end)
        assert "\t".join(page.text[span.start : span.end] for span in spans) == article.text[row.start : row.end]


@pytest.mark.parametrize(
    "text",
    [
        "姓名\t电话\n何永\t8812\n林山\t8813\n",
        BOXES,
        "姓名　　电话\n何永　　8812\n林山　　8813\n",
        "姓名 | 电话\n何永 | 8812\n林山 | 8813\n",
    ],
)
def test_other_ways_to_draw_a_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "通讯录.txt"
    path.write_text(text, "utf-8")
    _, article = story(path)
    assert [article.text[row.start : row.end] for row in article.rows] == ["姓名\t电话", "何永\t8812", "林山\t8813"]
    assert {row.columns for row in article.rows} == {("姓名", "电话")}
    assert article.title == "通讯录"


@pytest.mark.parametrize(
    "text",
    [
        "东山晚报  2023年11月2日\n\n县里昨天开会，研究防汛。\n",
        "今天上午县里召开防汛会议    昨日市场监管局对超市进行\n研究部署下一步防汛的工作    检查发现三家店的秤不准确\n"
        "要求各乡镇把责任落实到人    已责令限期改正并且给予了\n把物资备足把预案演练一遍    相应处罚另外两家停业整顿\n",
        "齐心协力　　共度汛期\n县里昨天开会，研究今年的防汛工作。\n会议要求把责任落实到人。\n",
    ],
)
def test_what_is_no_table_in_a_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    assert not page.blocks


def test_a_text_of_labels_and_news_is_records(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("体育\t河堤提前完工，沿线称便。\n财经\t图书馆夜间开放，凭证入馆。\n", "utf-16")
    pages = list(read(path, path.name, max_bytes=1 << 20))
    assert [page.text for page in pages] == ["河堤提前完工，沿线称便。", "图书馆夜间开放，凭证入馆。"]


FONT = "STSong-Light"


def _pdf(path: Path, style: Sequence[tuple[object, ...]], rows: Sequence[Sequence[str]] = GRID) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body, head = (ParagraphStyle(str(size), fontName=FONT, fontSize=size, leading=size * 1.5) for size in (11, 18))
    table = PdfTable(rows, colWidths=[90, 90, 90, 110])
    table.setStyle([("FONT", (0, 0), (-1, -1), FONT, 11), *style])
    parts = [Paragraph(TITLE, head), Paragraph(BEFORE + "。", body), Spacer(1, 12), table]
    SimpleDocTemplate(str(path)).build([*parts, Spacer(1, 12), Paragraph(AFTER, body)])


@pytest.mark.parametrize(
    "style",
    [
        [("GRID", (0, 0), (-1, -1), 0.5, "black")],
        [("GRID", (0, 0), (-1, -1), 0.3, "grey"), ("ALIGN", (0, 0), (-1, -1), "CENTER")],
        [],
        [("ALIGN", (0, 0), (-1, -1), "RIGHT"), ("LINEBELOW", (0, 0), (-1, 0), 1, "black")],
    ],
)
def test_tables_of_pdf_are_read_by_row(tmp_path: Path, style: Sequence[tuple[object, ...]]) -> None:
    path = tmp_path / "a.pdf"
    _pdf(path, style)
    _, article = story(path)
    rows = [article.text[row.start : row.end].split("\t") for row in article.rows]
    assert rows == [[cell for cell in row if cell] for row in GRID]
    assert [row.columns for row in article.rows] == [NAMES, NAMES, ("姓名", "村", "电话"), NAMES]
    assert article.text.endswith(AFTER)


def test_a_cell_of_pdf_may_have_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    rows = [*GRID[:2], ["李春梅", "柳沟村\n三组", "7月23日", "8860702"], GRID[3]]
    _pdf(path, [("GRID", (0, 0), (-1, -1), 0.5, "black")], rows)
    _, article = story(path)
    assert "李春梅\t柳沟村三组\t7月23日\t8860702" in article.text.split("\n")


def test_a_table_that_goes_on_keeps_its_names(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    rows = [[f"何{number}永", "石桥村", f"{number % 12 + 1}月1日", f"{number}00"] for number in range(1, 80)]
    _pdf(path, [("GRID", (0, 0), (-1, -1), 0.5, "black")], [GRID[0], *rows])
    pages = list(read(path, path.name, max_bytes=1 << 20))
    assert len(pages) > 1
    assert {row.columns for page in pages for article in cut(page) for row in article.rows} == {NAMES}


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("关于县图书馆夜间开放的通知，自六月起", True),
        ("The reading room stays open late and the readers are glad of it every day", True),
        ("丂丄丅丆丏丒丗丟丠両丣並丩丮丯丱丳丵丷丼乀乁乂乄乆乊乑乕", False),
        ("!#$%&()*+,-./0123456789:;=?@BCDFGHJKLMNPQ", False),
        ("", False),
    ],
)
def test_whether_a_text_reads_well(text: str, does: bool) -> None:
    assert reads_well(text) == does


def test_names_in_two_rows_are_read_together(tmp_path: Path) -> None:
    rows = ["月份,收入,,支出,", ",船票,货运,油料,工资", "一月,8400,2100,3900,6000", "二月,7800,1900,3700,6000"]
    (tmp_path / "收支.csv").write_text("\n".join(rows), "utf-8")
    (page,) = read(tmp_path / "收支.csv", "收支.csv", max_bytes=1 << 20)
    (article,) = cut(page)
    assert [row.columns for row in article.rows[2:]] == [
        ("月份", "收入 船票", "收入 货运", "支出 油料", "支出 工资")
    ] * 2


def test_a_web_page_that_is_a_table_alone_is_a_table_and_its_cells_date_nothing(tmp_path: Path) -> None:
    cells = (("工号", "姓名", "入职日期"), ("0012", "周小河", "2021-03-01"), ("0013", "何春生", "2022-07-15"))
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    (tmp_path / "导出.xls").write_text(f"<html><body><table>{rows}</table></body></html>", "utf-8")
    (page,) = read(tmp_path / "导出.xls", "导出.xls", max_bytes=1 << 20)
    (article,) = cut(page)
    assert [article.text[row.start : row.end].split("\t") for row in article.rows] == [list(row) for row in cells]
    assert [row.columns for row in article.rows[1:]] == [cells[0]] * 2
    assert article.date is None
