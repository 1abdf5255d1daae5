"""The names, dates and amounts of a text, and whether other sentences hold them, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from qa.text import numerals, zh
from qa.text.amounts import Amount, amounts
from qa.text.folding import comparable, normalise
from qa.text.words import is_function_word, tagged_words, word_frequency

_IN_SIGNS = 10_000_000  # from here on, no number is written in Chinese signs
_RARE = 100  # of the segmenter's corpus: a noun below it is what its article is about, and nothing that anybody says
_YEAR, _MONTH, _DAY = rf"(?P<year>{zh.YEAR})年", r"(?P<month>\d{1,2})月", r"(?P<day>\d{1,2})[日号](?![线楼院厅馆])"
_DATES = tuple(
    re.compile(rf"(?<![\d.]){form}") for form in (rf"{_YEAR}(?:{_MONTH}(?:{_DAY})?)?", rf"{_MONTH}(?:{_DAY})?", _DAY)
)
_MARKS = re.compile(r"[(（][^()（）]*[)）]|\W+")
_OVER = re.compile("(?<=[0-9０-９十百千万亿])余")  # the segmenter takes 余人 for somebody's name
_PARTICLES = re.compile(f"[{zh.PARTICLES}]")
_SPEAKING = re.compile(f"(?:{zh.any_of(zh.SPEAKING)})$")
_SIGNS = re.compile(f"{zh.NUMERAL}+")
_ORDINAL = re.compile(rf"第(?:\d+|{zh.NUMERAL}+)")
_RELATIVE = re.compile(zh.any_of([*zh.YEARS, *zh.DAYS]) + "|[昨今明][晚晨夜早]|[上本下]个?(?:月|周|星期)")


class Date(NamedTuple):
    """A date as far as a text says it; None for what it leaves to its article."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says that can be wrong, in the order of the text."""

    names: tuple[str, ...]
    dates: tuple[Date, ...]
    amounts: tuple[Amount, ...]
    relative: tuple[str, ...]  # 昨天, 去年: days and years that count from an article's own

    def __bool__(self) -> bool:
        return bool(self.names or self.dates or self.amounts)


def facts_of(text: str) -> Facts:
    plain = comparable(text)
    dates, left = list[Date](), plain
    for form in _DATES:
        dates += map(_date, form.finditer(left))
        left = form.sub("，", left)
    counted = tuple(one for one in amounts(left) if one.printed[0].isdigit())
    return Facts(tuple(_names(text)), tuple(dates), counted, tuple(_RELATIVE.findall(plain)))


def lacking(claim: str, held: str, published: str | None) -> str | None:
    """The first name, date or amount of a claim that `held`, the sentences it rests on, has not; None where they have
    all. `published` is the date of their article, ISO 8601: it completes a date that they leave without a year.
    """
    said, known, plain = facts_of(claim), facts_of(held), comparable(held)
    written = normalise(held)  # a name may have a numeral in it
    forms = (plain, written, _PARTICLES.sub("", written), _MARKS.sub("", written))
    wrong = [one for one in said.names if not any(one in form for form in forms)]
    wrong += [one for one in _ORDINAL.findall(comparable(claim)) if one not in plain]
    wrong += [one for one in said.relative if one not in known.relative]
    wrong += [_written(one) for one in said.dates if not _is_dated(one, known, published)]
    wrong += [one.printed for one in said.amounts if not _is_counted(one, known.amounts, plain)]
    wrong += [one for one in _signs(claim) if one not in written and str(numerals.value(one)) not in plain]
    return wrong[0] if wrong else None


def _names(text: str) -> Iterator[str]:
    """Words that are names, or may be: nouns that hardly anybody says, and what is not Chinese."""
    for word, tag in dict.fromkeys(tagged_words(_OVER.sub("多", text))):
        is_noun = tag.startswith(("n", "x")) and not is_function_word(word)
        is_rare = is_noun and word_frequency(word) < _RARE
        is_counted = word[0].isdigit() or (word[0] in zh.IN_NUMBERS and not tag.startswith(zh.PERSON))
        name = word if word_frequency(word) else _SPEAKING.sub("", word)  # the guesser joins who says to says
        if len(name) > 1 and not is_counted and (tag.startswith((*zh.NAMES, "eng")) or is_rare):
            yield name


def _date(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    year, month, day = (parts.get(name) for name in ("year", "month", "day"))
    return Date(int(year) if year else None, int(month) if month else None, int(day) if day else None)


def _is_dated(said: Date, known: Facts, published: str | None) -> bool:
    """Whether a date, as far as it goes, is one of the sentences', completed by their article's. Where they have none,
    the article's year and month are theirs; not its day, as it tells of other days too.
    """
    own = [int(part) for part in (published or "").split("-") if part.isdecimal()]
    year, month, *_ = (*own, None, None)
    others = [] if known.dates else [Date(year, month, None)]
    others += [Date(own[0] + zh.YEARS[one], None, None) for one in known.relative if own and one in zh.YEARS]
    if len(own) == 3:
        days = (date(*own) + timedelta(zh.DAYS[one]) for one in known.relative if one in zh.DAYS)
        others += [Date(day.year, day.month, day.day) for day in days]
    return any(_agree(said, one, own[:1]) for one in (*known.dates, *others))


def _agree(said: Date, known: Date, year: list[int]) -> bool:
    completed = known._replace(year=known.year or (year[0] if year else None))
    return all(one in (None, other) for one, other in zip(said, completed, strict=True))


def _is_counted(said: Amount, known: Iterable[Amount], plain: str) -> bool:
    if any(said.key == one.key or (not said.unit and _is_number_of(said, one)) for one in known):
        return True
    is_whole = said.value == said.value.to_integral_value() and said.value < _IN_SIGNS
    return is_whole and not said.bound and _in_signs(said) in plain


def _is_number_of(said: Amount, known: Amount) -> bool:
    """Whether a number without a unit is that of an amount; a share is no number."""
    return (said.value, said.bound) == (known.value, known.bound) and known.unit != "%"


def _in_signs(said: Amount) -> str:
    """As it stands where nothing shows that it is a number: 3比 三比."""
    return numerals.written(int(said.value)) + said.sign


def _signs(claim: str) -> Iterator[str]:
    """The Chinese numerals that nothing shows to be numbers (三比二), but for those in words of the dictionary and for
    一, of which everything is full.
    """
    for word, tag in tagged_words(comparable(claim)):
        if not word_frequency(word) or (tag == "m" and all(sign in zh.IN_NUMBERS for sign in word)):
            yield from (one for one in _SIGNS.findall(word) if one != "一")


def _written(said: Date) -> str:
    return "".join(f"{part}{unit}" for part, unit in zip(said, "年月日", strict=True) if part)
