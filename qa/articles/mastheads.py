"""Lines that name the paper, its day and its page (东山晚报 2023年11月2日 第3版), and names of files that do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from qa.articles.dates import written_day
from qa.articles.lines import PrintedLine
from qa.text.folding import fold
from qa.text.zh import DIGITS, LETTER, NUMERAL, REPUBLIC_DAY, STEM_YEAR, WEEKDAYS, WRITTEN_DAY, YEAR, iso

_TOP, _BOTTOM = 3, 2  # lines of a page that may be mastheads
_MOST_LINES = 6  # of one masthead
_MOST_CHARS = 60
_DIGITS = f"[{DIGITS}〇○十]"
_PAPER = rf"{LETTER}{{1,10}}?(?:报|周刊|月刊|旬刊|半月刊|杂志|画刊|时讯|快讯|简讯|通讯|新闻|新闻纸)"
_NAMES = "要闻|本地|综合|国际|国内|体育|文化|教育|经济|社会|副刊|广告|专版|时政|民生|头版|版面"
_PART = re.compile(
    rf"""(?P<written>(?:中华)?{REPUBLIC_DAY}|{WRITTEN_DAY})
    | (?P<date>\d{{4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|{YEAR}(?P<mark>[-./])\d{{1,2}}(?P=mark)\d{{1,2}}(?!\d))
    | (?P<edition>第\s*[a-d]?(?:\d{{1,3}}|{_DIGITS}{{1,3}})\s*版|[a-d]\d{{1,2}}\s*版?(?![\da-z])|\d{{1,2}}\s*版)
    | (?P<weekday>(?:星期|周)[{WEEKDAYS}天])
    | (?P<issue>总?第\s*(?:\d{{1,6}}|{_DIGITS}{{1,6}})\s*[期号]
                |今日(?:出版)?\s*(?:\d{{1,3}}|{NUMERAL}{{1,3}})\s*[大中小]?[版张]半?|国内统一(?:连续出版物|刊)号\S*
                |(?:农|夏|旧|阴|废)历\S{{2,12}}|{STEM_YEAR}\S{{2,8}}|(?:零售|每[份张])\S{{2,12}}|cn\s*\d\d-\d{{4}})
    | (?P<name>(?:{_NAMES})(?:新闻)?(?![^\W\d_]))
    | (?P<paper>(?<![^\W_]){_PAPER}(?=[\s\d|·,(《》:]|第|星期|$))
    | (?P<between>[\s|·,()《》—:/\-_.]+)""",
    re.VERBOSE,
)
_NUMBERS = re.compile(r"\d+")
_EDITION = re.compile(r"[a-d]?\d+|" + _DIGITS + "+")
_TITLE = (  # of a paper, not of a paper for the office: 工作简报
    rf"{LETTER}{{1,10}}?(?:[日晚早晨时商导画学邮军农新]报|都市报|青年报|少年报|法[制治]报|周刊|[月旬季]刊|杂志|画刊)"
)
_NAMED = re.compile(rf"({_TITLE})[\s_\-.]*(?:{YEAR}|(?:中华)?民国)")
_NAMED_EDITION = re.compile(rf"第\s*(\d{{1,3}}|{_DIGITS}{{1,3}})\s*版|(?<![a-z])([a-d]\d{{1,2}})版")


class Masthead(NamedTuple):
    """What is told of paper, edition and day; None where nothing is. `evidence` are the words that gave the day."""

    paper: str | None = None
    edition: str | None = None
    date: str | None = None
    evidence: str | None = None

    def over(self, other: Masthead) -> Masthead:
        """These values where told, else those of `other`."""
        day = self if self.date else other
        return Masthead(self.paper or other.paper, self.edition or other.edition, day.date, day.evidence)


NO_MASTHEAD = Masthead()


def without_mastheads(lines: Sequence[PrintedLine], text: str) -> tuple[list[PrintedLine], list[PrintedLine], Masthead]:
    """The lines of a page, its mastheads, and what these tell. One that text is glued to is parted from it."""
    rest, found, told = list[PrintedLine](), list[PrintedLine](), Masthead()
    values = _values_of(lines, text)
    for index, line in enumerate(lines):
        if index not in values:
            rest.append(line)
            continue
        value, end = values[index]
        told = told.over(value)
        head, tail = _parted(line, end)
        found.append(head)
        rest += [tail] if tail else []
    return (rest, found, told) if rest else (list(lines), [], told)


def _values_of(lines: Sequence[PrintedLine], text: str) -> dict[int, tuple[Masthead, int]]:
    """What the mastheads of a page tell, each by the place of its line, and how much of the line it is. One set in
    several lines may have the paper's name, or the issue, in a line of its own.
    """
    found: dict[int, tuple[Masthead, int]] = {}

    def read(at: int, **how: bool) -> None:
        line = lines[at]
        if at in found or line.role or line.depth:
            return
        value, end = _read(line.text, text[line.start : line.end], **how)
        if end:
            found[at] = value, end

    for at in range(min(_MOST_LINES, len(lines))):
        if len(found) == at:
            read(at, beside=True)
    if len(found) < 2 or not any(value.date or value.edition for value, _ in found.values()):
        found.clear()  # no masthead of several lines
    for at in range(min(_TOP, len(lines))):
        read(at, first=len(found) == at)
    for at in range(len(lines) - 1, max(_TOP, len(lines) - _BOTTOM) - 1, -1):
        if at + 1 == len(lines) or at + 1 in found:
            read(at)
    for at in [at for at in sorted(found) if 0 < at < _TOP]:
        read(at - 1, beside=True)
    return found


def _parted(line: PrintedLine, end: int) -> tuple[PrintedLine, PrintedLine | None]:
    rest = line.text[end:]
    if not rest.strip():
        return line, None
    start = line.start + end + len(rest) - len(rest.lstrip())
    head = line.text[:end].rstrip()
    return (
        replace(line, end=line.start + len(head), text=head),
        replace(line, start=start, text=rest.lstrip(), begins=True),
    )


def _read(folded: str, printed: str, first: bool = False, beside: bool = False) -> tuple[Masthead, int]:
    """What a line tells as a masthead, and how much of it is one: all of it, or what text is glued to; 0 for none. A
    day by itself is one as the `first` line, and anything is that stands `beside` another one.
    """
    at, parts = 0, dict[str, tuple[str, int]]()
    while at < len(folded) and (match := _PART.match(folded, at)):
        parts.setdefault(str(match.lastgroup), (match[0], match.start()))
        at = match.end()
    whole = at == len(folded) and len(folded) <= _MOST_CHARS
    told = parts.keys() & {"date", "edition", "paper", "weekday", "issue"}
    told |= {"date"} if "written" in parts else set()
    placed = bool(told & {"date", "edition"})
    if whole and not ((placed and len(told) > 1) or (first and told == {"date"}) or (beside and told)):
        return Masthead(), 0
    if not whole and not {"date", "edition", "paper"} <= told:
        return Masthead(), 0
    value = _values(parts, printed)
    return (value, at) if value.date or "date" not in told else (Masthead(), 0)


def _values(parts: dict[str, tuple[str, int]], printed: str) -> Masthead:
    paper, edition, written = (parts.get(name) for name in ("paper", "edition", "written"))
    date = parts.get("date") or written
    numbered = _EDITION.search(edition[0]) if edition else None
    return Masthead(
        printed[paper[1] : paper[1] + len(paper[0])] if paper else None,
        numbered[0].upper() if numbered else None,
        (written_day(date[0]) or iso(*_NUMBERS.findall(date[0]))) if date else None,
        date[0] if date else None,
    )


def named(source: str) -> Masthead:
    """What the name of a file tells of paper and edition: 东山晚报2023-11-02第3版.txt."""
    stem = source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    folded = fold(stem)
    match = _NAMED.match(folded)
    edition = _NAMED_EDITION.search(folded)
    return Masthead(stem[: match.end(1)] if match else None, (edition[1] or edition[2].upper()) if edition else None)
