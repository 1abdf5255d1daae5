"""How well tables are read and their rows found: composed tables in seven formats, asked for by two cells of a row.

    python -m bench.tables [--tables 200] [--seed 1] [--json]

Rosters, price lists, timetables, results … of made-up people and villages are written as Markdown, HTML, DOCX, CSV,
XLSX, plain text in columns of blanks, and PDF with and without ruled lines, among them tables with empty cells. Told
are the share of rows that are whole (one sentence, its cells as written, each with the name of its column), and of each
table one question by two cells that stand together in no other row: whether the row comes first, asked (`ask`) and
searched (`search`: in the first passage).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import combinations
from pathlib import Path

import docx
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate
from reportlab.platypus import Table as PdfTable

from qa import Article, Library
from tests.parts.workbooks import Table, as_xlsx

_SURNAMES = "何林周沈罗梁宋唐韩冯董萧程曹袁邓许傅曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
_FONT = "STSong-Light"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅志远大山小河永安国栋建业文博思源雨桐子涵海燕"
_VILLAGES = [
    a + b for a in "石柳上下东西南北青白黄红大小新老" for b in ("桥村", "沟村", "河村", "坪村", "湾村", "岭村")
]
_GOODS = [
    a + b
    for a in ("离心", "潜水", "手提", "折叠", "防爆", "节能", "无线", "便携")
    for b in ("水泵", "电机", "喷雾器", "应急灯", "对讲机", "发电机", "雨衣箱")
]
_FIRMS = [
    a + b
    for a in ("永顺", "福安", "海龙", "瑞丰", "恒通", "金穗", "东昌", "泰和")
    for b in ("机电", "包装", "船艇", "农资", "建材", "商贸")
]
_POSTS = ["主任", "科员", "会计", "站长", "巡查员", "驾驶员", "网格员", "技术员"]
_EVENTS = ["男子百米", "女子跳远", "四百米接力", "铅球", "拔河", "跳绳", "三千米", "象棋"]


def person(dice: random.Random) -> str:
    return dice.choice(_SURNAMES) + "".join(dice.choice(_GIVEN) for _ in range(dice.choice((1, 2, 2))))


def day(dice: random.Random) -> str:
    return f"{dice.randint(1, 12)}月{dice.randint(1, 28)}日"


def phone(dice: random.Random) -> str:
    return f"{dice.choice(('13', '15', '18'))}{dice.randrange(10**9):09d}"


_Column = tuple[str, Callable[[random.Random], str]]
_KINDS: dict[str, Sequence[_Column]] = {
    "防汛值班表": (("姓名", person), ("村", lambda dice: dice.choice(_VILLAGES)), ("值班日期", day), ("电话", phone)),
    "物资采购清单": (
        ("品名", lambda dice: dice.choice(_GOODS)),
        ("数量", lambda dice: str(dice.randint(2, 900))),
        ("供应商", lambda dice: dice.choice(_FIRMS)),
        ("单价", lambda dice: f"{dice.randint(10, 9000)}元"),
    ),
    "通讯录": (
        ("单位", lambda dice: dice.choice(_VILLAGES) + dice.choice(("村委会", "卫生室", "水站"))),
        ("职务", lambda dice: dice.choice(_POSTS)),
        ("姓名", person),
        ("办公电话", lambda dice: f"88{dice.randrange(10**5):05d}"),
        ("备注", lambda dice: dice.choice(("", "", "兼职", "驻村"))),
    ),
    "运动会成绩": (
        ("项目", lambda dice: dice.choice(_EVENTS)),
        ("运动员", person),
        ("代表队", lambda dice: dice.choice(_VILLAGES)),
        ("成绩", lambda dice: f"{dice.randint(10, 59)}秒{dice.randint(10, 99)}"),
    ),
    "补助发放公示": (
        ("户主", person),
        ("村组", lambda dice: f"{dice.choice(_VILLAGES)}{dice.randint(1, 9)}组"),
        ("面积", lambda dice: f"{dice.randint(1, 40)}.{dice.randint(1, 9)}亩"),
        ("金额", lambda dice: f"{dice.randint(200, 9000)}元"),
        ("发放日期", day),
    ),
}


def compose(dice: random.Random) -> Table:
    kind = dice.choice(sorted(_KINDS))
    columns = _KINDS[kind]
    rows = [tuple(make(dice) for _, make in columns) for _ in range(dice.randint(4, 30))]
    place, year = dice.choice(_VILLAGES), dice.randint(2015, 2026)
    return Table(f"{place}{year}年{kind}", tuple(name for name, _ in columns), rows)


def as_markdown(table: Table, path: Path) -> None:
    lines = ["| " + " | ".join(row) + " |" for row in (table.names, *table.rows)]
    lines.insert(1, "|" + "---|" * len(table.names))
    path.write_text(f"# {table.title}\n\n现将有关情况公布如下。\n\n" + "\n".join(lines) + "\n\n特此公告。\n", "utf-8")


def as_html(table: Table, path: Path) -> None:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = row(table.names, "th") + "".join(row(cells, "td") for cells in table.rows)
    head = f"<html><head><meta charset='utf-8'><title>{table.title}</title></head><body><h1>{table.title}</h1>"
    path.write_text(f"{head}<p>现将有关情况公布如下，请互相转告。</p><table>{body}</table></body></html>", "utf-8")


def as_docx(table: Table, path: Path) -> None:
    document = docx.Document()
    document.add_heading(table.title, 1)
    grid = document.add_table(len(table.rows) + 1, len(table.names))
    cells = grid._cells  # one look-up for all of them: `cell` makes them anew each time
    for at, text in enumerate(text for row in (table.names, *table.rows) for text in row):
        cells[at].text = text
    document.save(str(path))


def as_csv(table: Table, path: Path) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows((table.names, *table.rows))


def as_text(table: Table, path: Path) -> None:
    """In columns of blanks, a Chinese character as wide as two."""
    rows = (table.names, *table.rows)
    widths = [max(_breadth(row[at]) for row in rows) + 4 for at in range(len(table.names))]
    lines = (
        "".join(cell + " " * (width - _breadth(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    path.write_text(f"{table.title}\n\n" + "\n".join(line.rstrip() for line in lines) + "\n", "utf-8")


def _breadth(text: str) -> int:
    return sum(2 if one > "\u2e80" else 1 for one in text)


def as_pdf(table: Table, path: Path) -> None:
    """Ruled, or without any line, by the number of its rows."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    grid = PdfTable([table.names, *table.rows], colWidths=[88] * len(table.names))
    ruled = [("GRID", (0, 0), (-1, -1), 0.5, "black")] if len(table.rows) % 2 else []
    grid.setStyle([("FONT", (0, 0), (-1, -1), _FONT, 10), *ruled])
    head = ParagraphStyle("head", fontName=_FONT, fontSize=18, leading=30)
    SimpleDocTemplate(str(path)).build([Paragraph(table.title, head), grid])


