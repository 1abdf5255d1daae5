"""Rows of tables that a question names by their cells: quoted whole, before any other sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from qa.answering.coverage import TermCoverage, term_coverage
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval.expansion import expanded
from qa.text.folding import comparable
from qa.text.sentences import headline
from qa.types import Answer, Article, Citation, Hit, Row, Span
from qa.types.protocols import Weight

_ROWS = 8  # quoted at most
_SURE = 0.9  # the chance of a row that says all that the question names
_NAMED = 0.75  # of the question's weight that a row, its columns and what stands above say where that chance is given
_WHO = re.compile("谁|哪[1一]?[位个]人?|什么人|何人")
_PEOPLE = re.compile("姓名|名字|[人员者长]$")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_UNIT = (
    r"(?![年月日号时点分岁名个%\d])"  # what makes a number of a question another thing than a cell that is that number
)


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row whose cells a question names; `cells` are ranges of the article's text."""

    hit: Hit
    row: Row
    cells: tuple[Span, ...]
    named: tuple[int, ...]  # which of them stand in the question
    wanted: tuple[int, ...]  # which of them are of a column that the question asks for

    @property
    def article(self) -> Article:
        return self.hit.article

    @property
    def weight(self) -> tuple[int, int]:
        """How many cells are named, and with how many characters."""
        return len(self.named), sum(self.cells[at].end - self.cells[at].start for at in self.named)

    def cite(self, n: int, chance: float) -> Citation:
        """The whole row; marked is the cell that is asked for, where it is one."""
        start, end, _ = self.row
        quote = self.article.text[start:end]
        cell = self.cells[self.wanted[0]] if len(self.wanted) == 1 else Span(start, end)
        return Citation(n, self.article, start, end, quote, Span(cell.start - start, cell.end - start), chance)


def with_rows(read: Answer, asked: AnalysedQuestion, hits: Sequence[Hit], weight: Weight, least: float) -> Answer:
    """What was read, or in its place the rows that the question names by two cells, by one and the column that it asks
    for, or by one where what was read is another row. They are as sure as what was read, unless they say nearly all
    that the question names.
    """
    others = max((*read.citations, *read.nearest), key=lambda one: one.score, default=None)
    rows = _named(asked, hits, fewest=1 if others is not None and others.columns is not None else 2)
    if not rows:
        return read
    first = rows[0]
    shown = _opened(first, read.hits)[: asked.query.k]
    words = term_coverage(asked, weight).words
    covered = _covered(TermCoverage(words, words), first)
    confidence = max(read.confidence, _SURE) if covered >= _NAMED else read.confidence
    cited = tuple(one.cite(1, confidence) for one in rows)
    if confidence < least:
        return replace(read, hits=shown, nearest=cited[:1])
    said = "".join(f"{one.quote}[{one.n}]" for one in cited)
    answered = Answer(read.question, "quote", said, confidence, cited, shown, read.assumed, lead=_lead(rows))
    return replace(answered, explanation=read.explanation)


def row_first(asked: AnalysedQuestion, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits, in front the passage of a row that the question names by two cells."""
    rows = _named(asked, hits, fewest=2)
    return _opened(rows[0], hits) if rows else hits


def _opened(one: NamedRow, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits, in front a passage that begins with the row."""
    opened = next(expanded([one.hit], Span(one.row.start, one.row.end)))
    score = max([opened.score, *(hit.score for hit in hits)])
    return (replace(opened, score=score), *_others(hits, opened))


def _lead(rows: Sequence[NamedRow]) -> str | None:
    """The cell that is asked for, where one row answers."""
    if len(rows) > 1 or len(rows[0].wanted) != 1:
        return None
    cell = rows[0].cells[rows[0].wanted[0]]
    return rows[0].article.text[cell.start : cell.end]


def _others(hits: Sequence[Hit], opened: Hit) -> list[Hit]:
    start, end = opened.passage.start, opened.passage.end
    return [
        hit
        for hit in hits
        if hit.article.id != opened.article.id or hit.passage.end <= start or end <= hit.passage.start
    ]


def _covered(terms: TermCoverage, one: NamedRow) -> float:
    """The share of the question that stands in a row, in the names of its columns and in what is above it."""
    article = one.article
    said = article.text[one.row.start : one.row.end]
    return terms.covers("\n".join([headline(article) or article.title, *one.row.columns, said]))


def _named(asked: AnalysedQuestion, hits: Sequence[Hit], fewest: int) -> list[NamedRow]:
    """The rows of the first article among those whose rows the question names best, in their order; by so many cells
    at least, or by one and its column.
    """
    plain = comparable(asked.spelt)
    articles = {hit.article.id: hit for hit in reversed(hits) if hit.article.rows}
    found = [one for hit in reversed(articles.values()) for one in _rows_named(hit, plain, asked)]
    found = [one for one in found if len(one.named) >= fewest or one.wanted]
    best = max((one.weight for one in found), default=(0, 0))
    first = [one for one in found if one.weight == best]
    return [one for one in first if one.article.id == first[0].article.id][:_ROWS]


def _rows_named(hit: Hit, plain: str, asked: AnalysedQuestion) -> Iterator[NamedRow]:
    known: dict[str, bool] = {}
    for row in hit.article.rows:
        texts = hit.article.text[row.start : row.end].split("\t")
        for text in texts:
            if text not in known:
                known[text] = _stands(comparable(text), plain)
        named = tuple(at for at, text in enumerate(texts) if known[text])
        if named and not hit.article.is_header(row):
            ends = accumulate(len(text) + 1 for text in texts)
            cells = tuple(
                Span(row.start + end - 1 - len(text), row.start + end - 1)
                for end, text in zip(ends, texts, strict=True)
            )
            rest = plain
            for at in named:
                rest = rest.replace(comparable(texts[at]), " ")
            wanted = tuple(
                at for at, name in enumerate(row.columns) if at not in named and _is_wanted(name, rest, asked)
            )
            yield NamedRow(hit, row, cells, named, wanted)


def _stands(cell: str, plain: str) -> bool:
    """Whether a cell stands in the question; a number as one of its own, a day in digits as it is said too, and no
    single letter.
    """
    if day := _DAY.fullmatch(cell):
        year, month, date = map(int, day.groups())
        said = f"{month}月{date}日"
        is_said = said in plain and re.search(rf"(?<!\d){said}", plain) and ("年" not in plain or f"{year}年" in plain)
        return bool(is_said) or cell in plain
    if (len(cell) < 2 and not cell.isdecimal()) or cell not in plain:  # most cells: no pattern is made for them
        return False
    return not cell.isdecimal() or re.search(rf"(?<!\d){cell}{_UNIT}", plain) is not None


def _is_wanted(name: str, rest: str, asked: AnalysedQuestion) -> bool:
    """Whether the question, without the cells that it names, names a column, or asks for somebody and it has people."""
    if _WHO.search(rest) and _PEOPLE.search(name):
        return True
    plain = comparable(name)
    return len(plain) > 1 and (
        plain in rest or any(word in plain and word in rest for word in asked.words if len(word) > 1)
    )
