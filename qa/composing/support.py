"""Whether sentences support a claim whose names, dates and amounts they hold, clause by clause.

Textual entailment as far as it can be told without another network: each clause must be made of the sentences' words,
deny what they deny, join what they join, and have no word in the place of another that says the contrary or is another
thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import product

from qa.composing.facts import Facts, facts_of
from qa.text import zh
from qa.text.amounts import Amount, Key
from qa.text.folding import comparable
from qa.text.matching import stands
from qa.text.words import bigrams, content_words, is_function_word, tagged_words

_THINGS = ("n", "s", "f")  # of nouns and places; ICTCLAS's tags
_MOST_WORDS = 3  # on either side of an exchange: of more, nothing tells which stands for which

Word = tuple[str, str]
"""A word and its part of speech."""
Exchange = Callable[[Word, Word], bool]
"""Whether a word in the place of another says something else."""
LEAST_COVERED = 0.5  # share of a clause's words that the sentences have; fitted by `python -m bench.lies`
_WITHIN = 0.8  # share of a clause that one which holds it has
_SHORTEST = 6  # characters of a clause that is looked at by itself
_EDGES = " “”‘’《》「」（）()"
_MARKS = re.compile(r"\W+")
_FRAME = re.compile("^(?:据(?:报道|介绍|了解|悉)|报道(?:称|说|指出))[,，：:]?")  # says nothing itself


def exchanged_word(clause: str, told: str, held: str, tests: Sequence[Exchange]) -> str | None:
    """The first word of `clause` that stands between the same neighbours as another one of `told`, the clause that says
    the same, and of which one of the tests holds; None where there is none. `held`: all that is cited; a word that it
    has is no exchange. All are comparable.
    """
    for said, was in _exchanges(tagged_words(clause), tagged_words(told)):
        is_one = len(said) == len(was) == 1
        looks = [test for test in tests if is_one or test is not is_another_thing]
        for one, other in product(said, was):
            is_exchange = one[0] not in held and other[0] not in clause
            if _is_denied(one[0], other[0]) or (is_exchange and any(look(one, other) for look in looks)):
                return one[0]
    return None


def is_contrary(one: Word, other: Word) -> bool:
    """Whether characters of two words exclude each other: 上涨, 下跌; 春季, 秋季; not 不断, 持续, as one is denied."""
    (first, is_denied), (second, other_is) = _undenied(one[0]), _undenied(other[0])
    left, right = set(first) - set(second), set(second) - set(first)
    is_alike = len(first) == len(second) and len(left) == len(right) == 1
    pairs = list(product(left, right)) if is_denied == other_is else []
    return any(_are_poles(*pair) or (is_alike and _are_alternatives(*pair)) for pair in pairs)


def is_another_thing(one: Word, other: Word) -> bool:
    """Whether both are nouns, or places, that have no character in common: what shares one may be the same thing."""
    both = all(tag.startswith(_THINGS) and not is_function_word(word) for word, tag in (one, other))
    return both and not set(one[0]) & set(other[0])


EXCHANGES: tuple[Exchange, ...] = (is_contrary, is_another_thing)


def _is_denied(one: str, other: str) -> bool:
    """Whether one word is the other with a denial in front: 成年, 未成年."""
    return one != other and _undenied(one)[0] == _undenied(other)[0]


def _undenied(word: str) -> tuple[str, bool]:
    """A word without a denial in front, and whether it has one."""
    is_denied = len(word) > 1 and word[0] in zh.DENYING
    return word[is_denied:], is_denied


def _are_poles(one: str, other: str) -> bool:
    return any((one in a and other in b) or (one in b and other in a) for a, b in zh.CONTRARIES)


def _are_alternatives(one: str, other: str) -> bool:
    return any(one in group and other in group for group in zh.ALTERNATIVES)


def _exchanges(said: Sequence[Word], was: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Words that stand in the place of others, with those."""
    matcher = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in was], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "replace" and max(end - start, last - first) <= _MOST_WORDS:
            yield said[start:end], was[first:last]


_CLAUSE = re.compile(r"[，；;。！？!?、()（）]|(?<!\d)[,：:]|[,：:](?!\d)|\s{2,}")  # 4,889 and 3：2 are no two clauses


