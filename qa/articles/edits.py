"""Apply edits made by hand to the articles cut from a page. Pure: same articles and edits, same result.

A story that is split or joined is set and read anew, like one that the cutter had found: it gets an id of its own from
its text, and its pieces point to the same characters of the page as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from qa.articles.build import articles_of
from qa.articles.drafts import Draft
from qa.articles.labels import label, paragraphs_of
from qa.articles.lines import lines_of
from qa.types import Article, Block, Edit, Location, Page, Piece, Row, Span

_CELL = re.compile(r"[^\t]+")
BY_HAND = "手工"  # the evidence of a date that was given by hand


class EditedArticle(NamedTuple):
    """An article, and the edits that made it what it is."""

    article: Article
    edits: frozenset[Edit] = frozenset()


def apply_edits(articles: Iterable[Article], edits: Iterable[Edit]) -> tuple[EditedArticle, ...]:
    """The articles of a page after edits, each applied in turn to every article that has its id by then.

    An edit that finds no such article, no two parts at its position, or another story next, does nothing, and is in
    nobody's `edits`. No character of the page is lost, and none is there twice.
    """
    mended = [EditedArticle(article) for article in articles]
    for edit in edits:
        if edit.joins is not None:
            mended = _joined(mended, edit)
        else:
            change = _split if edit.split_at is not None else _retouched
            mended = [new for one in mended for new in _if_meant(one, edit, change)]
    return tuple(mended)


def can_split(article: Article, position: int) -> bool:
    """Whether there is text on both sides of a position."""
    return position > 0 and bool(article.text[:position].strip()) and bool(article.text[position:].strip())


def _if_meant(
    one: EditedArticle, edit: Edit, change: Callable[[Article, Edit], tuple[Article, ...]]
) -> tuple[EditedArticle, ...]:
    changed = change(one.article, edit) if one.article.id == edit.article else ()
    return tuple(EditedArticle(article, one.edits | {edit}) for article in changed) or (one,)


def _retouched(article: Article, edit: Edit) -> tuple[Article, ...]:
    if edit.title:
        article = replace(article, title=edit.title, title_inferred=False)
    if edit.byline is not None:
        article = replace(article, byline=edit.byline)
    if edit.paper is not None:
        article = replace(article, paper=edit.paper or None)
    if edit.edition is not None:
        article = replace(article, edition=edit.edition or None)
    if edit.date:
        article = replace(article, date=edit.date, date_from="metadata", date_evidence=BY_HAND)
    elif edit.date is not None:
        article = replace(article, date=None, date_from=None, date_evidence=BY_HAND)
    return (article,)


def _split(article: Article, edit: Edit) -> tuple[Article, ...]:
    """Two stories of one page and day: the first keeps the headline and the names that are not the second's."""
    position = edit.split_at or 0
    if not can_split(article, position):
        return ()
    first = _dated_as(article, _read(article.text[:position], article.location, article.rows))
    second = _dated_as(article, _read(article.text[position:], article.location, article.rows, position))
    leaves = partial(_is_in_second_alone, first.text, second.text)
    if not leaves(article.title):
        first = _with_headline_of(article, first)
    return replace(first, byline=tuple(name for name in article.byline if not leaves(name))), second


def _joined(mended: Sequence[EditedArticle], edit: Edit) -> list[EditedArticle]:
    done: list[EditedArticle] = []
    for one in mended:
        if done and (done[-1].article.id, one.article.id) == (edit.article, edit.joins):
            before = done.pop()
            done.append(EditedArticle(_join(before.article, one.article), before.edits | one.edits | {edit}))
        else:
            done.append(one)
    return done


def _join(first: Article, second: Article) -> Article:
    """One story under the headline of the first, unless only the second has one printed."""
    text = f"{first.text}\n{second.text}"
    shift = len(first.text) + 1
    pieces = [*first.location.pieces, *(Piece(at + shift, start, end) for at, start, end in second.location.pieces)]
    place = replace(first.location, pieces=tuple(pieces))
    rows = (*first.rows, *(Row(start + shift, end + shift, columns) for start, end, columns in second.rows))
    whole = _dated_as(first if first.date else second, _read(text, place, rows, seam=shift))
    headed = second if first.title_inferred and not second.title_inferred else first
    return replace(
        _with_headline_of(headed, whole),
        byline=tuple(dict.fromkeys(first.byline + second.byline)),
        paper=first.paper or second.paper,
        edition=first.edition or second.edition,
    )


def _read(text: str, place: Location, rows: Iterable[Row], offset: int = 0, seam: int = 0) -> Article:
    """`text` as the one story of a page, read by the cutter's rules; `place` and `rows` count from `offset` before it.
    A row that was cut in two is none any more. Its lines are paragraphs; the one at `seam` may go on from that above.
    """
    whole = (row for row in rows if offset <= row.start and row.end <= offset + len(text))
    blocks = (Block(Span(0, seam), "paragraphs"), Block(Span(seam + 1, len(text)), "paragraphs"))
    lines = lines_of(Page(place.source, text, blocks=(*blocks, *(_block(text, row, offset) for row in whole))))
    paragraphs = paragraphs_of(lines, label(lines))
    heads = list(takewhile(lambda paragraph: paragraph.role == "heading", paragraphs))
    page = Page(place.source, text, place.page, place.record)
    article = articles_of(page, [Draft(heads, paragraphs[len(heads) :])])[0]
    pieces = (
        Piece(piece.at + on_page.at - piece.start - offset, on_page.start, on_page.end)
        for piece in article.location.pieces
        for on_page in place.within(piece.start + offset, piece.end + offset)
    )
    return replace(article, locations=(replace(place, pieces=tuple(pieces)),))


def _block(text: str, row: Row, offset: int) -> Block:
    """A row as the format of a text would tell it."""
    span = Span(row.start - offset, row.end - offset)
    cells = tuple(Span(*one.span()) for one in _CELL.finditer(text, span.start, span.end))
    return Block(span, "row", cells=cells, columns=row.columns)


def _dated_as(other: Article, article: Article) -> Article:
    """What another story of the same page says of paper, edition and day."""
    return replace(
        article,
        paper=other.paper,
        edition=other.edition,
        date=other.date,
        date_from=other.date_from,
        date_evidence=other.date_evidence,
    )


def _with_headline_of(other: Article, article: Article) -> Article:
    return replace(
        article,
        kicker=other.kicker,
        title=other.title,
        subtitle=other.subtitle,
        title_inferred=other.title_inferred,
    )


def _is_in_second_alone(first: str, second: str, words: str) -> bool:
    """White space apart: it was printed where the second text is."""
    flat = "".join(words.split())
    return flat in "".join(second.split()) and flat not in "".join(first.split())
