"""Reprints: which texts are one story, how stories are kept as articles come and go, and that each speaks once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import reprints
from qa.library.background import BATCH
from qa.library.library import Library
from qa.services import wire
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.texts import ungrouped
from qa.types import Query
from tests.parts.library import held_elsewhere, open_library, story, to_format

pytest_plugins = ("tests.parts.library_fixtures",)


def _same(one: str, other: str) -> bool:
    return reprints.are_reprints(reprints.fingerprint(one), reprints.fingerprint(other))


def _shares_a_key(one: str, other: str) -> bool:
    return bool(set(reprints.fingerprint(one).keys) & set(reprints.fingerprint(other).keys))


def _misread(text: str, every: int) -> str:
    """The text with each so-manieth character read wrong, digits apart."""
    return "".join("囧" if at % every == every - 1 and not c.isdigit() else c for at, c in enumerate(text))


def test_what_is_one_story() -> None:
    whole = story(1)
    assert _same(whole, whole)
    assert _same(whole, whole.replace("，", ", ").replace("。", "。\n　　"))
    assert _same(whole, "本报讯（记者 张三）" + whole)
    assert _same(whole, _misread(whole, 60))
    assert not _same(whole, story(2))
    assert not _same(whole, _misread(whole, 3))


def test_the_same_form_with_other_numbers_is_another_story() -> None:
    form = "据市气象台消息，今天白天晴间多云，北转南风二三级，最高气温{}度，最低气温{}度，降水概率{}%，适宜户外活动。"
    assert not _same(form.format(21, 9, 10), form.format(17, 5, 40))
    assert _same(form.format(21, 9, 10), "本报讯 " + form.format(21, 9, 10))


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_signatures_are_those_that_libraries_hold(hashes: set[int]) -> None:
    """They were made by datasketch."""
    theirs = MinHash(num_perm=24, seed=1, hashfunc=int)
    theirs.update_batch(hashes)
    ours = reprints._minima(np.array(sorted(hashes), np.uint64))
    assert ours.tolist() == theirs.hashvalues.tolist()


def test_too_short_to_be_told_apart() -> None:
    assert reprints.fingerprint("图片新闻").keys == ()
    assert not _same("图片新闻", "图片新闻")


def test_alike_texts_share_a_key_and_others_hardly_ever_do() -> None:
    assert all(_shares_a_key(story(number), _misread(story(number), 60)) for number in range(50))
    assert sum(_shares_a_key(story(number), story(number + 1)) for number in range(200)) < 60


@given(st.text())
def test_any_text_has_a_fingerprint_and_is_itself(text: str) -> None:
    one, again = reprints.fingerprint(text), reprints.fingerprint(text)
    assert (one.keys, one.numbers, one.shingles.tolist()) == (again.keys, again.numbers, again.shingles.tolist())
    assert not one.keys or reprints.are_reprints(one, again)
    assert reprints.holds(text, text)


@pytest.fixture
def reprinted(library_path: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A library with stories 0 to 9, and a file that prints 3 and 4 again, misread."""
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(10):
        (papers / f"{number}.txt").write_text(story(number), encoding="utf-8")
    for number in (3, 4):
        (papers / f"again{number}.txt").write_text(f"转载：{_misread(story(number), 60)}", encoding="utf-8")
    return library_path, papers


def _stories(library: Library) -> set[frozenset[str]]:
    """The sources of each story that has reprints."""
    return {frozenset(place.source for place in (one.location, *one.also)) for one in library.articles() if one.also}


def test_a_reprint_joins_its_story_and_leaves_it(reprinted: tuple[Path, Path]) -> None:
    library_path, papers = reprinted
    both = {frozenset({"3.txt", "again3.txt"}), frozenset({"4.txt", "again4.txt"})}
    with open_library(library_path, create=True) as library:
        library.add([papers])
        assert _stories(library) == both
        firsts = {one.story for one in library.articles() if one.story}
        assert firsts == {library.articles_of(f"{number}.txt")[0].id for number in (3, 4)}
        library.remove(["again4.txt"])
        assert _stories(library) == both - {frozenset({"4.txt", "again4.txt"})}
        library.remove(["3.txt"])
        assert _stories(library) == set()
        library.add([papers])
        assert _stories(library) == both
        assert library.articles_of("3.txt")[0].story == library.articles_of("again3.txt")[0].id, "by arrival"


