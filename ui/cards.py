"""The panels beside the chat as HTML: sources of an answer, the library card, header and footer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from markupsafe import Markup

from qa.articles.bylines import is_signature
from qa.store.turns import Turn
from qa.types import Answer, Article, FileInfo, Span, Stats
from ui import chat
from ui.describe import copied, dateline_of, forms, library_line, library_notes
from ui.marks import Marked, clipped, of_citation, shown_of, windows
from ui.markup import fragment
from ui.printed import HEADING, Line, printed
from ui.words import Words

FILES_SHOWN = 12  # file names in the library card
FOLD_CHARS = 120  # a longer passage is folded
HIGH, MIDDLE = 0.7, 0.4  # least scores, as chances, of a passage that fits well or somewhat


class _Source(NamedTuple):
    """An article that is quoted: the sentences in their context, what there is to paste, and the same as
    references, each form with its title.
    """

    n: int
    article: Article
    quotes: list[Marked]  # whole, for the reader
    contexts: list[Markup]
    copied: str
    forms: list[tuple[str, str]]


class _Passage(NamedTuple):
    """A passage that the search found: the quotes in it, how well it fits, its first words where it is folded."""

    article: Article
    whole: Marked
    quotes: tuple[Marked, ...]
    fit: str
    numbers: list[str]
    lines: list[Line]
    start: str | None


def panel(
    turn: Turn | None,
    position: int,
    gone: Collection[str],
    words: Words,
    listed: Sequence[Article] = (),
    pictured: Collection[str] = (),
) -> Markup:
    """What the answer at `position` rests on: its sources, and the passages behind it, or in their place the articles
    that it has `listed`. Articles whose id is in `gone` are marked as removed; of those
    in `pictured` the quotes are shown as they are printed.
    """
    answer = turn.answer if turn else None
    if turn is None or answer is None or not (answer.citations or answer.hits or listed):
        return fragment("panel", answer=None, words=words)
    hits = () if answer.items else answer.hits
    behind = [*listed, *(one.article for one in answer.citations), *(hit.article for hit in hits)]
    return fragment(
        "panel",
        answer=answer,
        number=turn.number,
        position=position,
        gone=gone,
        pictured=pictured,
        undated=len({one.id for one in behind if one.date is None}),
        listed=[(article, _body_start(article, article.text)) for article in listed],
        sources=[_source(turn.number, source, answer.words, words) for source in chat.sources(answer)],
        forms=forms(answer.citations) if len(chat.sources(answer)) > 1 else [],
        passages=[_passage(answer, at, words) for at in range(len(hits))],
        words=words,
    )


def _source(number: int, source: chat.Source, asked: Collection[str], words: Words) -> _Source:
    """`asked`: the words of the question."""
    article = source.article
    quotes = list(map(of_citation, source.citations))
    shown = [shown_of(citation, chat.quote_id(number, citation)) for citation in source.citations]
    around = windows(article.text, [quote.span for quote in shown])
    return _Source(
        source.n,
        article,
        quotes,
        [clipped(article.text, window, shown, asked) for window in around],
        copied(source.citations, words),
        forms(source.citations),
    )


def _passage(answer: Answer, position: int, words: Words) -> _Passage:
    hit, quotes = answer.hits[position], chat.cited_in(answer, position)
    confidence = chat.confidence_of(answer, position)
    ranks = {"vectors": words.rank_by_meaning, "terms": words.rank_by_words}
    found = [ranks[index].format(rank=rank) for index, rank in hit.ranks.items() if index in ranks]
    span, is_folded = Span(hit.passage.start, hit.passage.end), len(hit.passage.text) > FOLD_CHARS
    return _Passage(
        hit.article,
        Marked(span),
        quotes,
        words.high if confidence >= HIGH else words.middle if confidence >= MIDDLE else words.low,
        [f"{confidence:.2f}", *found],
        printed(hit.article, span if is_folded else _body(hit.article, span, quotes), quotes, answer.words),
        _body_start(hit.article, hit.passage.text) if is_folded else None,
    )


def _body(article: Article, span: Span, quotes: Sequence[Marked]) -> Span:
    """What is left of a part of an article without its headlines and its dateline, where these are not quoted."""
    at = span.start
    for line in article.text[slice(*span)].splitlines(keepends=True):
        if not _is_head(article, line):
            at += dateline_of(line)
            break
        at += len(line)
    is_whole = at >= span.end or any(quote.span.start < at for quote in quotes)
    return span if is_whole else Span(at, span.end)


def _body_start(article: Article, text: str) -> str:
    """The first words of an article or a passage, without what its card says above them: headlines and reporters."""
    lines = [" ".join(HEADING.sub("", line).split()) for line in text.split("\n")]
    body = [line[dateline_of(line) :] for line in lines if not _is_head(article, line)]
    return " ".join(body or lines)[:FOLD_CHARS]


def _is_head(article: Article, line: str) -> bool:
    """Whether a line is blank, the reporters' own, or one of the headlines', which may stand on several lines."""
    squeezed = "".join(HEADING.sub("", line).split())
    headlines = ("".join((part or "").split()) for part in (article.title, article.kicker, article.subtitle))
    return any(squeezed in one for one in ("", *headlines)) or is_signature(squeezed)


def library(stats: Stats, files: Sequence[FileInfo], demo: bool, words: Words) -> Markup:
    """The library card: how much the library holds, and its first files."""
    line, notes = library_line(stats, words), library_notes(stats, words)
    return fragment("card", stats=stats, files=files, demo=demo, line=line, notes=notes, words=words)


def brand(words: Words) -> Markup:
    """The program's name, and the links between screens."""
    return fragment("brand", words=words)


def foot(logout: bool, words: Words) -> Markup:
    """The footer: the other language, and logging out where there is a login."""
    return fragment("foot", logout=logout, words=words)
