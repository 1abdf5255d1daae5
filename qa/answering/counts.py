"""Answer a question for a number or a list: every article that holds the words asked for, counted and listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from qa.errors.messages import Wording
from qa.questions.analysed import AnalysedQuestion
from qa.questions.counting import CountQuestion, Group
from qa.text import matching
from qa.text.folding import fold
from qa.text.sentences import sentences_of
from qa.text.words import content_words
from qa.types import Answer, AnswerKind, Article, ArticleText, Citation, Filters, Hit, Item, Span
from qa.types.protocols import ArticleTexts

_FIRST_DAY, _LAST_DAY = "0000-01-01", "9999-12-31"  # what a date that tells less leaves out


@dataclass(frozen=True, slots=True)
class CountedArticle:
    """An article that holds the words, and in how many places."""

    story: ArticleText
    mentions: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All articles that hold a word of each group, in the order of arrival."""

    asked: CountQuestion
    groups: tuple[Group, ...]  # those of the question, or the words that they consist of
    found: tuple[CountedArticle, ...]
    filters: Filters  # those of the query, and the time that it is about
    undated: int = 0  # further articles with the words whose date does not tell, where the question names a time
    is_vague: bool = False  # some of those have a date, of which the time asked for is only a part

    @property
    def is_loose(self) -> bool:
        """Whether nothing holds the question's words as they stand, and they were looked for one by one."""
        return self.groups != self.asked.groups


def tally(asked: CountQuestion, question: AnalysedQuestion, stories: ArticleTexts) -> Tally | None:
    """Every article that passes the filters and holds the words, one by one where none holds them together.

    None for a subject that stands nowhere in the library by these words: articles may tell of it by others, so that
    none would be a false number. Raises NotFound for a filter's source or article that the library does not hold.
    """
    limits = question.filters_in_time
    if found := _holding(asked, asked.groups, limits, stories):
        return Tally(asked, asked.groups, found, limits)
    single = _single(asked.groups)
    if loose := _holding(asked, single, limits, stories):
        return Tally(asked, single, loose, limits)
    if asked.is_subject and not _holding(replace(asked, reporter=()), single, Filters(), stories):
        return None
    return Tally(asked, asked.groups, (), limits)


def dated_apart(counted: Tally, question: AnalysedQuestion) -> Tally:
    """Where the question names a time and the user's filters none: the articles that are dated so, and how many more
    have no date, or one that leaves open whether it is of that time (2026 for a day in March).
    """
    if question.filters_in_time == question.query.filters:
        return counted
    dated = tuple(one for one in counted.found if _is_within(one.story.date, counted.filters))
    is_vague = any(one.story.date and one not in dated for one in counted.found)
    return replace(counted, found=dated, undated=len(counted.found) - len(dated), is_vague=is_vague)


def _is_within(date: str | None, filters: Filters) -> bool:
    """Whether all days of a year, a month or a day lie in the time of the filters."""
    if date is None:
        return False
    first, last = _FIRST_DAY[len(date) :], _LAST_DAY[len(date) :]
    since, until = filters.since or "", filters.until or "9999"
    return date + first >= since and date + last <= until + _LAST_DAY[len(until) :]


