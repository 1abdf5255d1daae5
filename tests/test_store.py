"""The truth: what a file's coming, changing and going does to the tables; versions, damage, the lock."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from qa.articles.passages import split
from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, NoLibrary, NotFound, ReadError
from qa.store import schema
from qa.store.contents import Contents
from qa.store.database import Database, ascending
from qa.store.folder import Folder, WriterLock
from qa.store.log import Model
from qa.store.passages import serve_model, store_vectors
from qa.store.writing import Cut, NewFile, remove_files, store_file, touch_file
from qa.types import Article, Filters, Location, Metadata, Page, Piece, Span

MODEL = Model("small", "f1", 2)


@pytest.fixture
def database(place: str) -> Iterator[Database]:
    opened = Database.at(Folder.at(place), create=True)
    yield opened
    opened.close()


def _page(source: str, *stories: str, record: str | None = None, **attributes: object) -> Cut:
    """A page of the stories on lines of their own; an article's id is its text's hash, here the text's start."""
    text = "\n".join(stories)
    cut = []
    for story in stories:
        at = text.index(story)
        place = Location(source, record, None, (Piece(0, at, at + len(story)),))
        values = {"title": story[:4], **attributes}
        article = Article(id=f"{abs(hash(story)):016x}"[:16], text=story, locations=(place,), **values)  # type: ignore[arg-type]
        cut.append((article, split(article)))
    return Page(source, text, record=record, encoding="utf-8"), cut


def _file(name: str, sha256: str = "0") -> NewFile:
    return NewFile(f"/papers/{name}", name, 10, 20, sha256, Metadata())


def _store(database: Database, name: str, *pages: Cut, sha256: str = "0") -> None:
    store_file(database, _file(name, sha256), pages)


def _texts(truth: Contents) -> list[str]:
    return [article.text for article in truth.articles()]


def _vectors(database: Database, passages: Sequence[int]) -> None:
    serve_model(database, MODEL)
    store_vectors(database, MODEL, [(one, bytes([one % 251, 0, 0, 0])) for one in passages])


def test_what_went_in_comes_out(database: Database) -> None:
    cut = _page(
        "a.txt", "第一篇。很短。", "第二篇！也短。", byline=("甲", "乙"), date="2025-03", date_from="file", paper="报"
    )
    _store(database, "a.txt", cut)
    truth = Contents(database)
    assert truth.articles() == tuple(article for article, _ in cut[1])
    assert truth.articles_of("a.txt") == truth.articles()
    assert truth.page_text("a.txt") == "第一篇。很短。\n第二篇！也短。"
    expected = {passage.id: (passage, article) for article, passages in cut[1] for passage in passages}
    assert truth.passages([*expected, 12345]) == expected
    info = truth.files()[0]
    assert (info.source, info.path, info.encoding, info.articles) == ("a.txt", "/papers/a.txt", "utf-8", 2)
    stats = truth.stats()
    assert (stats.files, stats.articles, stats.passages, stats.embedded, stats.dated) == (1, 2, 2, 0, 2)


def test_passages_keep_the_order_asked_for(database: Database) -> None:
    cut = _page("a.txt", *(f"第{number}篇，各有各的话。" for number in range(30)))
    _store(database, "a.txt", cut)
    ids = [passage.id for _, passages in cut[1] for passage in passages]
    for wanted in (ids, ids[::-1], sorted(ids)):
        assert list(Contents(database).passages(wanted)) == wanted


def test_the_same_story_twice_is_one_article_with_two_places(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "同一篇。", "别的一篇。", paper="早报"))
    _store(database, "b.txt", _page("b.txt", "开头的。", "同一篇。", paper="晚报"))
    truth = Contents(database)
    article = truth.articles_of("b.txt")[1]
    assert [place.source for place in article.locations] == ["a.txt", "b.txt"]
    assert [place.spans(0, 4) for place in article.locations] == [(Span(0, 4),), (Span(5, 9),)]
    assert article.paper == "早报"
    assert truth.stats().articles == 3
    assert remove_files(database, ["a.txt"]) == ("a.txt",)
    article = truth.articles_of("b.txt")[1]
    assert [place.source for place in article.locations] == ["b.txt"]
    assert article.paper == "晚报", "the first place that is left speaks"
    assert sorted(_texts(truth)) == ["同一篇。", "开头的。"]


