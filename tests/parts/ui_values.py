"""Answers made by hand for the tests of the screen; the text of each is what a page might hold at its worst."""

from __future__ import annotations

from dataclasses import replace

from qa.types import Answer, Article, Assumption, Citation, Hit, Location, Passage, Piece, Reason, Span

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


def article(text: str, title: str, source: str = "page.txt", byline: tuple[str, ...] = ()) -> Article:
    place = Location(source, None, None, (Piece(0, 0, len(text)),))
    return Article(id=f"id-{title}", text=text, title=title, byline=byline, locations=(place,))


def citation(n: int, of: Article, quote: str, mark: str = "") -> Citation:
    start = of.text.index(quote)
    at = quote.index(mark)
    return Citation(n, of, start, start + len(quote), quote, Span(at, at + len(mark)), 0.9)


def hit(of: Article, start: int, end: int) -> Hit:
    return Hit(Passage(start, of.id, start, end, of.text[start:end], ()), of, 0.5)


def answer(*citations: Citation, hits: tuple[Hit, ...] = (), question: str = "问？") -> Answer:
    text = "".join(f"{one.quote}[{one.n}]" for one in citations)
    return Answer(question, "quote", text, 0.9, citations, hits)


def refusal(reason: str, hits: tuple[Hit, ...] = (), question: str = "问？") -> Answer:
    return Answer(question, "quote", "", 0.1, (), hits, (), Reason("unknown-term", reason))


STORY = article("首届书展。\n书展在四月开幕。共有三百家出版社参加。散会。", "首届书展", byline=("甲",))
OTHER = article("校园消息。新楼可容纳八百人。", "校园消息", "b.txt")
ANSWER = replace(
    answer(
        citation(1, STORY, "书展在四月开幕。", "四月"),
        citation(2, OTHER, "新楼可容纳八百人。", "八百人"),
        citation(1, STORY, "散会。"),
        hits=(hit(STORY, 3, 14), hit(OTHER, 0, 5), hit(STORY, 0, 6)),
    ),
    assumed=(Assumption("date", "去年", "2025"),),
)
ARTICLES = {one.id: one for one in (STORY, OTHER)}
"""The articles that `ANSWER` cites, by id."""
