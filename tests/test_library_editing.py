"""Changes by hand through the library and the command line: kept, found, quoted exactly, undone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from qa.cli import main
from qa.errors import LibraryError, NotFound, UsageError
from qa.library.library import Library
from qa.library.preview import preview
from qa.types import Article, Edit, FilePreview, Filters, Query
from tests.parts.library import HashingEmbedder, Interrupted, assert_whole, open_library, to_format

FIRST = """春灌工程全线完工
本报讯(记者 张三)春灌工程昨日完工，沿线村民说水到了地头。工程惠及居民三千户，水费由镇里补贴。
"""
SECOND = """花海迎来首批游客
本报讯(记者 李四)花海昨日迎来首批游客，门票减半。周末加开公交，从地铁站直达花海。
"""
THIRD = """图书馆延长开放时间
本报讯(记者 王五)区图书馆从本周起延长开放时间，每晚九点闭馆。自习室同时增加座位。
"""


@pytest.fixture
def library_path(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(FIRST + SECOND + THIRD, encoding="utf-8")
    return path


@pytest.fixture
def library(library_path: Path, page: Path) -> Iterator[Library]:
    with open_library(library_path, create=True) as opened:
        opened.add([page])
        assert _titles(opened) == ["春灌工程全线完工", "花海迎来首批游客", "图书馆延长开放时间"]
        yield opened
    assert_whole(library_path)


def _titles(library: Library) -> list[str]:
    return [article.title for article in library.articles_of("page.txt")]


def _story(library: Library, number: int) -> Article:
    return library.articles_of("page.txt")[number]


def _flat(text: str, spans: Iterable[Sequence[int]]) -> str:
    return "".join("".join(text[start:end] for start, end in spans).split())


def _assert_exact(library: Library) -> None:
    """Every non-blank character of the page is in one article, and every passage is its slices of the page."""
    text = library.page_text("page.txt")
    articles = library.articles_of("page.txt")
    held = sorted(at for one in articles for piece in one.location.pieces for at in range(piece.start, piece.end))
    assert len(held) == len(set(held))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(held)
    for article in articles:
        hits = library.search(Query("昨日", filters=Filters(article=article.id), k=50))
        assert hits
        for hit in hits:
            assert _flat(text, hit.spans) == "".join(hit.passage.text.split())


def test_attributes_by_hand_are_shown_searched_and_kept(library: Library, page: Path) -> None:
    identity = _story(library, 0).id
    (edited,) = library.edit(
        identity[:6], Edit("", title="渠水进田", date="2025-03", byline=("赵六",), paper="示例报", edition="03")
    )
    assert edited == library.article(identity)
    assert (edited.title, edited.byline, edited.paper, edited.edition) == ("渠水进田", ("赵六",), "示例报", "03")
    assert (edited.date, edited.date_from, edited.date_evidence) == ("2025-03", "metadata", "手工")
    assert [hit.article.id for hit in library.search(Query("渠水", filters=Filters(byline="赵六")))] == [identity]
    page.write_text(FIRST + SECOND + THIRD + "又及，周日闭馆一天，请读者留意。\n", encoding="utf-8")
    assert library.add([page]).changed == ("page.txt",)
    assert library.article(identity) == edited
    assert _titles(library)[1:] == ["花海迎来首批游客", "图书馆延长开放时间"]


def test_the_term_index_and_the_vectors_follow_a_new_title(library: Library) -> None:
    identity = _story(library, 0).id

    def found(question: str) -> set[str]:
        return {hit.article.id for hit in library.search(Query(question, k=50)) if "terms" in hit.ranks}

    def cosine() -> float:
        (hit,) = library.search(Query("潮白河", filters=Filters(article=identity)))
        vector = HashingEmbedder().embed_query("潮白河")
        return library.sources().vectors.scores(vector, [hit.passage.id])[hit.passage.id]

    before = cosine()
    assert identity not in found("潮白河")
    library.edit(identity, Edit("", title="潮白河水进田潮白河"))
    assert identity in found("潮白河")
    assert cosine() > before
    library.reset(identity)
    assert identity not in found("潮白河")
    assert cosine() == pytest.approx(before, abs=1e-3)


def test_a_join_is_one_story_with_exact_spans_and_undone_by_reset(library: Library) -> None:
    before = library.articles_of("page.txt")
    (whole,) = library.join(before[0].id)
    assert (whole.title, whole.byline) == ("春灌工程全线完工", ("张三", "李四"))
    assert _titles(library) == ["春灌工程全线完工", "图书馆延长开放时间"]
    _assert_exact(library)
    with pytest.raises(NotFound):
        library.article(before[1].id)
    assert [article.id for article in library.reset(whole.id)] == [before[0].id, before[1].id]
    assert library.articles_of("page.txt") == before


def test_a_split_gives_two_stories_with_exact_spans_kept_when_the_page_comes_again(
    library: Library, page: Path
) -> None:
    before = library.articles_of("page.txt")
    first, second = library.split(before[0].id, "工程 惠及居民")  # white space apart
    assert (first.title, first.byline) == ("春灌工程全线完工", ("张三",))
    assert second.text == "工程惠及居民三千户，水费由镇里补贴。"
    assert second.title_inferred
    assert first.text + second.text == before[0].text
    _assert_exact(library)
    library.edit(second.id, Edit("", title="三千户受益"))
    mended = library.articles_of("page.txt")
    page.write_text(FIRST + SECOND + THIRD + "\n", encoding="utf-8")
    assert library.add([page]).changed == ("page.txt",)
    assert library.articles_of("page.txt") == mended
    assert [article.id for article in library.reset(first.id)] == [before[0].id]  # what rests on the split goes with it
    assert library.articles_of("page.txt") == before


def test_reset_leaves_the_other_stories_edits(library: Library) -> None:
    first, second, _ = library.articles_of("page.txt")
    library.edit(first.id, Edit("", title="甲"))
    library.edit(second.id, Edit("", title="乙"))
    assert [article.title for article in library.reset(first.id)] == [first.title]
    assert _titles(library)[:2] == [first.title, "乙"]
    assert library.reset(first.id) == (library.article(first.id),)  # nothing to undo is no error


def test_an_edit_taken_back_and_made_again_is_kept_in_its_order(library: Library, page: Path) -> None:
    identity = _story(library, 0).id
    for title in ("甲", "乙", "甲"):
        library.edit(identity, Edit("", title=title))
    page.write_text(FIRST + SECOND + THIRD + "\n", encoding="utf-8")
    library.add([page])
    assert library.article(identity).title == "甲"


def test_edits_outlive_removal(library: Library, page: Path) -> None:
    (whole,) = library.join(_story(library, 1).id)
    library.remove(["page.txt"])
    assert library.files() == ()
    assert library.add([page]).added == ("page.txt",)
    assert library.article(whole.id) == whole


def test_an_edit_whose_story_has_gone_is_reported_and_used_again_when_it_is_back(library: Library, page: Path) -> None:
    identity = _story(library, 0).id
    library.edit(identity, Edit("", title="渠水进田"))
    page.write_text(SECOND + THIRD, encoding="utf-8")
    report = library.add([page])
    (unused,) = report.skipped
    assert (unused.path, unused.failed) == (str(page), False)
    assert identity in unused.reason
    page.write_text(FIRST + SECOND + THIRD, encoding="utf-8")
    assert library.add([page]).skipped == ()
    assert library.article(identity).title == "渠水进田"


def test_the_same_story_in_two_files_is_edited_in_both(library: Library, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(FIRST, encoding="utf-8")
    library.add([other])
    identity = _story(library, 0).id
    assert [place.source for place in library.article(identity).locations] == ["page.txt", "other.txt"]
    library.split(identity, "工程惠及")
    assert len(library.articles_of("other.txt")) == 2
    with pytest.raises(NotFound):
        library.article(identity)
    library.reset(_story(library, 0).id)
    assert [place.source for place in library.article(identity).locations] == ["page.txt", "other.txt"]


def test_a_record_with_its_given_title_can_be_split_and_reset(library_path: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    record = {"id": "r1", "title": "两则消息", "date": "2025-03-05", "text": "水到了地头。\n花海开园了。"}
    records.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    with open_library(library_path, create=True) as library:
        library.add([records])
        (before,) = library.articles_of("records.jsonl")
        first, second = library.split(before.id, "花海")
        assert (first.title, first.text, first.date) == ("两则消息", "水到了地头。", "2025-03-05")
        assert (second.text, second.date, second.location.record) == ("花海开园了。", "2025-03-05", "r1")
        assert library.reset(second.id) == (before,)


@pytest.mark.parametrize(
    ("where", "words"), [(0, "切不开"), (10_000, "切不开"), ("没有的话", "不在这篇里"), ("，", "2 次"), (" ", "不在")]
)
def test_a_place_that_is_none_is_refused(library: Library, where: int | str, words: str) -> None:
    before = library.articles_of("page.txt")
    with pytest.raises(UsageError, match=words):
        library.split(before[0].id, where)
    assert library.articles_of("page.txt") == before


def test_the_last_story_of_a_page_has_no_next(library: Library) -> None:
    with pytest.raises(UsageError, match="最后一篇"):
        library.join(_story(library, 2).id)


def test_an_interrupt_loses_no_edit(library_path: Path, page: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([page])
        identity = _story(library, 0).id
    broken = Interrupted(HashingEmbedder(), 0)
    with Library.open(library_path, embedder=broken) as library, pytest.raises(KeyboardInterrupt):  # type: ignore[arg-type]
        library.edit(identity, Edit("", title="渠水进田"))
    assert_whole(library_path, embedded=False)
    with open_library(library_path) as library:
        assert library.article(identity).title == "渠水进田"
        library.add([page])
    assert_whole(library_path)


def test_a_dry_run_shows_the_stories_mended(library: Library, library_path: Path, page: Path) -> None:
    library.edit(_story(library, 0).id, Edit("", title="渠水进田"))
    (shown,) = preview([page], library_path)
    assert isinstance(shown, FilePreview)
    assert (shown.state, shown.articles[0].title) == ("unchanged", "渠水进田")


@pytest.mark.folder("SQLite alone has formats so old")
def test_a_library_of_format_1_is_brought_up_on_opening(library_path: Path, page: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([page])
    passages = assert_whole(library_path)
    to_format(library_path, 1)
    with open_library(library_path) as library:
        identity = _story(library, 0).id
        with pytest.raises(LibraryError, match="qa add"):  # the page's blocks are not known yet
            library.edit(identity, Edit("", title="渠水进田"))
        assert library.add([page]).changed == ("page.txt",)
        library.edit(identity, Edit("", title="渠水进田"))
        assert library.article(identity).title == "渠水进田"
    assert assert_whole(library_path) == passages


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert main(["--json", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_line_edits_asks_shows_and_resets(
    library_path: Path, page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_LIBRARY", str(library_path))
    _run(capsys, "add", str(page))
    identity = str(_run(capsys, "show", "page.txt")[1]["article"])
    edit = ("edit", identity, "--title", "潮白河边油菜花开", "--date", "2025年3月5日", "--byline", "赵六、钱七")
    (edited,) = _run(capsys, *edit)
    assert [edited[key] for key in ("article", "title", "title_inferred", "byline", "date", "date_evidence")] == [
        identity, "潮白河边油菜花开", False, ["赵六", "钱七"], "2025-03-05", "手工",
    ]  # fmt: skip
    assert _run(capsys, "show", identity) == [edited]
    (searched,) = _run(capsys, "search", "潮白河油菜花", "--k", "1")
    assert searched["passages"][0]["article"] == identity  # type: ignore[index]
    text = page.read_text("utf-8")
    first, second = _run(capsys, "edit", identity, "--split-at", "周末加开公交")
    (answer,) = _run(capsys, "ask", "周末加开的公交从哪里直达花海？")
    for citation in answer["citations"]:  # type: ignore[attr-defined]
        assert _flat(text, citation["spans"]) == "".join(citation["quote"].split())
    assert answer["passages"][0]["article"] in {first["article"], second["article"]}  # type: ignore[index]
    (joined,) = _run(capsys, "edit", str(first["article"]), "--join")
    assert joined["title"] == "潮白河边油菜花开"
    (back,) = _run(capsys, "edit", str(joined["article"]), "--reset")
    assert (back["article"], back["title"], back["byline"]) == (identity, "花海迎来首批游客", ["李四"])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--title", " "],
        ["--date", "2025-13"],
        ["--title", "甲", "--join"],
        ["--title", "甲", "--split", "5"],
    ],
)
def test_words_that_are_off_are_refused_before_anything_is_opened(
    words: list[str], library_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--library", str(library_path), "edit", "abcd", *words]) == 2
    assert "例如" in capsys.readouterr().err
    assert not library_path.exists()
