"""Names written otherwise than the library prints them: found by sound and shape, said, taken back; nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.library import Library
from qa.library.sources import LibrarySources
from qa.questions.analysed import AnalysedQuestion
from qa.questions.confusables import SAME_SHAPE, TABLE, TONE_OTHER, TONE_SAME, costs, prepare, sharing_a_part, table
from qa.questions.spelling import respell
from qa.text.folding import fold
from qa.types import Assumption, Query
from tests.parts.library import open_library
from tests.parts.names_library import names_library, questions, stories

MISSPELT = questions("misspelt")
PLACES_RIGHT = 0.9  # share of the set that must be read as meant


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with names_library(tmp_path_factory.mktemp("spelling")) as opened:
        yield opened


@pytest.fixture(scope="module")
def sources(library: Library) -> LibrarySources:
    return library.sources()


@pytest.mark.parametrize(
    ("written", "meant", "cost"),
    [("名", "明", TONE_SAME), ("圆", "园", TONE_SAME), ("血", "雪", TONE_OTHER), ("漷", "潮", SAME_SHAPE)],
)
def test_what_a_slip_costs(written: str, meant: str, cost: float) -> None:
    assert costs(written)[meant] == cost
    assert costs(meant)[written] == cost


def test_numerals_are_never_taken_for_anything() -> None:
    assert not costs("三")
    assert "十" not in costs("石")
    assert not sharing_a_part("一")
    assert "滦" in sharing_a_part("漷")


def test_misspelt_names_are_read_as_the_library_prints_them(sources: LibrarySources) -> None:
    read = {row["question"]: respell(AnalysedQuestion(Query(row["question"])), sources) for row in MISSPELT}
    right = [row for row in MISSPELT if row["meant"] in read[row["question"]].text]
    assert len(right) >= PLACES_RIGHT * len(MISSPELT)
    for row in right:
        (assumed,) = read[row["question"]].assumed
        assert assumed.kind == "spelling"
        assert assumed.source in row["question"]
        assert assumed.target in fold(assumed.target)


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("恒择热力公司几号试水升温？", "恒择", "恒泽"),  # by sound
        ("居民章齐华说了什么？", "章齐华", "章其华"),
        ("槐萌村的老戏台", "槐萌村", "槐荫村"),  # by shape
        ("赤松机戒公司派出多少工人？", "机戒", "机械"),
        ("柳镇溪医院夜间门诊", "柳镇溪", "柳溪镇"),  # two characters the wrong way round
        ("骆子按班长跑了几处？", "骆子按", "骆子安"),  # names that no dictionary knows
        ("骆梓按是哪个抢修班的？", "骆梓按", "骆子安"),  # two characters of three
        ("韩宋领是哪个镇的镇长？", "宋领", "松岭"),
    ],
)
def test_the_changed_words_are_named(question: str, written: str, meant: str, sources: LibrarySources) -> None:
    assert respell(AnalysedQuestion(Query(question)), sources).assumed == (Assumption("spelling", written, meant),)


@pytest.mark.parametrize(
    "question",
    [
        "柳溪镇什么时候供暖？",  # all known
        "火星移民计划是谁提出的",  # nothing near
        "医生什么时候来",  # a common word that the library lacks
        "公式是什么",
        "倪虹是谁",
        "张伟校长说了什么",  # another person
        "西岸新建了什么",  # the page says 东岸
        "四千盏花灯",  # the page says 三千
        "北京市长是谁",
        "",
        "？？",
        "WWW 2024",
    ],
)
def test_what_is_left_as_it_is(question: str, sources: LibrarySources) -> None:
    asked = AnalysedQuestion(Query(question))
    assert respell(asked, sources) == asked


@given(st.data())
def test_what_a_page_says_is_never_respelt(sources: LibrarySources, data: st.DataObject) -> None:
    story = data.draw(st.sampled_from([row["text"] for row in stories()]))
    start = data.draw(st.integers(0, len(story) - 1))
    question = story[start : start + data.draw(st.integers(1, 30))]
    assert not respell(AnalysedQuestion(Query(question)), sources).assumed


@given(st.text(max_size=40))
def test_any_text_may_be_asked(sources: LibrarySources, question: str) -> None:
    read = respell(AnalysedQuestion(Query(question)), sources)
    assert all(one.source in question for one in read.assumed)


def test_an_assumption_taken_back_is_not_made_again(sources: LibrarySources) -> None:
    query = Query("恒择热力公司几号试水升温？")
    (assumed,) = respell(AnalysedQuestion(query), sources).assumed
    again = respell(AnalysedQuestion(Query(query.question, refused=(assumed,))), sources)
    assert (again.assumed, again.text) == ((), query.question)


def test_names_may_be_looked_for_as_written(sources: LibrarySources) -> None:
    asked = AnalysedQuestion(Query("恒择热力公司几号试水升温？", as_written=True))
    assert respell(asked, sources) == asked


def test_words_carried_over_are_respelt_too(sources: LibrarySources) -> None:
    read = respell(AnalysedQuestion(Query("他说了什么？"), carried="韩松领"), sources)
    assert read.text.startswith("韩松岭")


def test_an_answer_is_found_and_says_how_the_name_was_read(library: Library) -> None:
    found = library.ask(Query("云西小区装了多少个充电桩？"), least=0.0)
    assert Assumption("spelling", "云西", "云栖") in found.assumed
    assert found.question == "云西小区装了多少个充电桩？"
    assert found.hits[0].article.title == "云栖小区装上充电桩"


@pytest.mark.parametrize("written", ["李青伟", "李清威", "李轻威"])
def test_a_name_that_stands_once_beside_what_may_be_a_part_of_it_is_found(written: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("渡口的灯\n生前所在班的原副班长李青威以质朴的语言，讲述了守灯的故事。", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.txt"])
        read = respell(AnalysedQuestion(Query(f"{written}讲了什么故事？")), library.sources())
    assert "李青威" in read.text


def test_a_removed_name_is_known_no_more(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("渡口的守灯人段怀瑾每天点灯，段怀瑾今年七十八岁。", "utf-8")
    other = tmp_path / "b.txt"
    other.write_text("今年的粮食收得早。", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([page, other])
        assert respell(AnalysedQuestion(Query("段怀谨今年多大")), library.sources()).assumed
        library.remove(["a.txt"])
        assert not respell(AnalysedQuestion(Query("段怀谨今年多大")), library.sources()).assumed


def test_a_question_is_looked_over_in_no_time(sources: LibrarySources) -> None:
    respell(AnalysedQuestion(Query("恒择热力公司")), sources)  # the tables are loaded
    spent = []
    for row in questions("count", "list", "no-count"):
        started = time.thread_time()
        respell(AnalysedQuestion(Query(row["question"])), sources)
        spent.append(time.thread_time() - started)
    assert median(spent) < 0.003


def test_the_table_is_what_its_sources_say_and_asking_needs_none_of_them() -> None:
    with np.load(prepare() / TABLE) as kept:
        made = table()
        assert set(made) == set(kept)
        assert all(np.array_equal(made[name], kept[name]) for name in made)


def test_a_character_that_nobody_says_sounds_like_none() -> None:
    assert all(cost > TONE_OTHER for cost in costs("鿠").values())
    assert not costs("\U00020000")
    assert not sharing_a_part("\U00020000")
