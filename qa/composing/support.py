"""Whether sentences support a claim whose names, dates and amounts they hold, clause by clause.

Textual entailment as far as it can be told without another network: each clause must be made of the sentences' words,
deny what they deny, and join what they join.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.composing import exchanges
from qa.composing.facts import Facts, facts_of
from qa.text import zh
from qa.text.amounts import Amount, Key
from qa.text.folding import comparable
from qa.text.matching import stands
from qa.text.words import bigrams, content_words, tagged_words

LEAST_COVERED = 0.5  # share of a clause's words that the sentences have; fitted by `python -m bench.lies`

_CLAUSE = re.compile(r"[，；;。！？!?、()（）]|(?<!\d)[,：:]|[,：:](?!\d)|\s{2,}")  # 4,889 and 3：2 are no two clauses
_WITHIN = 0.8  # share of a clause that one which holds it has
_SHORTEST = 6  # characters of a clause that is looked at by itself
_EDGES = " “”‘’《》「」（）()"
_MARKS = re.compile(r"\W+")
_FRAME = re.compile("^(?:据(?:报道|介绍|了解|悉)|报道(?:称|说|指出))[,，：:]?")  # says nothing itself


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


def exchanged(claim: str, held: str, tests: Sequence[exchanges.Test] = exchanges.TESTS) -> str | None:
    """The first clause that has a word in the place of a contrary one, or of another thing; None where none has."""
    plain = comparable(held)
    parts = [comparable(one) for one in clauses(held)]
    for one in clauses(claim):
        clause = comparable(one)
        if exchanges.exchanged(clause, _told(clause, parts), plain, tests):
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
