"""Results of a question set -> figures, over all and by kind of question, each with a confidence interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.measures import Bin, Judged, Point, auroc, calibration_error, curve, reliability

DEPTH = 10  # documents ranked
_RESAMPLES = 1000
_SURE = 0.95  # of an interval


@dataclass(frozen=True, slots=True)
class Quoted:
    """What was found for a question that can be answered; None where the set has nothing to measure it with."""

    ranks: list[bool]  # is the document at this rank relevant
    relevant: int
    first_holds: bool | None = None
    answer_holds: bool | None = None
    f1: float | None = None
    exact: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: asked as it is and, if it can be answered, with its source hidden."""

    kind: str | None
    judged: tuple[Judged, ...]
    refused: list[bool]
    found: Quoted | None  # None: no document answers it
    milliseconds: float
    expected: bool | None = None  # whether all is so that the set says of the answer besides


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the answerable questions, in [0, 1]; None where the set has nothing to measure it with.

    `intervals` are the 95 % bootstrap intervals of the means (percentiles). `kinds` has for each kind of question how
    many there are, their means, and intervals of its own.
    """

    success_at_1: float
    success_at_5: float
    success_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    answer_in_first_sentence: float | None
    answer_in_answer: float | None
    refusal_auroc: float | None  # confidence with the source present against hidden, or marked unanswerable
    ms_per_question: float  # median of one ask, the source present
    questions: int
    passages: int
    span_f1: float | None = None
    span_em: float | None = None
    calibration_error: float | None = None
    refused: float | None = None  # of the answerable questions
    refused_without_answer: float | None = None  # of the questions with the source hidden, or marked unanswerable
    as_expected: float | None = None  # of the questions of which the set says more than what the answer holds
    answered_right: tuple[Point, ...] = ()
    reliability: tuple[Bin, ...] = ()
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        drawn = {name: [one._asdict() for one in getattr(self, name)] for name in ("answered_right", "reliability")}
        plain = asdict(self) | drawn
        rounded: dict[str, Any] = _rounded(plain)
        return rounded

    def as_table(self) -> str:
        known = self.as_dict()
        intervals, kinds = known.pop("intervals"), known.pop("kinds")
        tables = (known.pop("answered_right"), known.pop("reliability"))
        lines = [_row(key, value, intervals.get(key)) for key, value in known.items()]
        lines += ["", *_table_of(kinds)] if kinds else []
        for rows in filter(None, tables):
            lines += ["", "".join(f"{name:>12}" for name in rows[0])]
            lines += ["".join(f"{_cell(value):>12}" for value in row.values()) for row in rows]
        return "\n".join(lines)


def summary(outcomes: Sequence[Outcome], passages: int) -> Scores:
    times = sorted(one.milliseconds for one in outcomes)
    judged = [each for one in outcomes for each in one.judged]
    measured = all(one.found is None or one.found.answer_holds is not None for one in outcomes)
    kinds = dict.fromkeys(one.kind for one in outcomes if one.kind)
    by_kind = {kind: [one for one in outcomes if one.kind == kind] for kind in kinds}
    means = _means(outcomes)
    return Scores(
        **means | {name: means[name] or 0.0 for name in _RETRIEVAL},
        ms_per_question=times[len(times) // 2],
        questions=len(outcomes),
        passages=passages,
        calibration_error=calibration_error(judged) if measured else None,
        answered_right=tuple(curve(judged)) if measured else (),
        reliability=tuple(reliability(judged)) if measured else (),
        kinds={kind: _kind(some) for kind, some in by_kind.items()},
        intervals=_intervals(outcomes),
    )


_MEASURES: dict[str, Callable[[Quoted], float | None]] = {
    "success_at_1": lambda one: any(one.ranks[:1]),
    "success_at_5": lambda one: any(one.ranks[:5]),
    "success_at_10": lambda one: any(one.ranks[:10]),
    "mrr_at_10": lambda one: reciprocal_rank(one.ranks),
    "ndcg_at_10": lambda one: ndcg(one.ranks, one.relevant),
    "answer_in_first_sentence": lambda one: one.first_holds,
    "answer_in_answer": lambda one: one.answer_holds,
    "span_f1": lambda one: one.f1,
    "span_em": lambda one: one.exact,
}
_RETRIEVAL = ("success_at_1", "success_at_5", "success_at_10", "mrr_at_10", "ndcg_at_10")


def reciprocal_rank(ranks: Sequence[bool]) -> float:
    return next((1 / rank for rank, hit in enumerate(ranks, 1) if hit), 0.0)


def ndcg(ranks: Sequence[bool], relevant: int) -> float:
    """Järvelin and Kekäläinen 2002, binary gains."""
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(ranks, 1) if hit)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, DEPTH) + 1))


_SHOWN = ("success_at_1", "answer_in_first_sentence", "answer_in_answer", "as_expected")  # of a kind, in the table


def _kind(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {"questions": len(outcomes), **_means(outcomes), "intervals": _intervals(outcomes)}


def _means(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    means: dict[str, float | None] = {name: _mean(values) for name, values in _measured(outcomes).items()}
    judged = [each for one in outcomes for each in one.judged]
    present = [one.refused[0] for one in outcomes if one.found]
    absent = [one.refused[-1] for one in outcomes if one.refused]
    return {
        **means,
        "refusal_auroc": auroc(*([one.confidence for one in judged if one.answerable is way] for way in (True, False))),
        "refused": _mean(present),
        "refused_without_answer": _mean(absent),
    }


def _measured(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    found = [one.found for one in outcomes if one.found]
    values = {name: [measure(one) for one in found] for name, measure in _MEASURES.items()}
    values["as_expected"] = [one.expected for one in outcomes]
    return {name: [float(one) for one in some if one is not None] for name, some in values.items()}


def _intervals(outcomes: Sequence[Outcome]) -> dict[str, tuple[float, float]]:
    """Of each mean over two or more questions; Efron and Tibshirani 1993, chapter 13. Always the same for the same."""
    found = {}
    for name, values in _measured(outcomes).items():
        if len(set(values)) == 1 < len(values):
            found[name] = (values[0], values[0])
        elif len(values) > 1:
            found[name] = _interval(np.asarray(values, float))
    return found


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The bootstrap interval of the mean, by percentiles."""
    draw, count = np.random.default_rng(1), len(values)
    means = [values[draw.integers(0, count, count)].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [50 * (1 - _SURE), 50 * (1 + _SURE)])
    return float(low), float(high)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
    return value


def _row(key: str, value: Any, interval: Sequence[float] | None) -> str:
    return f"{key:26} {_with_interval(value, interval)}"


def _table_of(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A row a kind, with the measures that tell kinds apart; all of them are in `as_dict`."""
    shown = [name for name in _SHOWN if any(means[name] is not None for means in kinds.values())]
    wide = max(map(len, (*kinds, "kind"))) + 2
    rows = [f"{'kind':{wide}}{'questions':>9}" + "".join(f"  {name:26}" for name in shown)]
    for kind, means in kinds.items():
        cells = (_with_interval(means[name], means["intervals"].get(name)) for name in shown)
        rows.append(f"{kind:{wide}}{means['questions']:9}" + "".join(f"  {cell:26}" for cell in cells))
    return [row.rstrip() for row in rows]


def _with_interval(value: Any, interval: Sequence[float] | None) -> str:
    return _cell(value) + (f" ({_cell(interval[0])} – {_cell(interval[1])})" if interval else "")


def _cell(value: Any) -> str:
    return "-" if value is None else str(value)
