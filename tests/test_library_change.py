"""What changes below what was added: files renamed, vanished, changed in part, read by parts; vectors made later."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.library import adding, page_articles
from qa.library.library import Library
from qa.protocols import Array, Progress
from qa.types import Edit, Metadata, Query
from tests.parts import format_files as reader_files
from tests.parts.library import (
    HashingEmbedder,
    Interrupted,
    assert_whole,
    found_sources,
    held_elsewhere,
    open_library,
    story,
    write_records,
)

pytest_plugins = ("tests.parts.library_fixtures",)


class Counting(HashingEmbedder):
    """Remembers how many texts it embedded."""

    embedded = 0

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        self.embedded += len(texts)
        return super().embed_passages(texts, progress)


def test_a_renamed_file_keeps_its_articles_its_edits_and_its_vectors(
    archive: Library, library: Path, papers: Path
) -> None:
    identity = archive.articles_of("1.txt")[0].id
    archive.edit(identity, Edit("", title="改过的题"))
    (papers / "1.txt").rename(papers / "2025" / "renamed.txt")
    report = archive.add([papers])
    assert (report.renamed, report.added, report.vanished) == ((("1.txt", "2025/renamed.txt"),), (), ())
    article = archive.article(identity)
    assert (article.title, article.location.source) == ("改过的题", "2025/renamed.txt")
    assert archive.add([papers]).renamed == ()
    archive.reset(identity)
    assert archive.article(identity).title != "改过的题"
    assert_whole(library)


def test_a_copy_is_no_renaming(archive: Library, papers: Path) -> None:
    (papers / "copy.txt").write_bytes((papers / "1.txt").read_bytes())
    report = archive.add([papers])
    assert (report.renamed, report.added) == ((), ("copy.txt",))


def test_a_file_of_which_more_is_said_is_read_again(archive: Library, papers: Path) -> None:
    (papers / "1.txt").rename(papers / "renamed.txt")
    report = archive.add([papers], given=Metadata(paper="通州日报"))
    assert report.renamed == (("1.txt", "renamed.txt"),)
    assert "renamed.txt" in report.changed
    assert archive.articles_of("renamed.txt")[0].paper == "通州日报"


def test_an_issue_is_read_again_when_one_of_its_pages_changes(library: Path, tmp_path: Path) -> None:
    path = reader_files.issue(tmp_path / "issue")
    page = path.parent / "alto" / "0002.xml"
    with open_library(library, create=True) as archive:
        archive.add([path.parent])
        assert archive.add([path.parent]).unchanged == ("issue-mets.xml",)
        written = page.read_text(encoding="utf-8")
        page.write_text(written.replace("天气转晴。", "天气转阴。"), encoding="utf-8")
        assert archive.add([path.parent]).changed == ("issue-mets.xml",)
        assert "天气转阴。" in [one.text.strip() for one in archive.articles_of("issue-mets.xml")]
        page.unlink()
        report = archive.add([path.parent])
        assert report.changed == ("issue-mets.xml",)
        assert [Path(one.path).name for one in report.skipped] == ["0001.xml", "issue-mets.xml:0002.xml"]


def test_what_vanished_is_told_and_dropped_only_when_asked(archive: Library, library: Path, papers: Path) -> None:
    (papers / "1.txt").unlink()
    for _ in range(2):
        assert archive.add([papers]).vanished == ("1.txt",)
    assert archive.add([papers / "2025"], prune=True).removed == (), "it lay elsewhere"
    assert archive.articles_of("1.txt")
    report = archive.add([papers], prune=True)
    assert (report.removed, report.vanished) == (("1.txt",), ())
    assert "1.txt" not in found_sources(archive, "第1号工程")
    assert_whole(library)


def test_a_folder_that_is_gone_itself_prunes_nothing(archive: Library, papers: Path, tmp_path: Path) -> None:
    papers.rename(tmp_path / "unplugged")
    report = archive.add([papers], prune=True)
    assert (report.removed, report.vanished, report.failed) == ((), (), True)
    assert len(archive.files()) == 4


def test_only_passages_that_say_something_else_are_embedded(library: Path, tmp_path: Path) -> None:
    model = Counting()
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(story(number) for number in range(20)), encoding="utf-8")
    with open_library(library, create=True, embedder=model) as archive:
        archive.add([path])
        total = model.embedded
        assert total == archive.stats().passages
        path.write_text(path.read_text("utf-8") + "\n\n最后添了一段，说的是路灯。", encoding="utf-8")
        archive.add([path])
        assert 1 <= model.embedded - total < total / 2
        before = model.embedded
        (tmp_path / "b.txt").write_text(path.read_text("utf-8"), encoding="utf-8")
        archive.add([tmp_path / "b.txt"])
        assert model.embedded == before
    assert_whole(library)


@pytest.fixture
def by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are kept after every tenth page."""
    monkeypatch.setattr(adding, "_FEWEST_PAGES", 10)
    monkeypatch.setattr(adding, "_SOONEST_SECONDS", 0.0)
    monkeypatch.setattr(adding, "_SHARE", 0.0)


