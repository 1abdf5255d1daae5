"""Draft -> Article: tell headline, byline and text apart, and record where each piece stands on the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from qa.articles.bylines import closing, is_attendance, names, opening
from qa.articles.credit_lines import credited, source_of
from qa.articles.datelines import dateline
from qa.articles.dates import PageDay, date_of, page_day, printed_date
from qa.articles.drafts import Draft
from qa.articles.lines import SEAM_CHARS, Paragraph, PrintedLine, echo, is_sealed, runs_over
from qa.articles.mastheads import NO_MASTHEAD, Masthead, named
from qa.text.folding import fold
from qa.text.headings import section_number
from qa.text.zh import STATING
from qa.types import Article, Location, Metadata, Page, Piece, Row, Span

_LEAD_CHARS = 240
_HEAD_MARKS = "●○ \u3000"
_FIRST_CHARS = 70  # of the lead: its first sentence, more or less
_SCRAP = 3
_FULL_LINES = 3  # so many of one length, and a column is wrapped
_NO_WIDTH = 10_000
_STEP = 0.15  # how much better a lower row must echo the lead than the row above it
_SURE = 0.9  # what tells a kicker surely
_SLOGAN = 0.4
_TOLD = 3.0  # the page's format says that a row is not the title
_PAIRS = (("《", "》"), ("“", "”"), ("(", ")"), ("「", "」"), ("『", "』"))
_BRACKET = re.compile("[《》“”()「」『』]")

_DASHES = ("—", "─", "--")
_FIRST_CLAUSES = re.compile(  # of an agency's report: what is short has the next one as well
    r"[^\s,。!?;:…](?:[^,。!?;:…\n]{0,14},[^,。!?;:…\n]{1,30}(?=[,。!?;:…\n])|[^,。!?;:…\n]*)"
)
_FIRST_CLAUSE = re.compile(r"[^\s,。!?;:…][^,。!?;:…\n]*")


class Headline(NamedTuple):
    """The parts of a heading; rows of one part stand with a space between them."""

    kicker: str | None
    title: str
    subtitle: str | None


def printed(page: Page, line: PrintedLine) -> str:
    """A heading line as printed, marks of Markdown and of old papers left out; of a row, its cells."""
    if line.cells:
        return " ".join(page.text[cell.start : cell.end] for cell in line.cells)
    text = page.text[line.start : line.end]
    return text.strip("#* \u3000").lstrip(_HEAD_MARKS) or text


def headline_of(page: Page, story: Draft) -> Headline | None:
    """The headline of a story, or of the record or page that it is the whole of; None where none is printed."""
    if not story.heads:
        return None
    lead = _lead(story)
    rows = _rows([head.lines[0] for head in story.heads], lead, _width(story))
    main = _main(rows, lead)
    texts = ["".join(printed(page, line) for line in row) for row in rows]
    title, above = texts[main], list(story.above)
    if above and section_number(title) is not None:
        title = f"{above.pop()} {title}"  # 一、回顾 says nothing by itself
    return Headline(_joined([*above, *texts[:main]]), title, _joined(texts[main + 1 :]))


def _lead(story: Draft) -> str:
    """What follows the heading, byline left out."""
    text = "".join(paragraph.text for paragraph in story.body[:3] if paragraph.role == "body")
    return text[_lead_start(text) :][:_LEAD_CHARS]


def _lead_start(text: str) -> int:
    """Where the text begins behind dateline and byline."""
    if (line := dateline(text)) and not line.span.start:
        return line.span.end
    start = opening(text)
    return start.end if start else 0


def _width(story: Draft) -> int:
    """The length of the full lines below a heading; a large number where the body is not wrapped."""
    lengths = sorted(len(line) for paragraph in story.body[:4] for line in paragraph.lines)[-_FULL_LINES:]
    return lengths[0] if len(lengths) == _FULL_LINES and lengths[-1] - lengths[0] <= 1 else _NO_WIDTH


def _rows(lines: Sequence[PrintedLine], lead: str, width: int) -> list[list[PrintedLine]]:
    """Heading lines, those that were broken put together: at the column's width, or where the text tells."""
    rows: list[_Row] = []
    for line in lines:
        row = rows[-1] if rows else None
        same = row is not None and line.role == row.lines[-1].role  # where the format tells roles, they part the rows
        if row is None or not same or line.depth or not (line.role or row.goes_on(line.text, lead, width)):
            row = _Row()
            rows.append(row)
        row.add(line)
    return [row.lines for row in rows]


