"""Find an article's date: given, printed, or inferred from what its text says of its own day; else none.

Inferred means computed from words about now: 今天是第30个教师节, 今年是建党100周年, a full date that the lead
starts with. A year that belongs to something else (2030年远景目标, 2019年底开工) dates nothing, and a month and a day
get a year only from such words, in the story or elsewhere on its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from qa.articles.credit_lines import credited
from qa.articles.datelines import roc_date
from qa.text import numerals
from qa.text.folding import fold
from qa.text.zh import (
    DIGITS,
    FULL,
    LETTER,
    NUMERAL,
    REPUBLIC_DAY,
    WEEKDAYS,
    WRITTEN_DAY,
    YEAR,
    YEARS,
    iso,
    republican,
)
from qa.types import DateSource, Page

Dated = tuple[str | None, DateSource | None, str | None]
Found = tuple[str, str]  # a date and the words that gave it

_UNDATED: Dated = (None, None, None)
_LEAD_CHARS = 200  # a story says here when it is, if it does
_EDGE_CHARS = 400  # how much of a page's top and bottom may hold its folio
_FOLIO_CHARS = 40  # a longer line is no folio
_RECENT = timedelta(days=31)  # what a paper reports is no older

_WEATHER = "晴阴云多少转雨雪雾风霾小中大暴阵雷间到"  # as diaries have it behind the day
_WEEKDAY = re.compile("星期|周")
_GIVEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NAMES = (  # how file names write dates, the finest first; a time or a number may follow the eight digits
    re.compile(rf"(?<![0-9A-Za-z])[A-Za-z]*({YEAR})(\d\d)(\d\d)(?:[A-Z]\d{{1,2}}|[A-Za-z]*)(?![0-9A-Za-z])"),
    re.compile(rf"(?<![0-9])({YEAR})(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\d\d|\d{{4}}|\d{{6}})(?!\d)"),
    re.compile(rf"(?<!\d)({YEAR})[-_./年](\d{{1,2}})[-_./月](\d{{1,2}})日?(?!\d)"),
    re.compile(rf"(?<!\d)({YEAR})[-_年](\d{{1,2}})月?(?!\d)"),
    re.compile(rf"(?<!\d)({YEAR})年(?!\d)"),
    re.compile(rf"(?<={LETTER})[\s_\-]*({YEAR})(?=\.\w+$)"),
)
_DATE_LINE = re.compile(
    rf"^[\s(]{{0,80}}{FULL}(?:\s*\d{{1,2}}:\d\d(?::\d\d)?|\s*(?:星期|周)[{WEEKDAYS}天](?:\s+[{_WEATHER}]{{1,8}})?)?[\s)]*$",
    re.MULTILINE,
)
_WRITTEN = re.compile(  # 二〇二六年五月二十日 on a line of its own
    rf"^[\s(]{{0,80}}{WRITTEN_DAY}[\s)]*$",
    re.MULTILINE,
)
_TOLD = re.compile(  # 时间:2026-02-02 on a line of its own
    rf"^[\s*#>-]{{0,8}}(?:(?:发布|发表|出版|刊登|播出|刊发|见报|成文|印发)?(?:时间|日期)|发布于|刊期)[*\s]{{0,4}}[:\s][*\s]{{0,4}}({YEAR})\s*[-/.年]\s*"
    r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})[^\S\n]*+日?+(?:[^\S\n(t]*+\d{1,2}:\d\d(?::\d\d)?)?[^\S\n)*z]*+$",
    re.MULTILINE,
)
_CREDIT_LINES = 8  # from the top
_CREDIT_DAY = re.compile(rf"(?<!\d)({YEAR})(?:-|/|\.|年)(\d{{1,2}})(?:-|/|\.|月)(\d{{1,2}})(?!\d)")
_REPUBLIC_DAY = re.compile(REPUBLIC_DAY)
_WRITTEN_DAY = re.compile(WRITTEN_DAY)
_REPUBLICAN = re.compile(rf"^[^\n。!?;,]{{0,20}}{REPUBLIC_DAY}[^\n。!?;,]{{0,20}}$", re.MULTILINE)
_FOLIO = re.compile(FULL + r"[\s,(]*(?:星期|周)" + f"([{WEEKDAYS}天])")
_WIRE = re.compile(FULL + r"\s*(?:专电|电|讯|消息)(?=[\s,:(\[])")
_LEAD_DATE = re.compile(r"(?:\A|\n|[)】:]|[电讯](?=[\s\d]))\s*(?:今天|今日|昨天|昨日)?[\s(]*" + FULL)
_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年(?![前底])")
_MONTH_DAY = re.compile(r"(?<![\d年至到于自从])(?<!\d年)(\d{1,2})月(\d{1,2})日(?![起前后至到])")
_NUMBER = rf"(\d{{1,5}}|{NUMERAL}{{1,5}})"
_SENTENCE = re.compile(r"[^。!?\n]+")
_IS = r"(今天|今日|今年|明年|去年|(\d{1,2})月(\d{1,2})日)(?:既|也|又|正|恰)?(?:好)?(?:是|为|值|逢|迎来)"
_NOW = _IS + r"[^,。;]{0,16}?"
_TELLS_NOW = re.compile(_IS)


class Occasion(NamedTuple):
    """Something counted yearly: the Nth falls in `origin` + N, on `day` (MM-DD) where it has one."""

    words: str  # a pattern
    origin: int
    day: str | None


# Counted days, 第N个. The origin is what the papers' own count starts from: 10 September 2014 was 第30个教师节.
_DAYS = (
    Occasion("学雷锋纪念日", 1963, "03-05"),
    Occasion("国际(?:劳动)?妇女节", 1910, "03-08"),
    Occasion("(?:中国|全民义务)?植树节", 1978, "03-12"),
    Occasion("全民国家安全教育日", 2015, "04-15"),
    Occasion("世界读书日", 1995, "04-23"),
    Occasion("中国航天日", 2015, "04-24"),
    Occasion("国际护士节", 1911, "05-12"),
    Occasion("世界无烟日", 1987, "05-31"),
    Occasion("世界环境日", 1971, "06-05"),
    Occasion("全国土地日", 1990, "06-25"),
    Occasion("全民健身日", 2008, "08-08"),
    Occasion("中国医师节", 2017, "08-19"),
    Occasion("教师节", 1984, "09-10"),
    Occasion("(?:中国)?记者节", 1999, "11-08"),
    Occasion("全国交通安全日", 2011, "12-02"),
    Occasion("国家宪法日", 2013, "12-04"),
    Occasion("(?:南京大屠杀死难者)?国家公祭日", 2013, "12-13"),
    Occasion("中国人民警察节", 2020, "01-10"),
)
# Anniversaries, N周年: the year of the event itself.
_ANNIVERSARIES = (
    Occasion("(?:中国共产党成立|建党)", 1921, "07-01"),
    Occasion("(?:新中国|中华人民共和国)成立", 1949, "10-01"),
    Occasion("(?:中国人民解放军建军|人民解放军建军|建军)", 1927, "08-01"),
    Occasion("(?:中国人民抗日战争暨世界反法西斯战争|抗日战争|抗战)胜利", 1945, "09-03"),
    Occasion("香港回归(?:祖国)?", 1997, "07-01"),
    Occasion("澳门回归(?:祖国)?", 1999, "12-20"),
    Occasion("五四运动", 1919, "05-04"),
    Occasion("改革开放", 1978, None),
    Occasion("(?:红军)?长征胜利", 1936, None),
    Occasion("(?:唐山大?地震)", 1976, "07-28"),
    Occasion("(?:汶川(?:特大)?地震)", 2008, "05-12"),
)
_COUNTED = tuple(
    (re.compile(rf"{_NOW}第{_NUMBER}[个次届][“《]?(?:{words})"), origin, day) for words, origin, day in _DAYS
) + tuple((re.compile(rf"{_NOW}(?:{words}){_NUMBER}周年"), origin, day) for words, origin, day in _ANNIVERSARIES)
# "今天是国家公祭日 ... N年前": years back from now to the massacre of Nanjing.
_MEMORIAL = re.compile(rf"{_NOW}(?:南京大屠杀死难者)?国家公祭日[^。]{{0,200}}?(?<!\d)(\d{{2,3}})年前")
_PLAN = re.compile(rf"{_NOW}“?([{DIGITS[3:]}十]{{1,3}})五”?(?:规划|计划|时期)?的?(开局|收官)之年")


class PageDay(NamedTuple):
    """What a page says of its day: its folio, and what its stories count up to (今天是第30个 ...)."""

    folio: Found | None = None
    now: Found | None = None


def is_day(text: str) -> bool:
    """Whether a folded line is a day and its weekday, as diaries and logs begin: 2024年3月5日 星期二 晴."""
    return _DATE_LINE.fullmatch(text) is not None and _WEEKDAY.search(text) is not None


def page_day(page: Page, texts: Iterable[str]) -> PageDay:
    """The day of a page whose stories read `texts`; of a record alone, no folio is sought.

    Of what the stories count up to, the finest; none where they disagree on the year.
    """
    found = [each for text in texts for each in _counted(fold(text))]
    agreed = len({value[:4] for value, _ in found}) == 1
    now = max(found, key=lambda each: len(each[0])) if agreed else None
    return PageDay(None if page.record is not None else _folio(page), now)


def date_of(article_text: str, page: Page, day: PageDay | None = None) -> Dated:
    """(date, where it comes from, the words that gave it); all None where nothing says it.

    `day` is the page's (`page_day` over all its stories); without it the story speaks for its page. The date is ISO
    8601, no finer than its evidence (YYYY, YYYY-MM or YYYY-MM-DD), and never impossible. The name of a file of records
    says nothing of one.
    """
    given = _given(page.metadata.date)
    if given:
        return given, "metadata", given
    named = _from_name(page.source) if page.record is None else None
    if named:
        return named[0], "file", named[1]
    day = day or page_day(page, [article_text])
    text = fold(article_text)
    printed = _printed(text) or day.folio
    if printed:
        return printed[0], "printed", printed[1]
    inferred = _inferred(text, day.now)
    return (inferred[0], "inferred", inferred[1]) if inferred else _UNDATED


def _given(value: str | None) -> str | None:
    match = _GIVEN.fullmatch(value or "")
    return iso(*match.groups()) if match else None


def _from_name(source: str) -> Found | None:
    """The date in a file's name, folders left out only where the name itself has one."""
    for part in (source.rsplit("/", 1)[-1], source):
        for pattern in _NAMES:
            for match in pattern.finditer(part):
                found = iso(*match.groups())
                if found:
                    return found, match[0]
        if told := _republican(_REPUBLIC_DAY.search(fold(part))):
            return told
    return None


