"""Asked -> Tally: every article that holds the words. The term index names them, their texts decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa import text, verbatim
from qa.counting.asking import Asked, Group
from qa.mentions import Stories, Story
from qa.types import Filters, Query


@dataclass(frozen=True, slots=True)
class Found:
    """An article that holds the words, and in how many places."""

    story: Story
    places: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All articles that hold a word of each group, in the order of arrival."""

    asked: Asked
    groups: tuple[Group, ...]  # those of the question, or the words that they consist of
    found: tuple[Found, ...]
    filters: Filters  # those of the query, and the time that it is about

    @property
    def is_loose(self) -> bool:
        """Whether nothing holds the question's words as they stand, and they were looked for one by one."""
        return self.groups != self.asked.groups


def tally(asked: Asked, query: Query, stories: Stories) -> Tally | None:
    """Every article that passes the filters and holds the words, one by one where none holds them together.

    None for a subject that stands nowhere in the library by these words: articles may tell of it by others, so that
    none would be a false number. Raises NotFound for a filter's source or article that the library does not hold.
    """
    limited = replace(query, filters=_filters(query))
    if found := _holding(asked, asked.groups, limited, stories):
        return Tally(asked, asked.groups, found, limited.filters)
    single = _single(asked.groups)
    if loose := _holding(asked, single, limited, stories):
        return Tally(asked, single, loose, limited.filters)
    if asked.is_subject and not _holding(
        replace(asked, reporter=()), single, replace(query, filters=Filters()), stories
    ):
        return None
    return Tally(asked, asked.groups, (), limited.filters)


def _filters(query: Query) -> Filters:
    """The filters given; where they leave the time open, the time that the question names is one."""
    given, period = query.filters, query.period
    if period is None or given.since or given.until:
        return given
    return replace(given, since=period.since, until=period.until)


def _single(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Every group of one phrase as its content words, each a group of its own."""
    return tuple(
        single
        for group in groups
        for single in ([(word,) for word in text.content_words(group[0])] if len(group) == 1 else [group])
    )


def _holding(asked: Asked, groups: Sequence[Group], query: Query, stories: Stories) -> tuple[Found, ...]:
    each = [_passages(group, stories) for group in groups]
    told: list[frozenset[int] | None] = [one for one in each if one is not None]
    of_groups = [stories.articles_of(one, query.filters, query.hidden, asked.reporter) for one in told or [None]]
    patterns = [[verbatim.pattern(words) for words in group] for group in groups]
    return tuple(
        Found(story, places)
        for story in stories.stories(frozenset.intersection(*of_groups))
        if (places := _places(patterns, story)) or not groups
    )


def _passages(group: Group, stories: Stories) -> frozenset[int] | None:
    """Passages that may hold a word of the group; None where the term index cannot tell."""
    phrases = [verbatim.phrases(words) for words in group]
    if not all(phrases):
        return None
    return stories.terms.holding("grams", [phrase for each in phrases for phrase in each])


def _places(patterns: Sequence[Sequence[re.Pattern[str]]], story: Story) -> int:
    """In how many places the article holds the words; 0 where it lacks a group.

    A headline given with the file need not stand in the text: it counts where the text lacks the words.
    """
    counts = [_count(group, story.text) or _count(group, "\n\n".join(story.headline)) for group in patterns]
    return sum(counts) if all(counts) else 0


def _count(group: Sequence[re.Pattern[str]], printed: str) -> int:
    return sum(len(pattern.findall(printed)) for pattern in group)