@dataclass(slots=True)
class _Row:
    """Heading lines that belong together. Of their text only what is asked for is kept: a row may be of many lines."""

    lines: list[PrintedLine] = field(default_factory=list)
    _end: str = ""  # the last characters
    _open: list[int] = field(default_factory=lambda: [0] * len(_PAIRS))  # how many more left ones than right ones

    def add(self, line: PrintedLine) -> None:
        self.lines.append(line)
        self._end = (self._end + line.text)[-SEAM_CHARS:]
        if _BRACKET.search(line.text):
            for at, (left, right) in enumerate(_PAIRS):
                self._open[at] += line.text.count(left) - line.text.count(right)

    def goes_on(self, text: str, lead: str, width: int) -> bool:
        """Whether the next line belongs to it: the last one is full, the next a scrap, a bracket is open, or the lead
        or a word spans both.
        """
        if len(self.lines[-1]) >= width or (len(text) <= _SCRAP and not text.endswith(":")):
            return True
        if any(left > 0 and right in text for left, (_, right) in zip(self._open, _PAIRS, strict=True)):
            return True
        if re.search(r"\d$", self._end) and re.match(r"[\d年月日时亿万%]", text):
            return True
        spans = len(self._end) > _SCRAP and self._end[-2:] + text[:2] in lead
        return spans or runs_over(self._end, text, least=3)


def first_clause(page: Page, story: Draft) -> str:
    """The first clause of a story's text, byline left out: it serves where no headline is printed."""
    for paragraph in story.body:
        if paragraph.role == "body":
            text = _printed(page, paragraph)
            pattern = _FIRST_CLAUSES if dateline(paragraph.text) else _FIRST_CLAUSE
            match = pattern.search(fold(text), _lead_start(paragraph.text))
            if match:
                return _balanced(text[match.start() : match.end()].strip())
    return printed(page, story.body[0].lines[0])


def _balanced(clause: str) -> str:
    """A clause without a quotation mark at its edge whose partner stands elsewhere."""
    for left, right in ("“”", "‘’", "「」", "『』"):
        if clause.count(left) != clause.count(right):
            clause = clause.strip(left + right) or clause
    return clause


def _main(rows: Sequence[Sequence[PrintedLine]], lead: str) -> int:
    """Which row is the title: the one that the lead takes up, the upper rather than the lower, the second of three."""
    texts = ["".join(line.text for line in row).strip("#* ") for row in rows]
    leading_up = [_leads_up(text) for text in texts]
    levels = [row[0].depth for row in rows]
    highest = min((level for level, up in zip(levels, leading_up, strict=True) if level and up < _SURE), default=0)
    attending = [is_attendance(text) for text in texts]
    middle = len(texts) - sum(attending) >= 3
    scores = [
        0.5 * echo(text, lead)
        + 0.5 * echo(text, lead[:_FIRST_CHARS])
        - _STEP * index
        - leading_up[index]
        - 2.0 * attending[index]
        + 0.5 * (highest > 0 and levels[index] == highest)
        + 0.4 * (middle and index == 1)
        - _SLOGAN * (index == 0 and _is_slogan(text))
        - _TOLD * (rows[index][0].role in ("kicker", "subtitle") or _is_beneath(text))
        for index, text in enumerate(texts)
    ]
    return scores.index(max(scores))


