"""Describe articles, locations, filters and statistics as plain text; callers escape it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from qa.articles.bylines import opening
from qa.citing.cite import FORMS, cite
from qa.text.folding import fold
from qa.text.zh import IDEOGRAPHS
from qa.types import Article, Citation, Filters, Item, Location, Stats
from ui.words import Words

LABEL_CHARS = 24  # of a file's name, where it stands for a page
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,7}(?:\.(?:gz|xz))?$")
_HASH = re.compile(r"[-_ .]*(?<![0-9A-Za-z])(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8,}(?![0-9A-Za-z])", re.IGNORECASE)
_HAN = re.compile(f"[{IDEOGRAPHS}]")
_BETWEEN = " \u3000\n,，:：、"  # a dateline and its sentence


def date(article: Article, words: Words) -> str:
    """The article's date; one that was inferred says so."""
    if article.date is None:
        return words.undated_article
    return words.inferred_date.format(date=article.date) if article.date_from == "inferred" else article.date


def place_name(place: Location, words: Words) -> str:
    """The file, with the record or the page in it."""
    parts = [place.source]
    if place.record is not None:
        parts.append(words.record.format(record=place.record))
    if place.page is not None:
        parts.append(words.page.format(page=place.page))
    return " ".join(parts)


def file_label(source: str, words: Words) -> str:
    """A short name for a file, for a reader: its own without folder, suffix and hash."""
    name = _SUFFIX.sub("", PurePosixPath(source).name)
    short = _HASH.sub("", name).strip("-_ .") or name[:8]
    short = short if len(short) <= LABEL_CHARS else f"{short[: LABEL_CHARS - 1]}…"
    return short if _HAN.search(short) else words.file_label.format(name=short)


def page_label(place: Location, words: Words) -> str:
    """A short name for a page or a record, for a reader; `place_name` has it whole."""
    record = place.record[:LABEL_CHARS] if place.record is not None else None
    return place_name(replace(place, source=file_label(place.source, words), record=record), words)


def details(article: Article, words: Words) -> list[str]:
    """Paper, edition, date and reporters, those that are known, in that order; the page where the paper is not."""
    reporters = words.reporters.format(names=words.names_between.join(article.byline)) if article.byline else None
    paper, day = article.paper and f"《{article.paper}》", article.date and date(article, words)
    page = None if article.paper else page_label(article.location, words)
    return [part for part in (paper, article.edition, day, reporters, page) if part]


def dateline(citation: Citation) -> int:
    """How many characters of a quote are its dateline and byline (本报讯(记者 …)), which the screen leaves out; 0 where
    the answer stands in them.
    """
    length = dateline_of(citation.quote)
    return 0 if 0 < citation.mark.end <= length or 0 < citation.mark.start < length else length


def dateline_of(text: str) -> int:
    """How many characters a text begins with are dateline and byline; 0 where nothing follows them."""
    found = opening(fold(text))
    rest = text[found.end :].lstrip(_BETWEEN) if found and found.sure else ""
    return len(text) - len(rest) if rest else 0


def citation_line(n: int | None, article: Article, words: Words) -> str:
    """A reference to paste: 《paper》，title，date，edition; the file stands in for a paper that is not known."""
    paper = f"《{article.paper}》" if article.paper else article.location.source
    parts = [paper, article.title, date(article, words), article.edition]
    line = "，".join(part for part in parts if part)
    return line if n is None else f"[{n}] {line}"


def item_line(item: Item, words: Words) -> str:
    """What was counted or listed: a reporter with the number of articles, or an article with what is known of it."""
    known = [words.file_articles(item.count)] if item.source is None else item_details(item, words)
    return f"{item.name}（{' · '.join(known)}）" if words.language == "zh-CN" else f"{item.name} ({' · '.join(known)})"


def item_details(item: Item, words: Words) -> list[str]:
    """Date, reporters and page of an article that was counted or listed."""
    page = page_label(Location(item.source, item.record, item.page, ()), words) if item.source else ""
    return [part for part in (item.date, words.names_between.join(item.byline), page) if part]


def file_size(size: int) -> str:
    """A number of bytes in a readable unit."""
    return f"{max(1, size / 1024):.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):,.1f} MB"


def local(stamp: str) -> datetime:
    """A time in ISO 8601 as local time."""
    return datetime.fromisoformat(stamp).astimezone()


def library_line(stats: Stats, words: Words) -> str:
    """How much the library holds, in one line."""
    return f"{words.library_articles(stats.articles)} · {words.library_files(stats.files)}"


def library_notes(stats: Stats, words: Words) -> list[str]:
    """What else is worth knowing of it: undated articles, the last change."""
    notes = []
    if stats.articles > stats.dated:
        notes.append(words.undated(stats.articles - stats.dated))
    if stats.updated:
        notes.append(words.updated.format(when=f"{local(stats.updated):%Y-%m-%d %H:%M}"))
    return notes


def filtered(filters: Filters, title: str, words: Words) -> str:
    """What a question was limited to, in one line; `title` is the headline of its article, where one is known."""
    source = file_label(filters.source, words) if filters.source else None
    dates = f"{filters.since or ''}–{filters.until or ''}" if filters.since or filters.until else None
    article = filters.article and (f"《{title}》" if title else words.open_story)
    return words.names_between.join(filter(None, [dates, source, filters.byline, article]))


def copied(citations: Sequence[Citation], words: Words) -> str:
    """The quotes of one article, a line each, and the article on a line below."""
    quotes = [f"“{one.quote.strip()}”" for one in citations]
    return "\n".join([*quotes, f"——{citation_line(None, citations[0].article, words)}"])


def forms(citations: Sequence[Citation]) -> list[tuple[str, str]]:
    """References to what is quoted, each form with its title."""
    return [(form.title, cite(citations, name)) for name, form in FORMS.items()]
