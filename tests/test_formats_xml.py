"""ALTO and METS: blocks, lines and roles; the articles of an issue as its publisher cut them, end to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import find, read
from qa.types import Metadata, Page, Skipped
from tests.parts import format_files as made

MAX = 10 << 20


def save(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(path: Path) -> tuple[list[Page], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=MAX, on_skip=skipped.append)), skipped


def told(page: Page) -> list[tuple[str, str]]:
    return [(page.text[slice(*block.span)], block.role) for block in page.blocks]


def test_alto_lines_and_headlines_by_their_font(tmp_path: Path) -> None:
    blocks = {
        "a": ["运动会", "昨日开幕"],
        "b": ["正文一行，", "正文二行。"],
        "c": ["花海迎客"],
        "d": ["另一篇的正文。"],
    }
    (page,), _ = run(save(tmp_path / "a.xml", made.alto(blocks, number=7, large=["a", "c"])))
    assert page.text == "运动会\n昨日开幕\n正文一行，\n正文二行。\n\n花海迎客\n另一篇的正文。\n"
    assert told(page) == [("运动会", "heading"), ("昨日开幕", "heading"), ("花海迎客", "heading")]
    assert [block.level for block in page.blocks] == [1, 0, 1]
    assert page.number == 7
    assert [article.title for article in cut(page)] == ["运动会昨日开幕", "花海迎客"]


def test_alto_spaces_between_han_characters_stand_where_the_gap_is_wide(tmp_path: Path) -> None:
    line = (
        '<TextLine HEIGHT="20"><String CONTENT="张"/><SP WIDTH="15"/><String CONTENT="三"/><SP WIDTH="2"/>'
        '<String CONTENT="在"/><SP/><String CONTENT="GDP"/><SP/><String CONTENT="A股"/><HYP CONTENT="-"/></TextLine>'
    )
    written = made.alto({"a": ["占位"]}).replace("<TextLine HEIGHT='30'><String CONTENT=\"占位\"/></TextLine>", line)
    (page,), _ = run(save(tmp_path / "a.xml", written))
    assert page.text == "张 三在 GDP A股-\n"


def test_alto_reading_order_and_labels(tmp_path: Path) -> None:
    written = made.alto({"a": ["二"], "b": ["一"], "c": ["没有提到"]})
    tags = '<Tags><LayoutTag ID="T1" LABEL="Headline"/></Tags>'
    refs = '<ElementRef ID="r1" REF="b"/><ElementRef ID="r2" REF="a"/>'
    order = f'<ReadingOrder><OrderedGroup ID="g">{refs}</OrderedGroup></ReadingOrder>'
    written = written.replace("<Layout>", tags + order + "<Layout>").replace('ID="b"', 'ID="b" TAGREFS="T1"', 1)
    (page,), _ = run(save(tmp_path / "a.xml", written))
    assert page.text.split() == ["一", "二", "没有提到"]
    assert told(page) == [("一", "heading")]


def test_several_pages_in_one_file_have_numbers_of_their_own(tmp_path: Path) -> None:
    one = made.alto({"a": ["第一页"]}, number=3)
    page = one[one.index("<Page") : one.index("</Layout>")]
    both = one.replace(page, page + page.replace("第一页", "第二页"))
    assert [(each.number, each.text) for each in run(save(tmp_path / "a.xml", both))[0]] == [
        (1, "第一页\n"),
        (2, "第二页\n"),
    ]


def test_mets_articles_are_kept_and_what_is_left_is_read_too(tmp_path: Path) -> None:
    pages, skipped = run(made.issue(tmp_path))
    assert not skipped
    assert [(page.record, page.number) for page in pages] == [("ART1", 1), ("ART2", 1), ("ART3", 2), (None, 1)]
    first, second, third, rest = pages
    assert first.metadata == Metadata(made.TITLE, (), "某某日报", None, "1935-04-12")
    assert told(first)[1:] == [("要闻", "kicker"), (made.TITLE, "heading")]
    assert second.text.split() == ["花海迎客", "公园花海迎来游客。"]
    assert (third.text, rest.text) == ("天气转晴。\n", "大减价三天\n")


def test_mets_cuts_are_honoured_end_to_end(tmp_path: Path) -> None:
    articles = [article for page in run(made.issue(tmp_path))[0] for article in cut(page)]
    assert [article.title for article in articles[:2]] == [made.TITLE, "花海迎客"]
    assert articles[0].kicker == "要闻"
    assert "永顺队夺冠。" in articles[0].text
    assert "昨日开幕。" in articles[0].text
    assert [article.location.record for article in articles] == ["ART1", "ART2", "ART3", None]
    assert {article.date for article in articles[:3]} == {"1935-04-12"}


def test_alto_pages_of_a_mets_are_not_read_twice(tmp_path: Path) -> None:
    path = made.issue(tmp_path)
    save(tmp_path / "alto" / "9999.xml", made.alto({"a": ["别的一页"]}))
    found, skipped = find([tmp_path])
    assert [each.source for each in found] == ["issue-mets.xml", "alto/9999.xml"]
    assert [Path(skip.path).name for skip in skipped] == ["0001.xml", "0002.xml"]
    assert [str(part) for part in found[0].parts] == [skip.path for skip in skipped]
    assert all(path.name in skip.reason and not skip.failed for skip in skipped)
    assert [each.source for each in find([tmp_path / "alto" / "0001.xml"])[0]] == ["0001.xml"]


def test_a_missing_and_an_escaping_page_are_named(tmp_path: Path) -> None:
    outside = save(tmp_path / "outside.xml", made.alto({"a": ["外面的字"]}))
    folder = tmp_path / "issue"
    inside = save(folder / "1.xml", made.alto({"a": ["里面的字"]}))
    (folder / "link.xml").symlink_to(outside)
    places = {"A": inside.name, "B": "gone.xml", "C": "../outside.xml", "D": "link.xml", "E": str(outside)}
    pages, skipped = run(save(folder / "m.xml", made.mets(places, [])))
    assert [page.text for page in pages] == ["里面的字\n"]
    assert [skip.failed for skip in skipped] == [True] * 4
    assert sum("文件夹之外" in skip.reason for skip in skipped) == 2


def test_mets_without_its_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="放在同一个文件夹"):
        run(save(tmp_path / "m.xml", made.mets({"A": "gone.xml"}, [])))


def test_blocks_without_ids_and_with_the_same_id_are_all_read(tmp_path: Path) -> None:
    written = made.alto({"a": ["一"], "b": ["二"], "c": ["三"]})
    save(tmp_path / "1.xml", written.replace('ID="b"', 'ID="a"', 1).replace('TextBlock ID="c"', "TextBlock"))
    pages, _ = run(save(tmp_path / "m.xml", made.mets({"A": "1.xml"}, [("X", "", [("TEXT", "A", "a")])])))
    assert [page.text.split() for page in pages] == [["一"], ["二", "三"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "空文件|不是完整的 XML"),
        ("<alto>", "不是完整的 XML"),
        ("<alto/>", "没有认出字"),
        ("<foo/>", "根元素 foo"),
        ("不是 XML", "不是完整的 XML"),
        ('<!DOCTYPE a [<!ENTITY x "' + "哈" * 10 + '">]><alto>&x;</alto>', "实体定义"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alto>&x;</alto>', "实体定义"),
        ("<alto>" + "<a>" * 100_000, "不是完整的 XML"),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        run(save(tmp_path / "a.xml", text))


def test_billion_laughs_are_refused_at_once(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 20))
    with pytest.raises(ReadError, match=r"实体定义|不是完整的 XML"):
        run(save(tmp_path / "a.xml", f'<!DOCTYPE a [<!ENTITY l0 "哈">{levels}]><alto>&l19;</alto>'))