def _printed(text: str) -> Found | None:
    """A date on a line of its own, or a dateline with its year."""
    match = _DATE_LINE.search(text) or _TOLD.search(text) or _WIRE.search(text[:_LEAD_CHARS])
    if match:
        return _found(iso(*match.groups()), match[0])
    return (
        roc_date(text) or _republican(_REPUBLICAN.search(text)) or _written(_WRITTEN.search(text)) or _of_credits(text)
    )


def _republican(match: re.Match[str] | None) -> Found | None:
    """A day of the Republic's calendar: 民国113年12月29日."""
    if match is None:
        return None
    year, month, day = (numerals.whole("1" if part == "元" else part) or 0 for part in match.groups())
    return _found(republican(year, month, day) if year else None, match[0])


def _of_credits(text: str) -> Found | None:
    """A day beside the source or the reporter: 来源:某某日报 2021-03-05."""
    for line in text.splitlines()[:_CREDIT_LINES]:
        match = _CREDIT_DAY.search(line) if credited(line) is not None else None
        if match and (found := iso(*match.groups())):
            return found, match[0]
    return None


def written_day(text: str) -> str | None:
    """The day of the Republic's calendar, or written without digits, that folded text names, in ISO 8601."""
    found = _republican(_REPUBLIC_DAY.search(text)) or _written(_WRITTEN_DAY.search(text))
    return found[0] if found else None


