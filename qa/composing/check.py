"""Decide which claims of a model stand: those that rest on sentences that it was given, and say what these say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.composing.claims import Claim
from qa.composing.facts import lacking
from qa.composing.material import Numbered
from qa.composing.support import bare, denied, exchanged, mixed, uncovered
from qa.types import Fault

_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{2,})[”」』\"]")


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and why it is struck; `fault` is None where it stands. `what`: the words that it is struck for."""

    claim: Claim
    fault: Fault | None = None
    what: str = ""


def _unnumbered(claim: Claim, _: Mapping[int, Numbered]) -> str | None:
    return None if claim.numbers else ""


def _ungiven(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    return next((str(one) for one in claim.numbers if one not in given), None)


def _quoting(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    """Words in quotation marks that no sentence has: quotes are for us to put in."""
    held = bare(_held(claim, given))
    return next((one for one in _QUOTED.findall(claim.text) if bare(one) not in held), None)


def _not_held(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    dates = {given[one].article.date for one in claim.numbers}
    return lacking(claim.text, _held(claim, given), dates.pop() if len(dates) == 1 else None)


def _held(claim: Claim, given: Mapping[int, Numbered]) -> str:
    return "\n".join(given[one].text for one in claim.numbers)


def of_texts(look: Callable[[str, str], str | None]) -> Look:
    """A look at the text of a claim and at the sentences that it rests on."""
    return lambda claim, given: look(claim.text, _held(claim, given))


Look = Callable[[Claim, Mapping[int, Numbered]], str | None]
"""The words that a claim is struck for; None where it stands."""


class Test(NamedTuple):
    """What a claim must stand."""

    name: str
    fault: Fault
    look: Look


TESTS = (
    Test("number", "no-number", _unnumbered),
    Test("given", "no-such-number", _ungiven),
    Test("quotes", "quotes", _quoting),
    Test("facts", "not-held", _not_held),
    Test("words", "not-supported", of_texts(uncovered)),
    Test("denials", "not-supported", of_texts(denied)),
    Test("exchanges", "not-supported", of_texts(exchanged)),
    Test("joins", "mixed", of_texts(mixed)),
)
"""In the order in which they are made; each needs what those before it found."""


def judge(claim: Claim, given: Mapping[int, Numbered], tests: Sequence[Test] = TESTS) -> Judged:
    """Whether a claim stands. `given`: the sentences that the model was given, by number."""
    for test in tests:
        if (what := test.look(claim, given)) is not None:
            return Judged(claim, test.fault, what)
    return Judged(claim)
