"""Edits made by hand stay when lines of their file change: attributes, splits and joins, and what rests on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.library.preview import preview
from qa.types import Edit, FilePreview, Metadata
from tests.parts.library import assert_whole, open_library

FIRST = """春灌工程全线完工
本报讯(记者 张三)春灌工程昨日完工，沿线村民说水到了地头。工程惠及居民三千户，水费由镇里补贴。
"""
SECOND = """花海迎来首批游客
本报讯(记者 李四)花海昨日迎来首批游客，门票减半。周末加开公交，从地铁站直达花海。
"""
THIRD = """图书馆延长开放时间
本报讯(记者 王五)区图书馆从本周起延长开放时间，每晚九点闭馆。自习室同时增加座位。
"""
NEW = {
    "a character": FIRST.replace("沿线", "沿岸") + SECOND.replace("减半", "免费") + THIRD,
    "a sentence more": FIRST.rstrip() + "明年还要修两条渠。\n" + SECOND.rstrip() + "停车场也扩大了一倍。\n" + THIRD,
    "a sentence before": FIRST.replace("春灌工程昨日", "全镇的人都在等水。春灌工程昨日") + SECOND + THIRD,
    "a story before": THIRD.replace("图书馆", "体育馆") + FIRST.replace("完工，", "完工。") + SECOND + THIRD,
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(FIRST + SECOND + THIRD, encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path, page: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", create=True) as opened:
        opened.add([page])
        yield opened
    assert_whole(tmp_path / "library")


def _texts(library: Library) -> list[str]:
    return [article.text for article in library.articles_of("page.txt")]


@pytest.mark.parametrize("new", NEW)
def test_a_split_stays_and_the_title_of_its_second_part(library: Library, page: Path, new: str) -> None:
    _, second = library.split(library.articles_of("page.txt")[0].id, "工程惠及居民")
    library.edit(second.id, Edit("", title="三千户受益"))
    page.write_text(NEW[new], "utf-8")
    assert library.add([page]).skipped == ()
    (part,) = [one for one in library.articles_of("page.txt") if one.text.startswith("工程惠及居民")]
    assert part.title == "三千户受益"


@pytest.mark.parametrize("new", NEW)
def test_a_dry_run_shows_the_edits_where_they_will_be(library: Library, page: Path, tmp_path: Path, new: str) -> None:
    _, second = library.split(library.articles_of("page.txt")[0].id, "工程惠及居民")
    library.edit(second.id, Edit("", title="三千户受益"))
    page.write_text(NEW[new], "utf-8")
    (shown,) = preview([page], tmp_path / "library")
    assert isinstance(shown, FilePreview)
    library.add([page])
    assert [one.title for one in shown.articles] == [one.title for one in library.articles_of("page.txt")]
    assert "三千户受益" in [one.title for one in shown.articles]


@pytest.mark.parametrize("new", NEW)
def test_a_join_stays_and_what_is_said_of_the_whole(library: Library, page: Path, new: str) -> None:
    (whole,) = library.join(library.articles_of("page.txt")[0].id)
    library.edit(whole.id, Edit("", title="春灌与花海", byline=("赵六",)))
    page.write_text(NEW[new], "utf-8")
    assert library.add([page]).skipped == ()
    (joined,) = [one for one in library.articles_of("page.txt") if "花海昨日" in one.text]
    assert "春灌工程昨日" in joined.text
    assert (joined.title, joined.byline) == ("春灌与花海", ("赵六",))


def test_a_join_of_stories_that_part_is_told(library: Library, page: Path) -> None:
    (whole,) = library.join(library.articles_of("page.txt")[0].id)
    page.write_text(FIRST.replace("沿线", "沿岸") + THIRD + SECOND.replace("减半", "免费"), "utf-8")
    (told,) = library.add([page]).skipped
    assert not told.failed
    assert whole.text not in _texts(library)
    page.write_text(FIRST + SECOND + THIRD, "utf-8")
    assert library.add([page]).skipped == ()
    assert whole.text in _texts(library)


def test_a_split_whose_words_are_gone_is_told(library: Library, page: Path) -> None:
    library.split(library.articles_of("page.txt")[0].id, "工程惠及居民")
    page.write_text(FIRST[: FIRST.index("工程惠及")].replace("地头。", "田里。") + "\n" + SECOND + THIRD, "utf-8")
    assert len(library.add([page]).skipped) == 1


def test_edits_of_a_file_that_cannot_be_read_any_more_are_untouched(library: Library, page: Path) -> None:
    library.split(library.articles_of("page.txt")[0].id, "工程惠及居民")
    texts = _texts(library)
    page.write_bytes(b"\xff\xfe\x00" + bytes(range(128, 256)))
    assert [one.failed for one in library.add([page]).skipped] == [True]
    assert _texts(library) == texts
    page.write_text(FIRST + SECOND + THIRD + "\n", "utf-8")
    assert library.add([page]).skipped == ()
    assert _texts(library) == texts


def test_a_renamed_file_with_another_given_paper_keeps_its_edits(library: Library, page: Path) -> None:
    _, second = library.split(library.articles_of("page.txt")[0].id, "工程惠及居民")
    moved = page.rename(page.with_name("other.txt"))
    assert library.add([moved], given=Metadata(paper="示例报")).skipped == ()
    assert second.text in [one.text for one in library.articles_of("other.txt")]
