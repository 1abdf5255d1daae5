"""Split Chinese text into words with parts of speech and into index terms, the same way for passages and questions."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from qa.text import numerals
from qa.text.folding import normalise
from qa.text.segmenter import Segmenter
from qa.text.zh import FUNCTION_WORDS, IDEOGRAPHS, MOODS, NAMES, PARTICLES, PERSON, POINTING, is_han
from qa.types import Span

Tagged = tuple[str, str]
"""A word and its part of speech."""

_OWN: ContextVar[frozenset[str]] = ContextVar("own", default=frozenset())
_TOKEN = re.compile(rf"[{IDEOGRAPHS}]+|[a-z]+(?:[-'][a-z]+)*|\d+(?:\.\d+)*|[^\W\d_a-z{IDEOGRAPHS}]+")

# What the guesser joins to the name behind a number (2005 年青石 街道); 号线, 号楼 are words.
_UNIT = re.compile("[年月日届时点岁名位家个次]|号(?![线楼院厅馆队])")
_LOOSE = PARTICLES + MOODS + "是"  # what it joins to a word beside it: 雪是 谁 扫 的; no name begins or ends so


@contextmanager
def keeping_words(words: frozenset[str]) -> Iterator[None]:
    """While this lasts, in this thread, the segmenter keeps these normalised words whole: a library's own names."""
    token = _OWN.set(words)
    try:
        yield
    finally:
        _OWN.reset(token)


def search_words(text: str) -> list[str]:
    """Search-mode words of the text, in order, with the shorter words inside longer ones; no punctuation."""
    return _words_of(_TOKEN.findall(normalise(text)))


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Han characters; digits and Latin runs whole; a lone Han character as it is."""
    return _bigrams_of(_TOKEN.findall(normalise(text)))


def content_words(text: str) -> list[str]:
    """The words that carry a question: neither function words nor parts of a longer word, in order, once each."""
    found = dict.fromkeys(part for run in _runs(normalise(text)) for word in _segment(run) for part in _apart(word))
    return [word for word in found if not is_function_word(word)]


def name_words(text: str) -> list[str]:
    """The words that the segmenter takes for names of people, places, bodies and brands, in order, once each."""
    return list(dict.fromkeys(word for word, tag in tagged_words(text) if tag.startswith(NAMES) and len(word) > 1))


def tagged_words(text: str) -> Sequence[Tagged]:
    """The words of the text in order, each with its part of speech (ICTCLAS's); "m" for digits, "eng" for Latin."""
    found: list[Tagged] = []
    for run in _runs(normalise(text)):
        if is_han(run):
            for word, tag in _segmenter(_OWN.get()).tag(run):
                parts = _apart(word)
                found += [(word, tag)] if len(parts) == 1 else [_segmenter(_OWN.get()).tag(part)[0] for part in parts]
        else:
            found.append((run, "m" if run[0].isdigit() else "eng"))
    return found


def word_spans(plain: str, *, guess: bool = False) -> Iterator[Span]:
    """Where the words of a folded text stand, ascending: those of the dictionary, other characters one by one.

    With `guess`, characters that look like a word together are one, as in `words`.
    """
    for run in _TOKEN.finditer(plain):
        end = run.start()
        for word in _segmenter(_OWN.get()).cut(run.group(), guess) if is_han(run.group()) else (run.group(),):
            end += len(word)
            yield Span(end - len(word), end)


def is_function_word(word: str) -> bool:
    """Whether a word is one that any sentence may hold, whatever it is about."""
    return word in FUNCTION_WORDS or bool(POINTING.fullmatch(word))


def is_kept_word(word: str) -> bool:
    """Whether a word is one of those kept whole by `keeping`."""
    return word in _OWN.get()


def word_frequency(word: str) -> int:
    """How often the segmenter's corpus has a word; 0 where its dictionary does not hold it."""
    return _segmenter(_OWN.get()).frequency(word)


def _runs(plain: str) -> Iterator[str]:
    """Runs of one script of a normalised text; what a number counts apart from a name that it was joined to."""
    number_end = -1
    for match in _TOKEN.finditer(plain):
        run = match[0]
        if match.start() == number_end and len(run) > 1 and _UNIT.match(run) and _is_guessed(_segment(run)[0]):
            yield run[0]
            yield run[1:]
        else:
            yield run
        number_end = match.end() if run[0].isdigit() else -1


def _apart(word: str) -> list[str]:
    """A guessed word without the particles at its ends, and those; any other as it is."""
    is_begun = word[:1] in _LOOSE or (word[:1] in "那这" and len(word) > 3)  # 那 青萝镇; not 那文静, a name
    if len(word) < 2 or (not is_begun and word[-1] not in _LOOSE) or not _is_guessed(word):
        return [word]
    start, end = is_begun, len(word) - (word[-1] in _LOOSE)
    return [part for part in (word[:start], word[start:end], word[end:]) if part]


def _is_guessed(word: str) -> bool:
    return len(word) > 1 and is_han(word) and not word_frequency(word) and not is_kept_word(word)


def _segment(run: str) -> Sequence[str]:
    return _segmenter(_OWN.get()).cut(run) if is_han(run) else (run,)


def _words_of(runs: Sequence[str]) -> list[str]:
    cut = _segmenter(_OWN.get()).cut_for_search
    found: list[str] = []
    for run in runs:
        found += cut(run) if is_han(run) else (run,)
    return found


def _bigrams_of(runs: Sequence[str]) -> list[str]:
    found: list[str] = []
    for run in runs:
        if len(run) == 1 or not is_han(run):
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


@functools.lru_cache(maxsize=4)
def _segmenter(own: frozenset[str]) -> Segmenter:
    return Segmenter(own)


FIELDS = ("words", "grams")  # of the term index
ORDERED = frozenset({"grams"})  # those in which phrases can be looked for


def index_terms(text: str) -> dict[str, list[str]]:
    """Terms of a passage, by field of the term index. `text` is the passage with its headline in front."""
    runs = _TOKEN.findall(normalise(text))
    return {"words": _words_of(runs), "grams": _bigrams_of(runs)}


def query_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question, by field, once each; function words left out unless nothing else is there."""
    every = list(dict.fromkeys(search_words(question)))
    found = [word for word in every if word not in FUNCTION_WORDS] or every
    return {"words": found, "grams": list(dict.fromkeys(bigrams(question)))}


def number_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question's numbers written otherwise (20户, 二十户), by field; none that the question has itself."""
    own, found = query_terms(question), {"words": list[str](), "grams": list[str]()}
    for variant in numerals.variants(normalise(question)):
        cut = search_words(variant)
        if variant in cut:  # else, as of 二〇二五, it comes in pieces that say nothing
            found["words"] += [word for word in cut if word == variant or numerals.is_numeral(word)]
        found["grams"] += [gram for gram in bigrams(variant) if gram == variant or numerals.is_numeral(gram)]
    return {field: [one for one in dict.fromkeys(terms) if one not in own[field]] for field, terms in found.items()}


def says_apart(sign: str, text: str) -> bool:
    """Whether a character stands in a text outside the names of people."""
    return any(sign in word and not tag.startswith(PERSON) for word, tag in tagged_words(text))
