"""The kind of a question: told with the vector of the default model and, less often, by its characters alone."""

from __future__ import annotations

import collections

import numpy as np
import pytest

from qa import models
from qa.questions.kinds import KINDS, LONGEST, TALK, grams, kind_of, likeliest, topic_words
from qa.text.folding import normalise
from qa.types.protocols import Embedder
from qa.types.settings import DEFAULT_MODEL
from training.sets import OWN, lines

# None of these is among the questions that the model is fitted to.
ASKED = {
    "greeting": ["您好！", "hello", "早上好呀"],
    "thanks": ["非常感谢你的帮助", "好的，谢谢"],
    "farewell": ["拜拜，下次再聊"],
    "who": ["你好，你是谁？", "你是机器人吗"],
    "abilities": ["你能做什么？", "可以问你哪些问题"],
    "usage": ["怎么用", "第一次用，教教我"],
    "papers": ["库里都有哪些报纸？", "有几份报纸"],
    "contents": ["你这里有什么资料可以查"],
    "newest": ["最新的报道是哪篇", "最近的一篇是几号的"],
    "recent": ["最近有什么新闻？", "最近发生了什么大事", "今年有啥新鲜事"],
    "oldest": ["最早的报道是哪一篇"],
    "reporters": ["写得最多的记者是谁", "哪位记者发稿最多？"],
    "periods_month": ["哪个月报道最多"],
    "periods_year": ["哪一年的新闻最多"],
    "span": ["报道是从什么时候到什么时候的"],
    "summary": ["总结这篇", "这篇报道讲了什么？", "只要3条就行"],
    "more": ["还有呢？", "再详细点"],
    "topic": ["医保", "介绍一下柳溪镇", "关于供暖的报道"],
    "timeline": ["马拉松的经过", "新图书馆建设的来龙去脉", "供暖进展如何？"],
    "fact": [
        "供暖什么时候开始",
        "怎么用医保卡",
        "能带狗不",
        "怎么领",
        "远不远",
        "最早几点",
        "里面有什么",
        "医院有什么科室",
        "有几篇提到供暖",
        "哪个镇的床位最多",
        "记者是谁",
        "什么时候的事？",
        "那柳湾镇的呢",
        "路边乱停车有人管没",
        "研讨间怎么约",
        "借阅的步骤",
        "选课系统崩过吗",
    ],
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return models.load(DEFAULT_MODEL)


def test_kinds_of_questions(embedder: Embedder) -> None:
    """Kinds of small talk count as one: the answers to them are alike."""
    wrong = []
    for kind, asked in ASKED.items():
        for question in asked:
            found = kind_of(question, embedder.embed_query(normalise(question)))
            if found != kind and not {found, kind} <= {*TALK}:
                wrong.append((question, kind, found))
    assert wrong == []


def test_without_the_vector_facts_are_still_facts() -> None:
    assert [one for one in ASKED["fact"] if kind_of(one, None) != "fact"] == []


@pytest.mark.parametrize("question", ["", "  ", "？", "供暖" * LONGEST])
def test_what_is_empty_or_long_asks_for_a_fact(question: str) -> None:
    assert kind_of(question, None) == "fact"


def test_a_kind_is_taken_where_a_fact_is_unlikely() -> None:
    """By what all other kinds come to, as none of several like ones may be likely by itself."""
    probabilities = np.full(len(KINDS), 0.7 / (len(KINDS) - 1))
    probabilities[KINDS.index("fact")], probabilities[KINDS.index("newest")] = 0.3, 0.1
    assert likeliest(probabilities) == "newest"
    probabilities[KINDS.index("fact")] = 0.6
    assert likeliest(probabilities) == "fact"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青羊水库加固的来龙去脉", "青羊水库加固"),
        ("介绍一下郭守敬", "郭守敬"),
        ("圖書館擴建的經過", "圖書館擴建"),
        ("给我讲讲双桥镇的敬老院是咋回事", "双桥镇的敬老院"),
        ("", ""),
    ],
)
def test_topics_are_a_slice_of_the_question(question: str, words: str) -> None:
    assert topic_words(question) == words


def test_grams_know_the_ends_and_one_digit() -> None:
    assert grams("第12，") == ["$", "0", "0$", "^", "^第", "^第0", "^第0$", "第", "第0", "第0$"]


def test_the_questions_are_whole() -> None:
    """Each has a kind, and each kind its questions of several writers; topics are marked once."""
    asked = list(lines(OWN / "question-kinds.jsonl"))
    writers = collections.defaultdict(set)
    for one in asked:
        writers[one["kind"]].add(one["writer"])
        assert one["text"].count("[") == one["text"].count("]") == int(one["kind"] in ("topic", "timeline"))
    assert set(writers) == set(KINDS)
    assert min(map(len, writers.values())) >= 5
