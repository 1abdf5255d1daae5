"""The values that all packages exchange: frozen dataclasses, no behaviour but look-ups.

Data flows one way: file -> Page -> Article -> Passage -> Hit -> Answer.
All offsets count Unicode code points; all ranges are half-open ``[start, end)``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args
from urllib.parse import quote, unquote

from qa.errors import Forbidden

DateSource = Literal["metadata", "file", "printed", "inferred"]
BlockRole = Literal[
    "heading", "kicker", "subtitle", "byline", "body", "caption", "row", "metadata", "story", "page", "paragraphs"
]
AnswerKind = Literal["quote", "count", "list", "digest", "compare", "timeline", "about", "talk"]


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a format, a front matter or a user says of a page or record; None where it says nothing."""

    title: str | None = None
    byline: tuple[str, ...] = ()
    paper: str | None = None
    edition: str | None = None
    date: str | None = None  # ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD
    columns: tuple[tuple[str, str], ...] = ()  # of a table of records: names of columns, and the fields that they are
    kept: float | None = None  # the share of what the file shows that was read, where much of it was not

    def over(self, other: Metadata) -> Metadata:
        """These values where given, else those of `other`."""
        return Metadata(
            self.title or other.title,
            self.byline or other.byline,
            self.paper or other.paper,
            self.edition or other.edition,
            self.date or other.date,
            self.columns or other.columns,
            self.kept or other.kept,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A range of a page's text whose role its format knows (a Markdown heading, an ALTO text block).

    A "metadata" block (a front matter) belongs to no story: the cutter leaves it out. A "story" block is one article,
    whatever its lines look like, and may hold blocks of other roles. A "page" block says of a record (a file in a ZIP)
    that it is a printed page, which is cut as any other. A "row" is a line of a table: what stands between its cells
    belongs to no story. In a "paragraphs" block every line is a paragraph, a cell or a heading of the format's own: no
    line goes on from the one above it, as printed lines do.
    """

    span: Span
    role: BlockRole
    level: int = 0  # heading depth, 1 is the highest; 0 where it has none, or goes on from the heading line above
    cells: tuple[Span, ...] = ()  # of a row, those that hold anything, ascending
    columns: tuple[str, ...] = ()  # of a row: the name of each cell's column; none where the table names no columns


class Region(NamedTuple):
    """A rectangle on the picture of a page, in its pixels: the number of the picture in its file, from 1, and edges."""

    page: int
    x0: int
    y0: int
    x1: int
    y1: int


class PrintedLine(NamedTuple):
    """A line of a page's text, and where it stands on the page's picture, in pixels."""

    start: int
    end: int
    x0: int
    y0: int
    x1: int
    y1: int
    doubts: tuple[int, ...] = ()  # which of its characters were recognised without much confidence

    def part(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Where a range of the page's text stands that lies in it, its characters taken for equally wide."""
        is_tall = self.y1 - self.y0 > self.x1 - self.x0 and self.end - self.start > 1
        low, high = (self.y0, self.y1) if is_tall else (self.x0, self.x1)
        step = (high - low) / (self.end - self.start)
        first, last = round(low + (start - self.start) * step), round(low + (end - self.start) * step)
        return (self.x0, first, self.x1, last) if is_tall else (first, self.y0, last, self.y1)


class Doubt(NamedTuple):
    """A character of an article that was recognised without much confidence, and the printed line that it is in."""

    span: Span
    line: Span


class Picture(NamedTuple):
    """The picture that a page's lines stand on, as it is found from the page's file."""

    number: int = 1  # of the pictures in its file
    turn: int = 0  # quarter turns clockwise that put it upright; lines stand on it after them
    inside: tuple[str, ...] = ()  # its name in an archive, after those of the archives around it, the outermost first
    beside: str = ""  # the name of a file beside the page's own, where that holds no picture
    frame: tuple[int, int] = (0, 0)  # width and height in which places are told; (0, 0): the picture's pixels


def regions(lines: Iterable[PrintedLine], spans: Iterable[Span], page: int) -> tuple[Region, ...]:
    """Where ranges of a page's text stand on its picture of that number: a region a line, in the text's order."""
    wanted = list(spans)
    parts = ((line, max(line.start, one.start), min(line.end, one.end)) for line in lines for one in wanted)
    return tuple(Region(page, *line.part(start, end)) for line, start, end in parts if start < end)


@dataclass(frozen=True, slots=True)
class Page:
    """One file, one page of it, or one record of it, as read.

    `text` is the file's characters decoded, byte-order mark dropped, line ends kept; a record's `text` field as it is.
    """

    source: str
    text: str
    number: int | None = None  # page number inside the file, from 1
    record: str | None = None  # id of the record inside a .jsonl, .csv or METS file; the name of a file inside a ZIP
    encoding: str | None = None
    metadata: Metadata = Metadata()
    blocks: tuple[Block, ...] = ()
    printed: tuple[PrintedLine, ...] = field(default=(), compare=False)  # on its picture, where it has one
    picture: Picture = field(default=Picture(), compare=False)
    share: float | None = field(default=None, compare=False)  # of its file that is read with it, 0 to 1; None: unknown


class Piece(NamedTuple):
    """``article.text[at:at + end - start] == page.text[start:end]``."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where an article stands on a page.

    `pieces` ascend by `at` and cover every non-blank character of the article's text exactly once; between two pieces
    the article's text holds nothing but white space that the cutter put there. Two pieces that follow each other in the
    article need not follow each other on the page (a column break, a displaced paragraph).
    """

    source: str
    record: str | None
    page: int | None
    pieces: tuple[Piece, ...]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The page's ranges that hold ``article.text[start:end]``, in the article's order.

        Their text put together equals that slice once white space is removed from both.
        """
        return tuple(Span(piece.start, piece.end) for piece in self.within(start, end))

    def within(self, start: int, end: int) -> Iterator[Piece]:
        """The parts of its pieces that hold ``article.text[start:end]``."""
        for index in range(max(0, bisect_right(self.pieces, start, key=lambda piece: piece.at) - 1), len(self.pieces)):
            at, page_start, page_end = self.pieces[index]
            if at >= end:
                return
            lower, upper = max(start, at), min(end, at + page_end - page_start)
            if lower < upper:
                yield Piece(lower, page_start + lower - at, page_start + upper - at)


class Row(NamedTuple):
    """A range of an article's text that is a row of a table, its cells parted by tabs."""

    start: int
    end: int
    columns: tuple[str, ...]  # the name of each cell's column; the names themselves are a row of their own names


def rows_within(rows: Sequence[Row], start: int, end: int) -> Sequence[Row]:
    """Those of a text's rows, ascending, that reach into a range of it."""
    first = bisect_right(rows, start, key=lambda row: row.end)
    return rows[first : bisect_left(rows, end, key=lambda row: row.start)]


class Reprint(NamedTuple):
    """Another article that tells the same story in nearly the same words, where it stands first."""

    article: str
    location: Location


@dataclass(frozen=True, slots=True)
class Article:
    """One story. `id` is a hash of `text` alone, so an old citation survives a rebuild.

    `text` is headline, byline, body and captions as printed, paragraphs on lines of their own, sentences that a column
    break had cut joined again. Kicker, title, subtitle and byline repeat parts of it, apart.
    """

    id: str
    text: str
    title: str
    kicker: str | None = None
    subtitle: str | None = None
    byline: tuple[str, ...] = ()
    paper: str | None = None
    edition: str | None = None
    date: str | None = None  # ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD
    date_from: DateSource | None = None
    date_evidence: str | None = None  # the words that gave the date
    title_inferred: bool = False  # no headline was printed: the first clause serves
    rows: tuple[Row, ...] = ()  # ascending
    locations: tuple[Location, ...] = ()
    reprints: tuple[Reprint, ...] = ()  # of the other articles of its story, in the order of arrival
    story: str | None = None  # id of the first article of its story; None where it has no reprints

    @property
    def location(self) -> Location:
        """The first place; citations point to it."""
        return self.locations[0]

    def rows_within(self, start: int, end: int) -> tuple[Row, ...]:
        """The rows that reach into a range of the text."""
        return tuple(rows_within(self.rows, start, end))

    def is_header(self, row: Row) -> bool:
        """Whether a row of the text is the names of its table's columns."""
        return row.columns == tuple(self.text[row.start : row.end].split("\t"))

    @property
    def also(self) -> tuple[Location, ...]:
        """Where else the story stands: the same text, and its reprints."""
        return (*self.locations[1:], *(reprint.location for reprint in self.reprints))


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: ``article.text[start:end] == text``, at most 400 characters.

    `id` is a 63-bit hash of the article's id, `start` and `end`. `sentences` are ranges of `text`, ascending.
    """

    id: int
    article: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; None admits all. An article without a date passes `since` and `until`.

    Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends included, and compare by prefix: 2025 is neither before nor after
    2025-03. A Library also takes dates as people write them, and raises UsageError for what is none.
    """

    since: str | None = None
    until: str | None = None
    source: str | None = None  # a file's source name, or a folder in front of such names
    byline: str | None = None  # a part of a reporter's name
    article: str | None = None  # an article's id, or its first four or more characters

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.source, self.byline, self.article))


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a question is about: articles of it are preferred, others may still answer.

    Both ends are included, as ISO 8601 (YYYY, YYYY-MM or YYYY-MM-DD); None leaves an end open. `newest` prefers the
    latest articles of all, and has no ends.
    """

    since: str | None = None
    until: str | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something understood that was not said: shown, never silent."""

    kind: Literal["follow-up", "spelling", "date", "script"]
    source: str  # what was written; the key is "from" in JSON
    target: str  # what it was taken for


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asks."""

    question: str
    history: tuple[str, ...] = ()  # earlier questions, oldest first
    filters: Filters = Filters()
    k: int = 5  # passages shown
    today: str | None = None  # ISO 8601, for dates that the question names from it (昨天); None: the system's date
    refused: tuple[Assumption, ...] = ()  # assumptions that the user took back: never made again
    as_written: bool = False  # names are spelt as the user spells them

    def may_assume(self, one: Assumption) -> bool:
        """Whether the user has not taken back this assumption, whatever it would be taken for."""
        if one.kind == "spelling" and self.as_written:
            return False
        return all((one.kind, one.source) != (taken.kind, taken.source) for taken in self.refused)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage, its fused score in [0, 1] (higher is better) and its rank, from 1, in each index that found it."""

    passage: Passage
    article: Article
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the passage stands on its page: ranges of code points, see `Location.spans`."""
        return self.article.location.spans(self.passage.start, self.passage.end)


@dataclass(frozen=True, slots=True)
class Citation:
    """One quoted sentence: ``article.text[start:end] == quote``; `mark` is the range inside the quote that answers."""

    n: int  # from 1; [n] in the answer's text
    article: Article
    start: int
    end: int
    quote: str
    mark: Span
    score: float
    regions: tuple[Region, ...] | None = None  # where it stands on its page's picture, a line each

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Of a row of a table, the names of its cells; None for anything else, and where they have none."""
        rows = self.article.rows_within(self.start, self.end)
        is_row = len(rows) == 1 and rows[0][:2] == (self.start, self.end)
        return rows[0].columns or None if is_row else None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the quote stands on its page: ranges of code points, see `Location.spans`."""
        return self.article.location.spans(self.start, self.end)


Fault = Literal["unfinished", "no-number", "no-such-number", "quotes", "not-held", "not-supported", "mixed"]
"""Why a sentence that a model wrote is struck; docs/local-model.md tells each."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that stands, and the sentences that it rests on, each quoted under its number in the composition."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence that does not stand, why, and the words that it was struck for."""

    text: str
    fault: Fault
    what: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """What a model has written so far. `problem`: why it ended before its time, in our words."""

    statements: tuple[Statement, ...] = ()
    struck: tuple[Struck, ...] = ()
    is_done: bool = False
    problem: str | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those of all statements, by number, each once."""
        return tuple({one.n: one for statement in self.statements for one in statement.citations}.values())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer."""

    kind: Literal["unknown-term", "fact-missing", "outside-dates", "empty-question", "false-premise"]
    text: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a count or a list is made of: an article with its first place, or a reporter."""

    name: str  # the headline, or the reporter's name
    count: int  # places of the article that hold the words asked for; articles of the reporter that do
    articles: tuple[str, ...]  # ids
    source: str | None = None  # None for a reporter, as all that follows
    record: str | None = None
    page: int | None = None
    date: str | None = None
    byline: tuple[str, ...] = ()


