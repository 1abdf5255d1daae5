"""Which articles are of a period, and what that is worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.library.library import Library
from qa.retrieval.timeliness import NEWEST, Fit, favour, fit, is_far, nothing_of, one_year
from qa.types import Article, Metadata, Period, Query
from tests.parts import nouns

DECEMBER = Period("2024-12", "2024-12")
YEAR = Period("2024", "2024")


def article(date: str | None, text: str = "路灯亮了。", identity: str = "a") -> Article:
    return Article(identity, text, "路灯", date=date)


@pytest.mark.parametrize(
    ("date", "text", "period", "expected"),
    [
        ("2024-12-05", "", DECEMBER, Fit.OF_IT),
        ("2024-12", "", DECEMBER, Fit.OF_IT),
        ("2024", "", DECEMBER, Fit.OF_IT),
        ("2025-01-31", "", DECEMBER, Fit.OF_IT),  # reported a month later
        ("2025-02-01", "", DECEMBER, Fit.AGAINST),
        ("2024-11-30", "", DECEMBER, Fit.AGAINST),
        ("2025-02-20", "2024年12月植树", DECEMBER, Fit.OPEN),
        ("2024-02-20", "到12月完工", DECEMBER, Fit.OPEN),
        ("2025-02-20", "到12月完工", DECEMBER, Fit.AGAINST),
        ("2023-05-01", "", YEAR, Fit.AGAINST),
        ("2023-05-01", "二〇二四年完工", YEAR, Fit.OPEN),
        ("2023-05-01", "２０２４年完工", YEAR, Fit.OPEN),
        ("2030-01-01", "", Period("2024", None), Fit.OF_IT),
        ("2024-12-18", "", Period("2024-12-11", "2024-12-11"), Fit.OF_IT),
        ("2024-12-19", "", Period("2024-12-11", "2024-12-11"), Fit.AGAINST),
        (None, "", YEAR, Fit.OPEN),
        (None, "2023年开工", YEAR, Fit.OPEN),
        (None, "2025年开工", YEAR, Fit.AGAINST),
        (None, "2024年开工，2025年完工", YEAR, Fit.OF_IT),
    ],
)
def test_how_an_article_stands_to_a_period(date: str | None, text: str, period: Period, expected: Fit) -> None:
    assert fit(article(date, text), period) is expected


def test_articles_of_the_period_gain_and_others_lose() -> None:
    articles = {"a": article("2024-05-01"), "b": article(None), "c": article("2022-05-01")}
    assert favour(dict.fromkeys(articles, 0.3), articles, YEAR) == {"a": 0.01, "b": 0, "c": -0.1}


def test_the_newest_of_those_about_as_good_gains_most() -> None:
    days = {"a": "2024-05-01", "b": "2025-05-01", "c": None, "d": "2026-01-01"}
    articles = {one: article(day) for one, day in days.items()}
    gained = favour({"a": 0.3, "b": 0.27, "c": 0.3, "d": 0.0}, articles, Period(newest=True))
    assert gained == {"a": NEWEST / 4, "b": NEWEST, "c": 0, "d": 0}


def test_nothing_is_of_a_period_where_all_is_dated_otherwise() -> None:
    dated = nouns.hit(nouns.FORUM, 5, 17, 0.9)  # 2025-12-11
    undated = nouns.hit(nouns.BARE, 0, 5, 0.2)
    assert nothing_of([dated], Period("2019", "2019"))
    assert not nothing_of([dated, undated], Period("2019", "2019"))
    assert not nothing_of([dated], Period("2025", "2025"))
    assert not nothing_of([dated], Period(newest=True))
    assert not nothing_of([dated], None)
    assert not nothing_of([], Period("2019", "2019"))


@pytest.mark.parametrize(
    ("period", "expected"),
    [(YEAR, "2024"), (DECEMBER, "2024"), (Period("2024"), ""), (Period("2024", "2025"), ""), (None, "")],
)
def test_the_one_year_of_a_period(period: Period | None, expected: str) -> None:
    assert one_year(period) == expected


@pytest.mark.parametrize(("year", "expected"), [("2021", True), ("2022", False), ("2026", False), ("2027", True)])
def test_a_year_is_far_from_all_dates(year: str, expected: bool) -> None:
    assert is_far(year, ("2023-05-01", "2025")) is expected


def test_a_year_of_which_nothing_tells_is_outside_the_dates(tmp_path: Path) -> None:
    story = "路灯亮了\n本报讯 昨日，青羊河边的新路灯全部亮了，一共三百盏。这条路二〇一五年修成。\n"
    dated, undated = tmp_path / "a.txt", tmp_path / "b.txt"
    dated.write_text("植树\n本报讯 昨日，居民在河边植树，种下槐树五十棵。\n", encoding="utf-8")
    undated.write_text(story, encoding="utf-8")
    with Library.open(tmp_path / "library", create=True, reader="none") as library:
        library.add([undated])
        assert library.ask(Query("2010年青羊河边的新路灯有多少盏")).answered  # nothing is dated
        library.add([dated], given=Metadata(date="2025-03-12"))
        refused = library.ask(Query("2010年青羊河边的新路灯有多少盏"))
        assert refused.reason
        assert (refused.reason.kind, refused.reason.terms) == ("outside-dates", ("2025-03-12", "2025-03-12"))
        assert library.ask(Query("2015年青羊河边的新路灯有多少盏")).answered  # a text has it, in other digits
        assert library.ask(Query("2024年青羊河边的新路灯有多少盏")).answered  # not far