@pytest.mark.usefixtures("by_parts")
def test_a_large_file_is_findable_before_it_is_read(library: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    seen: list[tuple[int, str | None]] = []

    def look(stage: str, done: int, total: int) -> None:
        if stage == "index":
            with open_library(library) as reader:
                hits = reader.search(Query("第3号工程"))
                seen.append((reader.stats().articles, hits[0].article.location.record if hits else None))

    with open_library(library, create=True) as archive:
        archive.add([papers], progress=look)
        assert archive.files()[0].complete
    counts = [count for count, _ in seen]
    assert counts[0] == 10
    assert counts == sorted(counts)
    assert {record for _, record in seen[1:]} == {"r3"}
    assert_whole(library)


def test_how_far_a_file_is_read_is_told_story_by_story(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_articles, "_PART_CHARS", 1000)  # of an endless page
    records = write_records(tmp_path / "records.jsonl", range(3000))  # more than a look at the disk brings
    page = tmp_path / "page.txt"
    page.write_text("\n\n".join(f"第{number}号消息\n{story(number)}" for number in range(50)), encoding="utf-8")
    for path in (records, page):
        seen: list[tuple[int, int]] = []

        def note(stage: str, done: int, total: int, seen: list[tuple[int, int]] = seen) -> None:
            if stage == "file":
                seen.append((done, total))

        with open_library(library, create=True) as archive:
            archive.add([path], vectors=False, progress=note)
        done = [read for read, _ in seen]
        assert done == sorted(done)
        assert len(set(done)) > 3
        assert (done[-1], {size for _, size in seen}) == (path.stat().st_size, {path.stat().st_size})


@pytest.mark.usefixtures("by_parts")
def test_interrupted_inside_a_large_file_it_goes_on_there(library: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    calls = 0

    def interrupt(stage: str, done: int, total: int) -> None:
        nonlocal calls
        calls += stage == "index"
        if calls == 4:
            raise KeyboardInterrupt

    with open_library(library, create=True) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.add([papers], progress=interrupt)
        assert [info.complete for info in archive.files()] == [False]
        begun = archive.stats().articles
        assert 30 <= begun < 100
        report = archive.add([papers])
        assert (report.added, report.articles) == (("papers.jsonl",), 100 - begun)
        assert [one.location.record for one in archive.articles()] == [f"r{number}" for number in range(100)]
    assert_whole(library)


@pytest.mark.usefixtures("by_parts")
def test_a_large_file_that_turns_out_unreadable_leaves_nothing(library: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    import lzma

    packed = tmp_path / "papers.jsonl.xz"
    packed.write_bytes(lzma.compress(papers.read_bytes())[:-2000])
    with open_library(library, create=True) as archive:
        assert archive.add([packed]).failed
        assert (archive.files(), archive.stats().articles) == ((), 0)
        assert archive.search(Query("第3号工程")) == ()
    assert_whole(library)


def test_without_vectors_it_is_found_by_terms_and_says_so(library: Path, papers: Path) -> None:
    with open_library(library, create=True) as archive:
        archive.add([papers], vectors=False)
        passages = archive.stats().passages
        assert archive.vectors.ready() == (0, passages)
        assert archive.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
        archive.vectors.make()
        assert archive.vectors.ready() == (passages, passages)
    assert_whole(library)


class Slow(HashingEmbedder):
    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        time.sleep(0.05)
        return super().embed_passages(texts, progress)


def test_vectors_are_made_behind_while_others_add_and_ask(library: Path, tmp_path: Path) -> None:
    first = write_records(tmp_path / "first.jsonl", range(200))
    with open_library(library, create=True, embedder=Slow()) as archive:
        archive.add([first], vectors=False)
        archive.vectors.start()
        archive.vectors.start()  # it runs already
        with open_library(library) as other:
            other.add([write_records(tmp_path / "second.jsonl", range(300, 340))], vectors=False)
        assert archive.search(Query("第7号供暖工程"))
        until = time.monotonic() + 30
        while archive.vectors.status.is_running and time.monotonic() < until:
            time.sleep(0.02)
        status = archive.vectors.status
        assert (status.is_running, status.problem, status.model) == (False, None, "hashing")
        assert status.per_second
        assert archive.stats().embedded == archive.stats().passages
    assert_whole(library)


def test_stopped_it_goes_on_another_time(library: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(300))
    with open_library(library, create=True, embedder=Slow()) as archive:
        archive.add([papers], vectors=False)
        archive.vectors.start()
        while archive.vectors.status.done < 64:
            time.sleep(0.01)
        archive.vectors.stop()
        made = archive.stats().embedded
        assert 64 <= made < archive.stats().passages
        assert_whole(library, embedded=False)
        archive.vectors.make()
    assert_whole(library)


def test_another_writer_makes_the_vectors_wait_not_fail(library: Path, papers: Path) -> None:
    with open_library(library, create=True) as archive:
        archive.add([papers], vectors=False)
        with held_elsewhere(library):
            archive.vectors.start()
            time.sleep(0.3)
            assert archive.vectors.status.is_running
            assert archive.stats().embedded == 0
        until = time.monotonic() + 20
        while archive.vectors.status.is_running and time.monotonic() < until:
            time.sleep(0.02)
        assert archive.stats().embedded == archive.stats().passages


def test_a_change_of_model_goes_on_behind_and_the_old_vectors_serve(library: Path, papers: Path) -> None:
    with open_library(library, create=True) as archive:
        archive.add([papers])
        with pytest.raises(KeyboardInterrupt):
            archive.set_model(Interrupted(HashingEmbedder("other", 48), after=0))
        assert archive.model == "hashing"
        (papers / "late.txt").write_text(story(77), encoding="utf-8")
        archive.add([papers])
        assert archive.vectors.ready()[0] == archive.stats().passages, "new files get the vectors that serve"
        done = threading.Event()
        changing = threading.Thread(target=lambda: (archive.set_model(HashingEmbedder("other", 48)), done.set()))
        changing.start()
        while not done.is_set():
            assert archive.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
        changing.join()
        assert archive.model == "other"
        assert archive.vectors.ready()[0] == archive.stats().passages
    assert_whole(library)
