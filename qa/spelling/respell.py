"""Query -> Query: names that the library does not know, taken for those that it prints."""

from __future__ import annotations

from dataclasses import replace

from qa import text
from qa.protocols import Sources
from qa.spelling.candidates import Candidate, best
from qa.spelling.windows import Window, unknown
from qa.types import Assumption, Query, Span


def respell(query: Query, sources: Sources) -> Query:
    """The query with each part that the library does not know read as the library's nearest term, and that named.

    A part is several characters that stand nowhere in the library in a row, around a character or rare word that it
    does not explain. Nothing that the library knows is changed, no common word, no number.
    """
    asked = query.text
    plain = text.fold(asked)
    windows = list(unknown(plain, sources.terms))
    others = _known(plain, sources) if windows else []
    found = [(one, window) for window in windows if (one := best(window, others, sources))]
    found = [one for one in found if not any(_completes(other, one) for other in found)]
    taken: list[Span] = []
    assumed: list[Assumption] = []
    for candidate, window in sorted(found, key=lambda one: (one[0].cost, -len(one[1].written), one[1].span)):
        changed = _changed(window.written, candidate.meant)
        start, end = window.span.start + changed.start, window.span.start + changed.end
        meant = candidate.meant[changed.start : len(candidate.meant) - len(window.written) + changed.end]
        assumption = Assumption("spelling", asked[start:end], meant)
        if query.may_assume(assumption) and not any(_overlap(window.span, other) for other in taken):
            taken.append(window.span)
            assumed.append(assumption)
    if not assumed:
        return query
    respelt = tuple((one.source, one.target) for one in assumed)
    return replace(query, respelt=(*query.respelt, *respelt), assumed=(*query.assumed, *assumed))


def _completes(longer: tuple[Candidate, Window], shorter: tuple[Candidate, Window]) -> bool:
    """Whether a reading is the other's with more of the name around it."""
    (meant, around), (part, inside) = longer, shorter
    is_around = around.span.start <= inside.span.start and inside.span.end <= around.span.end
    return is_around and around.span != inside.span and part.meant in meant.meant


def _changed(written: str, meant: str) -> Span:
    """The part that the reading changes: words of it that stay, at its ends, are left out, two characters at least."""
    start, end = 0, len(written)
    if len(meant) == len(written):
        words = list(text.pieces(meant, guess=True))
        for word in words:
            if end - word.end < 2 or written[: word.end] != meant[: word.end]:
                break
            start = word.end
        for word in reversed(words):
            if word.start - start < 2 or written[word.start :] != meant[word.start :]:
                break
            end = word.start
    return Span(start, end)


def _known(plain: str, sources: Sources) -> list[str]:
    """The nouns and names that the library holds, the rarest first."""
    nouns = {word for word, tag in text.tagged(plain) if tag.startswith(("n", "vn")) and len(word) > 1}
    weights = {word: sources.weight("words", word) for word in sorted(nouns) if not text.says_nothing(word)}
    return sorted((word for word, weight in weights.items() if weight), key=lambda word: -weights[word])


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
