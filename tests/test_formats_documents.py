"""What each format gives: text, page numbers, records, headings, metadata."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import FORMATS, read
from qa.formats.discovery import EXTRAS, load_format
from qa.types import Metadata, Page, Skipped
from tests.parts import format_files as made

MAX = 10 << 20


def save(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def run(path: Path, max_bytes: int = MAX) -> tuple[list[Page], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=max_bytes, on_skip=skipped.append)), skipped


def told(page: Page) -> list[tuple[str, str, int]]:
    return [
        (page.text[slice(*block.span)], block.role, block.level)
        for block in page.blocks
        if block.role not in ("story", "paragraphs")
    ]


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".json", ".csv", ".tsv", ".pdf", ".zip"])
def test_a_page_tells_how_much_of_its_file_is_read(tmp_path: Path, suffix: str) -> None:
    pages, _ = run(save(tmp_path / f"a{suffix}", made.every()[suffix]))
    shares = [page.share for page in pages]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0 < shares[0] <= 1


@pytest.mark.parametrize("suffix", made.every())
def test_every_format_gives_its_text(tmp_path: Path, suffix: str) -> None:
    pages, skipped = run(save(tmp_path / f"a{suffix}", made.every()[suffix]))
    text = "".join("".join(page.text.split()) for page in pages)
    assert "象棋比赛由永顺队夺冠" in text or suffix == ".md"
    assert "十二支队伍参加" in text
    assert not skipped
    assert all(page.source == f"a{suffix}" for page in pages)
    assert len({(page.record, page.number) for page in pages}) == len(pages)
    for page in pages:
        assert all(0 <= block.span.start < block.span.end <= len(page.text) for block in page.blocks)


@pytest.mark.parametrize("suffix", made.every())
def test_a_file_is_what_its_bytes_say_or_refused(tmp_path: Path, suffix: str) -> None:
    data = made.every()[suffix]
    path = save(tmp_path / "a.txt", data)
    if suffix in (".pdf", ".docx", ".epub", ".zip", ".tsv"):
        assert [page.text for page in run(path)[0]] == [
            page.text for page in run(save(tmp_path / f"a{suffix}", data))[0]
        ]
    else:
        assert run(path)[0][0].text == data.decode()
        for other in (".pdf", ".docx", ".epub", ".zip"):
            with pytest.raises(ReadError, match="后缀不对，或没有下载完"):
                run(save(tmp_path / f"b{other}", data))


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_empty_and_a_huge_file_are_refused_by_name(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ReadError, match="空文件"):
        run(save(tmp_path / f"a{suffix}", b""))
    with pytest.raises(ReadError, match=r"超过上限 1 MB；要读就加 --max-mb 2"):
        run(save(tmp_path / f"b{suffix}", b"x" * ((1 << 20) + 1)), max_bytes=1 << 20)


@pytest.mark.parametrize(
    ("name", "advice"), [("a.gif", "wenbao"), ("a.DOC", r"\.docx"), ("a.xlsb", r"\.xlsx"), ("a.rar", r"\.zip")]
)
def test_what_cannot_be_read_says_what_to_make_of_it(tmp_path: Path, name: str, advice: str) -> None:
    with pytest.raises(ReadError, match=advice):
        run(save(tmp_path / name, b"x"))


def test_a_book_that_says_in_vain_what_it_is_is_read(tmp_path: Path) -> None:
    book = made.epub({"a.xhtml": f"<h1>{made.TITLE}</h1><p>{made.PARAGRAPHS[0]}</p>"})
    said = b"application/epub+zip"
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        place = packed.getinfo("mimetype")
        start = place.header_offset + 30 + len("mimetype")
        held = book[start : start + place.compress_size]
    assert held != said, "packed, not stored"
    (page,), _ = run(save(tmp_path / "a.epub", book.replace(held, b"\xff" * len(held), 1)))
    assert page.metadata.title == made.TITLE


def test_an_archive_with_a_file_without_a_name_is_damaged(tmp_path: Path) -> None:
    data = made.zipped({"named": "渡口夜航。", "a.txt": "渡口夜航。"})
    with pytest.raises(ReadError, match="损坏"):
        run(save(tmp_path / "a.zip", data.replace(b"named", b"\0amed")))


def test_html_is_one_story_without_what_stands_around_it(tmp_path: Path) -> None:
    head = '<meta name="author" content="张三，李四"><meta name="publishdate" content="2021-03-05 10:00">'
    (page,), _ = run(save(tmp_path / "a.html", made.html(head=head)))
    assert [line.strip() for line in page.text.splitlines()] == [made.TITLE, *made.PARAGRAPHS]
    assert page.metadata == Metadata(made.TITLE, ("张三", "李四"), date="2021-03-05")
    (article,) = cut(page)
    assert (article.title, article.byline, article.date_from) == (made.TITLE, ("张三", "李四"), "metadata")


@pytest.mark.parametrize(
    ("head", "headline", "title"),
    [
        ("<title>窗口的题 - 某某网</title>", "", "窗口的题"),
        ("<title>窗口的题_频道|某某网</title>", "<h1>春天来了——记一座城</h1>", "春天来了——记一座城"),
        ("<title>窗口的题</title>", "<h1>一</h1><h1>二</h1>", "窗口的题"),
        ('<meta property="og:title" content="给别处看的题"><title>窗口的题</title>', "", "给别处看的题"),
        (
            '<script type="application/ld+json">{"headline": "搜索看的题", "datePublished": "2020-01-02T03:04:05"}'
            "</script><title>窗口的题</title>",
            "",
            "搜索看的题",
        ),
        ('<script type="application/ld+json">[{"headline": {"a": 1}}, 3, {坏</script>', "", None),
    ],
)
def test_html_title(tmp_path: Path, head: str, headline: str, title: str | None) -> None:
    written = f"<html><head>{head}</head><body>{headline}<p>正文一句，在此。</p></body></html>"
    (page,), _ = run(save(tmp_path / "a.html", written))
    assert page.metadata.title == title
    assert page.metadata.date == ("2020-01-02" if "datePublished" in head else None)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("<table><tr><td>名次</td><td>队</td></tr><tr><td>1</td><td>永顺</td></tr></table>", "名次\t队\n1\t永顺"),
        ("<ul><li>一等奖：王小明</li><li>二等奖：李二毛</li></ul>", "一等奖：王小明\n二等奖：李二毛"),
        ("<figure><img><figcaption>图为现场</figcaption></figure>", "图为现场"),
        ("<p>换<br>行，<b>粗</b> 体&nbsp;字&#12290;</p>", "换\n行，粗 体\xa0字。"),
        ("<pre>一  二\n三</pre>", "一  二\n三"),
        ("<script>坏()</script><p style='display:none'>藏起来的字。</p><p>露出来的字。</p>", "露出来的字。"),
    ],
)
def test_html_keeps_what_is_shown(tmp_path: Path, extra: str, words: str) -> None:
    written = made.html().replace("</div></div>", f"{extra}</div></div>", 1)
    (page,), _ = run(save(tmp_path / "a.html", written))
    assert words in page.text
    assert "坏" not in page.text
    assert "藏" not in page.text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5", "utf-16"])
def test_html_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    name = {"gb18030": "gb2312", "utf-16": "utf-16"}.get(encoding, encoding)
    text = made.html("運動會昨日開幕", ("運動會昨日在體育場開幕，十二支隊伍參加。",), around=False)
    text = text.replace("某某网", "某報").replace('"utf-8"', f'"{name}"')
    (page,), _ = run(save(tmp_path / "a.htm", text.encode(encoding)))
    assert "十二支隊伍參加。" in page.text


def test_docx_headings_tables_and_two_stories(tmp_path: Path) -> None:
    rows = [["名次", "队"], ["1", "永顺"]]
    (page,), _ = run(save(tmp_path / "a.docx", made.docx(rows=rows)))
    assert page.text.splitlines() == [made.TITLE, *made.PARAGRAPHS, "名次\t队", "1\t永顺"]
    assert told(page) == [(made.TITLE, "heading", 1), ("名次\t队", "row", 0), ("1\t永顺", "row", 0)]


def test_epub_documents_are_records_and_their_chapters_stories(tmp_path: Path) -> None:
    chapters = {
        "a b.xhtml": "<h1>春</h1><p>春天来了&nbsp;。</p>",
        "c.xhtml": "<h2>夏</h2><p>夏天来了。</p><h2>秋</h2><p>秋天来了。</p>",
    }
    (one, two), skipped = run(save(tmp_path / "a.epub", made.epub(chapters)))
    assert not skipped
    assert (one.record, two.record) == ("OEBPS/a b.xhtml", "OEBPS/c.xhtml")
    assert one.metadata == Metadata("春", paper="某某周刊", date="2021-03-05")
    assert [(article.title, article.text) for article in cut(two)] == [
        ("夏", "夏\n夏天来了。"),
        ("秋", "秋\n秋天来了。"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_columns_in_chinese(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["编号", "标题", "正文", "作者", "日期", "报纸"],
        ["x1", "题", '他说""好""。', "甲、乙", "2024年5月1日", "某报"],
    ]
    rows += [["x2", "", "两行\n正文", "", "", ""], ["x3", "空", "", "", "", ""]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    (one, two), (skip,) = run(save(tmp_path / "a.csv", text.encode(encoding)))
    assert (one.record, one.text) == ("x1", '他说"好"。')
    assert one.metadata == Metadata("题", ("甲", "乙"), "某报", None, "2024-05-01")
    assert (two.record, two.text) == ("x2", "两行\n正文")
    assert (skip.failed, skip.reason) == (False, "没有正文（text）")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('正文\n"没有完\n', "引号没有配对"),
        ("标题,正文\n一,\n", "没有一行有正文"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        run(save(tmp_path / "a.csv", text))


def test_csv_with_too_many_cells_names_the_row(tmp_path: Path) -> None:
    (page,), (skip,) = run(save(tmp_path / "a.csv", "标题,正文\n一,二\n三,四,五\n"))
    assert page.text == "二"
    assert skip.failed
    assert skip.path.endswith("a.csv:3")


def test_excel_says_its_delimiter_and_a_cell_is_as_long_as_it_likes(tmp_path: Path) -> None:
    (page,), _ = run(save(tmp_path / "a.csv", "sep=|\ntext|date\n" + "长" * 200_000 + "|2020\n"))
    assert len(page.text) == 200_000
    assert page.metadata.date == "2020"


@pytest.mark.parametrize(("row", "between"), [("sep=;  ", ";"), ("sep=\t", "\t"), ('sep="', "\t"), ("sep= \r", "\t")])
def test_a_delimiter_that_is_told_oddly_is_no_trouble(tmp_path: Path, row: str, between: str) -> None:
    (page,), _ = run(save(tmp_path / "a.csv", f"{row}\ntext{between}date\n正文一句。{between}2020\n"))
    assert (page.text, page.metadata.date) == ("正文一句。", "2020")


@pytest.mark.parametrize(
    "value",
    [
        [{"标题": "题", "正文": "文"}],
        {"data": [{"标题": "题", "正文": "文"}], "count": 1},
        {"标题": "题", "正文": "文"},
        {"_id": "1", "metadata": {"标题": "题"}, "content": "文"},
    ],
)
def test_json_lists_and_objects(tmp_path: Path, value: object) -> None:
    (page,), _ = run(save(tmp_path / "a.json", json.dumps(value)))
    assert (page.record, page.text, page.metadata.title) == ("1", "文", "题")


def test_json_lines_under_the_name_of_json(tmp_path: Path) -> None:
    pages, _ = run(save(tmp_path / "a.json", '{"text": "一"}\n{"text": "二"}\n'))
    assert [page.text for page in pages] == ["一", "二"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"text": "文"', "第 1 行第"),
        ('{"a": [{"text": "文"}], "b": [{"text": "文"}]}', "有 2 个列表"),
        ("[" * 100_000, "嵌套太深"),
        ("[1, 2]", "没有读到一条记录"),
    ],
)
def test_json_that_cannot_be_read(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        run(save(tmp_path / "a.json", text))


@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_a_missing_extra_names_the_pip_line(module: str, extra: str) -> None:
    """In a process where nothing of the extras can be imported."""
    program = f"""
import sys
import zipfile
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name in ("lxml", "docx", "pypdfium2", "python_calamine", "rapidocr"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Blocked())
from qa.errors import ReadError
from qa.formats.discovery import load_format
try:
    load_format({module!r})
except ReadError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert f"pip install 'wenbao[{extra}]'" in said
    assert load_format(module).__name__ == module
