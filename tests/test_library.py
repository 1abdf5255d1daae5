"""The library end to end: added, changed, removed, asked, interrupted, given another model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qa.errors import LibraryError, ModelError, ModelMismatch, NoLibrary, NotFound
from qa.library.library import Library
from qa.protocols import Array
from qa.types import Filters, Metadata, Query
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


def _contents(library: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(library)): path.read_bytes()
        for path in sorted(library.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_what_is_added_is_found_again(archive: Library, library: Path) -> None:
    assert [info.source for info in archive.files()] == ["0.txt", "1.txt", "2.txt", "2025/more.jsonl"]
    assert assert_whole(library) == archive.stats().passages == archive.stats().embedded > 15
    for number in (11, 21):
        hit = archive.search(Query(f"第{number}号供暖工程"))[0]
        assert (hit.article.location.source, hit.article.location.record) == ("2025/more.jsonl", f"r{number}")
        page = archive.page_text("2025/more.jsonl", f"r{number}")
        assert page == story(number)
        assert "".join(page[start:end] for start, end in hit.spans) == hit.passage.text
    assert found_sources(archive, "第11号", Filters(source="1.txt")) == ["1.txt"]
    answer = archive.ask(Query("第21号工程惠及居民多少户？"))
    assert all("第21号" in citation.quote for citation in answer.citations[:1])


def test_adding_twice_changes_nothing(archive: Library, library: Path, papers: Path) -> None:
    before = _contents(library)
    report = archive.add([papers])
    assert (report.added, report.changed, len(report.unchanged)) == ((), (), 4)
    assert _contents(library) == before
    os.utime(papers / "0.txt")  # another time stamp, the same bytes
    assert archive.add([papers / "0.txt"]).unchanged == ("0.txt",)


def test_a_changed_file_is_replaced(archive: Library, library: Path, papers: Path) -> None:
    (papers / "1.txt").write_text(story(100), encoding="utf-8")
    report = archive.add([papers])
    assert (report.added, report.changed) == ((), ("1.txt",))
    assert [article.text for article in archive.articles_of("1.txt")] == [story(100)]
    assert any("第100号" in hit.passage.text for hit in archive.search(Query("第100号工程", k=50)))
    assert not any("第1号" in hit.passage.text for hit in archive.search(Query("第1号工程", k=50)))
    assert_whole(library)


def test_a_change_of_the_same_length_and_time_is_seen(library: Path, papers: Path) -> None:
    path = papers / "0.txt"
    with open_library(library, create=True) as archive:
        archive.add([path])
        stamp = path.stat().st_mtime_ns
        path.write_text(story(0).replace("工程", "程工"), encoding="utf-8")
        os.utime(path, ns=(stamp, stamp))
        assert archive.add([path]).changed == ("0.txt",)


def test_a_removed_file_is_gone_from_all_three(archive: Library, library: Path) -> None:
    assert archive.remove(["2025/more.jsonl"]) == ("2025/more.jsonl",)
    assert set(found_sources(archive, "第11号工程")) <= {"0.txt", "1.txt", "2.txt"}
    assert archive.search(Query("第11号")) == () or "11号" not in archive.search(Query("第11号"))[0].passage.text
    assert_whole(library)
    assert archive.remove(["0.txt", "1.txt", "2.txt"]) == ("0.txt", "1.txt", "2.txt")
    assert assert_whole(library) == 0
    assert archive.search(Query("工程")) == ()
    with pytest.raises(NotFound):
        archive.remove(["0.txt"])


def test_the_same_story_from_two_files_is_one_article(archive: Library, library: Path, papers: Path) -> None:
    before = archive.stats()
    shutil.copy(papers / "0.txt", papers / "copy.txt")
    archive.add([papers])
    assert archive.stats().articles == before.articles
    assert archive.stats().passages == before.passages
    article = archive.articles_of("copy.txt")[0]
    assert [place.source for place in article.locations] == ["0.txt", "copy.txt"]
    archive.remove(["0.txt"])
    assert [place.source for place in archive.article(article.id).locations] == ["copy.txt"]
    assert_whole(library)


def test_colliding_names_get_their_folders_in_front(library: Path, tmp_path: Path) -> None:
    paths = []
    for number, folder in enumerate(("x/a", "y/a", "z/a", "x/b")):
        path = tmp_path / folder / "1.txt"
        path.parent.mkdir(parents=True)
        path.write_text(story(number), encoding="utf-8")
        paths.append(path)
    with open_library(library, create=True) as archive:
        for path in paths:
            archive.add([path])
        names = [info.source for info in archive.files()]
        assert names == ["1.txt", "a/1.txt", "z/a/1.txt", "b/1.txt"]
        assert archive.add(paths).unchanged == tuple(names)
        paths[1].write_text(story(50), encoding="utf-8")
        assert archive.add([tmp_path / "y"]).changed == ("a/1.txt",), "a file keeps the name it has"
        assert [article.text for article in archive.articles_of("a/1.txt")] == [story(50)]


def test_what_cannot_be_read_is_reported_and_the_rest_goes_in(archive: Library, library: Path, papers: Path) -> None:
    (papers / "empty.txt").write_bytes(b"")
    (papers / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (papers / "photo.jpg").write_bytes(b"\xff\xd8")
    (papers / "large.txt").write_text(story(5) * 2000, encoding="utf-8")
    (papers / "new.txt").write_text(story(60), encoding="utf-8")
    (papers / "1.txt").write_bytes(bytes(range(256)) * 20)
    report = archive.add([papers], max_mb=0.5)
    assert report.added == ("new.txt",)
    reasons = {Path(skip.path).name: skip for skip in report.skipped}
    assert set(reasons) >= {"binary.txt", "photo.jpg", "large.txt", "1.txt"}
    assert not reasons["photo.jpg"].failed
    assert all(reasons[name].failed and reasons[name].reason for name in ("binary.txt", "large.txt", "1.txt"))
    assert [article.text for article in archive.articles_of("1.txt")] == [story(1)], "the old articles stay"
    assert_whole(library)


def test_what_the_user_gives_holds_until_given_anew(library: Path, papers: Path) -> None:
    path = papers / "0.txt"
    with open_library(library, create=True) as archive:
        archive.add([path], given=Metadata(paper="通州日报"))
        assert archive.articles()[0].paper == "通州日报"
        assert archive.add([path]).unchanged == ("0.txt",)
        assert archive.add([path], given=Metadata(edition="02版")).changed == ("0.txt",)
        assert (archive.articles()[0].paper, archive.articles()[0].edition) == ("通州日报", "02版")
        path.write_text(story(70), encoding="utf-8")
        archive.add([path])
        assert (archive.articles()[0].paper, archive.articles()[0].edition) == ("通州日报", "02版")


def test_no_library_and_no_half_made_one(library: Path) -> None:
    with pytest.raises(NoLibrary, match="qa add"):
        Library.open(library, create=False)
    assert not library.exists()
    library.write_text("a file")
    with pytest.raises(LibraryError, match="--library"):
        Library.open(library / "below", create=True)


def test_an_empty_library_answers_that_nothing_is_there(library: Path) -> None:
    with open_library(library, create=True) as archive:
        assert archive.search(Query("供暖")) == ()
        assert not archive.ask(Query("供暖从哪天开始")).answered
        assert archive.examples(3) == ()
    with open_library(library) as archive:
        assert archive.stats().files == 0


def test_a_library_of_another_model_says_so_and_still_shows_its_articles(archive: Library, library: Path) -> None:
    with pytest.raises(ModelMismatch, match="qa model other"):
        open_library(library, embedder=HashingEmbedder("other"))
    with Library.open(library) as opened:
        assert opened.model == "hashing"
        assert len(opened.articles()) == 15


def test_a_question_is_embedded_once_and_a_failure_is_told(archive: Library, library: Path) -> None:
    class Counting(HashingEmbedder):
        asked: list[str] = []  # noqa: RUF012

        def embed_query(self, text: str) -> Array:
            self.asked.append(text)
            if "运河" in text:
                raise ModelError("model.not-offline", reason="模型坏了")
            return super().embed_query(text)

    with open_library(library, embedder=Counting()) as counted:
        quoting = "哪篇写了“供暖工程”？"
        assert counted.search(Query(quoting)) == archive.search(Query(quoting)), "which searches twice"
        assert Counting.asked == ["哪篇写了“供暖工程”?"], "normalised, once"
        assert counted.ask(Query("？")).reason is not None
        assert len(Counting.asked) == 1, "which says nothing"
        with pytest.raises(ModelError, match="模型坏了"):
            counted.search(Query("运河在哪里？"))


def test_another_model_takes_over_when_all_vectors_are_made(archive: Library, library: Path) -> None:
    other = Interrupted(HashingEmbedder("other", 48), after=0)
    with pytest.raises(KeyboardInterrupt):
        archive.set_model(other)
    assert (archive.model, archive.stats().embedded) == ("hashing", archive.stats().passages)
    assert archive.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
    assert_whole(library)
    archive.set_model(other.inner)
    assert archive.model == "other"
    assert archive.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
    assert_whole(library)
    with pytest.raises(ModelMismatch):
        open_library(library)
    with open_library(library, embedder=HashingEmbedder("other", 48)) as again:
        assert again.search(Query("第11号供暖工程"))[0].article.location.record == "r11"


def test_interrupted_while_embedding_it_goes_on_where_it_stopped(library: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(200))
    interrupted = Interrupted(HashingEmbedder(), after=1)
    with Library.open(library, create=True, embedder=interrupted) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.add([papers])
        stats = archive.stats()
        assert (stats.articles, stats.embedded) == (200, 64)
        assert_whole(library, embedded=False)
        found = [hit.article.location.record for hit in archive.search(Query("第150号工程", k=50))]
        assert "r150" in found, "by its terms"
    calls = Interrupted(HashingEmbedder(), after=10**6)
    with Library.open(library, embedder=calls) as archive:
        archive.add([])
        stats = archive.stats()
        assert stats.embedded == stats.passages
        assert 10**6 - calls.left == -(-(stats.passages - 64) // 64)
    assert_whole(library)


def test_interrupted_while_reading_the_files_before_stay(library: Path, papers: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("read", 2):
            raise KeyboardInterrupt

    with open_library(library, create=True) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.add([papers], progress=interrupt)
        assert [info.source for info in archive.files()] == ["0.txt", "1.txt"]
        assert_whole(library, embedded=False)
        assert archive.add([papers]).added == ("2.txt", "2025/more.jsonl")
    assert_whole(library)


def test_progress_tells_the_stages(library: Path, papers: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    with open_library(library, create=True) as archive:
        archive.add([papers], progress=lambda *step: seen.append(step))
        assert ("read", 4, 4) in seen
        assert ("embed", archive.stats().passages, archive.stats().passages) in seen
        assert {stage for stage, _, _ in seen} == {"read", "file", "index", "embed"}


def test_the_same_files_give_the_same_library_whatever_the_order(tmp_path: Path, papers: Path) -> None:
    orders = (sorted(papers.rglob("*.*")), sorted(papers.rglob("*.*"), reverse=True))
    found = []
    for number, order in enumerate(orders):
        with open_library(tmp_path / str(number), create=True) as archive:
            for path in order:
                archive.add([path])
            found.append([(hit.passage.id, round(hit.score, 5)) for hit in archive.search(Query("供暖工程", k=50))])
    assert found[0] == found[1]


def test_the_default_model_in_a_library_of_the_seed_pages(seeds_archive: Library, seeds_library: Path) -> None:
    assert_whole(seeds_library)
    for article in seeds_archive.articles():
        for place in article.locations:
            page = seeds_archive.page_text(place.source, place.record, place.page)
            printed = "".join(page[start:end] for start, end in place.spans(0, len(article.text)))
            assert "".join(printed.split()) == "".join(article.text.split())
    examples = seeds_archive.examples(6)
    assert len(set(examples)) == 6
    assert examples == seeds_archive.examples(6)