def _leads_up(text: str) -> float:
    """How much a row looks like one that leads up to the title: a series, a speaker, a place."""
    series = re.fullmatch(r"\w+[·|\-/]\w+", text) is not None
    speaker = text.endswith((":", "要求", *STATING))
    return _SURE * (series or speaker) + _SURE * (len(text) <= 5)


def _is_beneath(text: str) -> bool:
    """Whether a row only goes with a title: what stands behind a dash, or a numbered section."""
    return text.startswith(_DASHES) or section_number(text) is not None


def _is_slogan(text: str) -> bool:
    """Two halves of one length."""
    halves = text.split()
    return len(halves) == 2 and len(halves[0]) == len(halves[1])


def _joined(texts: list[str]) -> str | None:
    return " ".join(texts) or None


_ID_BYTES = 8
_CREDITS = 20  # paragraphs below a heading among which credits stand


def articles_of(page: Page, stories: Sequence[Draft], masthead: Masthead = NO_MASTHEAD) -> tuple[Article, ...]:
    """The articles of a page, whose mastheads tell `masthead`. Title and byline of its metadata hold where the page is
    one story.
    """
    settings = [_set(page, story.paragraphs) for story in stories]
    day = _day(page, masthead, settings, stories)
    page = replace(page, metadata=page.metadata.over(_told(page, masthead, stories)))
    articles = tuple(_article(page, story, each, day) for story, each in zip(stories, settings, strict=True))
    given = page.metadata
    if len(articles) != 1 or not (given.title or given.byline):
        return articles
    article = articles[0]
    return (
        replace(
            article,
            title=given.title or article.title,
            title_inferred=article.title_inferred and not given.title,
            byline=given.byline or article.byline,
        ),
    )


def _day(page: Page, masthead: Masthead, settings: Sequence[_Setting], stories: Sequence[Draft]) -> PageDay:
    """The day of a page: its folio's, its masthead's, or what the opening of the whole says where its stories are parts
    of it.
    """
    day = page_day(_without_rows(page), [each.prose for each in settings])
    if day.folio:
        return day
    if masthead.date and masthead.evidence:
        return day._replace(folio=(masthead.date, masthead.evidence))
    return day._replace(folio=printed_date(settings[0].prose)) if _is_one(stories) else day


def _told(page: Page, masthead: Masthead, stories: Sequence[Draft]) -> Metadata:
    """Paper and edition that the page tells: in its mastheads, its file's name, or the credits of the whole."""
    said = masthead.over(named(page.source)) if page.record is None else masthead
    source = _source(page, stories[0]) if _is_one(stories) else None
    return Metadata(paper=said.paper or source, edition=said.edition)


def _is_one(stories: Sequence[Draft]) -> bool:
    """Whether the stories of a page are the parts of one report: what its opening says holds for all."""
    return bool(stories) and all(story.part for story in stories)


def _source(page: Page, story: Draft) -> str | None:
    """The paper that the credits of a story name: 来源：某某日报."""
    signed = (each for each in story.body[:_CREDITS] if each.role == "signature")
    sources = (_printed(page, each)[slice(*span)] for each in signed if (span := source_of(each.text)))
    return next(sources, None)


def _printed(page: Page, paragraph: Paragraph) -> str:
    """The text of a paragraph, unfolded, character for character."""
    return "".join(page.text[line.start : line.end] for line in paragraph.lines)


def _without_rows(page: Page) -> Page:
    """A page whose tables are blank."""
    parts, at = list[str](), 0
    for block in sorted((block for block in page.blocks if block.role == "row"), key=lambda block: block.span):
        parts.append(page.text[at : block.span.start])
        at = block.span.end
    return replace(page, text="".join([*parts, page.text[at:]])) if parts else page


