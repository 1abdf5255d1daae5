"""The chat as HTML. Pure; whatever comes from a page, a file name or a question is escaped.

Elements speak to the page's scripts by data attributes: `data-cite`, `data-article`, `data-ask`, `data-copy`. Ids
carry the turn's number, so that answers never clash: `turn-2`, `src-2-1` (a source card), `quote-2-1-80` (a quote in
it).
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import Answer, Assumption, Citation, Hit, Span
from ui import chat
from ui.describe import citation_line, details
from ui.marks import Marked, escape, highlight, of_citation
from ui.reading import reads
from ui.words import Words

PREVIEW_CHARS = 120  # of a quote, shown when a badge is hovered
QUESTION_CHARS = 500  # of a question, shown in the chat


def thread(conversation: chat.Conversation, words: Words) -> str:
    """The whole chat."""
    turns = "".join(_turn(turn, words) for turn in conversation.turns)
    return f'<div class="turns" role="log" aria-label="{escape(words.name)}">{turns}</div>'


def welcome(examples: Sequence[str], articles: int, words: Words) -> str:
    """What an empty chat shows: questions that the library can answer, or how to fill an empty one."""
    if not articles:
        return (
            f'<section class="welcome"><h1>{escape(words.empty_library)}</h1><p>{escape(words.empty_library_lead)}</p>'
            f"<pre><code>{escape(words.empty_library_command)}</code></pre></section>"
        )
    buttons = "".join(
        f'<li><button type="button" data-ask="{escape(question)}">{escape(question)}</button></li>'
        for question in examples
    )
    tried = f'<h2>{escape(words.examples)}</h2><ul class="examples">{buttons}</ul>' if buttons else ""
    return (
        f'<section class="welcome"><h1>{escape(words.welcome)}</h1><p>{escape(words.welcome_lead)}</p>{tried}</section>'
    )


def notice(text: str) -> str:
    """A word to the user, above the question box; none where `text` is empty."""
    return f'<p class="notice" role="alert">{escape(text)}</p>' if text else ""


def _turn(turn: chat.Turn, words: Words) -> str:
    question = turn.question if len(turn.question) <= QUESTION_CHARS else turn.question[:QUESTION_CHARS] + "…"
    return (
        f'<article class="turn" id="turn-{turn.number}"><p class="question"><span>{escape(question)}</span></p>'
        f"{_outcome(turn, words)}</article>"
    )


def _outcome(turn: chat.Turn, words: Words) -> str:
    if turn.problem is not None:
        again = f'<button type="button" data-ask="{escape(turn.question)}">{escape(words.ask_again)}</button>'
        return (
            f'<div class="card problem" role="alert"><h3>{escape(words.failed)}</h3><p>{escape(turn.problem)}</p>'
            f'<div class="actions">{again}</div></div>'
        )
    if turn.answer is None:
        return f'<p class="thinking" role="status">{escape(words.thinking)}</p>'
    return _answered(turn, turn.answer, words) if turn.answer.answered else _refused(turn, turn.answer, words)


def _answered(turn: chat.Turn, answer: Answer, words: Words) -> str:
    seconds = words.basis_seconds.format(seconds=f"{turn.seconds:.2f}")
    basis = " · ".join([words.basis_articles(len(chat.sources(answer))), seconds, words.basis_model])
    copied = "\n".join([answer.text, "", *(citation_line(s.n, s.article, words) for s in chat.sources(answer))])
    return (
        f'<div class="answer">{_chips(answer.assumed, words)}{_body(turn.number, answer, words)}'
        f'<p class="basis">{escape(basis)}</p><div class="actions">'
        f'<button type="button" data-copy="{escape(copied)}">{escape(words.copy_answer)}</button>'
        f'<button type="button" data-panel="{turn.number}">{escape(words.show_sources)}</button></div></div>'
    )


def _body(number: int, answer: Answer, words: Words) -> str:
    """Quotes one below the other, each with its badge; a count or a list keeps its own words between them."""
    if answer.kind == "quote":
        return "".join(
            f'<blockquote class="said">{highlight(citation.quote, [of_citation(citation)], citation.start)}'
            f"{_badge(number, citation, words)}</blockquote>"
            for citation in answer.citations
        )
    body = escape(answer.text)
    for source in chat.sources(answer):
        body = body.replace(f"[{source.n}]", _badge(number, source.citations[0], words))
    return f'<div class="said">{body}</div>'


def _badge(number: int, citation: Citation, words: Words) -> str:
    """A link to the source card; its title is the hover preview."""
    article = citation.article
    preview = [words.badge.format(n=citation.n, title=article.title), *details(article, words)[:1]]
    title = "\n".join([*preview, citation.quote[:PREVIEW_CHARS]])
    return (
        f'<a href="#src-{number}-{citation.n}" class="cite" title="{escape(title)}" data-cite="{number}"'
        f' data-quote="{chat.quote_id(number, citation)}">{citation.n}</a>'
    )


def _chips(assumed: Sequence[Assumption], words: Words) -> str:
    if not assumed:
        return ""
    says = {
        "follow-up": words.assumed_follow_up,
        "spelling": words.assumed_spelling,
        "date": words.assumed_date,
        "script": words.assumed_script,
    }
    chips = "".join(
        f'<li class="chip">{escape(says[one.kind].format(source=one.source, target=one.target))}</li>'
        for one in assumed
    )
    return f'<ul class="chips">{chips}</ul>'


def _refused(turn: chat.Turn, answer: Answer, words: Words) -> str:
    """Why there is no answer, calmly, and what comes nearest, apart from it."""
    reason = answer.reason.text if answer.reason else ""
    near = "".join(
        f'<li><button type="button" {_reads_passage(answer.hits[position])}><strong>{escape(article.title)}</strong>'
        f'<span class="meta">{escape(" · ".join(details(article, words)))}</span></button></li>'
        for position, article in chat.nearest(answer)
    )
    nearest = (
        f'<section class="nearest"><h3>{escape(words.nearest)}</h3><p class="hint">{escape(words.nearest_note)}</p>'
        f"<ul>{near}</ul></section>"
        if near
        else ""
    )
    return (
        f'<div class="answer">{_chips(answer.assumed, words)}<div class="card refusal"><h3>{escape(words.refused)}</h3>'
        f"<p>{escape(reason)}</p></div>{nearest}</div>"
    )


def _reads_passage(hit: Hit) -> str:
    return reads(hit.article.id, [Marked(Span(hit.passage.start, hit.passage.end))])
