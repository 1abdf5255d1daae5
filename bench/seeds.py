"""Ask the 200 questions about seeds/ through the `qa` command, and print how well they were answered.

    python -m bench.seeds [--kind KIND] [--misses]

Makes a library of the five pages in a temporary folder. Columns, over the questions of a kind:

first, five   a passage that holds the answer is first; the five passages hold it
quote, quotes the first quote holds the answer; the quotes hold it
chars         mean length of the answers given, in characters
refused       share refused: an error where the question can be answered, right where it cannot
auroc         confidence of the kind's questions against that of the unanswerable ones

Every quote and passage is held against its spans of the page; one that is not exact is printed and makes the exit 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts.seeds import SEEDS, UNANSWERABLE, Question, holds, load_pages, load_questions

QA = Path(sysconfig.get_path("scripts")) / "qa"
PASSAGE_CHARS = 400  # the contract's limit
DEPTH = 5  # passages asked for
APART = "\n---\n"  # no answer runs over it
COLUMNS = ("kind", "n", "first", "five", "quote", "quotes", "chars", "refused", "auroc")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and the object that `qa ask --json` answered it with."""

    question: Question
    answer: dict[str, Any]

    @property
    def first(self) -> bool:
        return self._held(self._passages[:1])

    @property
    def five(self) -> bool:
        return self._held(self._passages[:DEPTH])

    @property
    def quote(self) -> bool:
        return self._held(self._quotes[:1])

    @property
    def quotes(self) -> bool:
        return self._held(self._quotes)

    @property
    def _passages(self) -> list[str]:
        return [passage["text"] for passage in self.answer["passages"]]

    @property
    def _quotes(self) -> list[str]:
        return [citation["quote"] for citation in self.answer["citations"]]

    def _held(self, texts: Sequence[str]) -> bool:
        return holds(APART.join(texts), self.question.answers)


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask the 200 questions about seeds/ and print how it did.")
    parser.add_argument("--kind", choices=sorted({one.kind for one in load_questions()}), help="this kind alone")
    parser.add_argument("--misses", action="store_true", help="list the questions whose quotes miss the answer")
    call = parser.parse_args()
    kinds = {call.kind, UNANSWERABLE} if call.kind else None
    outcomes = ask([one for one in load_questions() if kinds is None or one.kind in kinds])
    print_table(outcomes)
    if call.misses:
        print_misses(outcomes)
    return 1 if print_exactness(outcomes) else 0


def ask(questions: Sequence[Question]) -> list[Outcome]:
    """Each question with its answer, from a new library of seeds/."""
    with tempfile.TemporaryDirectory() as folder:
        library, asked = Path(folder) / "library", Path(folder) / "questions.jsonl"
        lines = [{"id": one.id, "question": one.question, "history": one.history} for one in questions]
        asked.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        _qa("--library", library, "--quiet", "add", SEEDS)
        said = _qa("--library", library, "--json", "ask", "--questions", asked, "--k", DEPTH)
    answers = [json.loads(line) for line in said.splitlines()]
    return [Outcome(one, _answer_to(one, answer)) for one, answer in zip(questions, answers, strict=True)]


