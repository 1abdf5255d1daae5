"""The objects of the REST interface, as its OpenAPI document tells them. Keys may be added within a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa import Filters, Query
from qa.services.desk import HISTORY, K_MOST
from qa.types import AddReport, AnswerKind, FileInfo
from qa.types.settings import PASSAGES_SHOWN, QUESTION_CHARS

Short = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=QUESTION_CHARS)]
Ranges = list[list[int]]
EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["passages", "sentence", "answer", "error"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)  # "5" is no number


class Searched(_Given):
    """问什么，筛选什么。 A question and which articles may answer it."""

    question: Text = Field(description="问题。 The question.")
    history: list[Text] = Field([], max_length=HISTORY, description="先前的问题，最早的在前。 Earlier questions.")
    k: int = Field(PASSAGES_SHOWN, ge=1, le=K_MOST, description="列出几个段落。 How many passages.")
    since: Short | None = Field(None, description="这天以后：2025、2025-03、2025-03-05。 From this date on.")
    until: Short | None = Field(None, description="这天以前。 Up to this date.")
    source: Short | None = Field(None, description="只在这个来源里。 One file, or a folder of files.")
    byline: Short | None = Field(None, description="只找这位记者的。 Part of a reporter's name.")
    article: Short | None = Field(None, description="只在这篇文章里。 An article's id.")
    today: Short | None = Field(None, description="“昨天”从这天算起。 The day that 昨天 is counted from.")
    as_written: bool = Field(False, description="名字照写的找。 Names as they are spelt.")

    def query(self) -> Query:
        filters = Filters(self.since, self.until, self.source, self.byline, self.article)
        return Query(self.question, tuple(self.history), filters, self.k, self.today, as_written=self.as_written)


class Asked(Searched):
    """提问。 A question to be answered."""

    stream: bool = Field(False, description="用 SSE 边找边送。 As server-sent events, as it is found.")
    cite: Short | None = Field(None, description="参考文献的格式。 The form of the references to be added.")


class Error(BaseModel):
    code: str
    message: str
    message_en: str
    fields: list[str] = []


class Problem(BaseModel):
    """出错时总是这个样子。 The one form of every error."""

    error: Error


class Place(BaseModel):
    source: str
    record: str | None
    page: int | None


class Passage(BaseModel):
    article: str
    title: str
    source: str
    record: str | None
    page: int | None
    date: str | None
    text: str
    spans: Ranges
    score: float
    url: str | None = None


class Quote(BaseModel):
    n: int
    article: str
    title: str
    source: str
    record: str | None
    page: int | None
    also: list[Place]
    paper: str | None
    edition: str | None
    date: str | None
    date_from: str | None
    byline: list[str]
    columns: list[str] | None
    quote: str
    mark: list[int]
    spans: Ranges
    regions: list[list[int]] | None
    score: float
    url: str | None


class Reason(BaseModel):
    kind: str
    terms: list[str]
    text: str


class Assumption(BaseModel):
    kind: str
    source: str = Field(alias="from")
    to: str


class Vectors(BaseModel):
    """有的段落还没有向量，只按词语找得到。 While some passages are found by their terms alone."""

    ready: int
    passages: int


class Answer(BaseModel):
    """与 qa ask --json 的一行相同。 What one line of `qa ask --json` is."""

    id: Any
    question: str
    answered: bool
    answer_kind: AnswerKind
    answer: str
    lead: str | None
    confidence: float = Field(ge=0, le=1)
    reason: Reason | None
    assumed: list[Assumption]
    citations: list[Quote]
    nearest: list[Quote]
    passages: list[Passage]
    total: int | None
    items: list[dict[str, Any]] | None
    elapsed_ms: float
    references: str | None = None
    note: str | None = None
    vectors: Vectors | None = None


class Found(BaseModel):
    """与 qa search --json 相同。 What `qa search --json` prints."""

    question: str
    passages: list[Passage]
    elapsed_ms: float
    vectors: Vectors | None = None


class Article(BaseModel):
    """与 qa show --json 相同。 What `qa show --json` prints."""

    article: str
    title: str
    kicker: str | None
    subtitle: str | None
    byline: list[str]
    paper: str | None
    edition: str | None
    date: str | None
    date_from: str | None
    source: str
    record: str | None
    page: int | None
    text: str
    spans: Ranges
    also: list[Place]
    date_evidence: str | None = None
    title_inferred: bool | None = None
    url: str | None = None


class Articles(BaseModel):
    total: int
    articles: list[Article]


class Page(BaseModel):
    """spans 所数的原文。 The text that spans count in."""

    source: str
    record: str | None
    page: int | None
    text: str


class Count(BaseModel):
    value: str
    articles: int


class Counts(BaseModel):
    files: int
    articles: int
    passages: int
    vectors: int
    updated: str | None
    matching: int
    undated: int
    years: list[Count]
    sources: list[Count]
    bylines: list[Count]


class Health(BaseModel):
    status: Literal["ok"]
    version: str
    articles: int
    passages: int
    vectors: int
    allows_changes: bool


File = FileInfo
"""与 qa list --json 的一行相同。 What one line of `qa list --json` is."""


@dataclass(frozen=True)
class Report(AddReport):
    """与 qa add --json 相同。 What `qa add --json` prints."""

    failed: bool = False


class Removed(BaseModel):
    removed: list[str]
