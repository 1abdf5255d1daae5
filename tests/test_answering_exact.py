"""Words asked for as they stand: quoted, or pasted from a page with whatever line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering import exact
from qa.library.library import Library
from qa.text import matching
from qa.text.sentences import split_sentences
from qa.text.words import bigrams
from qa.text.zh import is_han
from qa.types import Filters, Query
from tests.parts.library import open_library
from tests.parts.names_library import names_library, stories

STORIES = {row["_id"]: row for row in stories()}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with names_library(tmp_path_factory.mktemp("exact")) as opened:
        yield opened


def first_record(library: Library, question: str) -> str | None:
    return library.search(Query(question))[0].article.location.record


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("谁是“十四五”先锋", [("十四五",)]),
        ("「观鸟台」在哪", [("观鸟台",)]),
        ('谁说过"夜间门诊"和“后厨”', [('谁说过"夜间门诊"和“后厨”',), ("夜间门诊", "后厨")]),
        ("观鸟台在哪", []),
        ("“ ”", []),
        ("渡口往上五里，就是青羊河", [("渡口往上五里，就是青羊河",)]),
    ],
)
def test_what_is_wanted_word_for_word(question: str, texts: list[tuple[str, ...]]) -> None:
    assert list(exact.exact_texts(question)) == texts


@pytest.mark.parametrize(
    ("question", "record"),
    [
        ("“夜里免费”", "s6"),
        ("「热水袋」是谁备的", "s9"),
        ('"夜里轮流"还是“供暖季里轮流”值夜', "s9"),
        ("什么是“学雷锋”小队", "s8"),
        ("“白鹭湖灯会”开了几天", "s12"),  # printed in the other script
    ],
)
def test_a_quoted_text_is_found_first(question: str, record: str, library: Library) -> None:
    assert first_record(library, question) == record


def test_a_quoted_name_is_still_a_question(library: Library) -> None:
    found = library.ask(Query("“恒泽热力公司”几号起试水升温？"), least=0.0)
    assert found.citations[0].article.location.record == "s1"
    assert "十一月五日" in found.text


def test_quoted_words_that_stand_nowhere_change_nothing(library: Library) -> None:
    plain = library.search(Query("柳溪镇医院什么时候开“天文”门诊"))
    assert plain[0].article.location.record == "s6"
    assert not exact.holders(("天文",), library.sources())


def test_a_quoted_text_by_itself_is_quoted(library: Library) -> None:
    found = library.ask(Query("“缩微胶片机”"))
    assert [one.quote for one in found.citations] == ["夜读室里有一台缩微胶片机，可以看三十年前的报纸。"]
    (citation,) = found.citations
    assert citation.quote[citation.mark.start : citation.mark.end] == "缩微胶片机"


@pytest.mark.parametrize("record", STORIES)
def test_a_sentence_pasted_with_line_breaks_is_found_first_and_quoted(record: str, library: Library) -> None:
    story = STORIES[record]["text"]
    spans = [span for span in split_sentences(story) if span.end - span.start > 14]
    for start, end in spans[:3]:
        sentence = story[start:end]
        pasted = "\n".join(sentence[at : at + 7] for at in range(0, len(sentence), 7))
        found = library.ask(Query(pasted))
        assert found.hits[0].article.location.record == record
        assert sentence in [one.quote for one in found.citations]
        assert found.assumed == () or {one.kind for one in found.assumed} <= {"script", "date"}


def test_a_headline_that_asks_is_answered_and_not_quoted(tmp_path: Path) -> None:
    story = "渡口的灯为什么亮了六十年\n守灯人每天傍晚划船去点灯，六十年没有停过一天。"
    (tmp_path / "a.txt").write_text(story, "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.txt"])
        found = library.ask(Query("渡口的灯为什么亮了六十年"), least=0.0)
    assert "守灯人" in found.text


SPEECH = (
    "守灯人\n段怀瑾在渡口守灯六十年，天天划船去点。“灯亮着，船家心里就踏实。”段怀瑾说，他还要点下去。"
    "邹启明告诉记者：“湖心岛今年有三百多只白鹭筑巢。”"
    "“菜单每天都贴在食堂门口给家长看。进货单也贴在一边。家长什么时候来都行。”校长温雅琴介绍，食堂还请人试吃。"
)


@pytest.mark.parametrize(
    ("question", "words", "speaker"),
    [
        ("“灯亮着，船家心里就踏实”这句话是谁说的？", "船家心里就踏实", "段怀瑾说"),
        ("是谁说的“灯亮着，船家心里就踏实”", "船家心里就踏实", "段怀瑾说"),
        ("“湖心岛今年有三百多只白鹭筑巢”出自谁之口？", "三百多只白鹭", "邹启明告诉"),
        ("“菜单每天都贴在食堂门口给家长看”是谁提出的", "菜单每天都贴", "温雅琴介绍"),
        ("“进货单也贴在一边”这句话出自哪篇报道？", "进货单也贴", "温雅琴介绍"),
    ],
)
def test_whose_words_these_are(question: str, words: str, speaker: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SPEECH, "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.txt"])
        found = library.ask(Query(question))
    assert words in found.citations[0].quote
    assert speaker in found.text
    for one in found.citations:
        assert one.article.text[one.start : one.end] == one.quote
        assert 0 <= one.mark.start < one.mark.end <= len(one.quote)


def test_filters_hold_for_exact_texts_too(library: Library) -> None:
    hits = library.search(Query("“夜里免费”", filters=Filters(until="2023-12-31")))
    assert all(not hit.article.date or hit.article.date < "2024" for hit in hits)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_slice_of_a_story_is_found_where_it_stands(library: Library, data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(list(STORIES)))
    story = STORIES[record]["text"]
    start = data.draw(st.integers(0, len(story) - 2))
    piece = story[start : start + data.draw(st.integers(2, 40))]
    if any(len(gram) == 2 and is_han(gram[0]) for gram in bigrams(piece)):
        sources = library.sources()
        held = sources.passages(exact.holders((piece,), sources))
        assert record in {article.location.record for _, article in held.values()}


@pytest.mark.parametrize("piece", ["总投资1,3", "总投资1,32", "总投资1,320", "0万元，其中"])
def test_a_slice_that_cuts_a_grouped_number_is_found(library: Library, piece: str) -> None:
    sources = library.sources()
    assert any(piece in article.text for _, article in sources.passages(exact.holders((piece,), sources)).values())


@given(st.text(max_size=30))
def test_a_pattern_finds_its_own_words(words: str) -> None:
    squeezed = "".join(words.split())
    if squeezed:
        assert matching.pattern(words).search(squeezed)


def test_a_pattern_knows_both_scripts_and_widths() -> None:
    assert matching.pattern("白鹭湖abc").search("白鷺\n湖ＡＢＣ")
    assert matching.pattern("白鷺湖ＡＢＣ").search("白鹭湖abc")
    assert not matching.pattern("白鹭湖").search("白鹤湖")
