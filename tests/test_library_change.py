"""What changes below what was added: files renamed, vanished, changed in part, read by parts; vectors made later."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.library import adding, in_parts, page_articles
from qa.library.library import Library
from qa.types import Edit, Metadata, Page, Query
from qa.types.protocols import Array, Progress
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
    library: Library, library_path: Path, papers: Path
) -> None:
    identity = library.articles_of("1.txt")[0].id
    library.edit(identity, Edit("", title="改过的题"))
    (papers / "1.txt").rename(papers / "2025" / "renamed.txt")
    report = library.add([papers])
    assert (report.renamed, report.added, report.vanished) == ((("1.txt", "2025/renamed.txt"),), (), ())
    article = library.article(identity)
    assert (article.title, article.location.source) == ("改过的题", "2025/renamed.txt")
    assert library.add([papers]).renamed == ()
    library.reset(identity)
    assert library.article(identity).title != "改过的题"
    assert_whole(library_path)


def test_a_copy_is_no_renaming(library: Library, papers: Path) -> None:
    (papers / "copy.txt").write_bytes((papers / "1.txt").read_bytes())
    report = library.add([papers])
    assert (report.renamed, report.added) == ((), ("copy.txt",))


def test_a_file_of_which_more_is_said_is_read_again(library: Library, papers: Path) -> None:
    (papers / "1.txt").rename(papers / "renamed.txt")
    report = library.add([papers], given=Metadata(paper="通州日报"))
    assert report.renamed == (("1.txt", "renamed.txt"),)
    assert "renamed.txt" in report.changed
    assert library.articles_of("renamed.txt")[0].paper == "通州日报"


def test_an_issue_is_read_again_when_one_of_its_pages_changes(library_path: Path, tmp_path: Path) -> None:
    path = reader_files.issue(tmp_path / "issue")
    page = path.parent / "alto" / "0002.xml"
    with open_library(library_path, create=True) as library:
        library.add([path.parent])
        assert library.add([path.parent]).unchanged == ("issue-mets.xml",)
        written = page.read_text(encoding="utf-8")
        page.write_text(written.replace("天气转晴。", "天气转阴。"), encoding="utf-8")
        assert library.add([path.parent]).changed == ("issue-mets.xml",)
        assert "天气转阴。" in [one.text.strip() for one in library.articles_of("issue-mets.xml")]
        page.unlink()
        report = library.add([path.parent])
        assert report.changed == ("issue-mets.xml",)
        assert [Path(one.path).name for one in report.skipped] == ["0001.xml", "issue-mets.xml:0002.xml"]


def test_what_vanished_is_told_and_dropped_only_when_asked(library: Library, library_path: Path, papers: Path) -> None:
    (papers / "1.txt").unlink()
    for _ in range(2):
        assert library.add([papers]).vanished == ("1.txt",)
    assert library.add([papers / "2025"], prune=True).removed == (), "it lay elsewhere"
    assert library.articles_of("1.txt")
    report = library.add([papers], prune=True)
    assert (report.removed, report.vanished) == (("1.txt",), ())
    assert "1.txt" not in found_sources(library, "第1号工程")
    assert_whole(library_path)


def test_a_folder_that_is_gone_itself_prunes_nothing(library: Library, papers: Path, tmp_path: Path) -> None:
    papers.rename(tmp_path / "unplugged")
    report = library.add([papers], prune=True)
    assert (report.removed, report.vanished, report.failed) == ((), (), True)
    assert len(library.files()) == 4


def test_only_passages_that_say_something_else_are_embedded(library_path: Path, tmp_path: Path) -> None:
    model = Counting()
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(story(number) for number in range(20)), encoding="utf-8")
    with open_library(library_path, create=True, embedder=model) as library:
        library.add([path])
        total = model.embedded
        assert total == library.stats().passages
        path.write_text(path.read_text("utf-8") + "\n\n最后添了一段，说的是路灯。", encoding="utf-8")
        library.add([path])
        assert 1 <= model.embedded - total < total / 2
        before = model.embedded
        (tmp_path / "b.txt").write_text(path.read_text("utf-8"), encoding="utf-8")
        library.add([tmp_path / "b.txt"])
        assert model.embedded == before
    assert_whole(library_path)


@pytest.fixture
def by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are kept after every tenth page."""
    monkeypatch.setattr(adding, "_FEWEST_PAGES", 10)
    monkeypatch.setattr(in_parts, "PAGES", 10)
    monkeypatch.setattr(adding, "_SOONEST_SECONDS", 0.0)
    monkeypatch.setattr(adding, "_SHARE", 0.0)


