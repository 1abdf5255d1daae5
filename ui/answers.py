"""The outcome of a question as HTML: quotes with their badges, or the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from markupsafe import Markup

from qa.errors.messages import Wording
from qa.store.turns import Turn
from qa.types import Answer, Assumption, Citation, Hit, Span
from ui import chat
from ui.describe import citation_line, filtered
from ui.marks import Marked, highlight, of_citation, shown_of
from ui.markup import fragment
from ui.words import Words

ITEMS_UNFOLDED = 12
PREVIEW_CHARS = 120  # of a quote, shown when a badge is hovered
_NUMBER = re.compile(r"\[(\d+)\]")  # of a source, behind what rests on it


def outcome(turn: Turn, words: Words, progress: chat.Progress | None = None, composed: str = "") -> Markup:
    """The answer of a turn, its refusal, its error, or that it is pending, with its progress where that takes long;
    below an answer what was `composed` of it.
    """
    answer = turn.answer
    if answer is None:
        return fragment("outcome", turn=turn, answer=None, progress=progress, words=words)
    return fragment(
        "outcome",
        turn=turn,
        answer=answer,
        assumed=[_understood(one, words) for one in answer.assumed],
        only_in=filtered(turn.filters, _open_title(turn.filters.article, answer), words),
        body=_answered(turn, answer, words) if answer.answered else _refused(answer, words),
        composed=composed,
        plain=plain(answer, words),
        with_sources=with_sources(answer, words),
        words=words,
    )


def _open_title(article: str | None, answer: Answer) -> str:
    """The headline of the article that a question was asked of, as far as the answer has it."""
    behind = [one.article for one in (*answer.citations, *answer.nearest)] + [hit.article for hit in answer.hits]
    return next((one.title for one in behind if one.id == article), "")


def plain(answer: Answer, words: Words) -> str:
    """The answer as plain text, without badges, for the clipboard."""
    if quotes_all(answer) and not sides(answer):
        return "\n".join(citation.quote.strip() for citation in answer.citations)
    return "".join(text for text, _ in _numbered(words.told(answer.text), chat.sources(answer)))


def with_sources(answer: Answer, words: Words) -> str:
    """The answer as plain text with a line for each source, for the clipboard."""
    references = (citation_line(one.n, one.article, words) for one in chat.sources(answer))
    return "\n".join([words.told(answer.text), "", *references])


def quotes_all(answer: Answer) -> bool:
    """Whether the quotes are all that is said, one below the other; of others there are words of ours."""
    return answer.kind in ("quote", "digest", "compare", "timeline") or (answer.kind == "list" and not answer.items)


def sides(answer: Answer) -> list[tuple[str, tuple[Citation, ...]]]:
    """The two things that are compared, each with its quotes; nothing of another answer."""
    text, quotes = answer.text, answer.citations
    if not (isinstance(text, Wording) and text.code == "compare.quoted"):
        return []
    said = {"".join(f"{one.quote}[{one.n}]" for one in quotes[:count]): count for count in range(len(quotes))}
    first = said[str(text.fields["one"])]
    return [(str(text.fields["first"]), quotes[:first]), (str(text.fields["second"]), quotes[first:])]


def _numbered(text: str, sources: Sequence[chat.Source]) -> list[tuple[str, Citation | None]]:
    """Words of ours in pieces, each with the quote whose number stands behind it; those without a number come last."""
    quotes = {source.n: source.citations[0] for source in sources}
    pieces, at, shown = list[tuple[str, Citation | None]](), 0, set[int]()
    for number in _NUMBER.finditer(text):
        if one := quotes.get(int(number[1])):
            pieces.append((text[at : number.start()], one))
            at = number.end()
            shown.add(one.n)
    return [*pieces, (text[at:], None), *(("", one) for n, one in quotes.items() if n not in shown)]


def _answered(turn: Turn, answer: Answer, words: Words) -> Markup:
    """Quotes with their badges; of a count or a list the number, what is listed stands below."""
    sources, is_quoted = chat.sources(answer), quotes_all(answer)
    rests_on = words.basis_articles if is_quoted else words.basis_examples
    basis = [rests_on(len(sources))] if sources else [words.basis_counted] if answer.kind in ("count", "list") else []
    seconds = words.basis_seconds.format(seconds=f"{turn.seconds:.2f}")
    return fragment(
        "answered",
        number=turn.number,
        answer=answer,
        is_quoted=is_quoted,
        lead=answer.lead if is_quoted else None,
        sides=[(name, _quotes(quotes, words)) for name, quotes in sides(answer)],
        quotes=_quotes(answer.citations, words),
        quote_id=chat.quote_id,
        said=_numbered(words.told(answer.said) or words.told(answer.text), sources),
        missing=(answer.total or 0) - len(answer.items or ()),
        basis=[] if answer.kind == "talk" else [*basis, seconds, words.basis_model],
        unfolded=ITEMS_UNFOLDED,
        preview=PREVIEW_CHARS,
        words=words,
    )


def _refused(answer: Answer, words: Words) -> Markup:
    return fragment(
        "refused",
        perhaps=[(citation, _quote(citation, words), of_citation(citation)) for citation in answer.nearest],
        nearest=[(article, _passage(answer.hits[position])) for position, article in chat.nearest(answer)],
        reason=chat.reason(answer, words),
        words=words,
    )


def _quotes(citations: Sequence[Citation], words: Words) -> list[tuple[Citation, Markup]]:
    return [(citation, _quote(citation, words)) for citation in citations]


def _quote(citation: Citation, words: Words) -> Markup:
    """The quote with the words that answer marked; of a row of a table each cell behind the name of its column."""
    if citation.columns is not None:
        return fragment("row", cells=list(_cells(citation, citation.columns)), words=words)
    shown = shown_of(citation)
    return highlight(citation.quote[shown.span.start - citation.start :], [shown], shown.span.start)


def _cells(citation: Citation, columns: Sequence[str]) -> Iterator[tuple[str, Markup]]:
    at, mark = citation.start, of_citation(citation)
    for cell, name in zip_longest(citation.quote.split("\t"), columns, fillvalue=""):
        yield name, highlight(cell, [mark], at)
        at += len(cell) + 1


def _passage(hit: Hit) -> Marked:
    return Marked(Span(hit.passage.start, hit.passage.end))


def _understood(one: Assumption, words: Words) -> str:
    """How a part of the question was understood."""
    says = {
        "follow-up": words.assumed_follow_up,
        "spelling": words.assumed_spelling,
        "date": words.assumed_date,
        "script": words.assumed_script,
    }
    return says[one.kind].format(source=one.source, target=words.told(one.target))
