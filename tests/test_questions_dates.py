"""Dates named in a question, relative ones from today, and what is shown of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import questions
from qa.questions import named_period
from qa.types import Assumption, Filters, Period, Query

TODAY = date(2025, 12, 12)  # a Friday


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("2023年谁是东河镇镇长？", "2023", "2023"),
        ("二〇二三年谁是镇长", "2023", "2023"),
        ("２０２３年誰是鎮長", "2023", "2023"),
        ("去年12月植树多少棵", "2024-12", "2024-12"),
        ("去年十二月植树多少棵", "2024-12", "2024-12"),
        ("2025-12-11发生了什么", "2025-12-11", "2025-12-11"),
        ("2025年12月11日发生了什么", "2025-12-11", "2025-12-11"),
        ("今年上半年接待多少人", "2025", "2025"),
        ("2023年以来新建了几所学校", "2023", None),
        ("上个月来了多少人", "2025-11", "2025-11"),
        ("本月有什么活动", "2025-12", "2025-12"),
        ("昨天下雪了吗", "2025-12-11", "2025-12-11"),
        ("上周谁来过", "2025-12-01", "2025-12-07"),
        ("前年的冠军是谁", "2023", "2023"),
        ("大前天的会", "2025-12-09", "2025-12-09"),
        ("三天前开的会", "2025-12-09", "2025-12-09"),
        ("前几天公园怎么了", "2025-12-05", "2025-12-11"),
        ("这几天有活动吗", "2025-12-05", "2025-12-12"),
        ("上周五谁来过", "2025-12-05", "2025-12-05"),
        ("这周三有什么活动", "2025-12-10", "2025-12-10"),
        ("上上周日的比赛", "2025-11-30", "2025-11-30"),
        ("两周前的会", "2025-11-24", "2025-11-30"),
        ("上个月底的会", "2025-11-21", "2025-11-30"),
        ("本月初开工的路", "2025-12-01", "2025-12-10"),
        ("13个月前", "2024-11", "2024-11"),
        ("2024年2月30日", "2024", "2024"),
    ],
)
def test_a_period_is_named(question: str, since: str, until: str | None) -> None:
    found = named_period(question, TODAY)
    assert found
    assert found.period == Period(since, until)


@pytest.mark.parametrize("question", ["供暖从十月一日起吗", "离医院最近的车站", "镇长是谁", "", "20年后", "出现在哪里"])
def test_no_period_is_named(question: str) -> None:
    assert named_period(question, TODAY) is None


@pytest.mark.parametrize("question", ["最近一次务虚会", "现任镇长是谁", "目前有多少户"])
def test_the_newest_is_asked_for(question: str) -> None:
    found = named_period(question, TODAY)
    assert found
    assert (found.period, found.shown) == (Period(newest=True), "日期最近的报道")


@pytest.mark.parametrize(("last", "since"), [("2023-05-01", "2023"), ("2025-01-01", "2025"), ("2030", "2025")])
def test_this_year_is_the_library_s_where_it_ends_before(last: str, since: str) -> None:
    asked = questions.analyse(Query("今年种了多少树", today="2025-12-12"), lambda: ("2020", last))
    assert asked.period == Period(since, since)


def test_january_last_month_is_of_the_year_before() -> None:
    found = named_period("上个月来了多少人", date(2026, 1, 31))
    assert found
    assert found.period == Period("2025-12", "2025-12")


def test_a_date_is_shown_and_prefers() -> None:
    planned = questions.analyse(Query("昨天下雪了吗", today="2025-12-12"))
    assert planned.period == Period("2025-12-11", "2025-12-11")
    assert planned.filters == Filters()
    assert planned.assumed == (Assumption("date", "昨天", "2025-12-11"),)


@pytest.mark.parametrize("question", ["2023年的报道里谁是镇长", "2023年报道的镇长是谁", "2023年的报纸怎么说"])
def test_the_date_of_the_report_is_a_filter(question: str) -> None:
    assert questions.analyse(Query(question)).filters == Filters(since="2023", until="2023")


def test_given_filters_stand() -> None:
    assert questions.analyse(Query("2023年的报道", filters=Filters(since="2020"))).filters == Filters(since="2020")


def test_a_date_taken_back_is_not_assumed_again() -> None:
    refused = (Assumption("date", "2023年", "2023"),)
    planned = questions.analyse(Query("2023年的报道里谁是镇长", refused=refused))
    assert (planned.period, planned.filters, planned.assumed) == (None, Filters(), ())


def test_a_follow_up_takes_the_date_over_or_names_its_own() -> None:
    history = ("2023年的运河论坛谁主持？",)
    assert questions.analyse(Query("还有谁参加？", history)).period == Period("2023", "2023")
    assert questions.analyse(Query("2024年呢？", history)).period == Period("2024", "2024")
    assert questions.analyse(Query("西集镇的供暖从哪天开始", history)).period is None


@given(
    st.text("今去前昨上下个年月日天周号12304最近一次 的报道-", max_size=14),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
)
def test_a_period_never_ends_before_it_begins(question: str, today: date) -> None:
    found = named_period(question, today)
    if found and found.period.since and found.period.until:
        assert found.period.since <= found.period.until