def test_the_first_place_stays_first_when_its_file_changes(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "同一篇。", paper="早报"))
    _store(database, "b.txt", _page("b.txt", "同一篇。", paper="晚报"))
    _store(database, "a.txt", _page("a.txt", "新来的。", "同一篇。", paper="早报"), sha256="1")
    article = Contents(database).articles_of("b.txt")[0]
    assert [place.source for place in article.locations] == ["a.txt", "b.txt"]
    assert article.paper == "早报"


def test_passages_that_stay_keep_their_vectors_and_number(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "留下的。", "要走的。"))
    truth = Contents(database)
    stays, goes = (split(article)[0].id for article in truth.articles())
    _vectors(database, [stays, goes])
    before = truth.state().change
    _store(database, "a.txt", _page("a.txt", "留下的。", "新来的。"), sha256="1")
    comes = split(truth.articles()[1])[0].id
    assert truth.without_vector("f1", -1, 10) == [comes]
    assert truth.newest_without_vector("f1", 10) == [comes]
    assert truth.newest_without_vector("f2", 2) == [comes, stays]
    assert sorted(one for _, one in truth.text_changes(before, 10)) == sorted([goes, comes])
    assert {change.passage: change.vector for change in truth.changes(before, 10, "f1")} == {goes: None, comes: None}
    assert _texts(truth) == ["留下的。", "新来的。"]


def test_a_new_headline_makes_vectors_stale_and_other_attributes_do_not(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "同一篇。", title="旧题"))
    truth = Contents(database)
    (passage,) = split(truth.articles()[0])
    _vectors(database, [passage.id])
    before = truth.state().change
    _store(database, "a.txt", _page("a.txt", "同一篇。", title="旧题", date="2025", byline=("丁",)), sha256="1")
    assert (truth.articles()[0].date, truth.articles()[0].byline) == ("2025", ("丁",))
    assert truth.state().change == before
    _store(database, "a.txt", _page("a.txt", "同一篇。", title="新题"), sha256="2")
    assert truth.text_changes(before, 10) == [(before + 1, passage.id)]
    assert truth.without_vector("f1", -1, 10) == [passage.id]


def test_replaying_the_log_from_any_change_ends_in_the_same_state(database: Database) -> None:
    truth = Contents(database)
    states: list[tuple[int, set[int]]] = []
    for round_ in range(6):
        stories = [f"第{number}篇故事。" for number in range(12) if (number * 7 + round_) % 3]
        _store(database, "a.txt", _page("a.txt", *stories), sha256=str(round_))
        _vectors(database, truth.without_vector("f1", -1, 5))
        held = {change.passage for change in truth.changes(0, 1000, "f1") if change.vector}
        states.append((truth.state().change, held))
    for after, held in states:
        for change in truth.changes(after, 1000, "f1"):
            (held.add if change.vector else held.discard)(change.passage)
        assert held == states[-1][1]


