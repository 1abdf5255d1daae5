"""Questions about the library itself, answered from its tables; articles that are named are quoted by a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from qa.errors.messages import Wording
from qa.questions.topics import CatalogueQuestion
from qa.text.sentences import is_headline, sentences_of
from qa.types import Answer, Article, ArticleText, Citation, Filters, Item, Query, Span, Stats
from qa.types.protocols import ArticleTexts

NAMED = 5  # articles, reporters or papers named in the text
_AND = "list.and"


class Tallied(Protocol):
    """A value and how many articles have it."""

    @property
    def value(self) -> str: ...

    @property
    def articles(self) -> int: ...


class Catalogue(Protocol):
    """What the tables of a library tell of it."""

    def stats(self) -> Stats:
        """How much it holds."""

    def dates(self) -> tuple[str, str] | None:
        """The first and the last date of an article; None where none has one."""

    def papers(self) -> Sequence[Tallied]:
        """Names of papers, most articles first."""

    def periods(self, characters: int) -> Sequence[Tallied]:
        """Years, months or days (the first `characters` of a date), most articles first."""

    def reporters(self, most: int) -> Sequence[Tallied]:
        """Names of reporters, most articles first."""

    def by_date(self, most: int, *, newest: bool) -> Sequence[str]:
        """Ids of articles by date, undated ones last; where none is dated, as they were added."""


def about_answer(query: Query, asked: CatalogueQuestion, catalogue: Catalogue, texts: ArticleTexts) -> Answer:
    """Kind `about`: never refused, confidence 1."""
    stats = catalogue.stats()
    if not stats.articles:
        return _told(query, Wording("about.empty"))
    match asked.subject:
        case "papers":
            return _papers(query, catalogue, stats)
        case "reporters":
            return _reporters(query, catalogue, texts)
        case "periods":
            return _periods(query, catalogue, asked.characters, stats)
        case "span":
            return _told(query, _span(catalogue, stats))
        case "newest" | "oldest":
            return _by_date(query, catalogue, texts, newest=asked.subject == "newest", most=asked.most)
        case "contents":
            return _contents(query, catalogue, stats, texts)


def _papers(query: Query, catalogue: Catalogue, stats: Stats) -> Answer:
    papers = catalogue.papers()
    if not papers:
        return _told(query, Wording("about.papers-unnamed", articles=stats.articles, files=stats.files))
    named = _counted(papers[:NAMED])
    code = "about.papers-among" if len(papers) > NAMED else "about.papers"
    items = tuple(Item(one.value, one.articles, ()) for one in papers)
    return _told(query, Wording(code, total=len(papers), names=named), len(papers), items)


def _reporters(query: Query, catalogue: Catalogue, texts: ArticleTexts) -> Answer:
    found = catalogue.reporters(NAMED)
    if not found:
        return _told(query, Wording("about.unsigned"))
    most = [one for one in found if one.articles == found[0].articles]
    code = "about.most-signed-each" if len(most) > 1 else "about.most-signed"
    said = Wording(code, first=_joined([one.value for one in most]), count=found[0].articles)
    if rest := found[len(most) :]:
        said = Wording("about.next", said=said, names=_counted(rest))
    items = tuple(Item(one.value, one.articles, tuple(each.id for each in _signed(one.value, texts))) for one in found)
    return _told(query, said, None, items)


def _signed(name: str, texts: ArticleTexts) -> Iterable[ArticleText]:
    return texts.stories(texts.articles_of(None, Filters(), (name,)))


def _periods(query: Query, catalogue: Catalogue, characters: int, stats: Stats) -> Answer:
    found = catalogue.periods(characters)
    if not found:
        return _told(query, Wording("about.undated-all", articles=stats.articles))
    said = Wording("about.period", period=found[0].value, count=found[0].articles)
    if rest := found[1:NAMED]:
        said = Wording("about.next", said=said, names=_counted(rest))
    return _told(query, Wording("about.and-undated", said=said, undated=_undated(stats)))


def _span(catalogue: Catalogue, stats: Stats) -> Wording:
    held = catalogue.dates()
    if held is None:
        return Wording("about.undated-all", articles=stats.articles)
    return Wording("about.span", dated=stats.dated, first=held[0], last=held[1], undated=_undated(stats))


def _undated(stats: Stats) -> str:
    left = stats.articles - stats.dated
    return Wording("about.undated", left=left) if left else ""


def _by_date(
    query: Query, catalogue: Catalogue, texts: ArticleTexts, *, newest: bool, most: int | None = None
) -> Answer:
    """Those of the last or first day, or so many as are wanted."""
    found = [texts.article(one) for one in catalogue.by_date(most or NAMED, newest=newest)]
    if found[0].date is None:
        return _naming(query, "about.last-added" if newest else "about.first-added", found)
    if most:
        return _naming(query, "about.newest-ones" if newest else "about.oldest-ones", found, total=len(found))
    same = [one for one in found if one.date == found[0].date]
    return _naming(query, "about.newest" if newest else "about.oldest", same, date=found[0].date)


def _contents(query: Query, catalogue: Catalogue, stats: Stats, texts: ArticleTexts) -> Answer:
    found = [texts.article(one) for one in catalogue.by_date(NAMED, newest=True)]
    numbers = {"files": stats.files, "articles": stats.articles}
    return _naming(query, "about.contents", found, **numbers, span=_span(catalogue, stats))


def _naming(query: Query, code: str, named: Sequence[Article], **fields: object) -> Answer:
    """An answer that names articles, with a link and the first sentence of each."""
    names = _joined([f"《{one.title}》[{n}]" for n, one in enumerate(named, 1)])
    items = tuple(item_of(one) for one in named)
    citations = tuple(first_sentence(n, one) for n, one in enumerate(named, 1))
    said = Wording(code, names=names, **fields)
    return Answer(query.question, "about", said, 1.0, citations, items=items, total=len(items))


def item_of(one: Article) -> Item:
    place = one.location
    return Item(one.title, 1, (one.id,), place.source, place.record, place.page, one.date, one.byline)


def first_sentence(n: int, article: Article) -> Citation:
    """The first sentence below the headline; the headline where nothing else stands."""
    every = sentences_of(article) or (Span(0, len(article.text)),)
    below = (one for one in every if not is_headline(article, article.text[one.start : one.end]))
    start, end = next(below, every[0])
    return Citation(n, article, start, end, article.text[start:end], Span(0, end - start), 1.0)


def _told(query: Query, said: str, total: int | None = None, items: tuple[Item, ...] | None = None) -> Answer:
    return Answer(query.question, "about", said, 1.0, total=total, items=items)


def _counted(found: Sequence[Tallied]) -> str:
    return _joined([Wording("about.counted", name=one.value, count=one.articles) for one in found])


def _joined(parts: Sequence[str]) -> str:
    said: str = parts[0]
    for one in parts[1:]:
        said = Wording(_AND, first=said, second=one)
    return said
