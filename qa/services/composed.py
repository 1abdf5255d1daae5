"""What a language model makes of an answer, as Markdown below it: the sentences that hold, then what they rest on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import NamedTuple

from qa import Answer, Citation, wire
from qa.markdown import lines, plain, quoted
from qa.messages import Wording
from qa.services.desk import Composer, Desk
from qa.types import Composition, Statement


class Part(NamedTuple):
    """A piece of what is said, and what is told beside it."""

    said: str
    fields: wire.Json


def source(desk: Desk, citation: Citation, base: str) -> str:
    """A line of Markdown that leads to where a quote stands."""
    article = citation.article
    told = "，".join(plain(one) for one in (article.paper, article.date) if one)
    address = desk.address(article, base, citation.start, citation.end)
    return f"[{citation.n}] [{plain(article.title)}]({address})" + (f" {told}" if told else "") + "  "


async def parts(
    desk: Desk, answer: Answer, composer: Composer, citations: list[wire.Json], base: str
) -> AsyncGenerator[Part]:
    """Sentence by sentence; what they rest on is numbered behind the answer's own `citations`, and told with them."""
    above, said, made = max((one.n for one in answer.citations), default=0), 0, None
    async with aclosing(desk.composed(answer, composer)) as growing:
        async for made in growing:
            if not said and made.statements:
                yield Part(f"\n\n---\n\n{Wording('api.composed')}\n\n", {})
            for one in made.statements[said:]:
                yield Part(_sentence(one, above), {})
            said = len(made.statements)
    if made is not None:
        yield _end(desk, made, citations, above, base)


def _sentence(statement: Statement, above: int) -> str:
    numbers = "".join(f"[{one.n + above}]" for one in statement.citations)
    return f"{lines(statement.text)}{numbers}"


def _end(desk: Desk, made: Composition, citations: list[wire.Json], above: int, base: str) -> Part:
    """The sentences that it rests on, how many were struck, why it ended early."""
    rests = sorted((replace(one, n=one.n + above) for one in made.citations), key=lambda one: one.n)
    told = [f"{quoted(one.quote.strip())}\n>\n> {source(desk, one, base)}" for one in rests]
    told += [str(Wording("api.composed-nothing"))] if not made.statements else []
    told += [str(Wording("api.struck", count=len(made.struck)))] if made.struck else []
    told += [plain(made.problem)] if made.problem else []
    kept = [desk.citation(wire.citation(one), one, base) for one in rests]
    fields = {"citations": [*citations, *kept], "composed": _told(made, above)}
    return Part("".join(f"\n\n{one}" for one in told), fields)


def _told(made: Composition, above: int) -> wire.Json:
    return {
        "statements": [
            {"text": one.text, "citations": [cited.n + above for cited in one.citations]} for one in made.statements
        ],
        "struck": [{"text": one.text, "fault": one.fault, "what": one.what} for one in made.struck],
        "problem": made.problem,
    }