def _article(page: Page, story: Draft, setting: _Setting, day: PageDay) -> Article:
    text = setting.text
    headline = headline_of(page, story)
    date, date_from, evidence = date_of(setting.prose, page, day)
    return Article(
        id=hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest(),
        text=text,
        title=headline.title if headline else first_clause(page, story),
        kicker=headline.kicker if headline else None,
        subtitle=headline.subtitle if headline else None,
        byline=byline_of(page, story),
        paper=page.metadata.paper or _source(page, story),
        edition=page.metadata.edition,
        date=date,
        date_from=date_from,
        date_evidence=evidence,
        title_inferred=headline is None,
        rows=tuple(setting.rows),
        locations=(Location(page.source, page.record, page.number, tuple(setting.pieces)),),
    )


def byline_of(page: Page, story: Draft) -> tuple[str, ...]:
    """The names at the start of the lead, on a line of their own, or at the end."""
    found: list[str] = []
    for paragraph in story.body:
        spans = _signed(paragraph)
        if spans:
            whole = slice(spans[0].start, spans[-1].end)
            found += names(_printed(page, paragraph)[whole], _only(paragraph.text, spans)[whole])
    return tuple(dict.fromkeys(found))


def _signed(paragraph: Paragraph) -> tuple[Span, ...]:
    """Where the paragraph names reporters; none where it names others alone."""
    if paragraph.role not in ("signature", "body"):
        return ()
    if (told := credited(paragraph.text)) is not None:
        return told
    if line := dateline(paragraph.text):
        return line.names
    if paragraph.role == "signature":
        return (Span(0, len(paragraph.text)),)
    start = opening(paragraph.text)
    if start and start.credits.start < start.credits.end:
        return (start.credits,)
    end = closing(paragraph.text)
    return (end,) if end else ()


def _only(text: str, spans: Sequence[Span]) -> str:
    """The text with all characters outside the ranges blank, each in its place."""
    parts = []
    at = 0
    for span in spans:
        parts += [" " * (span.start - at), text[span.start : span.end]]
        at = span.end
    return "".join(parts)


@dataclass(slots=True)
class _Setting:
    """The text of a story on its way, with where its pieces stand on the page, and its rows of tables."""

    pieces: list[Piece] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _at: int = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def prose(self) -> str:
        """The text without its tables, whose cells date nothing but themselves."""
        text, at, kept = self.text, 0, list[str]()
        for row in self.rows:
            kept.append(text[at : row.start])
            at = row.end
        return "".join([*kept, text[at:]])

    @property
    def last(self) -> str:
        return self._parts[-1][-1:] if self._parts else ""

    def add(self, page: Page, span: Span, glue: str) -> None:
        self._parts += [glue, page.text[span.start : span.end]]
        self._at += len(glue)
        self.pieces.append(Piece(self._at, span.start, span.end))
        self._at += span.end - span.start

    def add_row(self, page: Page, line: PrintedLine, glue: str) -> None:
        start = self._at + len(glue)
        for number, cell in enumerate(line.cells):
            self.add(page, cell, "\t" if number else glue)
        self.rows.append(Row(start, self._at, line.columns))


def _set(page: Page, paragraphs: Sequence[Paragraph]) -> _Setting:
    """The text of paragraphs, each on a line of its own unless the one before breaks off in a sentence; of a row its
    cells with tabs between them.
    """
    setting = _Setting()
    before: Paragraph | None = None
    for paragraph in paragraphs:
        glue = "" if before is None or _runs_on(before, paragraph) else "\n"
        for line in paragraph.lines:
            if line.cells:
                setting.add_row(page, line, glue)
            else:
                setting.add(page, Span(line.start, line.end), glue or _space(setting.last, page.text[line.start]))
            glue = ""
        before = paragraph
    return setting


def _runs_on(before: Paragraph, paragraph: Paragraph) -> bool:
    if paragraph.lines[0].begins or before.role != "body" or paragraph.role != "body" or opening(paragraph.text):
        return False
    return not is_sealed(before.lines[-1].text) and not before.lines[-1].text.endswith((":", "—"))


def _space(left: str, right: str) -> str:
    """A space where a line end parts two Latin words."""
    return " " if left.isascii() and left.isalpha() and right.isascii() and right.isalpha() else ""