class Sign(NamedTuple):
    """A feature that a chance is computed from: the logit is the sum of value x weight over all of them."""

    name: str  # as `qa/answering/weights.json` has it
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How it was decided whether to answer: what the chances of the best sentence and of the answer came from."""

    sentence: tuple[Sign, ...]
    confidence: tuple[Sign, ...]
    threshold: float  # an answer of less confidence is not given
    perhaps: float  # below the threshold, from here on the best sentence is shown to be checked


@dataclass(frozen=True, slots=True)
class Answer:
    """What a library answers: verbatim sentences, each followed by its [n], and the citations that [n] refers to.

    Where nothing is answered `text` and `citations` are empty and `reason` says why; `hits` are there all the same.
    """

    question: str
    kind: AnswerKind
    text: str
    confidence: float  # in [0, 1], answered or not
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    assumed: tuple[Assumption, ...] = ()
    reason: Reason | None = None
    total: int | None = None  # of a count or a list
    items: tuple[Item, ...] | None = None  # everything counted or listed
    note: str = ""  # what the quotes leave open: fewer things found than the question names
    words: tuple[str, ...] = ()  # that carried the question as it was understood; normalised
    said: str = ""  # the number of a count or a list in words, without what is listed
    nearest: tuple[Citation, ...] = ()  # where nothing is answered: sentences that may be it, to be checked
    lead: str | None = None  # what was asked for, in as few of the text's own words as answer it
    explanation: Explanation | None = None  # where sentences were weighed

    @property
    def answered(self) -> bool:
        """Whether there is an answer: nothing found is no error."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file of the library."""

    source: str  # unique name relative to what was added
    path: str  # absolute; the file's identity
    size: int  # bytes
    sha256: str
    encoding: str | None
    articles: int
    added: str  # ISO 8601, UTC
    complete: bool = True  # False while it is being read, and where that was interrupted


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of it, that was not taken, and why."""

    path: str
    reason: str
    failed: bool  # True: named by the user or of a known type, and could not be read; False: of an unknown type


@dataclass(frozen=True, slots=True)
class AddReport:
    """What `add` did, by source name."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # what a file was called, and is called now
    vanished: tuple[str, ...] = ()  # of the library and below what was added, but not there any more
    removed: tuple[str, ...] = ()  # vanished, and dropped because that was asked for
    articles: int = 0  # in the files added or changed
    passages: int = 0

    @property
    def failed(self) -> bool:
        """Whether a file that was named, or is of a known type, could not be read; `skipped` has the reasons."""
        return any(skip.failed for skip in self.skipped)


