"""The ways in which people ask for a number or a list of articles, each over a library whose numbers are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.types import Filters, Query
from tests.parts.names_library import names_library

# Articles of the library: signed by 沈知夏 (in the text of s1), those that hold 供暖, 供暖 and 云栖小区, 青羊河.
HEATING, BOTH, RIVER = {"s1", "s9"}, {"s1", "s9"}, {"s4", "s5", "s10"}
SIGNED = {"s2", "s5", "s9", "s11"}  # by 顾云舟
BY_HIM_ON_HEATING = {"s9"}

COUNTS = {
    "顾云舟写了几篇报道": SIGNED,
    "顾云舟一共写过多少稿子？": SIGNED,
    "顾云舟共写过多少篇": SIGNED,
    "顾云舟总共发表了多少文章": SIGNED,
    "记者顾云舟采写了多少条新闻？": SIGNED,
    "顾云舟先后发表过几篇文章": SIGNED,
    "请问顾云舟有多少篇稿件？": SIGNED,
    "顾云舟采写的稿件有多少": SIGNED,
    "顾云舟采写的报道共几篇？": SIGNED,
    "顾云舟的稿子一共有几篇": SIGNED,
    "顾云舟名下有几篇文章": SIGNED,
    "署名顾云舟的文章有多少篇": SIGNED,
    "署名为顾云舟的稿件共有几篇？": SIGNED,
    "作者是顾云舟的报道有几篇": SIGNED,
    "有几篇署名顾云舟的稿件？": SIGNED,
    "有多少篇顾云舟写的报道": SIGNED,
    "有几篇文章是顾云舟采写的？": SIGNED,
    "有多少篇稿件由顾云舟采写": SIGNED,
    "几篇报道出自顾云舟之手": SIGNED,
    "有多少篇文章的作者是顾云舟？": SIGNED,
    "统计一下顾云舟写了多少篇稿子": SIGNED,
    "帮我数一数顾云舟发了几篇稿": SIGNED,
    "顾云舟写的文章数量是多少": SIGNED,
    "顾云舟写过几篇关于供暖的报道": BY_HIM_ON_HEATING,
    "顾云舟写的和供暖有关的稿子有几篇": BY_HIM_ON_HEATING,
    "有多少条新闻和供暖有关？": HEATING,
    "有几篇报道跟供暖有关": HEATING,
    "有多少篇文章与供暖相关": HEATING,
    "和供暖有关的新闻有多少条？": HEATING,
    "跟供暖相关的报道一共有几篇": HEATING,
    "同供暖有关的文章有多少": HEATING,
    "关于供暖的新闻有多少": HEATING,
    "有多少篇关于供暖的报道？": HEATING,
    "有几条与供暖有关的新闻": HEATING,
    "有多少新闻涉及供暖": HEATING,
    "多少篇稿件讲到供暖": HEATING,
    "提到供暖的有几篇？": HEATING,
    "提及供暖的文章总数是多少": HEATING,
    "供暖在多少篇稿件中出现过？": HEATING,
    "供暖被多少篇报道提及": HEATING,
    "供暖出现在几条新闻里": HEATING,
    "几篇文章里有供暖": HEATING,
    "有多少篇报道里出现了供暖？": HEATING,
    "库里写到供暖的稿件共多少篇": HEATING,
    "想知道有多少条消息和供暖以及云栖小区有关": BOTH,
    "供暖的报道有几篇": HEATING,
    "供暖方面的新闻有多少条": HEATING,
    "供暖相关的报道有几篇": HEATING,
    "关于供暖，有多少篇报道？": HEATING,
    "供暖一共被报道了几次": HEATING,
    "库里顾云舟的稿子有几篇": SIGNED,
    "库中有多少顾云舟的文章": SIGNED,
    "署名里有顾云舟的报道有几篇": SIGNED,
    "文章作者是顾云舟的有几篇": SIGNED,
    "顾云舟写的稿件中有几篇提到供暖": BY_HIM_ON_HEATING,
    "既提到供暖又提到云栖小区的报道有几篇": BOTH,
}
LISTS = {
    "列出署名顾云舟的稿件": SIGNED,
    "列出署名为顾云舟的全部稿件。": SIGNED,
    "列出顾云舟的稿子": SIGNED,
    "请帮我找出记者顾云舟写的所有新闻": SIGNED,
    "把顾云舟写的报道都列出来": SIGNED,
    "给我看看顾云舟的稿件": SIGNED,
    "顾云舟都写过哪些稿子？": SIGNED,
    "顾云舟采写过什么新闻": SIGNED,
    "顾云舟的稿子有哪些": SIGNED,
    "署名顾云舟的文章都有哪些？": SIGNED,
    "哪些文章是顾云舟写的": SIGNED,
    "哪几篇报道由顾云舟采写？": SIGNED,
    "哪些稿件署名顾云舟": SIGNED,
    "有哪些报道是顾云舟写的": SIGNED,
    "顾云舟的所有报道": SIGNED,
    "顾云舟写过哪些关于供暖的报道": BY_HIM_ON_HEATING,
    "列出顾云舟写的关于供暖的稿件": BY_HIM_ON_HEATING,
    "和青羊河有关的新闻有哪些？": RIVER,
    "跟青羊河有关的报道都有哪些": RIVER,
    "与青羊河相关的文章有哪几篇": RIVER,
    "有哪些关于青羊河的报道": RIVER,
    "哪些新闻和青羊河有关？": RIVER,
    "哪几篇报道涉及青羊河": RIVER,
    "哪些文章里有青羊河": RIVER,
    "提到青羊河的是哪几篇？": RIVER,
    "有没有关于青羊河的报道？": RIVER,
    "列出和青羊河有关的新闻": RIVER,
    "列出提到青羊河的篇目": RIVER,
    "查找与青羊河相关的所有报道": RIVER,
    "把提到青羊河的文章都找出来": RIVER,
    "关于青羊河的全部报道": RIVER,
    "所有和青羊河有关的新闻": RIVER,
    "搜一下有关青羊河的消息": RIVER,
    "关于青羊河有哪些报道": RIVER,
    "有没有文章提到青羊河": RIVER,
    "给我所有青羊河的新闻": RIVER,
    "提到青羊河的报道有几篇？分别是哪些？": RIVER,
    "列出署名为顾云舟的所有文章标题": SIGNED,
    "记者顾云舟的报道": SIGNED,
    "哪些报道同时提到供暖和云栖小区": BOTH,
}
# Facts, of events, books and people who sign nothing here: a number or list of articles would be no answer.
FACTS = (
    "全镇一共有多少户",
    "段怀瑾写了多少首诗？",
    "韩松岭一共写过多少稿子",
    "他一生发表了多少篇文章？",
    "柳溪镇有多少条街",
    "这次活动发了多少份稿件",
    "比赛收到了多少篇作文",
    "有几个消息来源",
    "抢修班有多少人和供暖有关",
    "哪些问题和供暖有关？",
    "青羊河有哪些支流",
    "列出段怀瑾写的诗",
    "署名韩松岭的稿件有几篇",
    "校长温雅琴的文章有什么内容",
    "有多少记者参加了灯会",
    "家长提到了哪些新闻",
    "镇长在会上讲了几条",
    "新闻中心有多少层",
    "报道称供暖提前了几天",
    "关于供暖的消息是谁发布的",
    "供暖涉及小区的数量是多少",
    "标题中含有供暖的报道有几篇",
    "云栖小区停暖几次",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with names_library(tmp_path_factory.mktemp("forms")) as opened:
        yield opened


@pytest.mark.parametrize(("question", "told"), [*COUNTS.items(), *LISTS.items()])
def test_the_articles_are_counted_or_listed(question: str, told: set[str], library: Library) -> None:
    found = library.ask(Query(question))
    assert (found.kind, found.total) == ("list" if question in LISTS else "count", len(told))
    assert {item.record for item in found.items or ()} == told


@pytest.mark.parametrize("question", ["有几条新闻和取暖有关", "关于暖气片的报道有哪些", "列出和登月有关的新闻"])
def test_a_subject_that_nothing_names_so_is_not_said_to_be_in_no_article(question: str, library: Library) -> None:
    found = library.ask(Query(question))
    assert (found.kind, found.total) == ("quote", None)


def test_none_is_a_true_number_of_words_and_of_a_subject_that_is_told_elsewhere(library: Library) -> None:
    assert library.ask(Query("有几篇提到取暖")).total == 0
    assert library.ask(Query("和供暖有关的新闻有几条", filters=Filters(byline="陆鸣谦"))).total == 0
    assert library.ask(Query("陆鸣谦写过几篇关于供暖的报道")).total == 0


@pytest.mark.parametrize("question", FACTS)
def test_a_question_for_a_fact_is_never_a_number_of_articles(question: str, library: Library) -> None:
    found = library.ask(Query(question))
    assert (found.kind, found.total, found.items) == ("quote", None, None)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("去年11月登了什么", {"s1"}),
        ("去年11月有什么新闻", {"s1"}),
        ("十天前有什么报道", set()),
        ("上个月底有什么大事", set()),
        ("去年11月发生了什么", {"s1"}),
    ],
)
def test_the_reports_of_a_time_are_listed(question: str, told: set[str], library: Library) -> None:
    found = library.ask(Query(question, today="2026-01-05"))
    assert (found.kind, found.total) == ("list", len(told))
    assert {item.record for item in found.items or ()} == told
    assert "没有日期" in found.text


def test_a_date_without_its_day_is_not_said_to_be_of_one(tmp_path: Path) -> None:
    dated = [("河堤种树", "2026"), ("小学开学", "2026-03-02"), ("桥通车了", "2026-03"), ("雪停了", None)]
    records = [{"title": title, "text": f"{title}，大家都来看。", "date": date} for title, date in dated]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "in.jsonl"])
        of_year, of_month, of_day = (
            library.ask(Query(f"{time}有什么新闻")) for time in ("2026年", "2026年3月", "2026年3月2日")
        )
    assert (of_year.total, of_month.total, of_day.total) == (3, 2, 1)
    assert "另有 1 篇没有日期" in of_year.text
    assert "另有 2 篇没有日期，或只写到年、月" in of_month.text
    assert "另有 3 篇没有日期，或只写到年、月" in of_day.text
