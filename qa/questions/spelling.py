"""Replace names that the library does not contain by similar names that it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from qa.questions.analysed import AnalysedQuestion
from qa.questions.confusables import TONE_OTHER, Costs, costs, sharing_a_part
from qa.questions.unknown_words import COMMON, UnknownWords, is_known, parts, unknown_words
from qa.text.folding import fold
from qa.text.words import bigrams, is_function_word, name_words, tagged_words, word_frequency, word_spans
from qa.text.zh import PERSON
from qa.types import Assumption, Span
from qa.types.protocols import Sources, TermIndex

_SWAPPED = 0.25  # what two neighbouring characters the wrong way round cost
_DOUBLED = 0.25  # what a character written twice costs
_HABIT = 0.1  # share of a common word's places that have the neighbour which speaks for it
_SEVERAL = 0.1  # what it costs more where several characters are others of the same sound
_IN_PLACE = 0.4  # what a character costs that only shares a part, where everything around it is as in a passage
_EVIDENCE = 2  # characters on each side that are everything around it
_WORST = 0.5  # a reading must cost less
_BEAM = 64  # beginnings of a name that are kept where several characters may be others
_TRIED = 4  # cheapest readings that are looked up in the passages
_LOOKED_AT = 2  # passages that a reading is looked up in
_AROUND = 20  # characters on each side that tell whether a reading is a word by itself
_FULL_NAME = 3  # characters of most people's names
_BOUND = 0.2  # share of the pairs beginning with its first character that make a pair of characters a name


class Slip(NamedTuple):
    """What was written and what was meant."""

    written: str
    meant: str

    @property
    def changed(self) -> list[int]:
        """Where the two differ; nothing where they are not equally long."""
        if len(self.written) != len(self.meant):
            return []
        return [at for at, (one, other) in enumerate(zip(self.written, self.meant, strict=True)) if one != other]


class Respelling(NamedTuple):
    """A reading of a window, and what it costs to believe it."""

    cost: float
    meant: str


class Other(NamedTuple):
    """A character in place of the one at `at`, and what it costs to believe it."""

    at: int
    sign: str
    cost: float


def best_respelling(window: UnknownWords, others: Sequence[str], sources: Sources) -> Respelling | None:
    """The cheapest reading that is a term of the library's own; of equally cheap ones the more frequent.

    `others` are words of the question that the library knows, the rarest first.
    """
    terms = sources.terms
    cheapest: dict[str, float] = {}
    for cost, meant in (*_readings(window.written, terms), *_in_place(window, terms)):
        cheapest[meant] = min(cost, cheapest.get(meant, _WORST))
    for cost, meant in islice(_likeliest(cheapest, terms), _TRIED):
        slip, wider = Slip(window.written, meant), _beside(window, meant, terms)
        if _turns_a_word(slip) or not (wider or _fits_here(window, slip, others, terms)):
            continue
        if any(_is_term(one, sources) for one in [*wider, slip]):
            return Respelling(cost, meant)
    return None


def _likeliest(cheapest: Mapping[str, float], terms: TermIndex) -> Iterator[tuple[float, str]]:
    """Those that stand in a passage, with their costs: the cheapest first, of equally cheap ones the more frequent."""
    for cost, equals in groupby(sorted(cheapest, key=lambda one: cheapest[one]), key=lambda one: cheapest[one]):
        frequent = {meant: terms.phrase_frequency("grams", bigrams(meant)) for meant in equals}
        for meant in sorted(filter(frequent.__getitem__, frequent), key=lambda one: (-frequent[one], one)):
            yield cost, meant


def _in_place(window: UnknownWords, terms: TermIndex) -> Iterator[Respelling]:
    """One character another one that shares a part with it, where all that stands around it is as in a passage."""
    around = window.before + window.written + window.after
    for at in range(len(window.before), len(window.before) + len(window.written)):
        left, right = around[max(0, at - _EVIDENCE) : at], around[at + 1 : at + 1 + _EVIDENCE]
        if len(left) < _EVIDENCE or len(right) < _EVIDENCE or not (is_known(left, terms) and is_known(right, terms)):
            continue
        before = terms.held("grams", [left[-1] + other for other in sharing_a_part(around[at])])
        after = terms.held("grams", [pair[1] + right[0] for pair in before])
        for other in (pair[0] for pair in after):  # in rows of characters, which take longer, only what is in pairs
            if is_known(left + other + right, terms):
                inside = at - len(window.before)
                yield Respelling(_IN_PLACE, window.written[:inside] + other + window.written[inside + 1 :])


def _beside(window: UnknownWords, meant: str, terms: TermIndex) -> list[Slip]:
    """The window and the reading with a neighbour of the question, where the library has the reading beside it too: a
    common word that is no name stands beside many a character, so for one it must be a habit.
    """
    before, after = window.before[-1:], window.after[:1]
    wider = [Slip(before + window.written, before + meant)] if before and not is_function_word(before) else []
    wider += [Slip(window.written + after, meant + after)] if after and not is_function_word(after) else []
    is_common = word_frequency(meant) >= COMMON and meant not in name_words(meant)
    least = _HABIT * terms.phrase_frequency("grams", bigrams(meant)) if is_common else 1
    return [slip for slip in wider if terms.phrase_frequency("grams", bigrams(slip.meant)) >= least]


def _turns_a_word(slip: Slip) -> bool:
    """Whether a common word stays and what stands before or behind it becomes another: 老鼠咬 is no 老鼠药."""
    rest = slip.written[1:] if slip.changed == [0] else slip.written[:-1]
    is_at_end = slip.changed in ([0], [len(slip.written) - 1])
    return is_at_end and len(rest) > 1 and word_frequency(rest) >= COMMON


def _readings(written: str, terms: TermIndex) -> Iterator[Respelling]:
    """What may have been meant, as far as pairs of characters tell; the same one may come twice."""
    alike = [costs(character) for character in written]
    yield from _one_other(written, alike, terms)
    yield from _all_by_sound(written, alike, terms)
    if len(written) > 2:
        yield from (Respelling(_SWAPPED, swapped) for swapped in _swaps(written))
    doubled = (at for at, (one, other) in enumerate(pairwise(written)) if one == other)
    yield from (Respelling(_DOUBLED, written[:at] + written[at + 1 :]) for at in doubled)


def _one_other(written: str, alike: Sequence[Costs], terms: TermIndex) -> Iterator[Respelling]:
    """One character another one."""
    pairs = ["".join(pair) for pair in pairwise(written)]
    known = set(terms.held("grams", pairs))
    strange = [at for at, pair in enumerate(pairs) if pair not in known]
    tried = [
        Other(at, other, cost)
        for at, others in enumerate(alike)
        if all(pair in (at - 1, at) for pair in strange)  # a pair elsewhere would stay unknown
        for other, cost in others.items()
    ]
    tried = _with_known_pairs(tried, lambda one: written[one.at - 1] + one.sign if one.at else "", terms)
    for at, other, cost in _with_known_pairs(tried, lambda one: (one.sign + written[one.at + 1 :])[:2], terms):
        yield Respelling(cost, written[:at] + other + written[at + 1 :])


def _with_known_pairs(tried: Sequence[Other], pair: Callable[[Other], str], terms: TermIndex) -> list[Other]:
    """Those whose pair a passage holds, or that have none. Asked in one go: an index may be far away."""
    pairs = [pair(one) for one in tried]
    known = set(terms.held("grams", [one for one in pairs if len(one) > 1]))
    return [one for one, its in zip(tried, pairs, strict=True) if len(its) < 2 or its in known]


def _swaps(written: str) -> Iterator[str]:
    """Two neighbouring characters the other way round."""
    for at in range(len(written) - 1):
        if written[at] != written[at + 1]:
            yield written[:at] + written[at + 1] + written[at] + written[at + 2 :]


def _all_by_sound(written: str, alike: Sequence[Costs], terms: TermIndex) -> Iterator[Respelling]:
    """Several characters others of the same sound."""
    same = [_same_sound(character, others) for character, others in zip(written, alike, strict=True)]
    begun = sorted(Respelling(_SEVERAL + more, other) for more, others in same[0].items() for other in others)[:_BEAM]
    for others in same[1:]:
        begun = _longer(begun, others, terms)
    for cost, meant in begun:
        slips = sum(one != other for one, other in zip(written, meant, strict=True))
        if slips > 1 and (len(written) > 2 or terms.has_term("words", meant)):
            yield Respelling(cost, meant)


def _same_sound(character: str, others: Costs) -> dict[float, list[str]]:
    """A character and those of the same sound, by what each costs."""
    found = {0.0: [character]}
    for other, cost in others.items():
        if cost <= TONE_OTHER:
            found.setdefault(cost / 2, []).append(other)
    return found


def _longer(begun: Sequence[Respelling], same: Mapping[float, Sequence[str]], terms: TermIndex) -> list[Respelling]:
    """The cheapest beginnings with a character more; dearer ones are looked up only where there are too few others."""
    ways: dict[float, list[tuple[str, float]]] = {}
    for cost, meant in begun:
        for more in same:
            ways.setdefault(cost + more, []).append((meant, more))
    found: list[Respelling] = []
    behind: dict[tuple[str, float], list[str]] = {}  # what was looked up: many beginnings end alike
    for cost in sorted(ways):
        if cost >= _WORST or len(found) >= _BEAM:
            break
        new = [one for one in dict.fromkeys((meant[-1], more) for meant, more in ways[cost]) if one not in behind]
        known = set(terms.held("grams", [end + other for end, more in new for other in same[more]]))
        behind |= {(end, more): [other for other in same[more] if end + other in known] for end, more in new}
        met = [meant + other for meant, more in ways[cost] for other in behind[meant[-1], more]]
        found += [Respelling(cost, meant) for meant in sorted(met)]
    return found[:_BEAM]


def _fits_here(window: UnknownWords, slip: Slip, others: Sequence[str], terms: TermIndex) -> bool:
    """Whether the library may mean the same, though it never has the reading beside the question's own neighbours.

    A word of the dictionary is none that nobody knows; a long name fits anywhere; a short one, if it is no common word,
    where another word of the question stands, or where nothing stands beside it that could tell.
    """
    meant = slip.meant
    if window.is_word or len(meant) > 2:
        return not window.is_word
    if word_frequency(meant) >= COMMON or len(slip.changed) > 1:
        return False
    near = [other for other in others if other not in window.written and window.written not in other][:1]
    if near:
        return _meet(meant, near[0], terms)
    is_alone = all(map(is_function_word, window.before[-1:] + window.after[:1]))
    return is_alone and _is_person(meant) == _is_person(window.written)


def _is_person(written: str) -> bool:
    return [tag[:2] for _, tag in tagged_words(written)] == [PERSON]


def _meet(meant: str, other: str, terms: TermIndex) -> bool:
    """Whether a passage holds both."""
    return not terms.holding("grams", [bigrams(meant)]).isdisjoint(terms.holding("grams", [bigrams(other)]))


def _is_term(slip: Slip, sources: Sources) -> bool:
    """Whether the passages have the reading as a name or word of its own, not as parts of what stands around it."""
    found = sorted(sources.terms.holding("grams", [bigrams(slip.meant)]))
    held = sources.passages(found[:_LOOKED_AT])
    plains = (fold(passage.text) for passage, _ in held.values())
    return any(slip.meant in plain and _stands_apart(plain, slip, sources.terms) for plain in plains)


def _stands_apart(plain: str, slip: Slip, terms: TermIndex) -> bool:
    """Whether words begin and end with the reading, and each character that it changes belongs to its neighbours."""
    around = plain[max(0, plain.index(slip.meant) - _AROUND) :][: len(slip.meant) + 2 * _AROUND]
    start = around.index(slip.meant)
    end = start + len(slip.meant)
    words = [word for word in parts(around) if word.start < end and start < word.end]
    if words[0].start != start:
        return False
    if len(slip.meant) == len(slip.written) == _FULL_NAME and _is_person(slip.meant) and _is_person(slip.written):
        return True  # the guesser takes what follows a name for a part of it: 李青威以 as 李青, 威以
    if words[-1].end != end:
        return False
    alone = {word.start - start for word in words if word.end - word.start == 1}
    return all(at not in alone or _is_bound(slip.meant, at, terms) for at in slip.changed)


def _is_bound(meant: str, at: int, terms: TermIndex) -> bool:
    """Whether what stands around a character is followed, or led, by it so often that they are a name."""
    whole = terms.phrase_frequency("grams", bigrams(meant))
    if len(meant) == 2:
        return whole >= _BOUND * sum(terms.starting("grams", meant[0]).values())
    rest = meant[1:] if at == 0 else meant[:-1]
    if at not in (0, len(meant) - 1) or word_frequency(rest) >= COMMON:
        return False
    return whole >= _BOUND * terms.phrase_frequency("grams", bigrams(rest))


def respell(asked: AnalysedQuestion, sources: Sources) -> AnalysedQuestion:
    """The question with each part that the library does not know read as the library's nearest term, and that named.

    A part is several characters that stand nowhere in the library in a row, around a character or rare word that it
    does not explain. Nothing that the library knows is changed, no common word, no number.
    """
    sources.terms.look_ahead(asked.terms)
    plain = fold(asked.text)
    windows = list(unknown_words(plain, sources.terms))
    others = _known(plain, sources) if windows else []
    found = [(one, window) for window in windows if (one := best_respelling(window, others, sources))]
    found = [one for one in found if not any(_completes(other, one) for other in found)]
    taken: list[Span] = []
    assumed: list[Assumption] = []
    for candidate, window in sorted(found, key=lambda one: (one[0].cost, -len(one[1].written), one[1].span)):
        changed = _changed(window.written, candidate.meant)
        start, end = window.span.start + changed.start, window.span.start + changed.end
        meant = candidate.meant[changed.start : len(candidate.meant) - len(window.written) + changed.end]
        assumption = Assumption("spelling", asked.text[start:end], meant)
        if asked.query.may_assume(assumption) and not any(_overlap(window.span, other) for other in taken):
            taken.append(window.span)
            assumed.append(assumption)
    if not assumed:
        return asked
    respelt = tuple((one.source, one.target) for one in assumed)
    return replace(asked, respelt=(*asked.respelt, *respelt), assumed=(*asked.assumed, *assumed))


def _completes(longer: tuple[Respelling, UnknownWords], shorter: tuple[Respelling, UnknownWords]) -> bool:
    """Whether a reading is the other's with more of the name around it."""
    (meant, around), (part, inside) = longer, shorter
    is_around = around.span.start <= inside.span.start and inside.span.end <= around.span.end
    return is_around and around.span != inside.span and part.meant in meant.meant


def _changed(written: str, meant: str) -> Span:
    """The part that the reading changes: words of it that stay, at its ends, are left out, two characters at least."""
    start, end = 0, len(written)
    if len(meant) == len(written):
        words = list(word_spans(meant, guess=True))
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
    nouns = {word for word, tag in tagged_words(plain) if tag.startswith(("n", "vn")) and len(word) > 1}
    weights = {word: sources.weight("words", word) for word in sorted(nouns) if not is_function_word(word)}
    return sorted((word for word, weight in weights.items() if weight), key=lambda word: -weights[word])


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