@dataclass(frozen=True, slots=True)
class Stats:
    """How much a library holds."""

    files: int
    articles: int
    passages: int
    embedded: int  # passages whose vector by the library's model is stored
    dated: int  # articles with a date
    updated: str | None  # ISO 8601, UTC


FileState = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change by hand to the article of this id: other attributes, or a split, or a join.

    None leaves an attribute as it is; an empty text or tuple takes it away. An article's id is that of its text, so an
    edit says which story it means wherever that stands in its file.
    """

    article: str
    title: str | None = None
    byline: tuple[str, ...] | None = None
    paper: str | None = None
    edition: str | None = None
    date: str | None = None  # ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD
    split_at: int | None = None  # code point of the article's text at which a second story begins
    joins: str | None = None  # id of the story after it on its page, which belongs to it


@dataclass(frozen=True, slots=True)
class ArticlePreview:
    """A story as a preview shows it."""

    title: str
    title_inferred: bool
    byline: tuple[str, ...]
    date: str | None
    first: str  # the first words below the headline
    characters: int  # of the whole text


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What `add` would make of a file. `source` is the name it would get; `state` compares with the library."""

    source: str
    encoding: str | None
    articles: tuple[ArticlePreview, ...]
    state: FileState


class ArticleText(NamedTuple):
    """An article with its first place, lighter than `Article`: thousands are looked through for one question."""

    id: str
    title: str
    headline: tuple[str, ...]  # kicker, title and subtitle, those there are
    byline: tuple[str, ...]
    date: str | None
    source: str
    record: str | None
    page: int | None
    text: str


