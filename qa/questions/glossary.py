"""A library's own `words.txt`: names that are never split, and words that mean the same.

A word a line; several that mean the same with `=` between them; what follows `#` is a remark:

    清河县
    市一院 = 市第一人民医院
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import LibraryError, reason_of
from qa.questions.analysed import AnalysedQuestion
from qa.text import matching
from qa.text.folding import fold, normalise
from qa.text.words import word_spans
from qa.text.zh import OLD_NAMES
from qa.types import Assumption, Span
from qa.types.protocols import TermIndex


@dataclass(frozen=True, slots=True)
class Glossary:
    """The words of a library's own list."""

    groups: tuple[tuple[str, ...], ...] = ()  # words that mean the same; most groups have one

    @property
    def words(self) -> frozenset[str]:
        """All of them, as `text.normalise` leaves them."""
        return frozenset(normalise(word) for group in self.groups for word in group)

    @property
    def version(self) -> str:
        """Changes whenever the words do, not with their order; empty where there are none."""
        words = "\n".join(sorted(self.words))
        return hashlib.blake2b(words.encode(), digest_size=8).hexdigest() if words else ""


def read_glossary(path: Path) -> Glossary:
    """The words of a file, none where there is no file. Raises LibraryError for one that is no UTF-8 or unreadable."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return Glossary()
    except UnicodeDecodeError as error:
        raise LibraryError("glossary.not-utf8", path=path) from error
    except OSError as error:
        raise LibraryError("glossary.unreadable", path=path, reason=reason_of(error)) from error
    groups = (tuple(filter(None, map(str.strip, line.partition("#")[0].split("=")))) for line in lines)
    return Glossary(tuple(group for group in groups if group))


def expand_synonyms(asked: AnalysedQuestion, glossary: Glossary, terms: TermIndex) -> AnalysedQuestion:
    """The question with the library's words for those it uses, and the names that Taiwan and the old press have for
    places and people; each named as an assumption.

    Only words that the library holds are added; a word that it does not hold itself gives way to the first of them.
    """
    plain = fold(asked.text)
    folded = ((group, tuple(map(fold, group))) for group in glossary.groups)
    for group, forms in (*folded, *zip(OLD_NAMES, OLD_NAMES, strict=True)):
        said = {form: place for form in forms if form in plain and (place := _place(form, plain))}
        if not said:
            continue
        others = [word for word, form in zip(group, forms, strict=True) if form not in said and _is_held(word, terms)]
        if not others:
            continue
        written = asked.text[slice(*said[max(said, key=len)])]
        assumption = Assumption("spelling", written, "、".join(others))
        if asked.query.may_assume(assumption):
            asked = replace(_with(asked, written, others, terms), assumed=(*asked.assumed, assumption))
            plain = fold(asked.text)
    return asked


def _place(form: str, plain: str) -> Span | None:
    """Where a text first has a word as such; None where it is but parts of others (南韩 in 河南韩城)."""
    words = tuple(word_spans(plain))
    found = (Span(*match.span()) for match in re.finditer(re.escape(form), plain))
    return next((place for place in found if not any(_cuts(place, word) for word in words)), None)


def _cuts(place: Span, word: Span) -> bool:
    """Whether a place begins inside a word, or ends inside one that begins in it."""
    return word.start < place.start < word.end or place.start < word.start < place.end < word.end


def _with(asked: AnalysedQuestion, written: str, others: Sequence[str], terms: TermIndex) -> AnalysedQuestion:
    if _is_held(written, terms):
        return replace(asked, also=(*asked.also, *((written, other) for other in others)))
    first, *more = others
    also = tuple((first, other) for other in more)
    return replace(asked, respelt=(*asked.respelt, (written, first)), also=(*asked.also, *also))


def _is_held(word: str, terms: TermIndex) -> bool:
    phrases = matching.phrases(word)
    return bool(phrases) and any(terms.phrase_frequency("grams", phrase) for phrase in phrases)