WRITERS: dict[str, Callable[[Table, Path], None]] = {
    "md": as_markdown,
    "html": as_html,
    "docx": as_docx,
    "csv": as_csv,
    "xlsx": as_xlsx,
    "txt": as_text,
    "pdf": as_pdf,
}


def is_whole(row: Sequence[str], names: Sequence[str], articles: Sequence[Article]) -> bool:
    cells = [(cell, name) for cell, name in zip(row, names, strict=True) if cell]
    text, columns = "\t".join(cell for cell, _ in cells), tuple(name for _, name in cells)
    return any(
        one.columns == columns and article.text[one.start : one.end] == text
        for article in articles
        for one in article.rows
    )


def pair_of(row: Sequence[str], held: Counter[frozenset[str]], dice: random.Random) -> tuple[str, str] | None:
    """Two cells that stand together in no other row of any table, each of more than one character."""
    pairs = [
        pair for pair in combinations(sorted({cell for cell in row if len(cell) > 1}), 2) if held[frozenset(pair)] == 1
    ]
    return dice.choice(pairs) if pairs else None


def pairs_in(tables: Sequence[Table]) -> Counter[frozenset[str]]:
    rows = (row for table in tables for row in table.rows)
    return Counter(frozenset(pair) for row in rows for pair in combinations(sorted(set(filter(None, row))), 2))


def measured(tables: Sequence[Table], dice: random.Random) -> Iterator[tuple[str, str, bool]]:
    """(format, measure, whether it is right), row by row and question by question."""
    formats = list(WRITERS)
    held = pairs_in(tables)
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder, "library")) as library:
        papers = Path(folder, "papers")
        papers.mkdir()
        names = [f"{number:03d}.{formats[number % len(formats)]}" for number in range(len(tables))]
        for name, table in zip(names, tables, strict=True):
            WRITERS[name.rpartition(".")[2]](table, papers / name)
        library.add(papers)
        for name, table in zip(names, tables, strict=True):
            suffix, articles = name.rpartition(".")[2], library.articles_of(name)
            for row in table.rows:
                yield suffix, "whole", is_whole(row, table.names, articles)
            row = dice.choice(table.rows)
            if (pair := pair_of(row, held, dice)) is None:
                continue
            quote, question = "\t".join(filter(None, row)), " ".join(pair)
            cited = library.ask(question).citations[:1]
            yield suffix, "ask", bool(cited) and cited[0].quote == quote
            yield suffix, "search", any(quote in hit.passage.text for hit in library.search(question)[:1])


def main() -> None:
    parser = argparse.ArgumentParser(description="tables read, and their rows found")
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    dice = random.Random(args.seed)
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for suffix, measure, is_right in measured([compose(dice) for _ in range(args.tables)], dice):
        found[suffix][measure].append(is_right)
        found["all"][measure].append(is_right)
    figures = {
        suffix: {measure: round(sum(each) / len(each), 4) for measure, each in measures.items()}
        | {"rows": len(measures["whole"])}
        for suffix, measures in found.items()
    }
    if args.json:
        print(json.dumps(figures))
        return
    for suffix, each in figures.items():
        print(f"{suffix:5}", *(f"{name} {value}" for name, value in each.items()), sep="  ")


if __name__ == "__main__":
    main()
