"""What a recogniser misread, corrected by hand: the text of the page changes, the picture's lines stay where they are.

A correction is of a printed line, as it was read and as it is: it is made again whenever its file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.articles import passages
from qa.errors import UsageError
from qa.library.edits import carried
from qa.library.page_articles import edited_articles
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.edits import Correction, StoredPage, edits_of, pages_with
from qa.store.writing import Recut, correct_page
from qa.types import Article, Block, Doubt, Location, Page, PrintedLine, Sender, Span


def corrected(page: Page, corrections: Iterable[Correction]) -> Page:
    """A page with those of the corrections made that are about one of its lines; nothing in such a line is doubted."""
    for one in corrections:
        if (one.number, one.record) == (page.number, page.record):
            alike = (line for line in page.printed if page.text[line.start : line.end] == one.line)
            if line := next((line for at, line in enumerate(alike) if at == one.which), None):
                page = _with_line(page, line, one.text)
    return page


def correct(database: Database, article: Article, part: Span, text: str, by: Sender) -> tuple[str, ...]:
    """Write `text` in the place of a range of an article that is printed on one line. Returns the id of the article
    then. Raises UsageError where it is not on one line of a picture.
    """
    stored = _page_of(database, article)
    line, span = _line_with(stored.page, article.location, part)
    start, end = span.start - line.start, span.end - line.start
    read = stored.page.text[line.start : line.end]
    which = sum(stored.page.text[one.start : one.end] == read for one in stored.page.printed if one.start < line.start)
    now = " ".join((read[:start] + text + read[end:]).split())
    if not now:
        raise UsageError("edit.line-empty")
    correction = Correction(stored.page.number, stored.page.record, read, now, which)
    page = corrected(stored.page, [correction])
    edits = edits_of(database, stored.path)
    before, after = ([story.article for story in edited_articles(each, ())] for each in (stored.page, page))
    held = {one.id: one.text for one in Contents(database).articles_of(page.source)}
    moved = carried(edits, [before], held, [after]) if edits else {}
    stories = [story.article for story in edited_articles(page, tuple(moved.get(edit, edit) for edit in edits))]
    split = [(story, passages.split(story)) for story in stories]
    cut = Recut(stored.file, stored.ordinal, split)
    correct_page(database, stored.path, correction, moved, cut, page, article.title, by)
    return tuple(story.id for story in stories if _holds(story.location, line.start))


def doubts(contents: Contents, article: Article) -> tuple[Doubt, ...]:
    """Where in an article its recogniser was unsure of what it read, and the line that each stands in."""
    lines, _ = contents.printed(article.location)
    found = []
    for line in lines:
        for at in (line.start + doubt for doubt in line.doubts):
            for piece in article.location.pieces:
                if piece.start <= at < piece.end:
                    by = piece.at - piece.start
                    whole = Span(max(line.start, piece.start) + by, min(line.end, piece.end) + by)
                    found.append(Doubt(Span(at + by, at + by + 1), whole))
    return tuple(sorted(found))


def _holds(place: Location, at: int) -> bool:
    return any(piece.start <= at < piece.end for piece in place.pieces)


def _page_of(database: Database, article: Article) -> StoredPage:
    """The page on which an article stands first, with its printed lines."""
    place = article.location
    where = place.source, place.record, place.page
    stored = next(
        one
        for one in pages_with(database, [article.id])
        if (one.page.source, one.page.record, one.page.number) == where
    )
    lines, picture = Contents(database).printed(place)
    return stored._replace(page=replace(stored.page, printed=lines, picture=picture))


def _line_with(page: Page, place: Location, part: Span) -> tuple[PrintedLine, Span]:
    """The printed line that a range of an article stands on, and where on the page. Raises UsageError."""
    spans = place.spans(*part)
    line = next((one for one in page.printed if one.start <= spans[0].start < one.end), None) if spans else None
    if line is None:
        raise UsageError("edit.not-recognised")
    if len(spans) > 1 or spans[0].end > line.end:
        raise UsageError("edit.two-lines")
    return line, spans[0]


def _with_line(page: Page, line: PrintedLine, text: str) -> Page:
    """The page with another text for a printed line; what stands behind it moves."""
    by = len(text) - (line.end - line.start)

    def moved(at: int) -> int:
        return at if at <= line.start else min(at, line.start + len(text)) if at < line.end else at + by

    def moved_block(block: Block) -> Block:
        cells = tuple(Span(*map(moved, cell)) for cell in block.cells)
        return replace(block, span=Span(*map(moved, block.span)), cells=cells)

    def moved_line(one: PrintedLine) -> PrintedLine:
        kept: Sequence[int] = () if one == line else one.doubts
        return one._replace(start=moved(one.start), end=moved(one.end), doubts=tuple(kept))

    return replace(
        page,
        text=page.text[: line.start] + text + page.text[line.end :],
        blocks=tuple(map(moved_block, page.blocks)),
        printed=tuple(map(moved_line, page.printed)),
    )
