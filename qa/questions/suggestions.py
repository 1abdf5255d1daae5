"""Suggest questions that the library can answer, made from its own sentences: at first, and after an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from qa.text import zh
from qa.text.sentences import split_sentences
from qa.text.words import name_words, search_words
from qa.text.zh import COVERBS, LINKS, PARTICLES
from qa.types import Answer, Article, Citation

_CLAUSE = re.compile(r"[^，,。！？!?；;：:、\n]+")
_AMOUNT = re.compile(
    r"^(?P<subject>[^\d]{7,22}?)(?<![约近超逾过])(?:[约近超逾]|超过)?(?P<number>\d[\d.]*(?:[万亿千百])?)(?:[余多])?"
    r"(?P<unit>元|家|个|名|人|件|场|支|户|篇|公里|平方米|平方公里|辆|所|项|起|处|条|亩|吨|岁)(?P<rest>[^\d]{0,6})$"
)
_SINCE = re.compile(rf"^(?:自|从)(?:{'|'.join(zh.GRAINS)})+(?:起|开始)$")
_ON = re.compile(rf"^(?:本报讯)?{zh.DAY}(?:{zh.PART_OF_DAY})?$")
_HELD = r"(?P<how>(?:正式|隆重|成功|顺利)?(?:举办|举行|召开|开幕|启动|揭牌|开工|开业|成立|落成|闭幕|签约|通车|上线))"
_HAPPENED = re.compile(rf"^(?P<what>.{{5,24}}?)(?P<place>在[^在]{{3,18}}?)?{_HELD}$")
_HOST = re.compile(r"^(?P<what>.{5,24}?)由.{3,40}?(?P<how>(?:联合|共同)?(?:主办|承办|举办|组织|发起|协办|建设|承建))$")
_NOT_ALONE = re.compile(rf"[我他她它这那该其此“”\"《》()（）‘’]|^[等并已却也还{PARTICLES}{LINKS}{COVERBS}]|记者")
_VAGUE = re.compile(r"^(?:本次|本届|当天|活动|会议|大会|现场|同时|随后|今年|去年|目前|近日|据悉|会上)|[将在于已]$")
_ASKED_CHARS = (12, 34)
_TITLE_CHARS = 22
_READ_CHARS = 8000  # of an article: a question after an answer must not be waited for


def of_facts(article: Article) -> Iterator[str]:
    """Questions that one sentence of the article answers, in its order."""
    beginning = article.text[:_READ_CHARS]
    for start, end in split_sentences(beginning):
        clauses = [match.group().strip() for match in _CLAUSE.finditer(beginning[start:end])]
        for number, clause in enumerate(clauses):
            following = clauses[number + 1] if number + 1 < len(clauses) else ""
            for question in _asking(clause, following):
                if _ASKED_CHARS[0] <= len(question) <= _ASKED_CHARS[1]:
                    yield question


def of_headline(article: Article) -> Iterator[str]:
    """A question after the story itself, where it has a headline that is short enough."""
    if not article.title_inferred and 0 < len(article.title) <= _TITLE_CHARS:
        yield f"{article.title.rstrip('：:，,')}，是怎么回事？"


def following(answer: Answer, asked: Collection[str], count: int) -> tuple[str, ...]:
    """At most `count` questions to go on with after an answer, none of those `asked`: after what else its articles
    tell, after all that mentions a name it quotes, after facts of the stories found beside it. Pure, and quick: none is
    tried.
    """
    cited = _once([citation.article for citation in answer.citations])
    beside = [one for one in _once([hit.article for hit in answer.hits]) if one not in cited]
    groups = [
        chain.from_iterable(map(of_facts, cited)),
        _of_names(answer, beside),
        chain.from_iterable(map(of_facts, beside)),
    ]
    known = {_plain(one) for one in (*asked, answer.question)}
    found: dict[str, str] = {}
    for question in chain.from_iterable(zip_longest(*groups)):
        if question and _plain(question) not in known:
            found.setdefault(_plain(question), question)
        if len(found) == count:
            break
    return tuple(found.values())


def _of_names(answer: Answer, beside: Sequence[Article]) -> Iterator[str]:
    """After the stories that mention a name of the quotes, long names first: one that some others mention, not most of
    them as they do what every story begins with, and that is not the reporter's.
    """
    names = name_words("\n".join(citation.quote for citation in answer.citations))
    reporters = {name for article in beside for name in article.byline}
    for name in sorted((one for one in names if len(one) > 2 and one not in reporters), key=len, reverse=True):
        if 0 < sum(name in article.text for article in beside) <= len(beside) / 2:
            yield f"哪些报道提到“{name}”？"


def _asking(clause: str, following: str) -> Iterator[str]:
    """What a clause, or a date and the clause behind it, lets itself be asked."""
    dated = following if _ON.match(clause) else clause
    for question in (
        _ask_amount(clause),
        _ask_since(clause, following),
        _ask_when(dated) if dated is following else None,
        _ask_where(clause),
        _ask_host(clause),
    ):
        if question:
            yield question


def _ask_amount(clause: str) -> str | None:
    match = _AMOUNT.match(clause)
    if not match or _NOT_ALONE.search(clause):
        return None
    return f"{match['subject']}多少{match['unit']}{match['rest']}？"


def _ask_since(clause: str, following: str) -> str | None:
    """ "From such a day, somebody does something" asks since when."""
    if not _SINCE.match(clause) or len(following) < 8 or _NOT_ALONE.search(following):
        return None
    return f"{following.replace('将', '', 1)}是从什么时候开始的？"


def _ask_when(clause: str) -> str | None:
    match = _HAPPENED.match(clause)
    return f"{match['what']}什么时候{match['how']}？" if match and _is_named(match["what"]) else None


def _ask_where(clause: str) -> str | None:
    match = _HAPPENED.match(clause)
    return f"{match['what']}在哪里{match['how']}？" if match and match["place"] and _is_named(match["what"]) else None


def _ask_host(clause: str) -> str | None:
    match = _HOST.match(clause)
    return f"{match['what']}由谁{match['how']}？" if match and _is_named(match["what"]) else None


def _is_named(words: str) -> bool:
    """Whether the words say by themselves what they are about."""
    return not _NOT_ALONE.search(words) and not _VAGUE.search(words)


def _once(articles: Sequence[Article]) -> list[Article]:
    return list({article.id: article for article in articles}.values())


def _plain(question: str) -> str:
    return "".join(search_words(question))


def examples(sample: Iterable[Article], count: int, cited: Callable[[str], tuple[Citation, ...]]) -> tuple[str, ...]:
    """At most `count` questions, one an article, those that ask for a fact first; `cited` answers one."""
    articles = tuple(sample)
    found: dict[str, str] = {}  # by article
    for make in (of_facts, of_headline):
        for article in articles:
            if len(found) < count and article.id not in found:
                answered = (one for one in make(article) if _is_of(cited(one), article))
                if question := next(answered, None):
                    found[article.id] = question
    return tuple(found.values())


def _is_of(citations: tuple[Citation, ...], article: Article) -> bool:
    return bool(citations) and citations[0].article.id == article.id
