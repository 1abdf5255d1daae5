"""Dates are given, printed or inferred from words about now; never guessed, never impossible."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.cutting import cut
from qa.articles.dates import date_of, page_day
from qa.types import Metadata, Page


def story(text: str, source: str = "page.txt", **page: object) -> tuple[str | None, str | None, str | None]:
    return date_of(text, Page(source, text, **page))  # type: ignore[arg-type]


def test_metadata_comes_first() -> None:
    assert story("2023年11月5日", "20220101.txt", metadata=Metadata(date="2024-02-29")) == (
        "2024-02-29",
        "metadata",
        "2024-02-29",
    )


def test_metadata_that_is_no_day_is_passed_over() -> None:
    assert story("会议召开。", metadata=Metadata(date="2023-02-29")) == (None, None, None)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("20231105.txt", "2023-11-05"),
        ("rmrb20231105.txt", "2023-11-05"),
        ("2023-11-05.md", "2023-11-05"),
        ("2023_1_5第1版.txt", "2023-01-05"),
        ("2023年11月5日 第02版.txt", "2023-11-05"),
        ("2023/11/05/a.txt", "2023-11-05"),
        ("2023-11.txt", "2023-11"),
        ("2023年合订本.txt", "2023"),
        ("20231305.txt", None),
        ("20230230.txt", None),
        ("000_7e20231105a502e.txt", None),
        ("120231105.txt", None),
        ("page2.txt", None),
    ],
)
def test_file_names(source: str, expected: str | None) -> None:
    found, where, _ = story("会议召开。", source)
    assert (found, where) == (expected, "file" if expected else None)


def test_the_name_of_a_file_of_records_dates_no_record() -> None:
    assert story("会议召开。", "20231105.jsonl", record="1") == (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected", "evidence"),
    [
        ("新华社北京2023年1月2日电（记者 张三）会议召开。", "2023-01-02", "2023年1月2日电"),
        ("某区召开会议\n2023年11月5日\n会议召开。", "2023-11-05", "2023年11月5日"),
        ("2023年11月5日 星期日 第1版\n某区召开会议\n会议召开。", "2023-11-05", "2023年11月5日 星期日"),
        ("某区召开会议\n来源：某某日报　记者：张三　2023-11-05\n会议召开。", "2023-11-05", "2023-11-05"),
        ("会议召开。\n（二〇二三年十一月五日）", "2023-11-05", "(二〇二三年十一月五日)"),
    ],
)
def test_printed(text: str, expected: str, evidence: str) -> None:
    assert story(text) == (expected, "printed", evidence)


def test_a_folio_whose_weekday_is_wrong_says_nothing() -> None:
    assert story("2023年11月5日 星期一 第1版\n会议召开。") == (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天是第63个“学雷锋纪念日”。近日,某区举办活动。", "2026-03-05"),
        ("8月8日是我国第十五个“全民健身日”,某区举办活动。", "2023-08-08"),
        ("今天是第三十九个教师节。", "2023-09-10"),
        ("他指出,今年是中国共产党成立105周年。", "2026"),
        ("今年是新中国成立75周年。", "2024"),
        ("会议指出,明年是“十五五”开局之年。", "2025"),
        ("今年是“十四五”规划的收官之年。", "2025"),
        ("12月13日是南京大屠杀死难者国家公祭日,悼念88年前不幸罹难的同胞。", "2025-12-13"),
        ("今年是中国共产党成立105周年。1月15日,某区召开会议。", "2026-01-15"),
        ("今年是中国共产党成立105周年。12月30日,某区召开会议。", "2026"),  # of this year or of the last
        ("（记者 张三）2023年8月6日晚,某区举办活动。今年以来,活动不断。", "2023-08-06"),
    ],
)
def test_inferred_with_its_evidence(text: str, expected: str) -> None:
    found, where, evidence = story(text)
    assert (found, where) == (expected, "inferred")
    assert evidence is not None
    for part in evidence.split(" … "):
        assert part in text.replace("（", "(").replace("）", ")")


@pytest.mark.parametrize(
    "text",
    [
        "12月11日18时,气象台发布预警。",
        "昨天下午,区委召开会议。",
        "对2025年区人大代表建议办理工作开展督办视察。12月11日,视察组来到现场。",
        "街道2022年初启动项目。",
        "分中心于2025年10月正式开诊。",
        "1953年7月27日,各方签署停战协定。70年后的2023年,人们仍在纪念。今年活动很多。",
        "2008年5月12日发生地震。",
        "去年是新中国成立75周年,今年是中国共产党成立105周年。",
        "新华社北京1月2日电 会议召开。",
        "今年是第三届运动会。",
    ],
)
def test_never_guessed(text: str) -> None:
    assert story(text) == (None, None, None)


def test_a_page_lends_its_day_to_stories_that_print_month_and_day() -> None:
    page = Page(
        "page.txt",
        "某区清扫积雪\n\n本报讯(记者 张三)12月11日18时,气象台发布暴雪预警,环卫工人迅速上路清扫积雪。\n\n"
        "某区举行公祭活动\n\n本报讯(记者 李四)12月13日是国家公祭日,某区学生悼念88年前罹难的同胞。\n\n"
        "某院增设门诊\n\n本报讯(记者 王五)日前,某医院增设门诊,11月1日起方便居民配药就医。",
    )
    dates = [(article.date, article.date_from) for article in cut(page)]
    assert dates == [("2025-12-11", "inferred"), ("2025-12-13", "inferred"), (None, None)]


def test_stories_that_disagree_lend_nothing() -> None:
    texts = ["今年是中国共产党成立105周年。", "今年是新中国成立75周年。"]
    assert page_day(Page("page.txt", "\n".join(texts)), texts).now is None


WORDS = st.sampled_from(
    "今天|今年|是|第|63|个|学雷锋纪念日|2023|年|13|月|31|日|电|星期日|(|)|1月|2日|周年|建党|一百|\n".split("|")  # noqa: SIM905
)


@given(st.lists(WORDS, max_size=30).map("".join), st.text(alphabet="0123456789-_年月日.ab/", max_size=20))
def test_no_impossible_date(text: str, source: str) -> None:
    found, where, evidence = story(text, source)
    assert (found is None) == (where is None) == (evidence is None)
    if found:
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", found)
        date.fromisoformat((found + "-01-01")[:10])