def clauses(text: str) -> list[str]:
    """The parts between two marks, a short one with the one behind it, where there is one."""
    found, short = list[str](), ""
    for part in filter(None, (one.strip(_EDGES) for one in _CLAUSE.split(_FRAME.sub("", text)))):
        if len(short + part) < _SHORTEST:
            short += part
        else:
            found.append(short + part)
            short = ""
    return [*found, short] if short or not found else found


def uncovered(claim: str, held: str, least: float = LEAST_COVERED) -> str | None:
    """The first clause of whose words the sentences have less than this share; None where they have them all."""
    plain = comparable(held)
    return next((one for one in clauses(claim) if covered(comparable(one), plain) < least), None)


def denied(claim: str, held: str) -> str | None:
    """The first clause that denies what the sentences do not, or the other way round; None where none does."""
    parts = [comparable(one) for one in clauses(held)]
    for one in clauses(claim):
        clause = comparable(one)
        if _denials(clause) != _denials(_told(clause, parts)):
            return one
    return None


def exchanged(claim: str, held: str, tests: Sequence[Exchange] = EXCHANGES) -> str | None:
    """The first clause that has a word in the place of a contrary one, or of another thing; None where none has."""
    plain = comparable(held)
    parts = [comparable(one) for one in clauses(held)]
    for one in clauses(claim):
        clause = comparable(one)
        if exchanged_word(clause, _told(clause, parts), plain, tests):
            return one
    return None


def bare(text: str) -> str:
    """The text as it is compared, without marks and white space."""
    return _MARKS.sub("", comparable(text))


def covered(clause: str, held: str) -> float:
    """Share of a clause's content words and pairs of characters that stand in a text, both comparable; the mean."""
    kinds = (content_words(clause), bigrams(clause))
    shares = [sum(stands(one, held) for one in parts) / len(parts) for parts in kinds if parts]
    return sum(shares) / len(shares) if shares else 1.0


def mixed(claim: str, held: str) -> str | None:
    """The first clause that joins a name to an amount which the sentences join to others, or turns two facts of one of
    their clauses round; None where all is joined as it was.
    """
    parts = [comparable(one) for one in clauses(held)]
    for one in clauses(claim):
        clause = comparable(one)
        told = _told(clause, parts)
        if any(_is_parted(*pair, [*parts, told]) for pair in _joined(clause)) or _is_turned(clause, told):
            return one
    return None


def _told(clause: str, parts: Sequence[str]) -> str:
    """What says the same as a clause: the clauses that it joins, as it may have lost their marks; else the nearest."""
    joined = [part for part in parts if covered(part, clause) >= _WITHIN]
    return "，".join(joined) or max(parts, key=lambda part: covered(clause, part), default="")


def _denials(clause: str) -> int:
    """How often a clause denies: as often, it says the same."""
    return sum(word in zh.DENIALS for word, _ in tagged_words(clause))


def _joined(clause: str) -> list[tuple[str, Amount]]:
    facts = facts_of(clause)
    return [(name, one) for name in facts.names for one in facts.amounts]


def _is_parted(name: str, amount: Amount, parts: Sequence[str]) -> bool:
    """Whether no clause has both, while one joins the name to another amount and one the amount to another name."""
    with_name = [part for part in parts if name in part]
    with_amount = [part for part in parts if amount.key in _keys(facts_of(part))]
    if any(part in with_name for part in with_amount):
        return False
    return any(facts_of(part).amounts for part in with_name) and any(map(_names_one, with_amount))


def _names_one(part: str) -> bool:
    """Whether a clause has a name, or a surname in front of a word that may be one (李 大力)."""
    return any(tag.startswith(zh.NAMES) for _, tag in tagged_words(part)) or bool(facts_of(part).names)


def _is_turned(clause: str, nearest: str) -> bool:
    """Whether a clause has two names of another clause in the other order, or two amounts."""
    said, held = facts_of(clause), facts_of(nearest)
    names = [one for one in said.names if one in clause and one in nearest]
    is_turned = sorted(names, key=clause.index) != sorted(names, key=nearest.index)
    return is_turned or _shared(said, held) != _shared(held, said)


def _shared(one: Facts, other: Facts) -> list[Key]:
    """The amounts of one that the other has too, in the order of the one, each once."""
    theirs = _keys(other)
    return [key for key in dict.fromkeys(_keys(one)) if key in theirs]


def _keys(facts: Facts) -> list[Key]:
    return [one.key for one in facts.amounts]
