"""What comes of a question, as HTML: quotes with their badges, or why there are none. Pure, everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversations.turns import Turn
from qa.types import Answer, Assumption, Citation, Hit, Item, Span
from ui import chat, icons
from ui.describe import citation_line, details, filtered, item_details
from ui.marks import Marked, escape, highlight, of_citation
from ui.reading import reads
from ui.words import Words

ITEMS_UNFOLDED = 12
PREVIEW_CHARS = 120  # of a quote, shown when a badge is hovered


def outcome(turn: Turn, words: Words) -> str:
    """The answer of a turn, its refusal, its problem, or that it is on its way."""
    if turn.problem is not None:
        why = escape(words.told(turn.problem))
        return (
            f'<div class="card problem" role="alert"><h3>{escape(words.failed)}</h3><p>{why}</p>'
            f'<div class="actions">{_again(turn, words)}</div></div>'
        )
    if turn.answer is None:
        return (
            f'<p class="thinking"><span>{escape(words.thinking)}</span>'
            f'<button type="button" data-stop>{escape(words.stop)}</button></p>'
        )
    body = _answered(turn, turn.answer, words) if turn.answer.answered else _refused(turn.answer, words)
    chips, actions = _chips(turn, turn.answer.assumed, words), _actions(turn, turn.answer, words)
    return f'<div class="answer">{chips}{body}{actions}</div>'


def plain(answer: Answer, words: Words) -> str:
    """The answer without its badges, to paste."""
    if answer.kind == "quote":
        return "\n".join(citation.quote.strip() for citation in answer.citations)
    return words.told(answer.text).removesuffix("".join(f"[{source.n}]" for source in chat.sources(answer)))


def with_sources(answer: Answer, words: Words) -> str:
    """The answer and a line for each source, to paste."""
    references = (citation_line(one.n, one.article, words) for one in chat.sources(answer))
    return "\n".join([words.told(answer.text), "", *references])


def _answered(turn: Turn, answer: Answer, words: Words) -> str:
    seconds = words.basis_seconds.format(seconds=f"{turn.seconds:.2f}")
    quoted = len(chat.sources(answer))
    rests_on = words.basis_articles(quoted) if answer.kind == "quote" else words.basis_examples(quoted)
    basis = " · ".join([rests_on, seconds, words.basis_model])
    note = f'<p class="hint">{escape(words.told(answer.note))}</p>' if answer.note else ""
    return f'{_body(turn.number, answer, words)}{note}{_items(answer, words)}<p class="basis">{escape(basis)}</p>'


def _body(number: int, answer: Answer, words: Words) -> str:
    """Quotes one below the other, each with its badge; of a count or a list the number, what is listed stands below."""
    if answer.kind == "quote":
        return "".join(
            f'<blockquote class="said">{highlight(citation.quote, [of_citation(citation)], citation.start)}'
            f"{_badge(number, citation, words)}</blockquote>"
            for citation in answer.citations
        )
    badges = "".join(_badge(number, source.citations[0], words) for source in chat.sources(answer))
    return f'<div class="said">{escape(words.told(answer.said) or plain(answer, words))}{badges}</div>'


def _items(answer: Answer, words: Words) -> str:
    """What was counted or listed, folded where it is much; an article opens."""
    if not answer.items:
        return ""
    lines = "".join(_item(item, words) for item in answer.items)
    missing = (answer.total or 0) - len(answer.items)
    more = (
        f'<li class="hint">{escape(words.more_items(missing))}</li>' if missing > 0 and answer.items[0].source else ""
    )
    unfolded = " open" if len(answer.items) <= ITEMS_UNFOLDED else ""
    return (
        f'<details class="items"{unfolded}><summary>{escape(words.all_items(len(answer.items)))}</summary>'
        f"<ol>{lines}{more}</ol></details>"
    )


def _item(item: Item, words: Words) -> str:
    """A reporter with the number of articles, or an article with what is known of it."""
    if item.source is None:
        return f'<li>{escape(item.name)}<span class="meta">{escape(words.file_articles(item.count))}</span></li>'
    meta = " · ".join(item_details(item, words))
    return (
        f'<li><button type="button" {reads(item.articles[0])}>{escape(item.name)}</button>'
        f'<span class="meta">{escape(meta)}</span></li>'
    )


def _badge(number: int, citation: Citation, words: Words) -> str:
    """A link to the source card, with what the page shows of it on hover and on focus."""
    article = citation.article
    quote = citation.quote if len(citation.quote) <= PREVIEW_CHARS else citation.quote[:PREVIEW_CHARS] + "…"
    name = words.badge.format(n=citation.n, title=article.title)
    return (
        f'<a href="#src-{number}-{citation.n}" class="cite" aria-label="{escape(name)}" data-cite="{number}"'
        f' data-quote="{chat.quote_id(number, citation)}" data-title="{escape(article.title)}"'
        f' data-details="{escape(" · ".join(details(article, words)))}" data-preview="{escape(quote)}">{citation.n}</a>'
    )


def _chips(turn: Turn, assumed: Sequence[Assumption], words: Words) -> str:
    """How the question was understood; each assumption can be taken back."""
    says = {
        "follow-up": words.assumed_follow_up,
        "spelling": words.assumed_spelling,
        "date": words.assumed_date,
        "script": words.assumed_script,
    }
    chips = []
    for position, one in enumerate(assumed):
        said = says[one.kind].format(source=one.source, target=words.told(one.target))
        name = escape(words.take_back.format(said=said))
        chips.append(
            f'<li class="chip">{escape(said)}<button type="button" data-turn="{turn.number}" data-refuse="{position}"'
            f' aria-label="{name}" title="{name}">✕</button></li>'
        )
    if turn.filters:
        chips.append(f'<li class="chip">{escape(words.only_in.format(filters=filtered(turn.filters, words)))}</li>')
    return f'<ul class="chips" aria-label="{escape(words.assumed)}">{"".join(chips)}</ul>' if chips else ""


def _refused(answer: Answer, words: Words) -> str:
    """Why there is no answer, calmly, and what comes nearest, apart from it."""
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
    perhaps = "".join(_perhaps(citation, words) for citation in answer.nearest)
    return (
        f"{perhaps}"
        f'<div class="card refusal"><h3>{escape(words.refused)}</h3><p>{escape(chat.reason(answer, words))}</p></div>'
        f"{nearest}"
    )


def _perhaps(citation: Citation, words: Words) -> str:
    """The best sentence of an answer that is too unsure to be given: marked, without a badge."""
    mark = of_citation(citation)
    meta = " · ".join(details(citation.article, words))
    return (
        f'<section class="card perhaps"><h3>{escape(words.perhaps)}</h3>'
        f'<blockquote class="said">{highlight(citation.quote, [mark], citation.start)}</blockquote>'
        f'<button type="button" {reads(citation.article.id, [mark])}><strong>{escape(citation.article.title)}</strong>'
        f'<span class="meta">{escape(meta)}</span></button></section>'
    )


def _reads_passage(hit: Hit) -> str:
    return reads(hit.article.id, [Marked(Span(hit.passage.start, hit.passage.end))])


def _actions(turn: Turn, answer: Answer, words: Words) -> str:
    """What can be done with an answer: copy it, see its sources, ask again, say what one thinks of it."""
    copies = ""
    if answer.answered:
        copies = _icon(icons.COPY, words.copy_answer, f'data-copy="{escape(plain(answer, words))}"')
        cited = f'data-copy="{escape(with_sources(answer, words))}"'
        copies += _icon(icons.QUOTE, words.copy_with_sources, cited)
    sources = (
        f'<button type="button" class="named" data-panel="{turn.number}">{icons.SOURCES}'
        f"{escape(words.show_sources)}</button>"
    )
    rate = "".join(
        _icon(
            icon,
            name,
            f'data-turn="{turn.number}" data-rate="{verdict}" aria-pressed="{str(turn.verdict == verdict).lower()}"',
        )
        for verdict, icon, name in (("up", icons.UP, words.good), ("down", icons.DOWN, words.bad))
    )
    return (
        f'<div class="actions icons">{sources if answer.hits else ""}{copies}{_again(turn, words)}{rate}</div>'
        f"{_why(turn, words)}"
    )


def _again(turn: Turn, words: Words) -> str:
    return _icon(icons.AGAIN, words.ask_again, f'data-again data-turn="{turn.number}"')


def _icon(icon: str, name: str, attributes: str) -> str:
    return f'<button type="button" {attributes} aria-label="{escape(name)}" title="{escape(name)}">{icon}</button>'


def _why(turn: Turn, words: Words) -> str:
    """A line to say why, shown once a verdict is given."""
    why = escape(words.why)
    return (
        f'<form class="why" data-turn="{turn.number}" hidden><input type="text" name="word" maxlength="500"'
        f' value="{escape(turn.word)}" aria-label="{why}" placeholder="{why}" autocomplete="off">'
        f"<button>{escape(words.say)}</button></form>"
    )
