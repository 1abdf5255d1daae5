"""Tally -> Answer: the number or the list, what was counted and how, and the first places to look."""

from __future__ import annotations

from collections.abc import Iterator

from qa import text, verbatim
from qa.counting.asking import Counted, Group
from qa.counting.tallying import Found, Tally
from qa.mentions import Stories
from qa.types import Answer, AnswerKind, Article, Citation, Hit, Item, Query, Span

_NAMED = 10  # articles or reporters named in the answer's text: all are in its items
_QUOTED = 3  # articles whose first mention is quoted


def answer(query: Query, counted: Tally, hits: tuple[Hit, ...], stories: Stories) -> Answer:
    """The total, everything counted as items, and quotes of the first articles."""
    items = _reporters(counted) if counted.asked.counted == "reporters" else tuple(map(_article, counted.found))
    total = sum(found.places for found in counted.found) if counted.asked.counted == "places" else len(items)
    citations = tuple(_citations(counted, stories))
    marks = "".join(f"[{citation.n}]" for citation in citations)
    said = f"{_said(counted, total)}{_names(counted, items)}{marks}"
    kind: AnswerKind = "list" if counted.asked.is_list else "count"
    return Answer(query.question, kind, said, 1.0, citations, hits[: query.k], query.assumed, None, total, items)


def _said(counted: Tally, total: int) -> str:
    """The number in words, with the words and filters that it is of."""
    words = _words(counted.groups)
    holding = f"同时写有{words}" if len(counted.groups) > 1 else f"写有{words}"
    signed = f"署名{counted.asked.reporter[0]}" if counted.asked.reporter else ""
    which = "、".join(filter(None, [signed, holding if counted.groups else ""]))
    number: dict[Counted, str] = {
        "articles": f"{which}的文章共 {total} 篇",
        "places": f"{words}在 {len(counted.found)} 篇文章里共出现 {total} 次",
        "reporters": f"署名文章里{holding}的记者共 {total} 位",
    }
    unsigned = sum(not found.story.byline for found in counted.found) if counted.asked.counted == "reporters" else 0
    number["reporters"] += f"，另有 {unsigned} 篇没有署名" if unsigned else ""
    loose = f"没有文章照原样写有{_words(counted.asked.groups)}；" if counted.is_loose else ""
    return f"{loose}{number[counted.asked.counted]}{_limits(counted)}"


def _words(groups: tuple[Group, ...]) -> str:
    return "、".join("或".join(f"“{word}”" for word in group) for group in groups)


def _limits(counted: Tally) -> str:
    """The filters that the number is subject to, and how many of the articles no date filter could judge."""
    filters = counted.filters
    limits = [
        f"{filters.since} 以后" if filters.since else "",
        f"{filters.until} 以前" if filters.until else "",
        f"来源 {filters.source}" if filters.source else "",
        f"记者 {filters.byline}" if filters.byline else "",
        "只看一篇文章" if filters.article else "",
    ]
    if not any(limits):
        return ""
    undated = sum(found.story.date is None for found in counted.found)
    unjudged = f"，其中 {undated} 篇没有日期" if undated and (filters.since or filters.until) else ""
    return f"（限{'、'.join(filter(None, limits))}{unjudged}）"


def _names(counted: Tally, items: tuple[Item, ...]) -> str:
    if not counted.asked.is_list or not items:
        return "。"
    if counted.asked.counted == "reporters":
        shown = [f"{item.name}（{item.count} 篇）" for item in items[:_NAMED]]
    else:
        shown = [f"《{item.name}》" for item in items[:_NAMED]]
    return f"：{'、'.join(shown)}{'等' if len(items) > _NAMED else ''}。"


def _article(found: Found) -> Item:
    story = found.story
    return Item(
        story.title, found.places, (story.id,), story.source, story.record, story.page, story.date, story.byline
    )


def _reporters(counted: Tally) -> tuple[Item, ...]:
    """By the number of their articles, then by name; a name in either script is one reporter."""
    signed: dict[str, list[str]] = {}
    printed: dict[str, str] = {}
    for found in counted.found:
        for name in found.story.byline:
            signed.setdefault(printed.setdefault(text.fold(name), name), []).append(found.story.id)
    ordered = sorted(signed.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(Item(name, len(articles), tuple(articles)) for name, articles in ordered)


def _citations(counted: Tally, stories: Stories) -> Iterator[Citation]:
    """The first sentence that holds a word, of each of the first articles whose text holds one."""
    patterns = [verbatim.pattern(word) for group in counted.groups for word in group]
    n = 0
    for found in counted.found[:_QUOTED]:
        article = stories.article(found.story.id)
        places = [span for pattern in patterns for span in verbatim.spans(pattern, article.text)]
        if places:
            n += 1
            yield _citation(n, article, min(places))


def _citation(n: int, article: Article, place: Span) -> Citation:
    held = [span for span in text.sentences(article.text) if span.start < place.end and place.start < span.end]
    start, end = held[0].start, held[-1].end  # more than one where a line ends inside the words
    mark = Span(max(place.start, start) - start, min(place.end, end) - start)
    return Citation(n, article, start, end, article.text[start:end], mark, 1.0)