Role = Literal["reader", "editor", "owner"]
"""A reader asks and reads; an editor adds and mends too, and removes what he added; an owner may do all. Each may do
what those before it may."""
ROLES: tuple[Role, ...] = get_args(Role)
HEADER = "x-wenbao-sender"  # what an application is told a sender by; nobody else's word is passed on to it


class Sender(NamedTuple):
    """An account, by its name. Without one nobody is told apart, and whoever sits at the machine may do all."""

    name: str = ""
    role: Role = "owner"

    @classmethod
    def read(cls, written: str | None) -> Sender:
        """What `written` made; nothing stands for nobody in particular."""
        role, _, name = (written or "owner ").partition(" ")
        return cls(unquote(name), next((one for one in ROLES if one == role), "reader"))

    @property
    def written(self) -> str:
        """In ASCII, as a header or a row keeps it."""
        return f"{self.role} {quote(self.name, safe='')}"

    def may(self, role: Role) -> bool:
        """Whether what takes this role may be done."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def require(self, role: Role) -> None:
        """Raises Forbidden where that may not be done."""
        if not self.may(role):
            raise Forbidden("accounts.needs-owner" if role == "owner" else "accounts.needs-editor")


ANYBODY = Sender()


class HistoryEntry(NamedTuple):
    """What somebody did to a library."""

    at: str  # ISO 8601, UTC
    by: str  # an account's name; empty: on the command line, or where nobody is told apart
    did: Literal["added", "changed", "mended", "removed"]
    source: str
    title: str  # of the article that was mended, before; else empty
