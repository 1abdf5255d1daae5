"""words.txt: kept whole, searched with what means the same, re-indexed without a vector made anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LibraryError
from qa.library.check import check
from qa.library.library import Library
from qa.questions.analysed import AnalysedQuestion
from qa.questions.glossary import Glossary, expand_synonyms, read_glossary
from qa.text.words import content_words, is_kept_word, keeping_words, query_terms, search_words
from qa.types import Assumption, Query
from qa.types.protocols import Array, Progress
from tests.parts.library import HashingEmbedder, open_library
from tests.parts.names_library import names_library

WORDS = """\
\ufeff# 我的词
槐荫记
夜读室 = 深夜书房   # 同一间
护鸟队=爱鸟小组 = 观鸟协会

"""


class Counting(HashingEmbedder):
    """Counts the passages that it embeds."""

    embedded = 0

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        Counting.embedded += len(texts)
        return super().embed_passages(texts, progress)


def reopened(folder: Path, words: str) -> Library:
    (folder / "library" / "words.txt").write_text(words, "utf-8")
    return open_library(folder / "library")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with names_library(tmp_path):
        pass
    return tmp_path


def test_the_format(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(WORDS, "utf-8")
    assert read_glossary(path).groups == (("槐荫记",), ("夜读室", "深夜书房"), ("护鸟队", "爱鸟小组", "观鸟协会"))
    assert read_glossary(tmp_path / "none.txt") == Glossary()
    path.write_bytes("槐荫记".encode("gb18030"))
    with pytest.raises(LibraryError, match="UTF-8"):
        read_glossary(path)


def test_the_version_is_of_the_words_alone() -> None:
    assert Glossary().version == ""
    one, other = Glossary((("甲乙", "丙丁"),)), Glossary((("丙丁",), ("甲乙",)))
    assert one.version == other.version != Glossary((("甲乙",),)).version


@settings(max_examples=20, deadline=None)  # each list has a segmenter of its own
@given(st.text(max_size=60))
def test_any_file_is_read(tmp_path_factory: pytest.TempPathFactory, written: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any-words.txt"
    path.write_text(written, "utf-8", errors="replace")
    with keeping_words(read_glossary(path).words):
        search_words(written)


def test_words_are_kept_whole_while_it_lasts_only() -> None:
    assert "云栖青羊" not in content_words("他到过云栖青羊吗")
    with keeping_words(frozenset({"云栖青羊"})):
        assert "云栖青羊" in content_words("他到过云栖青羊吗")
        assert is_kept_word("云栖青羊")
    assert "云栖青羊" not in content_words("他到过云栖青羊吗")


def test_a_changed_list_makes_the_terms_anew_and_no_vector(folder: Path) -> None:
    with Library.open(folder / "library", embedder=Counting()) as library:
        assert library.sources().weight("words", "湖心岛筑巢") == 0.0
    Counting.embedded = 0
    (folder / "library" / "words.txt").write_text("湖心岛筑巢\n", "utf-8")
    with Library.open(folder / "library", embedder=Counting()) as library:
        assert library.sources().weight("words", "湖心岛筑巢") > 0.0
    assert Counting.embedded == 0
    assert not [finding for finding in check(folder / "library") if "词索引" in finding.what]


def test_words_that_mean_the_same_are_searched_too(folder: Path) -> None:
    with reopened(folder, WORDS) as library:
        (first, *_) = library.sources().terms.search(query_terms("夜读室"), 1)
        found = library.search(Query("深夜书房的缩微胶片机"))
        assert (found[0].passage.id, found[0].article.location.record) == (first[0], "s11")
        assert library.ask(Query("爱鸟小组有几个人")).assumed == (Assumption("spelling", "爱鸟小组", "护鸟队"),)
        assert library.ask(Query("有几篇提到深夜书房")).total == 1


def test_words_that_both_stand_in_the_library_are_counted_together(folder: Path) -> None:
    with reopened(folder, "渡口 = 观鸟台\n") as library:
        found = library.ask(Query("有几篇提到渡口"))
        assert found.total == 2
        assert found.text.startswith("写有“渡口”或“观鸟台”的文章共 2 篇")
        assert found.assumed == (Assumption("spelling", "渡口", "观鸟台"),)


def test_what_means_the_same_can_be_taken_back(folder: Path) -> None:
    with reopened(folder, "渡口 = 观鸟台\n") as library:
        query = Query("有几篇提到渡口", refused=(Assumption("spelling", "渡口", "观鸟台"),))
        assert library.ask(query).total == 1


def test_own_words_are_never_respelt(folder: Path) -> None:
    with reopened(folder, "云西小区\n") as library:
        assert not library.ask(Query("云西小区有几个充电桩")).assumed


def test_nothing_is_expanded_that_the_library_lacks(folder: Path) -> None:
    with open_library(folder / "library") as library:
        terms = library.sources().terms
        glossary = Glossary((("渡口", "火星基地"),))
        assert expand_synonyms(AnalysedQuestion(Query("渡口在哪")), glossary, terms) == AnalysedQuestion(
            Query("渡口在哪")
        )
        read = expand_synonyms(AnalysedQuestion(Query("火星基地在哪")), glossary, terms)
        assert (read.text, read.respelt) == ("渡口在哪", (("火星基地", "渡口"),))


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("雪梨最甜", "悉尼"),
        ("李甘的船", "甘地"),
        ("布什么局", "布希"),
        ("光布希望", "布什"),
        ("波斯菊开了", "伊朗"),
        ("河南韩城的船", "韩国"),
        ("他里根本没有船", "雷根"),
        ("暹罗猫几岁", "泰国"),
        ("福寿府的门", "日内瓦"),
    ],
)
def test_parts_of_other_words_are_no_old_names(tmp_path: Path, question: str, held: str) -> None:
    (tmp_path / "a.txt").write_text(f"{held}近讯\n{held}的船昨日到港，船工卸下了茶叶。", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add(tmp_path / "a.txt")
        assert not expand_synonyms(AnalysedQuestion(Query(question)), Glossary(), library.sources().terms).assumed


@pytest.mark.parametrize(
    ("question", "held"), [("川普说什么", "特朗普"), ("布希总统来了", "布什"), ("南韩的船", "韩国")]
)
def test_an_old_name_is_one_beside_other_words(tmp_path: Path, question: str, held: str) -> None:
    (tmp_path / "a.txt").write_text(f"{held}近讯\n{held}的船昨日到港，船工卸下了茶叶。", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add(tmp_path / "a.txt")
        (assumed,) = expand_synonyms(AnalysedQuestion(Query(question)), Glossary(), library.sources().terms).assumed
    assert assumed.target == held
