"""Whether a language model can write for us: a few sentences of our own, told by it, and judged as ever."""

from __future__ import annotations

from itertools import count

from qa.composing.compose import Writer, composed
from qa.composing.material import Numbered
from qa.types import Article, Composition

_QUESTION = "新图书馆什么时候开放，首日来了多少人？"
_SENTENCES = ("市图书馆新馆3月5日向读者开放。", "开放首日接待读者3200人次。", "新馆藏书80万册。")


def tried(writer: Writer) -> Composition:
    """What the model makes of the sentences; none stands where it does not do as it is told, and there is a `problem`
    where its server does not answer.
    """
    article = Article("", "".join(_SENTENCES), _QUESTION)
    starts = (article.text.index(one) for one in _SENTENCES)
    given = [Numbered(n, article, at, at + len(one)) for n, at, one in zip(count(1), starts, _SENTENCES, strict=False)]
    *_, last = composed(_QUESTION, given, writer)
    return last
