"""Questions about the library itself, answered from its tables; articles that are named are quoted by a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from qa.answering.candidates import is_headline
from qa.errors import Wording
from qa.protocols import ArticleTexts
from qa.questions.catalogue import CatalogueQuestion
from qa.text.sentences import split_sentences
from qa.types import Answer, Article, ArticleText, Citation, Filters, Item, Query, Span, Stats

NAMED = 5  # articles, reporters or papers named in the text
_AND = "{first}、{second}"


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
        return _told(query, Wording("库里还没有文章。先添加：qa add 文件夹，或在“库”页面里放入文件。"))
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
            return _by_date(query, catalogue, texts, newest=asked.subject == "newest")
        case "contents":
            return _contents(query, catalogue, stats, texts)


def _papers(query: Query, catalogue: Catalogue, stats: Stats) -> Answer:
    papers = catalogue.papers()
    if not papers:
        said = "库里的 {articles} 篇文章都没有写明是哪份报纸；它们来自 {files} 个文件。"
        return _told(query, Wording(said, articles=stats.articles, files=stats.files))
    named = _counted(papers[:NAMED], "{name}（{count} 篇）")
    form = "库里有 {total} 份报纸：{names}等。" if len(papers) > NAMED else "库里有 {total} 份报纸：{names}。"
    items = tuple(Item(one.value, one.articles, ()) for one in papers)
    return _told(query, Wording(form, total=len(papers), names=named), len(papers), items)


def _reporters(query: Query, catalogue: Catalogue, texts: ArticleTexts) -> Answer:
    found = catalogue.reporters(NAMED)
    if not found:
        return _told(query, Wording("库里的文章都没有署名。"))
    most = [one for one in found if one.articles == found[0].articles]
    form = "署名最多的是{first}，各 {count} 篇。" if len(most) > 1 else "署名最多的是{first}，{count} 篇。"
    said = Wording(form, first=_joined([one.value for one in most]), count=found[0].articles)
    if rest := found[len(most) :]:
        said = Wording("{said}其次是{names}。", said=said, names=_counted(rest, "{name}（{count} 篇）"))
    items = tuple(Item(one.value, one.articles, tuple(each.id for each in _signed(one.value, texts))) for one in found)
    return _told(query, said, None, items)


def _signed(name: str, texts: ArticleTexts) -> Iterable[ArticleText]:
    return texts.stories(texts.articles_of(None, Filters(), (name,)))


def _periods(query: Query, catalogue: Catalogue, characters: int, stats: Stats) -> Answer:
    found = catalogue.periods(characters)
    if not found:
        return _told(
            query, Wording("库里的 {articles} 篇文章都没有日期，说不出哪个时候最多。", articles=stats.articles)
        )
    said = Wording("报道最多的是 {period}，{count} 篇", period=found[0].value, count=found[0].articles)
    if rest := found[1:NAMED]:
        said = Wording("{said}；其次是{names}", said=said, names=_counted(rest, " {name}（{count} 篇）"))
    return _told(query, Wording("{said}。{undated}", said=said, undated=_undated(stats)))


def _span(catalogue: Catalogue, stats: Stats) -> Wording:
    held = catalogue.dates()
    if held is None:
        return Wording("库里的 {articles} 篇文章都没有日期。", articles=stats.articles)
    said = "{dated} 篇有日期，从 {first} 到 {last}。{undated}"
    return Wording(said, dated=stats.dated, first=held[0], last=held[1], undated=_undated(stats))


def _undated(stats: Stats) -> str:
    left = stats.articles - stats.dated
    return Wording("另有 {left} 篇没有日期。", left=left) if left else ""


def _by_date(query: Query, catalogue: Catalogue, texts: ArticleTexts, *, newest: bool) -> Answer:
    found = [texts.article(one) for one in catalogue.by_date(NAMED, newest=newest)]
    if found[0].date is None:
        form = "库里的文章都没有日期，分不出新旧；最后加入的是{names}。"
        return _naming(query, form if newest else form.replace("最后", "最先"), found)
    form = "日期最近的是 {date} 的{names}。" if newest else "日期最早的是 {date} 的{names}。"
    same = [one for one in found if one.date == found[0].date]
    return _naming(query, form, same, date=found[0].date)


def _contents(query: Query, catalogue: Catalogue, stats: Stats, texts: ArticleTexts) -> Answer:
    found = [texts.article(one) for one in catalogue.by_date(NAMED, newest=True)]
    overview = Wording("库里有 {files} 个文件、{articles} 篇文章", files=stats.files, articles=stats.articles)
    return _naming(query, "{overview}。{span}例如{names}。", found, overview=overview, span=_span(catalogue, stats))


def _naming(query: Query, form: str, articles: Sequence[Article], **fields: object) -> Answer:
    """An answer that names articles, with a link and the first sentence of each."""
    names = _joined([f"《{one.title}》[{n}]" for n, one in enumerate(articles, 1)])
    items = tuple(item_of(one) for one in articles)
    citations = tuple(first_sentence(n, one) for n, one in enumerate(articles, 1))
    said = Wording(form, names=names, **fields)
    return Answer(query.question, "about", said, 1.0, citations, items=items, total=len(items))


def item_of(one: Article) -> Item:
    place = one.location
    return Item(one.title, 1, (one.id,), place.source, place.record, place.page, one.date, one.byline)


def first_sentence(n: int, article: Article) -> Citation:
    """The first sentence below the headline; the headline where nothing else stands."""
    every = split_sentences(article.text) or (Span(0, len(article.text)),)
    below = (one for one in every if not is_headline(article, article.text[one.start : one.end]))
    start, end = next(below, every[0])
    return Citation(n, article, start, end, article.text[start:end], Span(0, end - start), 1.0)


def _told(query: Query, said: str, total: int | None = None, items: tuple[Item, ...] | None = None) -> Answer:
    return Answer(query.question, "about", said, 1.0, total=total, items=items)


def _counted(found: Sequence[Tallied], form: str) -> str:
    return _joined([Wording(form, name=one.value, count=one.articles) for one in found])


def _joined(parts: Sequence[str]) -> str:
    said: str = parts[0]
    for one in parts[1:]:
        said = Wording(_AND, first=said, second=one)
    return said