def test_whatever_a_reader_raises_leaves_the_library_as_it_was(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "老的一篇。"))
    truth = Contents(database)
    before = (truth.articles(), truth.files(), truth.state())

    def failing(error: BaseException) -> Iterator[Cut]:
        yield _page("a.txt", "新的一篇。")
        raise error

    for error in (ReadError("zip.unknown-compression"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            store_file(database, _file("a.txt", "1"), failing(error))
        assert (truth.articles(), truth.files(), truth.state()) == before
    with pytest.raises(ReadError):
        _store(database, "b.txt", _page("b.txt", "半个\ud800字符。"))
    assert (truth.articles(), truth.files(), truth.state()) == before


def test_removing_is_all_or_nothing_and_names_what_is_near(database: Database) -> None:
    _store(database, "2025-01-03.txt", _page("2025-01-03.txt", "一月三日。"))
    with pytest.raises(NotFound, match=r"相近的有：2025-01-03\.txt"):
        remove_files(database, ["2025-01-03.txt", "2025-01-03.text"])
    assert len(Contents(database).files()) == 1
    assert remove_files(database, ["/papers/2025-01-03.txt"]) == ("2025-01-03.txt",)
    assert Contents(database).stats().passages == 0


def test_an_article_is_found_by_the_start_of_its_id(database: Database) -> None:
    page, _ = _page("a.txt", "甲篇。", "乙篇。")
    place = Location("a.txt", None, None, (Piece(0, 0, 3),))
    articles = [
        Article(id=one, text=text, title="", locations=(place,))
        for one, text in (("abcd1111", "甲篇。"), ("abcd2222", "乙篇。"), ("abcd11112", "丙篇。"))
    ]
    _store(database, "a.txt", (page, [(article, split(article)) for article in articles]))
    truth = Contents(database)
    assert truth.article("abcd2").text == "乙篇。"
    assert truth.article("abcd1111").text == "甲篇。", "a whole id is never ambiguous"
    with pytest.raises(NotFound, match="abcd1111、abcd11112、abcd2222"):
        truth.article("abcd")
    for wrong in ("abc", "", "beef", "%", "abcd1111x", "' OR 1=1 --"):
        with pytest.raises(NotFound):
            truth.article(wrong)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since="2025-03"), "日月年无"),
        (Filters(since="2025-03-16"), "月年无"),
        (Filters(until="2025-03-14"), "月年无古"),
        (Filters(until="2025"), "日月年无古"),
        (Filters(since="2024", until="2024-12"), "无"),
        (Filters(byline="张"), "日"),
        (Filters(byline="张三丰"), ""),
        (Filters(source="b"), "无古"),
        (Filters(source="a.txt"), "日月年"),
        (Filters(source="b/b.txt", since="2000"), "无"),
    ],
)
def test_filters(database: Database, filters: Filters, expected: str) -> None:
    dates = {"日": "2025-03-15", "月": "2025-03", "年": "2025", "无": None, "古": "1999-01-01"}
    for source, names in (("a.txt", "日月年"), ("b/b.txt", "无古")):
        cuts = [
            _page(source, f"{name}。", record=name, date=dates[name], byline=("张三",) if name == "日" else ("李四",))
            for name in names
        ]
        _store(database, source, *cuts)
    truth = Contents(database)
    assert "".join(article.text[0] for article in truth.articles(filters)) == expected
    allowed = truth.allowed(filters)
    assert (allowed is None) == (len(expected) == len(dates)), "None where all pass"
    every = truth.without_vector("none", -1, 10)
    assert {article.text[0] for _, article in truth.passages(every if allowed is None else allowed).values()} == set(
        expected
    )
    hidden = {truth.articles()[0].id}
    allowed = truth.allowed(filters, hidden) or frozenset()
    assert {article.text[0] for _, article in truth.passages(allowed).values()} == set(expected) - {"日"}


def test_a_filter_on_what_is_not_there_says_so(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "甲篇。"))
    truth = Contents(database)
    assert truth.allowed(Filters()) is None
    for filters in (Filters(source="c.txt"), Filters(article="ffff0000")):
        with pytest.raises(NotFound):
            truth.allowed(filters)


def test_every_article_comes_once_and_samples_are_far_apart(database: Database) -> None:
    for number in range(5):
        _store(database, f"{number}.txt", _page(f"{number}.txt", *(f"第{number}之{one}篇。" for one in range(90))))
    remove_files(database, ["1.txt"])
    truth = Contents(database)
    assert tuple(truth.each_article()) == truth.articles()
    for count in (1, 7, 360, 1000):
        sample = [article.id for article in truth.spread(count)]
        assert len(sample) <= count
        assert sample == [article.id for article in truth.spread(count)]
    assert {article.location.source for article in truth.spread(10)} == {"0.txt", "2.txt", "3.txt", "4.txt"}