def test_three_printings_stay_together_when_the_first_goes(reprinted: tuple[Path, Path]) -> None:
    library_path, papers = reprinted
    (papers / "third.txt").write_text(f"又讯：{story(3)}", encoding="utf-8")
    with open_library(library_path, create=True) as library:
        library.add([papers])
        assert frozenset({"3.txt", "again3.txt", "third.txt"}) in _stories(library)
        library.remove(["3.txt"])
        library.add([])
        assert frozenset({"again3.txt", "third.txt"}) in _stories(library)


def test_a_story_is_one_source_with_its_other_places(reprinted: tuple[Path, Path]) -> None:
    library_path, papers = reprinted
    with open_library(library_path, create=True) as library:
        library.add([papers])
        found = [hit.article.location.source for hit in library.search(Query("第3号工程惠及居民多少户", k=50))]
        assert len({"3.txt", "again3.txt"} & set(found)) == 1
        answer = json.loads(json.dumps(wire.answer(library.ask(Query("第3号工程惠及居民多少户")), 0)))
        for cited in answer["citations"]:
            if cited["source"] in ("3.txt", "again3.txt"):
                other = {"3.txt": "again3.txt", "again3.txt": "3.txt"}[cited["source"]]
                assert cited["also"] == [{"source": other, "record": None, "page": None}]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of more articles than are grouped at once, half of them reprints of the others."""
    path, firsts = tmp_path / "many.jsonl", BATCH + 10
    texts = [story(number) for number in range(firsts)]
    texts += [f"转载：{_misread(text, 60)}" for text in texts]
    path.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")
    return path


def _ungrouped(library_path: Path) -> int:
    database = Database.at(Folder.at(library_path))
    try:
        return len(ungrouped(database))
    finally:
        database.close()


def _firsts(library: Library) -> list[str | None]:
    return [one.story for one in library.articles()]


def test_reprints_of_a_large_add_are_grouped_once_it_is_reported(library_path: Path, many: Path) -> None:
    with open_library(library_path, create=True) as library:
        assert library.add([many], vectors=False).articles == _ungrouped(library_path)
        assert library.search(Query("第3号工程", k=3)), "found before anything is grouped"
        seen: list[tuple[str, int, int]] = []
        library.vectors.make(progress=lambda *step: seen.append(step))
        total = library.stats().articles
        grouped = [(done, left) for stage, done, left in seen if stage == "group"]
        assert grouped == [(min(done, total), total) for done in range(BATCH, total + BATCH, BATCH)]
        assert [stage for stage, _, _ in seen].index("embed") == len(grouped), "before the vectors"
        assert sum(1 for one in _firsts(library) if one) >= 2 * BATCH


def test_grouping_that_was_interrupted_goes_on(library_path: Path, many: Path, tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "group":
            raise KeyboardInterrupt

    with open_library(library_path, create=True) as library:
        library.add([many], vectors=False)
        total = library.stats().articles
        with pytest.raises(KeyboardInterrupt):
            library.vectors.make(interrupt)
        assert _ungrouped(library_path) == total - BATCH
    with open_library(library_path) as library:
        library.vectors.start()
        library.vectors.stop()
        library.add([many])
        assert _ungrouped(library_path) == 0
        interrupted = _firsts(library)
    with open_library(tmp_path / "in one go", create=True) as library:
        library.add([many])
        assert _firsts(library) == interrupted


def test_grouping_waits_for_who_writes_and_can_be_stopped(library_path: Path, many: Path) -> None:
    with open_library(library_path, create=True) as library:
        library.add([many], vectors=False)
        before = _ungrouped(library_path)
        with held_elsewhere(library_path):
            library.vectors.start()
            library.vectors.stop()
        assert _ungrouped(library_path) == before


@pytest.mark.folder("SQLite alone has formats so old")
def test_a_library_of_format_2_is_grouped_by_the_next_add(reprinted: tuple[Path, Path]) -> None:
    library_path, papers = reprinted
    with open_library(library_path, create=True) as library:
        library.add([papers])
        expected = _stories(library)
        found = [(hit.passage.id, hit.score) for hit in library.search(Query("供暖"))]
    to_format(library_path, 2)
    with open_library(library_path) as library:
        assert _stories(library) == set()
        assert library.add([papers]).unchanged == tuple(info.source for info in library.files())
        assert _stories(library) == expected
        assert [(hit.passage.id, hit.score) for hit in library.search(Query("供暖"))] == found
