"""Whether sentences support a claim whose names, dates and amounts they hold: clause by clause, then by the reader.

Textual entailment as far as it can be told without another network: each clause must be made of the sentences' words,
deny what they deny, and join what they join; and to a question made of the claim, one of its facts left open, the
reader must answer with that fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.composing.facts import facts_of
from qa.protocols import SpanReader, Window
from qa.text import zh
from qa.text.folding import comparable
from qa.text.sentences import split_sentences
from qa.text.words import bigrams, content_words, tagged_words

LEAST_COVERED = 0.5  # share of a clause's words that the sentences have; fitted by `python -m bench.lies`
LEAST_READ = 0.3  # share of a claim's facts that the reader finds again; the same

_CLAUSE = re.compile(r"[，,；;：:。！？!?、]|\s{2,}")
_WITHIN = 0.8  # share of a clause that one which holds it has
_SHORTEST = 6  # characters of a clause that is looked at by itself
_EDGES = " “”‘’《》「」（）()"
_OPEN = {"name": "谁", "amount": "多少"}
_MARKS = re.compile(r"\W+")
_FRAME = re.compile("^(?:据(?:报道|介绍|了解|悉)|报道(?:称|说|指出))[,，：:]?")  # says nothing itself
_ASKED = 3  # facts of a claim that are asked for


def clauses(text: str) -> list[str]:
    """The parts between two marks, a short one with the one behind it."""
    found, short = list[str](), ""
    for part in filter(None, (one.strip(_EDGES) for one in _CLAUSE.split(_FRAME.sub("", text)))):
        if len(short + part) < _SHORTEST:
            short += part
        else:
            found.append(short + part)
            short = ""
    return found or [short]


def uncovered(claim: str, held: str) -> str | None:
    """The first clause that the sentences do not have the words of, or deny where it does not; None where all stand."""
    plain, parts = comparable(held), [comparable(one) for one in clauses(held)]
    for one in clauses(claim) or [claim]:
        clause = comparable(one)
        if covered(clause, plain) < LEAST_COVERED:
            return one
        nearest = max(parts, key=lambda part: covered(clause, part), default=plain)
        told = [part for part in parts if covered(part, clause) >= _WITHIN] or [nearest]  # a clause may join several
        if _denials(clause) != sum(map(_denials, told)) or _contrary(clause, plain):
            return one
    return None


def bare(text: str) -> str:
    """The text as it is compared, without marks and white space."""
    return _MARKS.sub("", comparable(text))


def covered(clause: str, held: str) -> float:
    """Share of a clause's content words and pairs of characters that stand in a text, both comparable; the mean."""
    shares = [
        sum(one in held for one in parts) / len(parts) for parts in (content_words(clause), bigrams(clause)) if parts
    ]
    return sum(shares) / len(shares) if shares else 1.0


def mixed(claim: str, held: str) -> str | None:
    """The first clause that joins a name to an amount which the sentences join to others, or turns two facts of one of
    their clauses round; None where all is joined as it was.
    """
    parts = [comparable(one) for one in clauses(held)]
    for one in clauses(claim):
        clause = comparable(one)
        nearest = max(parts, key=lambda part: covered(clause, part), default="")
        if any(_is_parted(*pair, parts) for pair in _joined(clause)) or _is_turned(clause, nearest):
            return one
    return None


def found_again(claim: str, held: str, reader: SpanReader) -> float:
    """Share of a claim's facts, at most `_ASKED`, that the reader finds in the sentences where the claim has them; 1.0
    where it has fewer than two: one question may fail by its form. Clauses that stand there word by word are not asked.
    """
    window, plain = Window(held, split_sentences(held)), bare(held)
    new = [comparable(one) for one in clauses(claim) if bare(one) not in plain]
    asked = [question for one in new for question in _questions(one)][:_ASKED]
    return sum(_reads(*one, window, reader) for one in asked) / len(asked) if len(asked) > 1 else 1.0


def _reads(question: str, fact: str, window: Window, reader: SpanReader) -> bool:
    (read,) = reader.read(question, [window])
    best = max(read.sentences, key=lambda one: one.share)
    span = comparable(window.text[best.span.start : best.span.end])
    return fact in span or (len(span) > 1 and span in fact)


def _questions(clause: str) -> Iterator[tuple[str, str]]:
    """A clause with one of its facts left open, and that fact."""
    facts = facts_of(clause)
    opened = [(name, _OPEN["name"]) for name in facts.names]
    opened += [(one.number + one.unit, _OPEN["amount"] + one.unit) for one in facts.amounts]
    for fact, word in opened:
        if fact in clause:
            yield f"{clause.replace(fact, word, 1)}？", fact


def _denials(clause: str) -> int:
    """How often a clause denies: as often, it says the same."""
    return sum(word in zh.DENIALS for word, _ in tagged_words(clause))


def _contrary(clause: str, held: str) -> bool:
    """Whether a clause has a word whose contrary the sentences have, and not the word."""
    pairs = (pair for one, other in zh.CONTRARIES for pair in ((one, other), (other, one)))
    return any(one in clause and one not in held and other in held for one, other in pairs)


def _joined(clause: str) -> list[tuple[str, str]]:
    facts = facts_of(clause)
    return [(name, one.number + one.unit) for name in facts.names for one in facts.amounts]


def _is_parted(name: str, amount: str, parts: Sequence[str]) -> bool:
    """Whether no clause has both, while one joins the name to another amount and one the amount to another name."""
    if any(name in part and amount in part for part in parts):
        return False
    with_name = [facts_of(part) for part in parts if name in part]
    with_amount = [facts_of(part) for part in parts if amount in part]
    return any(one.amounts for one in with_name) and any(one.names for one in with_amount)


def _is_turned(clause: str, nearest: str) -> bool:
    """Whether a clause has two names of another clause in the other order, or two amounts."""
    facts = facts_of(clause)
    amounts = [one.number + one.unit for one in facts.amounts]
    held = ([one for one in kind if one in nearest] for kind in (facts.names, amounts))
    return any(_order(kind, clause) != _order(kind, nearest) for kind in held)


def _order(facts: Sequence[str], text: str) -> list[str]:
    return sorted(facts, key=text.index)
