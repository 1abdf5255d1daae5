"""The library end to end: added, changed, removed, asked, interrupted, given another model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qa.errors import LibraryError, ModelError, ModelMismatch, NoLibrary, NotFound
from qa.library.library import Library
from qa.types import Filters, Metadata, Query
from qa.types.protocols import Array
from tests.parts.library import (
    HashingEmbedder,
    Interrupted,
    assert_whole,
    found_sources,
    open_library,
    story,
    write_records,
)

pytest_plugins = ("tests.parts.library_fixtures",)


def _contents(library_path: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(library_path)): path.read_bytes()
        for path in sorted(library_path.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_what_is_added_is_found_again(library: Library, library_path: Path) -> None:
    assert [info.source for info in library.files()] == ["0.txt", "1.txt", "2.txt", "2025/more.jsonl"]
    assert assert_whole(library_path) == library.stats().passages == library.stats().embedded > 15
    for number in (11, 21):
        hit = library.search(Query(f"第{number}号供暖工程"))[0]
        assert (hit.article.location.source, hit.article.location.record) == ("2025/more.jsonl", f"r{number}")
        page = library.page_text("2025/more.jsonl", f"r{number}")
        assert page == story(number)
        assert "".join(page[start:end] for start, end in hit.spans) == hit.passage.text
    assert found_sources(library, "第11号", Filters(source="1.txt")) == ["1.txt"]
    answer = library.ask(Query("第21号工程惠及居民多少户？"))
    assert all("第21号" in citation.quote for citation in answer.citations[:1])


def test_adding_twice_changes_nothing(library: Library, library_path: Path, papers: Path) -> None:
    before = _contents(library_path)
    report = library.add([papers])
    assert (report.added, report.changed, len(report.unchanged)) == ((), (), 4)
    assert _contents(library_path) == before
    os.utime(papers / "0.txt")  # another time stamp, the same bytes
    assert library.add([papers / "0.txt"]).unchanged == ("0.txt",)


def test_a_changed_file_is_replaced(library: Library, library_path: Path, papers: Path) -> None:
    (papers / "1.txt").write_text(story(100), encoding="utf-8")
    report = library.add([papers])
    assert (report.added, report.changed) == ((), ("1.txt",))
    assert [article.text for article in library.articles_of("1.txt")] == [story(100)]
    assert any("第100号" in hit.passage.text for hit in library.search(Query("第100号工程", k=50)))
    assert not any("第1号" in hit.passage.text for hit in library.search(Query("第1号工程", k=50)))
    assert_whole(library_path)


def test_a_change_of_the_same_length_and_time_is_seen(library_path: Path, papers: Path) -> None:
    path = papers / "0.txt"
    with open_library(library_path, create=True) as library:
        library.add([path])
        stamp = path.stat().st_mtime_ns
        path.write_text(story(0).replace("工程", "程工"), encoding="utf-8")
        os.utime(path, ns=(stamp, stamp))
        assert library.add([path]).changed == ("0.txt",)


def test_a_removed_file_is_gone_from_all_three(library: Library, library_path: Path) -> None:
    assert library.remove(["2025/more.jsonl"]) == ("2025/more.jsonl",)
    assert set(found_sources(library, "第11号工程")) <= {"0.txt", "1.txt", "2.txt"}
    assert library.search(Query("第11号")) == () or "11号" not in library.search(Query("第11号"))[0].passage.text
    assert_whole(library_path)
    assert library.remove(["0.txt", "1.txt", "2.txt"]) == ("0.txt", "1.txt", "2.txt")
    assert assert_whole(library_path) == 0
    assert library.search(Query("工程")) == ()
    with pytest.raises(NotFound):
        library.remove(["0.txt"])


def test_the_same_story_from_two_files_is_one_article(library: Library, library_path: Path, papers: Path) -> None:
    before = library.stats()
    shutil.copy(papers / "0.txt", papers / "copy.txt")
    library.add([papers])
    assert library.stats().articles == before.articles
    assert library.stats().passages == before.passages
    article = library.articles_of("copy.txt")[0]
    assert [place.source for place in article.locations] == ["0.txt", "copy.txt"]
    library.remove(["0.txt"])
    assert [place.source for place in library.article(article.id).locations] == ["copy.txt"]
    assert_whole(library_path)


def test_colliding_names_get_their_folders_in_front(library_path: Path, tmp_path: Path) -> None:
    paths = []
    for number, folder in enumerate(("x/a", "y/a", "z/a", "x/b")):
        path = tmp_path / folder / "1.txt"
        path.parent.mkdir(parents=True)
        path.write_text(story(number), encoding="utf-8")
        paths.append(path)
    with open_library(library_path, create=True) as library:
        for path in paths:
            library.add([path])
        names = [info.source for info in library.files()]
        assert names == ["1.txt", "a/1.txt", "z/a/1.txt", "b/1.txt"]
        assert library.add(paths).unchanged == tuple(names)
        paths[1].write_text(story(50), encoding="utf-8")
        assert library.add([tmp_path / "y"]).changed == ("a/1.txt",), "a file keeps the name it has"
        assert [article.text for article in library.articles_of("a/1.txt")] == [story(50)]


def test_what_cannot_be_read_is_reported_and_the_rest_goes_in(
    library: Library, library_path: Path, papers: Path
) -> None:
    (papers / "empty.txt").write_bytes(b"")
    (papers / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (papers / "photo.gif").write_bytes(b"\xff\xd8")
    (papers / "large.txt").write_text(story(5) * 2000, encoding="utf-8")
    (papers / "new.txt").write_text(story(60), encoding="utf-8")
    (papers / "1.txt").write_bytes(bytes(range(256)) * 20)
    report = library.add([papers], max_mb=0.5)
    assert report.added == ("new.txt",)
    reasons = {Path(skip.path).name: skip for skip in report.skipped}
    assert set(reasons) >= {"binary.txt", "photo.gif", "large.txt", "1.txt"}
    assert not reasons["photo.gif"].failed
    assert all(reasons[name].failed and reasons[name].reason for name in ("binary.txt", "large.txt", "1.txt"))
    assert [article.text for article in library.articles_of("1.txt")] == [story(1)], "the old articles stay"
    assert_whole(library_path)


def test_what_the_user_gives_holds_until_given_anew(library_path: Path, papers: Path) -> None:
    path = papers / "0.txt"
    with open_library(library_path, create=True) as library:
        library.add([path], given=Metadata(paper="通州日报"))
        assert library.articles()[0].paper == "通州日报"
        assert library.add([path]).unchanged == ("0.txt",)
        assert library.add([path], given=Metadata(edition="02版")).changed == ("0.txt",)
        assert (library.articles()[0].paper, library.articles()[0].edition) == ("通州日报", "02版")
        path.write_text(story(70), encoding="utf-8")
        library.add([path])
        assert (library.articles()[0].paper, library.articles()[0].edition) == ("通州日报", "02版")


def test_no_library_and_no_half_made_one(library_path: Path) -> None:
    with pytest.raises(NoLibrary, match="qa add"):
        Library.open(library_path, create=False)
    assert not library_path.exists()
    library_path.write_text("a file")
    with pytest.raises(LibraryError, match="--library"):
        Library.open(library_path / "below", create=True)


def test_an_empty_library_answers_that_nothing_is_there(library_path: Path) -> None:
    with open_library(library_path, create=True) as library:
        assert library.search(Query("供暖")) == ()
        assert not library.ask(Query("供暖从哪天开始")).answered
        assert library.examples(3) == ()
    with open_library(library_path) as library:
        assert library.stats().files == 0


def test_a_library_of_another_model_says_so_and_still_shows_its_articles(library: Library, library_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="qa model other"):
        open_library(library_path, embedder=HashingEmbedder("other"))
    with Library.open(library_path) as opened:
        assert opened.model == "hashing"
        assert len(opened.articles()) == 15


def test_a_question_is_embedded_once_and_a_failure_is_told(library: Library, library_path: Path) -> None:
    class Counting(HashingEmbedder):
        asked: list[str] = []  # noqa: RUF012

        def embed_query(self, text: str) -> Array:
            self.asked.append(text)
            if "运河" in text:
                raise ModelError("model.not-offline", reason="模型坏了")
            return super().embed_query(text)

    with open_library(library_path, embedder=Counting()) as counted:
        quoting = "哪篇写了“供暖工程”？"
        assert counted.search(Query(quoting)) == library.search(Query(quoting)), "which searches twice"
        assert Counting.asked == ["哪篇写了“供暖工程”?"], "normalised, once"
        assert counted.ask(Query("？")).reason is not None
        assert len(Counting.asked) == 1, "which says nothing"
        with pytest.raises(ModelError, match="模型坏了"):
            counted.search(Query("运河在哪里？"))


def test_another_model_takes_over_when_all_vectors_are_made(library: Library, library_path: Path) -> None:
    other = Interrupted(HashingEmbedder("other", 48), after=0)
    with pytest.raises(KeyboardInterrupt):
        library.set_model(other)
    assert (library.model, library.stats().embedded) == ("hashing", library.stats().passages)
    assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
    assert_whole(library_path)
    library.set_model(other.inner)
    assert library.model == "other"
    assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
    assert_whole(library_path)
    with pytest.raises(ModelMismatch):
        open_library(library_path)
    with open_library(library_path, embedder=HashingEmbedder("other", 48)) as again:
        assert again.search(Query("第11号供暖工程"))[0].article.location.record == "r11"


def test_interrupted_while_embedding_it_goes_on_where_it_stopped(library_path: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(200))
    interrupted = Interrupted(HashingEmbedder(), after=1)
    with Library.open(library_path, create=True, embedder=interrupted) as library:
        with pytest.raises(KeyboardInterrupt):
            library.add([papers])
        stats = library.stats()
        assert (stats.articles, stats.embedded) == (200, 64)
        assert_whole(library_path, embedded=False)
        found = [hit.article.location.record for hit in library.search(Query("第150号工程", k=50))]
        assert "r150" in found, "by its terms"
    calls = Interrupted(HashingEmbedder(), after=10**6)
    with Library.open(library_path, embedder=calls) as library:
        library.add([])
        stats = library.stats()
        assert stats.embedded == stats.passages
        assert 10**6 - calls.left == -(-(stats.passages - 64) // 64)
    assert_whole(library_path)


def test_interrupted_while_reading_the_files_before_stay(library_path: Path, papers: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("read", 2):
            raise KeyboardInterrupt

    with open_library(library_path, create=True) as library:
        with pytest.raises(KeyboardInterrupt):
            library.add([papers], progress=interrupt)
        assert [info.source for info in library.files()] == ["0.txt", "1.txt"]
        assert_whole(library_path, embedded=False)
        assert library.add([papers]).added == ("2.txt", "2025/more.jsonl")
    assert_whole(library_path)


def test_progress_tells_the_stages(library_path: Path, papers: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    with open_library(library_path, create=True) as library:
        library.add([papers], progress=lambda *step: seen.append(step))
        assert ("read", 4, 4) in seen
        assert ("embed", library.stats().passages, library.stats().passages) in seen
        assert {stage for stage, _, _ in seen} == {"read", "file", "index", "embed"}


def test_the_same_files_give_the_same_library_whatever_the_order(tmp_path: Path, papers: Path) -> None:
    orders = (sorted(papers.rglob("*.*")), sorted(papers.rglob("*.*"), reverse=True))
    found = []
    for number, order in enumerate(orders):
        with open_library(tmp_path / str(number), create=True) as library:
            for path in order:
                library.add([path])
            found.append([(hit.passage.id, round(hit.score, 5)) for hit in library.search(Query("供暖工程", k=50))])
    assert found[0] == found[1]


def test_the_default_model_in_a_library_of_the_seed_pages(seeds_library: Library, seeds_path: Path) -> None:
    assert_whole(seeds_path)
    for article in seeds_library.articles():
        for place in article.locations:
            page = seeds_library.page_text(place.source, place.record, place.page)
            printed = "".join(page[start:end] for start, end in place.spans(0, len(article.text)))
            assert "".join(printed.split()) == "".join(article.text.split())
    examples = seeds_library.examples(6)
    assert len(set(examples)) == 6
    assert examples == seeds_library.examples(6)
