"""A library's own `words.txt`: names that are never split, and words that mean the same.

A word a line; several that mean the same with `=` between them; what follows `#` is a remark:

    清河县
    市一院 = 市第一人民医院
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import LibraryError, reason_of
from qa.protocols import TermIndex
from qa.questions.analysed import AnalysedQuestion
from qa.text import matching
from qa.text.folding import fold, normalise
from qa.text.zh import OLD_NAMES
from qa.types import Assumption


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
    for group in (*glossary.groups, *OLD_NAMES):
        said = [word for word in group if fold(word) in plain]
        others = [word for word in group if word not in said and _is_held(word, terms)]
        if not said or not others:
            continue
        longest = max(said, key=len)
        at = plain.index(fold(longest))
        written = asked.text[at : at + len(longest)]
        assumption = Assumption("spelling", written, "、".join(others))
        if asked.query.may_assume(assumption):
            asked = replace(_with(asked, written, others, terms), assumed=(*asked.assumed, assumption))
            plain = fold(asked.text)
    return asked


def _with(asked: AnalysedQuestion, written: str, others: Sequence[str], terms: TermIndex) -> AnalysedQuestion:
    if _is_held(written, terms):
        return replace(asked, also=(*asked.also, *((written, other) for other in others)))
    first, *more = others
    also = tuple((first, other) for other in more)
    return replace(asked, respelt=(*asked.respelt, (written, first)), also=(*asked.also, *also))


def _is_held(word: str, terms: TermIndex) -> bool:
    phrases = matching.phrases(word)
    return bool(phrases) and any(terms.phrase_frequency("grams", phrase) for phrase in phrases)
