"""A question that names the cells of a row is answered with that row, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from qa.services import wire
from tests.parts.library import assert_whole, to_format

TABLE = """# 东山镇防汛值班安排

七月下旬各村防汛值班人员如下，请按时到岗。

| 姓名 | 村 | 值班日期 | 电话 |
|---|---|---|---|
| 张远山 | 石桥村 | 7月22日 | 8860701 |
| 李春梅 | 柳沟村 | 7月23日 | 8860702 |
| 王大力 | 石桥村 | 7月24日 | 8860703 |
| 赵小兰 | 下河村 | 7月25日 | 8860704 |

值班期间不得离岗。
"""
GOODS = "品名,数量,供应商,单价\n离心水泵,12,永顺机电,4800\n编织袋,3000,福安包装,1.2\n冲锋舟,4,海龙船艇,36000\n"
COLUMNS = ("姓名", "村", "值班日期", "电话")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "值班.md").write_text(TABLE, "utf-8")
    (folder / "采购.csv").write_text(GOODS, "utf-8")
    with Library.open(tmp_path_factory.mktemp("library")) as opened:
        opened.add(folder)
        yield opened


@pytest.mark.parametrize(
    ("question", "quote", "lead"),
    [
        ("张远山的电话是多少", "张远山\t石桥村\t7月22日\t8860701", "8860701"),
        ("石桥村7月24日值班的是谁", "王大力\t石桥村\t7月24日\t8860703", "王大力"),
        ("柳沟村 8860702", "李春梅\t柳沟村\t7月23日\t8860702", None),
        ("谁供应离心水泵", "离心水泵\t12\t永顺机电\t4800", "永顺机电"),
        ("永顺机电 12", "离心水泵\t12\t永顺机电\t4800", None),
        ("编织袋买了多少", "编织袋\t3000\t福安包装\t1.2", None),
    ],
)
def test_a_row_is_found_by_its_cells(library: Library, question: str, quote: str, lead: str | None) -> None:
    answer = library.ask(question)
    assert answer.answered
    assert [one.quote for one in answer.citations] == [quote]
    assert answer.lead == lead
    assert quote in answer.hits[0].passage.text


def test_rows_that_fit_alike_are_all_quoted(library: Library) -> None:
    answer = library.ask("石桥村有谁值班")
    assert [one.quote.split("\t")[0] for one in answer.citations] == ["张远山", "王大力"]


def test_what_a_row_does_not_tell_is_not_answered(library: Library) -> None:
    answer = library.ask("张远山在石桥村偷了几头牛")
    assert not answer.answered
    assert [one.quote for one in answer.nearest] in ([], ["张远山\t石桥村\t7月22日\t8860701"])


def test_the_columns_stand_beside_the_quote(library: Library) -> None:
    answer = library.ask("张远山的电话是多少")
    (cited,) = wire.answer(answer, 0.0)["citations"]
    assert cited["columns"] == list(COLUMNS)

    assert [TABLE[start:end] for start, end in cited["spans"]] == cited["quote"].split("\t")

    prose = library.ask("值班期间可以离岗吗")
    assert all(one["columns"] is None for one in wire.answer(prose, 0.0)["citations"] if "不得离岗" in one["quote"])


@pytest.mark.folder("SQLite alone has formats so old")
def test_a_library_of_before_tables_opens_and_learns_them_when_its_file_changes(tmp_path: Path) -> None:
    path, home = tmp_path / "值班.md", tmp_path / "library"
    path.write_text(TABLE, "utf-8")
    with Library.open(home) as opened:
        opened.add(path)
    to_format(home, 5)
    with Library.open(home) as opened:
        (article,) = opened.articles()
        assert article.rows == ()
        path.write_text(TABLE + "\n务必守时。\n", "utf-8")
        opened.add(path)
        (article,) = opened.articles()
        assert article.rows[1].columns == COLUMNS
    assert_whole(home)


def test_a_table_that_is_split_by_hand_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "值班.md"
    path.write_text(TABLE, "utf-8")
    with Library.open(tmp_path / "library") as opened:
        opened.add(path, vectors=False)
        (article,) = opened.articles()
        first, second = opened.split(article.id, "王大力")
        assert [len(one.rows) for one in (first, second)] == [3, 2]
        assert second.text[second.rows[0].start : second.rows[0].end] == "王大力\t石桥村\t7月24日\t8860703"
        whole = opened.join(first.id)[0]
        assert [row.columns for row in whole.rows] == [COLUMNS] * 5
