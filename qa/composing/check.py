"""Decide which claims of a model stand: those that rest on sentences that it was given, and say what these say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.composing.claims import Claim
from qa.composing.facts import lacking
from qa.composing.material import Numbered
from qa.composing.support import bare, mixed, uncovered

Fault = Literal["unfinished", "no-number", "no-such-number", "quotes", "not-held", "not-supported", "mixed"]
_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{2,})[”」』\"]")


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and why it is struck; `fault` is None where it stands. `what`: the words that it is struck for."""

    claim: Claim
    fault: Fault | None = None
    what: str = ""


def judge(claim: Claim, given: Mapping[int, Numbered]) -> Judged:
    """Whether a claim stands. `given`: the sentences that the model was given, by number."""
    for fault, look in _TESTS:
        if (what := look(claim, given)) is not None:
            return Judged(claim, fault, what)
    return Judged(claim)


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


def _unsupported(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    return uncovered(claim.text, _held(claim, given))


def _mixed(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    return mixed(claim.text, _held(claim, given))


_Look = Callable[[Claim, Mapping[int, Numbered]], str | None]
_TESTS: Sequence[tuple[Fault, _Look]] = (
    ("no-number", _unnumbered),
    ("no-such-number", _ungiven),
    ("quotes", _quoting),
    ("not-held", _not_held),
    ("not-supported", _unsupported),
    ("mixed", _mixed),
)
"""In the order in which they are made; each needs what those before it found."""


def _held(claim: Claim, given: Mapping[int, Numbered]) -> str:
    return "\n".join(given[one].text for one in claim.numbers)
