"""Find the parts of a question that no text of the library contains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.text.words import bigrams, is_function_word, is_kept_word, word_frequency, word_spans
from qa.text.zh import NOT_IN_NAMES, is_han
from qa.types import Span
from qa.types.protocols import TermIndex

_LONGEST = 5  # characters of a part
_WORDS = 3  # words of a part
_BESIDE = 2  # characters around a part that tell what it may be
_READ = 80  # characters of a question that are looked at
# What articles do, in a question that counts or lists them: parts of no name either.
_ASKED = frozenset("篇 提到 提及 谈到 写到 写 写过 写了 说到 讲到 出现 列出 报道 记者 文章".split())  # noqa: SIM905
COMMON = 100  # how often the segmenter's corpus has a word that nobody misspells another one into


class UnknownWords(NamedTuple):
    """Words of a question, ``plain[span.start:span.end] == written``, that stand nowhere in the library together."""

    span: Span
    written: str
    before: str  # at most two Chinese characters in front of it, and after it
    after: str
    is_word: bool  # a word of the dictionary by itself, if a rare one


def unknown_words(plain: str, terms: TermIndex) -> Iterator[UnknownWords]:
    """The windows of a folded question, shortest first at each place."""
    for words in _joined(plain[:_READ]):
        for first in range(len(words)):
            for last in range(first + 1, min(first + _WORDS, len(words)) + 1):
                span = Span(words[first].start, words[last - 1].end)
                if span.end - span.start > _LONGEST:
                    break
                if _may_be_wrong(plain, words[first:last], terms):
                    yield _window(plain, span)


def parts(plain: str) -> Iterator[Span]:
    """Where the words of a folded text stand; of one that the segmenter guesses, particles at its ends apart.

    骆子安说 may be cut as 骆子, 安说: the latter is 安 and 说.
    """
    for word in word_spans(plain, guess=True):
        start, end = word
        if end - start > 1 and not word_frequency(plain[start:end]) and not is_kept_word(plain[start:end]):
            start += plain[start] in NOT_IN_NAMES
            end -= end - start > 1 and plain[end - 1] in NOT_IN_NAMES
        edges = sorted({word.start, start, end, word.end})
        yield from map(Span, edges, edges[1:])


def is_known(written: str, terms: TermIndex) -> bool:
    """Whether a passage holds these characters in a row."""
    return terms.phrase_frequency("grams", bigrams(written)) > 0


def _joined(plain: str) -> Iterator[list[Span]]:
    """Runs of words that say something and follow each other directly: a name may have been cut in several."""
    run: list[Span] = []
    for word in parts(plain):
        written = plain[word.start : word.end]
        is_part = is_han(written) and not is_function_word(written) and written not in _ASKED
        if run and not (is_part and run[-1].end == word.start):
            yield run
            run = []
        if is_part:
            run.append(word)
    if run:
        yield run


def _may_be_wrong(plain: str, words: Sequence[Span], terms: TermIndex) -> bool:
    """Whether the library lacks the words put together, and not merely good words that never met."""
    written = plain[words[0].start : words[-1].end]
    if len(written) < 2 or not any(_is_weak(plain[one.start : one.end], terms) for one in words):
        return False
    return not is_known(written, terms)


def _is_weak(word: str, terms: TermIndex) -> bool:
    """A character by itself, or a word that the library does not hold, neither a common one nor one of its own list."""
    return len(word) == 1 or (word_frequency(word) < COMMON and not is_kept_word(word) and not is_known(word, terms))


def _window(plain: str, span: Span) -> UnknownWords:
    written = plain[span.start : span.end]
    before, after = plain[max(0, span.start - _BESIDE) : span.start], plain[span.end : span.end + _BESIDE]
    while before and not all(map(is_han, before)):
        before = before[1:]
    while after and not all(map(is_han, after)):
        after = after[:-1]
    return UnknownWords(span, written, before, after, word_frequency(written) > 0)
