"""What stands near a found sentence or passage, told as a digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.answering.digest import DIGEST_QUOTES, continued, reports_answer, widened
from qa.library.library import Library
from qa.questions import analyse
from qa.types import Answer, Query
from qa.types.protocols import Array
from tests.parts.library import HashingEmbedder

CORPUS = Path(__file__).parent / "data" / "understanding" / "corpus.jsonl"
WISH = "有没有公园里看鸟的新闻"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("county"), create=True) as library:
        library.add([CORPUS])
        yield library


class AllAlike(HashingEmbedder):
    """A model to which everything says the same."""

    def embed_query(self, text: str) -> Array:
        return np.full(self.dimension, self.dimension**-0.5, np.float32)


def assert_verbatim(answer: Answer) -> None:
    for one in answer.citations:
        assert one.article.text[one.start : one.end] == one.quote
        assert f"{one.quote}[{one.n}]" in answer.text


def test_an_answer_is_widened_by_what_stands_near_it(county: Library) -> None:
    read = county.ask("白鹭湖公园的观鸟台在哪一岸？")
    assert read.kind == "quote"
    wider = widened(read, None)
    assert wider.kind == "digest"
    assert wider.citations[: len(read.citations)] == read.citations
    assert len(read.citations) < len(wider.citations) <= DIGEST_QUOTES
    assert len({one.quote for one in wider.citations}) == len(wider.citations)
    assert (wider.confidence, wider.total) == (read.confidence, len({one.article.id for one in wider.citations}))
    assert_verbatim(wider)


def test_no_more_is_told_than_is_wanted(county: Library) -> None:
    read = county.ask("白鹭湖公园的观鸟台在哪一岸？")
    one, two = read.citations[0], widened(read, None).citations[-1]
    assert widened(replace(read, citations=(one,)), 1) == replace(read, citations=(one,))
    assert widened(replace(read, citations=(one, two)), 1).citations == (one,)
    hits = county.search(WISH)
    assert len(reports_answer(analyse(Query(WISH)), hits, hits[:1], 2).citations) == 2


def test_what_is_mentioned_in_passing_is_told_by_that_sentence_alone(tmp_path: Path) -> None:
    ahead = "".join(f"会议研究了第{at}项工作，要求有关部门抓紧办好。" for at in "一二三四五六七")
    said = "会上还听取了养蜂产业情况，社员已有二百户。"
    (tmp_path / "会议.txt").write_text(
        f"全县召开经济工作会议\n{ahead}{said}会议到傍晚才结束，各乡镇都派了人。", encoding="utf-8"
    )
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "会议.txt"])
        answer = library.ask("有没有养蜂的报道")
    assert (answer.kind, [one.quote for one in answer.citations]) == ("digest", [said])


def test_what_is_quoted_is_not_said_again(tmp_path: Path) -> None:
    first = "东河镇新建的敬老院占地三十六亩。"
    between = "院里种了四十棵枣树。老人们搬进来那天，院长给每人发了一床新棉被。"
    (tmp_path / "敬老院.txt").write_text(f"敬老院搬家\n{first}{between}{first}", encoding="utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "敬老院.txt"])
        wider = widened(library.ask("东河镇的敬老院占地多少亩？"), None)
    quotes = [one.quote for one in wider.citations]
    assert first in quotes
    assert len(quotes) > 1
    assert len(set(quotes)) == len(quotes)


def test_more_goes_on_behind_what_answered(tmp_path: Path) -> None:
    said = (
        "县里上个月给各村拨了款。养鱼的老周换了新网箱。桥头的集市逢五开张。邮局把信箱挪到了祠堂门口。"
        "小学添了一间音乐教室。壬村修好了通往县城的二十八里水泥路。果农们合买了一台喷药机。剧团腊月里要唱三天戏。"
        "卫生所夜里也有人值班。水库的闸门换成了钢的。"
    )
    (tmp_path / "修路.txt").write_text(f"各村近况\n{said}", encoding="utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "修路.txt"])
        read = library.ask("壬村修好了多少里水泥路？")
    assert "壬村" in read.citations[0].quote
    wider = widened(replace(read, citations=read.citations[:1]), 2)
    assert len(wider.citations) == 2
    assert continued(wider, 1).citations[0].start > read.citations[0].start


def test_reports_are_told_by_what_stands_near_their_passages(county: Library) -> None:
    hits = county.search(WISH)
    answer = reports_answer(analyse(Query(WISH)), hits, hits[:1], None)
    assert (answer.kind, answer.total, answer.confidence, answer.hits) == ("digest", 1, hits[0].score, hits)
    assert {(one.article.id, one.score) for one in answer.citations} == {(hits[0].article.id, hits[0].score)}
    assert_verbatim(answer)


def test_several_passages_of_a_report_tell_it_once(county: Library) -> None:
    hits = county.search(WISH)
    first, second = hits[:2]
    answer = reports_answer(analyse(Query(WISH)), hits, (first, first, second), None)
    assert answer.total == len({first.article.id, second.article.id})
    assert len({one.quote for one in answer.citations}) == len(answer.citations)


@pytest.mark.parametrize("wish", ["有没有抓小偷的新闻", "最近有没有献血的活动"])
def test_nothing_is_told_by_its_meaning_before_there_are_vectors(tmp_path: Path, wish: str) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.add([CORPUS], vectors=False)
        assert library.search(wish)
        assert not library.ask(wish).answered


def test_a_score_of_another_model_tells_nothing(tmp_path: Path) -> None:
    wish = "有没有卖房子的报道"
    with Library.open(tmp_path, create=True) as library:
        library.add([CORPUS])
        library.set_model(AllAlike())
        assert library.search(wish)[0].score > 0.55
        assert not library.ask(wish).answered