def _single(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Every group of one phrase as its content words, each a group of its own."""
    return tuple(
        single
        for group in groups
        for single in ([(word,) for word in content_words(group[0])] if len(group) == 1 else [group])
    )


def _holding(
    asked: CountQuestion, groups: Sequence[Group], filters: Filters, stories: ArticleTexts
) -> tuple[CountedArticle, ...]:
    each = [_passages(group, stories) for group in groups]
    told: list[frozenset[int] | None] = [one for one in each if one is not None]
    of_groups = [stories.articles_of(one, filters, asked.reporter) for one in told or [None]]
    patterns = [[matching.pattern(words) for words in group] for group in groups]
    return tuple(
        CountedArticle(story, places)
        for story in stories.stories(frozenset.intersection(*of_groups))
        if (places := _places(patterns, story)) or not groups
    )


def _passages(group: Group, stories: ArticleTexts) -> frozenset[int] | None:
    """Passages that may hold a word of the group; None where the term index cannot tell."""
    phrases = [matching.phrases(words) for words in group]
    if not all(phrases):
        return None
    return stories.terms.holding("grams", [phrase for each in phrases for phrase in each])


def _places(patterns: Sequence[Sequence[re.Pattern[str]]], story: ArticleText) -> int:
    """In how many places the article holds the words; 0 where it lacks a group.

    A headline given with the file need not stand in the text: it counts where the text lacks the words.
    """
    counts = [_count(group, story.text) or _count(group, "\n\n".join(story.headline)) for group in patterns]
    return sum(counts) if all(counts) else 0


def _count(group: Sequence[re.Pattern[str]], printed: str) -> int:
    return sum(len(pattern.findall(printed)) for pattern in group)


_NAMED = 10  # articles or reporters named in the answer's text: all are in its items
_QUOTED = 3  # articles whose first mention is quoted
_AND = "list.and"


def count_answer(question: AnalysedQuestion, counted: Tally, hits: tuple[Hit, ...], stories: ArticleTexts) -> Answer:
    """The total, everything counted as items, and quotes of the first articles."""
    items = _reporters(counted) if counted.asked.counted == "reporters" else items_of(counted)
    total = sum(found.mentions for found in counted.found) if counted.asked.counted == "places" else len(items)
    citations = tuple(_citations(counted, stories))
    said = _said(counted, total)
    told = _named(said, counted, items, "".join(f"[{citation.n}]" for citation in citations))
    kind: AnswerKind = "list" if counted.asked.is_list else "count"
    shown = hits[: question.query.k]
    return Answer(
        question.written, kind, told, 1.0, citations, shown, question.assumed, None, total, items, said=said, lead=said
    )


def _said(counted: Tally, total: int) -> Wording:
    """The number in words, with the words and filters that it is of."""
    said = _limited(_number(counted, total), counted)
    if not counted.is_loose:
        return said
    return Wording("count.not-word-for-word", words=_words(counted.asked.groups), said=said)


def _number(counted: Tally, total: int) -> Wording:
    words, reporter = _words(counted.groups), counted.asked.reporter
    holding = Wording("count.mention-all" if len(counted.groups) > 1 else "count.mention", words=words)
    if counted.asked.counted == "places":
        articles = len(counted.found)
        return Wording("count.places", words=words, articles=articles, total=total)
    if counted.asked.counted == "reporters":
        said = Wording("count.reporters-of", which=holding, total=total)
        if not counted.groups:
            said = Wording("count.reporters", total=total)
        unsigned = sum(not found.story.byline for found in counted.found)
        return Wording("count.unsigned", said=said, unsigned=unsigned) if unsigned else said
    which = [Wording("count.signed", name=reporter[0])] if reporter else []
    which += [holding] if counted.groups else []
    if not which:
        return Wording("count.articles", total=total)
    return Wording("count.articles-of", which=_joined(which, _AND), total=total)


def _words(groups: tuple[Group, ...]) -> str:
    return _joined([_joined([f"“{word}”" for word in group], "list.or") for group in groups], _AND)


def _joined(parts: Sequence[str], form: str) -> str:
    return reduce(lambda first, second: Wording(form, first=first, second=second), parts) if parts else ""


def _limited(said: Wording, counted: Tally) -> Wording:
    """With the filters that the number is subject to, and how many of the articles no date filter could judge."""
    filters = counted.filters
    is_one = filters.since is not None and filters.since == filters.until
    limits = [
        Wording("limit.within", date=filters.since) if is_one else "",
        Wording("limit.since", date=filters.since) if filters.since and not is_one else "",
        Wording("limit.until", date=filters.until) if filters.until and not is_one else "",
        Wording("limit.source", source=filters.source) if filters.source else "",
        Wording("limit.byline", name=filters.byline) if filters.byline else "",
        Wording("limit.article") if filters.article else "",
    ]
    if not any(limits):
        return said
    limit = _joined([one for one in limits if one], _AND)
    undated = sum(found.story.date is None for found in counted.found)
    if undated and (filters.since or filters.until):
        limit = Wording("count.undated-among", limits=limit, undated=undated)
    limited = Wording("count.limited", said=said, limits=limit)
    if not counted.undated:
        return limited
    form = "count.vague-apart" if counted.is_vague else "count.undated-apart"
    return Wording(form, said=limited, undated=counted.undated)


def _named(said: Wording, counted: Tally, items: tuple[Item, ...], marks: str) -> Wording:
    """With the first of what is listed, and the numbers of the quotes."""
    if not counted.asked.is_list or not items:
        return Wording("count.said", said=said, marks=marks)
    if counted.asked.counted == "reporters":
        shown: list[str] = [Wording("count.reporter", name=item.name, count=item.count) for item in items[:_NAMED]]
    else:
        shown = [f"《{item.name}》" for item in items[:_NAMED]]
    form = "count.named-and-others" if len(items) > _NAMED else "count.named"
    return Wording(form, said=said, names=_joined(shown, _AND), marks=marks)


def _article(found: CountedArticle) -> Item:
    story = found.story
    return Item(
        story.title, found.mentions, (story.id,), story.source, story.record, story.page, story.date, story.byline
    )


def items_of(counted: Tally) -> tuple[Item, ...]:
    """The articles that were counted."""
    return tuple(map(_article, counted.found))


def _reporters(counted: Tally) -> tuple[Item, ...]:
    """By the number of their articles, then by name; a name in either script is one reporter."""
    signed: dict[str, list[str]] = {}
    printed: dict[str, str] = {}
    for found in counted.found:
        for name in found.story.byline:
            signed.setdefault(printed.setdefault(fold(name), name), []).append(found.story.id)
    ordered = sorted(signed.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(Item(name, len(articles), tuple(articles)) for name, articles in ordered)


def _citations(counted: Tally, stories: ArticleTexts) -> Iterator[Citation]:
    """The first sentence that holds a word, of each of the first articles whose text holds one."""
    patterns = [matching.pattern(word) for group in counted.groups for word in group]
    n = 0
    for found in counted.found[:_QUOTED]:
        article = stories.article(found.story.id)
        places = [span for pattern in patterns for span in matching.spans(pattern, article.text)]
        if places:
            n += 1
            yield _citation(n, article, min(places))


def _citation(n: int, article: Article, place: Span) -> Citation:
    held = [span for span in sentences_of(article) if span.start < place.end and place.start < span.end]
    start, end = held[0].start, held[-1].end  # more than one where a line ends inside the words
    mark = Span(max(place.start, start) - start, min(place.end, end) - start)
    return Citation(n, article, start, end, article.text[start:end], mark, 1.0)
