"""Describe articles, locations, filters and statistics as plain text; callers escape it."""

from __future__ import annotations

from datetime import datetime

from qa.types import Article, Filters, Item, Location, Stats
from ui.words import Words


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


def details(article: Article, words: Words) -> list[str]:
    """Paper, edition, date, reporters and file, those that are known, in that order."""
    reporters = words.reporters.format(names=words.names_between.join(article.byline)) if article.byline else None
    known = [article.paper and f"《{article.paper}》", article.edition, date(article, words), reporters]
    return [part for part in known if part] + [place_name(article.location, words)]


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
    """Date, reporters and file of an article that was counted or listed."""
    return [part for part in (item.date, words.names_between.join(item.byline), item.source) if part]


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


def filtered(filters: Filters, words: Words) -> str:
    """What a question was limited to, in one line."""
    dates = f"{filters.since or ''}–{filters.until or ''}" if filters.since or filters.until else None
    return words.names_between.join(filter(None, [dates, filters.source, filters.byline, filters.article]))
