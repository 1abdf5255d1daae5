"""A course of events: the sentences that tell most of each of its articles, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from qa.answering import counts
from qa.answering.coverage import TermCoverage, term_coverage
from qa.answering.digest import Told, below_headline, best_told, is_telling, names_day, pairs, told_answer, when
from qa.questions import counting
from qa.questions.analysed import AnalysedQuestion
from qa.questions.topics import Topic
from qa.text.folding import comparable
from qa.text.sentences import headline
from qa.text.words import Tagged, name_words, tagged_words, word_frequency
from qa.text.zh import KINDS_OF_PLACE, NAMES
from qa.types import Answer, Article, Hit, Item, Span
from qa.types.protocols import ArticleTexts, Weight

QUOTES = 12
_DATED, _TELLS, _FIRST = 0.3, 0.2, 0.2  # what a sentence gains for a day, a number, for being the first of its article
_SEVERAL, _ARTICLES = 2, 12  # articles that make a course; at most so many are looked through
_RARE = 2.5  # weight of a name that one article in twelve has, or fewer
_SHARED = 2  # names that make an article one of the same course
_ON_TOPIC = 0.6  # of what the best article has of the topic in one place: one with less only mentions it
_MENTIONS = 0.3  # share of the topic's weight in a sentence that names it
_OPTIONAL = ("t", "d", "p", "c", "u", "f", "r", "z")  # each begins all tags of its kind
_ASKS = 0.5  # what it loses for being a question


def course_of(asked: AnalysedQuestion, words: str, texts: ArticleTexts) -> counts.Tally | None:
    """The articles that tell the course: those that have all of the words; where they are fewer than two, those that
    have all but the words for when and for what happens (建设 is told as 封顶). None where there is none.
    """
    wanted = counting.subject(asked, words)
    found = counts.tally(wanted, asked, texts)
    for groups, is_bold in _fewer(words):
        if found and len(found.found) >= (1 if is_bold else _SEVERAL):
            break
        more = counts.tally(replace(wanted, groups=groups), asked, texts)
        if more and more.found and len(more.found) <= _ARTICLES and not (found and found.found and more.is_loose):
            found = more
    return found if found and found.found else None


def _fewer(words: str) -> Iterator[tuple[tuple[counting.Group, ...], bool]]:
    """The words with one less each time: those for times, then verbs, each from the end, while more is left than a
    place; then, which is bold, the nouns that everybody says, while a name is left. What stood together stays a phrase.
    """
    tagged = _whole_places(tagged_words(words))
    for droppable, is_bold in ((_OPTIONAL, False), (("v",), False), (("n",), True)):
        for place in [at for at, (_, tag) in enumerate(tagged) if tag.startswith(droppable)][::-1]:
            word, tag = tagged[place]
            if is_bold and (_is_own(word, tag) or _is_place(word)):
                continue
            tagged[place] = (" ", "")
            left = [one for one in tagged if one[1]]
            if not any(_is_own(*one) if is_bold else not _is_place(one[0]) for one in left):
                return
            yield tuple((run,) for run in "".join(word for word, _ in tagged).split()), is_bold


def _whole_places(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words, with what kind of place a name is of joined to it where it was cut off."""
    found: list[Tagged] = []
    for word, tag in tagged:
        if found and word in KINDS_OF_PLACE:
            found[-1] = (found[-1][0] + word, tag)
        else:
            found.append((word, tag))
    return found


def _is_own(word: str, tag: str) -> bool:
    """Whether a word is the library's own: a name of something, or one that no dictionary has."""
    return not _is_place(word) and len(word) > 1 and (tag.startswith(NAMES) or not word_frequency(word))


def _is_place(word: str) -> bool:
    return len(word) > 1 and word[-1] in KINDS_OF_PLACE


def linked(asked: AnalysedQuestion, articles: Sequence[Article], hits: Sequence[Hit], weight: Weight) -> list[Article]:
    """Where few articles tell the course, those found that tell of the same in other words: they have a word of the
    question that is no place, and share rare names, beside those of the question, with the articles that have it all.
    """
    if len(articles) > _SEVERAL:
        return []
    words = [one for one in asked.words if not _is_place(one)]
    named = {name for one in articles for name in name_words(one.text) if name not in asked.plain}
    names = {name for name in named if weight("words", name) >= _RARE}
    known = {one.id for one in articles}
    others = {hit.article.id: hit.article for hit in hits if hit.article.id not in known}
    return [
        one
        for one in others.values()
        if len(names.intersection(name_words(one.text))) >= _SHARED
        and any(word in comparable(one.text) for word in words)
    ]


def timeline_answer(
    asked: AnalysedQuestion,
    topic: Topic,
    articles: Sequence[Article],
    others: Sequence[Article],
    hits: Sequence[Hit],
    weight: Weight,
    items: Sequence[Item],
) -> Answer | None:  # fmt: skip
    """Of each article its most telling sentences, in turn, until QUOTES are quoted or all is told; `others` are
    `linked` to these. None where no article tells anything.

    Articles that tell of different years in the same words all count: a repetition is left out inside an article only.
    """
    most = topic.most or QUOTES
    evidence = term_coverage(asked, weight)
    told = [
        *(_on_topic(one, evidence) for one in _on_it(articles, evidence)),
        *(_sentences(one, evidence) for one in others),
    ]
    courses = [best_told(one, most) for one in told]
    chosen = [one for turn in zip_longest(*courses) for one in turn if one][:most]
    return told_answer(asked, "timeline", sorted(chosen, key=when), hits, items) if chosen else None


def _on_it(articles: Sequence[Article], evidence: TermCoverage) -> list[Article]:
    """Those of which a sentence, under its headline, has nearly as much of the topic as the best one's."""
    covered = {one.id: _covers(one, evidence) for one in articles}
    return [one for one in articles if covered[one.id] >= _ON_TOPIC * max(covered.values())]


def _covers(article: Article, evidence: TermCoverage) -> float:
    quotes = (article.text[one.start : one.end] for one in below_headline(article))
    return max((evidence.covers(f"{headline(article)}\n{quote}") for quote in quotes), default=0.0)


def _on_topic(article: Article, evidence: TermCoverage) -> list[Told]:
    """All of its sentences; of an article that names the topic once, below a headline without it, that one alone."""
    told = _sentences(article, evidence)
    naming = [one for one in told if evidence.covers(one.quote) >= _MENTIONS]
    is_in_passing = len(naming) == 1 and evidence.covers(headline(article)) < _MENTIONS
    return naming if is_in_passing else told


def _sentences(article: Article, evidence: TermCoverage) -> list[Told]:
    return [
        Told(article, span, _worth(article, span, place, evidence), pairs(article, span))
        for place, span in enumerate(below_headline(article))
    ]


def _worth(article: Article, span: Span, place: int, evidence: TermCoverage) -> float:
    quote = article.text[span.start : span.end]
    gains = _DATED * names_day(quote) + _TELLS * is_telling(article, span) + _FIRST * (place == 0)
    return evidence.covers(quote) + gains - _ASKS * quote.endswith(("？", "?"))
