"""What a careful reader made of the five pages in seeds/: their 40 stories and 200 questions about them.

The data was written by reading the pages, before and apart from the code that is measured with it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
SEEDS = Path(__file__).parents[2] / "seeds"

UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Story:
    """One story as a reader cuts it from its page.

    `paragraphs` are half-open code point ranges of the page's text, in the page's order, headline lines and captions
    among them; every non-blank character of a page is in exactly one story. `title` is None where no headline is
    printed; `titles_also` are other ways of reading the headline that are as good (a kicker joined, one line alone).
    """

    source: str
    title: str | None
    titles_also: tuple[str, ...]
    kicker: str | None
    subtitle: tuple[str, ...]  # a line each, attendance lines among them
    byline: tuple[str, ...]
    photographers: tuple[str, ...]
    paragraphs: tuple[tuple[int, int], ...]

    def text(self, page: str) -> str:
        """The story's lines, cut from its page's text."""
        return "\n".join(page[start:end] for start, end in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and for each thing that its answer must hold the ways in which the page prints it."""

    id: str
    kind: str  # fact, paraphrase, list, follow-up, misspelt, traditional, keyword or unanswerable
    question: str
    history: tuple[str, ...]  # earlier questions, oldest first
    answers: tuple[tuple[str, ...], ...]  # one of each group is needed; no group: the pages do not say
    story: int | None  # index into the stories; None where the question is about none of them

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


def load_pages() -> dict[str, str]:
    """The text of each page by file name."""
    return {path.name: path.read_bytes().decode("utf-8-sig") for path in sorted(SEEDS.glob("*.txt"))}


def load_stories() -> list[Story]:
    """The 40 stories, page by page, each page's in the order in which they begin."""
    return [_story(row) for row in json.loads((DATA / "seeds_stories.json").read_text(encoding="utf-8"))]


def load_questions() -> list[Question]:
    """The 200 questions: the answerable ones by story, then the unanswerable ones."""
    lines = (DATA / "seeds_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [_question(json.loads(line)) for line in lines]


def holds(text: str, answers: Sequence[Sequence[str]]) -> bool:
    """Whether the text holds one answer of each group, white space and width of the characters aside."""
    said = _plain(text)
    return all(any(_plain(answer) in said for answer in group) for group in answers)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _story(row: dict[str, Any]) -> Story:
    return Story(**{key: _frozen(value) for key, value in row.items()})


def _question(row: dict[str, Any]) -> Question:
    groups = row.get("required") or ([row["answers"]] if row["answers"] else [])
    return Question(
        id=row["id"],
        kind=row["kind"],
        question=row["question"],
        history=tuple(row.get("history", ())),
        answers=_frozen(groups),
        story=row["story"],
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
