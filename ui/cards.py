"""What stands beside the chat as HTML: sources, an article to read, the library card. Pure and escaping as `render`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Answer, Article, FileInfo, Span, Stats
from ui import chat
from ui.describe import citation_line, details, library_line, library_notes, place_name
from ui.marks import Marked, clipped, escape, highlight, lines, of_citation, windows
from ui.words import Words

FILES_SHOWN = 12  # file names in the library card
FOLD_CHARS = 120  # a longer passage is folded

_HEADING = re.compile(r"#{1,6}\s+")  # Markdown's sign of a heading: known by its look, not shown


def opens(number: int, kind: str, index: int) -> str:
    """The attributes of a button that opens an article of turn `number`; `chat.reading` reads them."""
    return f'data-open="{chat.reading_name(number, kind, index)}"'


def panel(turn: chat.Turn | None, words: Words) -> str:
    """The sources of one answer, and the passages behind it."""
    label = f'aria-label="{escape(words.sources)}"'
    if turn is None or turn.answer is None:
        return (
            f'<section class="panel idle" {label}><h2>{escape(words.sources)}</h2>'
            f'<p class="hint">{escape(words.no_sources)}</p></section>'
        )
    cards = "".join(_source(turn.number, source, words) for source in chat.sources(turn.answer))
    of = f'<span class="of">{escape(words.sources_of.format(number=turn.number))}</span>'
    quoted = f'<h2>{escape(words.sources)}{of}</h2><ol class="cards">{cards}</ol>' if cards else ""
    return (
        f'<section class="panel" data-panel-of="{turn.number}" {label}>{quoted}'
        f"{_passages(turn.number, turn.answer, words)}</section>"
    )


def _source(number: int, source: chat.Source, words: Words) -> str:
    """A source card: the headline, where it was printed, the cited sentences in their context."""
    article = source.article
    quotes = [of_citation(citation, chat.quote_id(number, citation)) for citation in source.citations]
    context = "".join(
        f'<p class="context">{clipped(article.text, window, quotes)}</p>'
        for window in windows(article.text, [quote.span for quote in quotes])
    )
    copied = "\n".join(f"“{citation.quote.strip()}”" for citation in source.citations)
    copied += f"\n——{citation_line(None, article, words)}"
    return (
        f'<li class="card source" id="src-{number}-{source.n}" tabindex="-1"><span class="number">{source.n}</span>'
        f'{_heading(article, words)}{context}<div class="actions">'
        f'<button type="button" {opens(number, "source", source.n)}>{escape(words.open_article)}</button>'
        f'<button type="button" data-copy="{escape(copied)}">{escape(words.copy_quote)}</button></div></li>'
    )


def _passages(number: int, answer: Answer, words: Words) -> str:
    """The passages that the search found, best first, cited or not."""
    if not answer.hits:
        return ""
    heading, note = (words.passages, words.passages_note) if answer.answered else (words.nearest_passages, "")
    hint = f'<p class="hint">{escape(note)}</p>' if note else ""
    cards = "".join(_passage(number, answer, position, words) for position in range(len(answer.hits)))
    return f'<h2>{escape(heading)}</h2>{hint}<ol class="cards passages">{cards}</ol>'


def _passage(number: int, answer: Answer, position: int, words: Words) -> str:
    hit = answer.hits[position]
    quotes = chat.cited_in(answer, position)
    tag = f'<span class="tag">{escape(words.cited)}</span>' if quotes else ""
    passage = Span(hit.passage.start, hit.passage.end)
    body = f'<div class="context">{_lines(hit.article, passage, quotes)}</div>'
    if len(hit.passage.text) > FOLD_CHARS:
        start = " ".join(_HEADING.sub("", hit.passage.text[:FOLD_CHARS]).split())
        toggle = (
            f'<span class="start">{escape(start)}…</span><span class="more">{escape(words.unfold)}</span>'
            f'<span class="less">{escape(words.fold)}</span>'
        )
        body = f"<details><summary>{toggle}</summary>{body}</details>"
    return (
        f'<li class="card passage" id="passage-{number}-{position + 1}"><span class="rank">{position + 1}</span>'
        f'{_heading(hit.article, words)}{tag}{body}<div class="actions">'
        f'<button type="button" {opens(number, "passage", position)}>{escape(words.open_article)}</button></div></li>'
    )


def _heading(article: Article, words: Words) -> str:
    inferred = f' title="{escape(words.inferred_title)}"' if article.title_inferred else ""
    return (
        f'<h3 class="headline"{inferred}>{escape(article.title)}</h3>'
        f'<p class="meta">{escape(" · ".join(details(article, words)))}</p>'
    )


def reader(reading: chat.Reading | None, words: Words) -> str:
    """A whole article in a dialog, its marks marked; `script.js` opens it and scrolls to the first."""
    if reading is None:
        return '<dialog class="reader"></dialog>'
    article = reading.article
    body = _lines(article, Span(0, len(article.text)), reading.marks)
    places = words.names_between.join(place_name(place, words) for place in article.places[1:])
    also = f'<p class="meta">{escape(words.also_in.format(places=places))}</p>' if places else ""
    return (
        f'<dialog class="reader" data-reading="{escape(reading.name)}" aria-label="{escape(article.title)}">'
        f'<header><div>{_heading(article, words)}{also}</div><div class="actions">'
        f'<button type="button" data-to-mark>{escape(words.to_mark)}</button>'
        f'<button type="button" data-close>{escape(words.close)}</button></div></header>'
        f'<div class="page" tabindex="0">{body}</div></dialog>'
    )


def _lines(article: Article, part: Span, marks: Sequence[Marked]) -> str:
    """A part of the article, line by line as printed; headline parts look like what they are."""
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text = article.text[part.start : part.end]
    shown = []
    for line in lines(text):
        heading = _HEADING.match(text, line.start, line.end)
        start = heading.end() if heading else line.start
        printed = text[start : line.end]
        role = next((name for name, words in roles.items() if words == printed), "heading" if heading else None)
        named = f' class="{role}"' if role else ""
        shown.append(f"<p{named}>{highlight(printed, marks, part.start + start)}</p>")
    return "".join(shown)


def library(stats: Stats, files: Sequence[FileInfo], demo: bool, words: Words) -> str:
    """The library card: how much there is, and the files it came from."""
    tag = f'<span class="tag">{escape(words.demo)}</span>' if demo else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in library_notes(stats, words))
    missing = stats.passages - stats.embedded
    warning = f'<p class="warning">{escape(words.unembedded(missing))}</p>' if missing else ""
    names = "".join(
        f'<li><span class="file" title="{escape(file.source)}">{escape(file.source)}</span>'
        f"<span>{escape(words.file_articles(file.articles))}</span></li>"
        for file in files[:FILES_SHOWN]
    )
    if len(files) > FILES_SHOWN:
        names += f"<li>{escape(words.more_files(len(files) - FILES_SHOWN))}</li>"
    listed = f'<h3>{escape(words.file_list)}</h3><ul class="files">{names}</ul>' if names else ""
    return (
        f'<section class="library" aria-label="{escape(words.library)}"><h2>{escape(words.library)}{tag}</h2>'
        f'<p class="size">{escape(library_line(stats, words))}</p>'
        f'<ul class="notes">{notes}</ul>{warning}{listed}</section>'
    )


def brand(words: Words) -> str:
    """The name of the house, and the way from screen to screen."""
    links = (("chat", words.chat_screen), ("library", words.library_screen))
    screens = "".join(f'<a href="#{screen}">{escape(name)}</a>' for screen, name in links)
    return (
        f'<div class="brand"><strong>{escape(words.name)}</strong><span>{escape(words.tagline)}</span></div>'
        f'<nav class="screens" aria-label="{escape(words.screens)}">{screens}</nav>'
    )


def language(words: Words) -> str:
    """The switch to the other language, named in that language."""
    other = "en" if words.language == "zh-CN" else "zh-CN"
    said = escape(words.other_language)
    return f'<button type="button" class="quiet" lang="{other}" data-speak="{other}">{said}</button>'
