"""What a reference is made of: an article, what is quoted of it, and its facts in the parts that standards ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.text import numerals
from qa.text.folding import fold
from qa.text.zh import NUMERAL, is_han
from qa.types import Answer, Article, Citation, Hit

Citable = Answer | Article | Citation | Hit

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+|\s+")
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_PAGE = re.compile(rf"第?\s*(?P<page>[a-z]{{0,2}}\d{{1,3}}|{NUMERAL}{{1,3}})\s*版?(?=$|[\s:,、·(])")


@dataclass(frozen=True, slots=True)
class Reference:
    """An article that is referred to, and the quotes of it, each on one line, in the order of mention."""

    article: Article
    quotes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return one_line(self.article.title)

    @property
    def paper(self) -> str:
        """Empty where it is not known."""
        return one_line(self.article.paper or "")

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(filter(None, map(one_line, self.article.byline)))

    @property
    def date(self) -> tuple[int, ...]:
        """Year, month and day, as far as they are known."""
        return tuple(int(part) for part in self.dashed.split("-") if part)

    @property
    def dashed(self) -> str:
        """The date as ISO 8601 writes it, as far as it is known."""
        written = self.article.date or ""
        return written if _ISO.fullmatch(written) else ""

    @property
    def page(self) -> str:
        """The number of the printed page (of 第03版：要闻 03); empty where the edition says none."""
        edition = one_line(self.article.edition or "")
        match = _PAGE.match(fold(edition))
        return _in_digits(edition[match.start("page") : match.end("page")]) if match else ""

    @property
    def section(self) -> str:
        """The edition as printed, where it says more than the page's number; else empty."""
        edition = one_line(self.article.edition or "")
        match = _PAGE.match(fold(edition))
        return "" if match and match.end() == len(edition) else edition

    @property
    def notes(self) -> tuple[str, ...]:
        """What no field of a reference has room for: the quotes, where the article stands in the library, and what was
        not printed but inferred.
        """
        article, place = self.article, self.article.location
        record, page = place.record and f" 记录 {place.record}", place.page and f" 第 {place.page} 页"
        notes = [f"“{quote}”" for quote in self.quotes]
        notes += [one_line(f"文件：{place.source}{record or ''}{page or ''}")]
        notes += [f"日期为推定：{one_line(article.date_evidence or '')}"] if article.date_from == "inferred" else []
        return (*notes, "题名为首句：原文没有标题") if article.title_inferred else tuple(notes)

    @property
    def language(self) -> str:
        """As RFC 5646 names it; empty where the headline and the paper's name have no Chinese character."""
        return "zh" if any(map(is_han, self.title + self.paper)) else ""


def references(what: Citable | Iterable[Citable]) -> tuple[Reference, ...]:
    """A reference to each article that is quoted, in the order of first mention."""
    quotes: dict[str, dict[str, None]] = {}
    articles: dict[str, Article] = {}
    for article, quote in _quoted(what):
        articles.setdefault(article.id, article)
        quotes.setdefault(article.id, {}).update({one_line(quote): None} if quote else {})
    return tuple(Reference(article, tuple(quotes[id])) for id, article in articles.items())


def one_line(text: str) -> str:
    """The text with single spaces for white space of any kind, and without control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def _quoted(what: Citable | Iterable[Citable]) -> Iterator[tuple[Article, str]]:
    if isinstance(what, Article):
        yield what, ""
    elif isinstance(what, Citation):
        yield what.article, what.quote
    elif isinstance(what, Hit):
        yield what.article, what.passage.text
    else:
        for one in what.citations if isinstance(what, Answer) else what:
            yield from _quoted(one)


def _in_digits(page: str) -> str:
    """A page's number as it is printed, one in Chinese signs in digits."""
    number = None if page[-1].isascii() else numerals.value(fold(page))
    return page if number is None else str(number)