def _written(match: re.Match[str] | None) -> Found | None:
    """A day without digits."""
    if match is None:
        return None
    year, month, day = (numerals.whole(part) or 0 for part in match.groups())
    return _found(iso(year, month, day), match[0])


def printed_date(text: str) -> Found | None:
    """A date on a line of its own or in a dateline, and its words."""
    return _printed(fold(text))


def day_of_whole(lines: Sequence[str]) -> Found | None:
    """The day that the lines above all stories of a file tell, on a line of its own or in a heading."""
    named = (found for line in lines if (found := _from_name(line)) and len(found[0]) == len("YYYY-MM-DD"))
    return printed_date("\n".join(lines)) or next(named, None)


def _folio(page: Page) -> Found | None:
    """The date with its weekday at the edge of a page; none where day and weekday disagree."""
    lines = page.text[:_EDGE_CHARS].splitlines() + page.text[-_EDGE_CHARS:].splitlines()
    for line in lines:
        match = _FOLIO.search(fold(line)) if len(line) <= _FOLIO_CHARS else None
        found = iso(*match.groups()[:3]) if match else None
        if match and found and date.fromisoformat(found).weekday() == WEEKDAYS.index(match[4].replace("天", "日")):
            return found, match[0]
    return None


def _inferred(text: str, now: Found | None) -> Found | None:
    """From what a story, else its page, says of now; with the month and day that the lead gives."""
    found = _counted(text) + _lead_date(text)
    if len({value[:4] for value, _ in found}) > 1:
        return None
    own = max(found, key=lambda each: len(each[0]), default=None)
    if own and len(own[0]) > len("YYYY"):
        return own
    near = own or now
    return (_month_day(text, near) if near else None) or own