def _qa(*words: object) -> str:
    return subprocess.run([QA, *map(str, words)], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def _answer_to(question: Question, answer: dict[str, Any]) -> dict[str, Any]:
    if answer["id"] != question.id:
        raise ValueError(f"answer {answer['id']} stands where {question.id} was asked")
    return answer


def print_table(outcomes: Sequence[Outcome]) -> None:
    """A line a kind, then all that can be answered."""
    unanswerable = [one for one in outcomes if not one.question.answerable]
    answerable = [one for one in outcomes if one.question.answerable]
    _print_row(COLUMNS)
    for kind in dict.fromkeys(one.question.kind for one in answerable):
        _print_row(_row(kind, [one for one in answerable if one.question.kind == kind], unanswerable))
    if answerable:
        _print_row(_row("answerable", answerable, unanswerable))
    _print_row(_row(UNANSWERABLE, unanswerable, unanswerable))
    middle = statistics.median(one.answer["elapsed_ms"] for one in outcomes)
    print(f"\n{middle:.1f} ms a question (median)")


def _row(kind: str, outcomes: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> list[str]:
    answers = [one.answer["answer"] for one in outcomes if one.answer["answered"]]
    chars = f"{statistics.mean(map(len, answers)):.0f}" if answers else "-"
    refused = _share(not one.answer["answered"] for one in outcomes)
    if kind == UNANSWERABLE:
        return [kind, str(len(outcomes)), "-", "-", "-", "-", chars, refused, "-"]
    hits = [_share(getattr(one, name) for one in outcomes) for name in ("first", "five", "quote", "quotes")]
    separation = auroc(_confidences(outcomes), _confidences(unanswerable))
    return [kind, str(len(outcomes)), *hits, chars, refused, f"{separation:.3f}"]


def _share(flags: Iterable[bool]) -> str:
    return f"{statistics.mean(map(float, flags)):.3f}"


def _confidences(outcomes: Iterable[Outcome]) -> list[float]:
    return [one.answer["confidence"] for one in outcomes]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Share of pairs in which the positive is above the negative, ties half, by counting every pair."""
    wins = sum((above > below) + (above == below) / 2 for above in positive for below in negative)
    return wins / (len(positive) * len(negative))


def _print_row(cells: Sequence[str]) -> None:
    print(f"{cells[0]:<13}" + "".join(f"{cell:>9}" for cell in cells[1:]))


def print_misses(outcomes: Iterable[Outcome]) -> None:
    """What was asked, what was wanted and what was said, a question a block."""
    for one in outcomes:
        missed = not one.quotes if one.question.answerable else one.answer["answered"]
        if missed:
            where = "first" if one.first else "five" if one.five else "nowhere"
            wanted = "; ".join("|".join(group) for group in one.question.answers) or "no answer"
            print(
                f"\n{one.question.id} {one.question.kind}: {' / '.join([*one.question.history, one.question.question])}"
            )
            print(f"  wanted ({where if one.question.answerable else '-'}): {wanted}")
            print(f"  said: {one.answer['answer'] or one.answer['reason']}")


def print_exactness(outcomes: Sequence[Outcome]) -> int:
    """Print the quotes and passages that are not their slices of the page; how many there are."""
    pages = load_pages()
    found = [fault for one in outcomes for fault in faults(one.answer, pages)]
    total = sum(len(one.answer["citations"]) + len(one.answer["passages"]) for one in outcomes)
    print(f"{total} quotes and passages held against the page, {len(found)} not exact")
    for fault in found:
        print(f"  {fault}")
    return len(found)


def faults(answer: dict[str, Any], pages: dict[str, str]) -> Iterator[str]:
    """What in an answer breaks the contract about places."""
    shown = [(one, one["quote"]) for one in answer["citations"]] + [(one, one["text"]) for one in answer["passages"]]
    for one, text in shown:
        slices = "".join(pages[one["source"]][start:end] for start, end in one["spans"])
        if _squeezed(slices) != _squeezed(text) or not _squeezed(text):
            yield f"{answer['id']}: {text!r} is not {slices!r}"
    for one in answer["citations"]:
        start, end = one["mark"]
        if not 0 <= start <= end <= len(one["quote"]):
            yield f"{answer['id']}: mark {one['mark']} is outside its quote"
        if f"[{one['n']}]" not in answer["answer"]:
            yield f"{answer['id']}: citation {one['n']} is not in the answer"
    for one in answer["passages"]:
        if len(one["text"]) > PASSAGE_CHARS:
            yield f"{answer['id']}: a passage of {len(one['text'])} characters"
    if answer["citations"] and not answer["answered"]:
        yield f"{answer['id']}: citations without an answer"


def _squeezed(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
