"""What must be so of an answer besides the words it holds: how it is given, what it counts, why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.types import Answer, Assumption

_KEYS = {"answer_kind", "total", "items", "assumed", "not_assumed", "reason", "terms", "noted"}
_ASSUMPTION = {"kind", "from", "to"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be so of an answer; None, or nothing, where the set does not say."""

    answer_kind: str | None = None
    total: int | None = None
    items: tuple[str, ...] | None = None  # records of the articles, or names of the reporters, in any order
    assumed: tuple[Mapping[str, str], ...] = ()  # each is met by an assumption with these keys, `to` a part of its own
    not_assumed: tuple[str, ...] = ()  # kinds of assumption that must not be made
    reason: str | None = None  # kind of the refusal
    terms: tuple[str, ...] = ()  # that the refusal names, among others
    noted: bool | None = None  # whether something is said of what the quotes leave open

    def is_met(self, answer: Answer) -> bool:
        """Whether all of it is so of an answer."""
        given = answer.reason
        return (
            self.answer_kind in (None, answer.kind)
            and self.total in (None, answer.total)
            and (self.items is None or sorted(self.items) == _items(answer))
            and all(any(_fits(wanted, one) for one in answer.assumed) for wanted in self.assumed)
            and not any(one.kind in self.not_assumed for one in answer.assumed)
            and (self.reason is None or (given is not None and given.kind == self.reason))
            and (not self.terms or (given is not None and set(self.terms) <= set(given.terms)))
            and self.noted in (None, bool(answer.note))
        )


def expected(told: Mapping[str, Any]) -> Expected:
    """From the object of a question's line. Raises TypeError, ValueError for one that is not as `Expected` says."""
    if unknown := set(told) - _KEYS:
        raise ValueError(f"nobody knows {sorted(unknown)}")
    assumed = told.get("assumed") or []
    if any(set(one) - _ASSUMPTION for one in assumed):
        raise ValueError("an assumption has a kind, from and to")
    return Expected(
        answer_kind=told.get("answer_kind"),
        total=told.get("total"),
        items=None if told.get("items") is None else _texts(told["items"]),
        assumed=tuple(assumed),
        not_assumed=_texts(told.get("not_assumed") or []),
        reason=told.get("reason"),
        terms=_texts(told.get("terms") or []),
        noted=told.get("noted"),
    )


def _items(answer: Answer) -> list[str]:
    """What a count or list is made of, by what a set can know of it."""
    return sorted(item.name if item.source is None else item.record or item.source for item in answer.items or ())


def _fits(wanted: Mapping[str, str], one: Assumption) -> bool:
    return (
        wanted.get("kind") in (None, one.kind)
        and wanted.get("from", "") in one.source
        and wanted.get("to", "") in one.target
    )


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError("a list of texts is wanted")
    return tuple(values)