def _month_day(text: str, now: Found) -> Found | None:
    """The first month and day of the lead in the year of `now`; none where the turn of a year leaves it open."""
    match = _MONTH_DAY.search(text[:_LEAD_CHARS])
    value = iso(now[0][:4], *match.groups()) if match else None
    if match is None or value is None:
        return None
    if len(now[0]) == len("YYYY-MM-DD"):
        if not timedelta(0) <= date.fromisoformat(now[0]) - date.fromisoformat(value) <= _RECENT:
            return None
    elif match[1] == "12" and "明年" not in now[1]:
        return None  # in January 今年 is not December's year
    return value, f"{match[0]} … {now[1]}"


def _counted(text: str) -> list[Found]:
    """What a story counts up to now: the Nth day, the Nth year, the first or last year of a plan."""
    return [
        found
        for sentence in _SENTENCE.findall(text)
        if any(word in sentence for word in ("第", "周年", "之年", "年前")) and _TELLS_NOW.search(sentence)
        for found in _counted_in(sentence)
    ]


def _counted_in(sentence: str) -> Iterator[Found]:
    for pattern, origin, day in _COUNTED:
        for match in pattern.finditer(sentence):
            if (number := numerals.whole(match[4])) is not None:
                yield from _at(match, origin + number, day)
    for match in _MEMORIAL.finditer(sentence):
        yield from _at(match, 1937 + int(match[4]), "12-13")
    for match in _PLAN.finditer(sentence):
        if (number := numerals.whole(match[4])) is not None:
            yield from _at(match, 1966 + 5 * (number - 3) + 4 * (match[5] == "收官"), None)


def _at(match: re.Match[str], year: int, day: str | None) -> Iterator[Found]:
    """The date that `match`'s word for now gives, where `year` is the year it speaks of."""
    now = match[1]
    if now in ("今天", "今日"):
        value = iso(year, *day.split("-")) if day else iso(year)
    elif match[2]:
        value = iso(year, match[2], match[3])
    else:
        value = iso(year - YEARS[now])
    if value:
        yield value, match[0]


def _lead_date(text: str) -> list[Found]:
    """A full date that the lead starts with, in the latest year that the story speaks of, where it says 今年 too.

    On dated news (CRUD-RAG) such a date is the day of issue or up to ten days before it in 96 of 100 cases, and always
    of its year; without 今年 it is the day of an old crime or a fair to come in one of five.
    """
    match = _LEAD_DATE.search(text[:_LEAD_CHARS])
    if match is None or "今年" not in text or int(match[1]) < max(int(year) for year in _YEAR.findall(text)):
        return []
    value = iso(*match.groups())
    return [(value, match[0].strip(" ()】:\n"))] if value else []


def _found(value: str | None, evidence: str) -> Found | None:
    return (value, evidence.strip()) if value else None