def test_records_are_found_by_their_ids(database: Database) -> None:
    _store(database, "a.jsonl", *(_page("a.jsonl", f"{name}篇。", record=name) for name in "甲乙丙"))
    truth = Contents(database)
    assert truth.page_text("a.jsonl", "乙") == "乙篇。"
    assert list(truth.page_texts("a.jsonl")) == ["甲篇。", "乙篇。", "丙篇。"]
    wanted = {article.id for article in truth.articles() if article.text[0] in "甲丙"}
    assert truth.articles_of_records({"甲", "丙", "丁"}) == wanted
    for wrong in (("a.jsonl", "丁"), ("b.jsonl", "甲"), ("a.jsonl", None)):
        with pytest.raises(NotFound):
            truth.page_text(*wrong)


def test_another_model_serves_once_its_vectors_are_there(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "甲篇。", "乙篇。"))
    truth, new = Contents(database), Model("large", "f2", 3)
    ids = truth.without_vector("f1", -1, 10)
    _vectors(database, ids)
    before = truth.state()
    store_vectors(database, new, [(ids[0], b"x"), (999, b"y")])
    assert truth.state() == before, "the indexes need not know yet"
    assert truth.without_vector("f2", -1, 10) == ids[1:]
    assert truth.stats().embedded == truth.census().vectors == 2
    assert [truth.count_without_vector(one) for one in ("f1", "f2", "f3")] == [0, 1, 2]
    store_vectors(database, new, [(ids[1], b"z")])
    serve_model(database, new)
    assert truth.stats().embedded == truth.census().vectors == 2
    assert [truth.count_without_vector(one) for one in ("f1", "f2", "f3")] == [2, 0, 2]
    assert truth.state().model == new
    assert {change.passage: change.vector for change in truth.changes(0, 10, "f2")} == dict(
        zip(ids, (b"x", b"z"), strict=True)
    )
    assert all(change.vector is None for change in truth.changes(0, 10, "f1"))


def test_touching_a_file_changes_its_stamp_alone(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "甲篇。"))
    truth = Contents(database)
    before, state = truth.stored_files()["/papers/a.txt"], truth.state()
    touch_file(database, "/papers/a.txt", 11, 21)
    assert truth.stored_files()["/papers/a.txt"] == replace(before, size=11, mtime_ns=21)
    assert truth.state() == state