@pytest.mark.usefixtures("by_parts")
def test_a_large_file_is_findable_before_it_is_read(library_path: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    seen: list[tuple[int, str | None]] = []

    def look(stage: str, done: int, total: int) -> None:
        if stage == "index":
            with open_library(library_path) as reader:
                hits = reader.search(Query("第3号工程"))
                seen.append((reader.stats().articles, hits[0].article.location.record if hits else None))

    with open_library(library_path, create=True) as library:
        library.add([papers], progress=look)
        assert library.files()[0].complete
    counts = [count for count, _ in seen]
    assert counts[0] == 10
    assert counts == sorted(counts)
    assert {record for _, record in seen[1:]} == {"r3"}
    assert_whole(library_path)


def test_a_short_file_whose_pages_take_long_is_findable_before_it_is_read(
    library_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_LONG_SECONDS", "_SOONEST_SECONDS", "_SHARE"):
        monkeypatch.setattr(adding, name, 0.0)
    monkeypatch.setattr(in_parts, "SECONDS", 0.0)
    seen: list[int] = []

    def look(stage: str, done: int, total: int) -> None:
        if stage == "index":
            with open_library(library_path) as reader:
                seen.append(reader.stats().articles)

    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "papers.jsonl", range(3))], progress=look)
    assert {1, 2, 3} <= set(seen)
    assert_whole(library_path)


@pytest.mark.parametrize(("pages", "seconds", "parts"), [(2, 10.0, [2, 2, 1]), (200, 0.0, [1] * 5), (200, 10.0, [5])])
def test_a_part_ends_with_so_many_pages_or_after_so_long(
    monkeypatch: pytest.MonkeyPatch, pages: int, seconds: float, parts: list[int]
) -> None:
    monkeypatch.setattr(in_parts, "PAGES", pages)
    monkeypatch.setattr(in_parts, "SECONDS", seconds)
    cuts = iter([(Page("a.tif", f"第{number}版"), ()) for number in range(5)])
    read = [in_parts._read(cuts, in_parts=True)]
    while not read[-1][1]:
        read.append(in_parts._read(cuts, in_parts=True))
    assert [len(part) for part, _ in read if part] == parts


def test_how_far_a_file_is_read_is_told_story_by_story(
    library_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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

        with open_library(library_path, create=True) as library:
            library.add([path], vectors=False, progress=note)
        done = [read for read, _ in seen]
        assert done == sorted(done)
        assert len(set(done)) > 3
        assert (done[-1], {size for _, size in seen}) == (path.stat().st_size, {path.stat().st_size})


@pytest.mark.usefixtures("by_parts")
def test_interrupted_inside_a_large_file_it_goes_on_there(library_path: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    calls = 0

    def interrupt(stage: str, done: int, total: int) -> None:
        nonlocal calls
        calls += stage == "index"
        if calls == 4:
            raise KeyboardInterrupt

    with open_library(library_path, create=True) as library:
        with pytest.raises(KeyboardInterrupt):
            library.add([papers], progress=interrupt)
        assert [info.complete for info in library.files()] == [False]
        begun = library.stats().articles
        assert 30 <= begun < 100
        report = library.add([papers])
        assert (report.added, report.articles) == (("papers.jsonl",), 100 - begun)
        assert [one.location.record for one in library.articles()] == [f"r{number}" for number in range(100)]
    assert_whole(library_path)


@pytest.mark.usefixtures("by_parts")
def test_a_large_file_that_turns_out_unreadable_leaves_nothing(library_path: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(100))
    import lzma

    packed = tmp_path / "papers.jsonl.xz"
    packed.write_bytes(lzma.compress(papers.read_bytes())[:-2000])
    with open_library(library_path, create=True) as library:
        assert library.add([packed]).failed
        assert (library.files(), library.stats().articles) == ((), 0)
        assert library.search(Query("第3号工程")) == ()
    assert_whole(library_path)


def test_without_vectors_it_is_found_by_terms_and_says_so(library_path: Path, papers: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([papers], vectors=False)
        passages = library.stats().passages
        assert library.vectors.ready() == (0, passages)
        assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
        library.vectors.make()
        assert library.vectors.ready() == (passages, passages)
    assert_whole(library_path)


class Slow(HashingEmbedder):
    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        time.sleep(0.05)
        return super().embed_passages(texts, progress)


def test_vectors_are_made_behind_while_others_add_and_ask(library_path: Path, tmp_path: Path) -> None:
    first = write_records(tmp_path / "first.jsonl", range(200))
    with open_library(library_path, create=True, embedder=Slow()) as library:
        library.add([first], vectors=False)
        library.vectors.start()
        library.vectors.start()  # it runs already
        with open_library(library_path) as other:
            other.add([write_records(tmp_path / "second.jsonl", range(300, 340))], vectors=False)
        assert library.search(Query("第7号供暖工程"))
        until = time.monotonic() + 30
        while library.vectors.status.is_running and time.monotonic() < until:
            time.sleep(0.02)
        status = library.vectors.status
        assert (status.is_running, status.problem, status.model) == (False, None, "hashing")
        assert status.per_second
        assert library.stats().embedded == library.stats().passages
    assert_whole(library_path)


def test_stopped_it_goes_on_another_time(library_path: Path, tmp_path: Path) -> None:
    papers = write_records(tmp_path / "papers.jsonl", range(300))
    with open_library(library_path, create=True, embedder=Slow()) as library:
        library.add([papers], vectors=False)
        library.vectors.start()
        while library.vectors.status.done < 64:
            time.sleep(0.01)
        library.vectors.stop()
        made = library.stats().embedded
        assert 64 <= made < library.stats().passages
        assert_whole(library_path, embedded=False)
        library.vectors.make()
    assert_whole(library_path)


def test_another_writer_makes_the_vectors_wait_not_fail(library_path: Path, papers: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([papers], vectors=False)
        with held_elsewhere(library_path):
            library.vectors.start()
            time.sleep(0.3)
            assert library.vectors.status.is_running
            assert library.stats().embedded == 0
        until = time.monotonic() + 20
        while library.vectors.status.is_running and time.monotonic() < until:
            time.sleep(0.02)
        assert library.stats().embedded == library.stats().passages


def test_a_change_of_model_goes_on_behind_and_the_old_vectors_serve(library_path: Path, papers: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([papers])
        with pytest.raises(KeyboardInterrupt):
            library.set_model(Interrupted(HashingEmbedder("other", 48), after=0))
        assert library.model == "hashing"
        (papers / "late.txt").write_text(story(77), encoding="utf-8")
        library.add([papers])
        assert library.vectors.ready()[0] == library.stats().passages, "new files get the vectors that serve"
        done = threading.Event()
        changing = threading.Thread(target=lambda: (library.set_model(HashingEmbedder("other", 48)), done.set()))
        changing.start()
        while not done.is_set():
            assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
        changing.join()
        assert library.model == "other"
        assert library.vectors.ready()[0] == library.stats().passages
    assert_whole(library_path)