def test_no_library_is_told_from_a_lost_one(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="qa add"):
        Database(Folder(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
    Database(Folder(tmp_path), create=True).close()
    (tmp_path / "terms").mkdir()
    for data in (b"", None):
        (tmp_path / "library.db").unlink() if data is None else (tmp_path / "library.db").write_bytes(data)
        for create in (False, True):
            with pytest.raises(LibraryDamaged, match="备份"):
                Database(Folder(tmp_path), create=create)


def test_a_file_that_is_no_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes("这不是数据库。".encode() * 100)
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged):
        Database(Folder(tmp_path), create=True)
    assert path.read_bytes() == before
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE other (x)")
    other.close()
    with pytest.raises(LibraryDamaged, match="不是问报的库"):
        Database(Folder(tmp_path), create=True)


@pytest.mark.parametrize(("version", "word"), [(schema.FORMAT + 1, "升级"), (0, "qa add")])
def test_another_version_says_what_to_do(tmp_path: Path, version: int, word: str) -> None:
    Database(Folder(tmp_path), create=True).close()
    changed = sqlite3.connect(tmp_path / "library.db")
    changed.execute(f"PRAGMA user_version = {version}")
    changed.close()
    with pytest.raises(LibraryError, match=word):
        Database(Folder(tmp_path))


def test_a_truncated_database_is_damaged_with_a_remedy(tmp_path: Path) -> None:
    database = Database(Folder(tmp_path), create=True)
    for number in range(40):
        _store(database, f"{number}.txt", _page(f"{number}.txt", f"第{number}篇。" * 300))
    database.tidy()
    database.close()
    path = tmp_path / "library.db"
    data = path.read_bytes()
    for part in (0.03, 0.3, 0.6, 0.95):
        path.write_bytes(data[: int(len(data) * part)])
        with pytest.raises(LibraryDamaged, match="备份"):
            _read_everything(tmp_path)


def test_damage_inside_the_database_never_comes_out_as_a_foreign_error(tmp_path: Path) -> None:
    database = Database(Folder(tmp_path), create=True)
    for number in range(40):
        _store(database, f"{number}.txt", _page(f"{number}.txt", f"第{number}篇。" * 300))
    database.tidy()
    database.close()
    path = tmp_path / "library.db"
    data = path.read_bytes()
    noticed = 0
    for start in range(0, len(data) - 600, len(data) // 60):
        path.write_bytes(data[:start] + bytes(reversed(range(256))) * 2 + data[start + 512 :])
        with suppress(LibraryDamaged):
            _read_everything(tmp_path)
            continue
        noticed += 1
    assert noticed > 30


def _read_everything(folder: Path) -> None:
    database = Database(Folder(folder))
    try:
        truth = Contents(database)
        truth.articles()
        for info in truth.files():
            list(truth.page_texts(info.source))
        truth.passages(truth.without_vector("none", -1, 1000))
    finally:
        database.close()


def test_a_reading_sees_one_state_while_another_thread_writes(database: Database) -> None:
    _store(database, "a.txt", _page("a.txt", "甲篇。"))
    with database.reading() as connection:
        count = "SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM articles)"
        assert tuple(connection.execute(count).fetchone()) == (1, 1)
        writer = threading.Thread(target=_store, args=(database, "b.txt", _page("b.txt", "乙篇。")))
        writer.start()
        writer.join(10)
        assert not writer.is_alive(), "readers never block a writer"
        assert tuple(connection.execute(count).fetchone()) == (1, 1)
    assert Contents(database).stats().files == 2


def _hold(folder: Path, holding: object, release: object) -> None:
    with WriterLock(Folder(folder)).hold():
        holding.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_is_told_at_once_who_writes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    holding, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, holding, release))
    other.start()
    assert holding.wait(30)
    lock = WriterLock(Folder(tmp_path))
    with pytest.raises(LibraryBusy, match=f"进程 {other.pid}"), lock.hold():
        pass
    with lock.try_hold() as held:
        assert not held
    other.kill()
    other.join(30)
    with lock.hold():  # taken back by the system
        assert (tmp_path / "writer.pid").read_text() == f"{os.getpid()}\n"


def test_a_second_thread_is_a_second_writer_and_the_same_thread_is_not(tmp_path: Path) -> None:
    lock = WriterLock(Folder(tmp_path))
    seen: list[bool] = []

    def look() -> None:
        with lock.try_hold() as held:
            seen.append(held)

    with lock.hold():
        look()
        other = threading.Thread(target=look)
        other.start()
        other.join()
        look()
    look()
    assert seen == [True, False, True, True]


def test_a_library_without_its_identity_is_damaged(tmp_path: Path) -> None:
    database = Database(Folder(tmp_path), create=True)
    with database.writing() as connection:
        connection.execute("DELETE FROM meta")
    with pytest.raises(LibraryDamaged):
        Contents(database).state()
    database.close()


def test_rows_in_another_order_than_asked_for_are_damage(tmp_path: Path) -> None:
    """A damaged table may give any number; who reads on behind the last one would never end."""
    database = Database(Folder(tmp_path), create=True)
    with database.reading() as connection:
        assert ascending(connection.execute("SELECT 3 UNION SELECT 5 ORDER BY 1"), 2)
    for disordered in ("SELECT 3", "SELECT 5 UNION SELECT 4 ORDER BY 1 DESC", "SELECT 4 UNION ALL SELECT 4"):
        with pytest.raises(LibraryDamaged), database.reading() as connection:
            ascending(connection.execute(disordered), 3)
    database.close()
