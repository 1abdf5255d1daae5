"""What stands beside the chat as HTML: sources, the library card. Pure and escaping as `render`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qa.conversations.turns import Turn
from qa.types import Answer, Article, FileInfo, Hit, Span, Stats
from ui import chat, icons
from ui.describe import citation_line, library_line, library_notes
from ui.marks import Marked, clipped, escape, of_citation, windows
from ui.printed import HEADING, heading, printed
from ui.reading import reads
from ui.words import Words

FILES_SHOWN = 12  # file names in the library card
FOLD_CHARS = 120  # a longer passage is folded
HIGH, MIDDLE = 0.7, 0.4  # least scores, as chances, of a passage that fits well or somewhat


def panel(turn: Turn | None, position: int, gone: Collection[str], words: Words) -> str:
    """The sources of the answer at `position`, and the passages behind it; articles with an id in `gone` say so."""
    label = f'aria-label="{escape(words.sources)}"'
    if turn is None or turn.answer is None:
        return (
            f'<section class="panel idle" {label}><h2>{escape(words.sources)}</h2>'
            f'<p class="hint">{escape(words.no_sources)}</p></section>'
        )
    answer = turn.answer
    cards = "".join(_source(turn.number, source, answer.words, gone, words) for source in chat.sources(answer))
    of = f'<span class="of">{escape(words.sources_of.format(number=position))}</span>'
    quoted = f'<h2>{escape(words.sources)}{of}</h2><ol class="cards">{cards}</ol>' if cards else ""
    found = _passages(turn.number, answer, gone, "" if cards else of, words)
    return f'<section class="panel" data-panel-of="{turn.number}" {label}>{quoted}{found}</section>'


def _source(number: int, source: chat.Source, asked: Collection[str], gone: Collection[str], words: Words) -> str:
    """A source card: the headline, where it was printed, the cited sentences in their context, words `asked` for."""
    article = source.article
    quotes = [of_citation(citation, chat.quote_id(number, citation)) for citation in source.citations]
    context = "".join(
        f'<p class="context">{clipped(article.text, window, quotes, asked)}</p>'
        for window in windows(article.text, [quote.span for quote in quotes])
    )
    copied = "\n".join(f"“{citation.quote.strip()}”" for citation in source.citations)
    copied += f"\n——{citation_line(None, article, words)}"
    return (
        f'<li class="card source" id="src-{number}-{source.n}" tabindex="-1"><span class="number">{source.n}</span>'
        f'{heading(article, words)}{context}<div class="actions">{_opens(article, quotes, gone, words)}'
        f'<button type="button" data-copy="{escape(copied)}">{escape(words.copy_quote)}</button></div></li>'
    )


def _opens(article: Article, marks: Sequence[Marked], gone: Collection[str], words: Words) -> str:
    """A button that opens the article, or that there is nothing left to open."""
    if article.id in gone:
        return f'<p class="gone">{escape(words.story_removed)}</p>'
    return f'<button type="button" {reads(article.id, marks)}>{escape(words.open_article)}</button>'


def _passages(number: int, answer: Answer, gone: Collection[str], of: str, words: Words) -> str:
    """The passages that the search found, best first, cited or not; `of` stands beside the heading."""
    if not answer.hits:
        return ""
    heading, note = (words.passages, words.passages_note) if answer.answered else (words.nearest_passages, "")
    hint = f'<p class="hint">{escape(note)}</p>' if note else ""
    cards = "".join(_passage(number, answer, position, gone, words) for position in range(len(answer.hits)))
    return f'<h2>{escape(heading)}{of}</h2>{hint}<ol class="cards passages">{cards}</ol>'


def _passage(number: int, answer: Answer, position: int, gone: Collection[str], words: Words) -> str:
    hit = answer.hits[position]
    quotes = chat.cited_in(answer, position)
    tag = f'<span class="tag">{escape(words.cited)}</span>' if quotes else ""
    fit = _score(hit, chat.confidence_of(answer, position), words)
    passage = Span(hit.passage.start, hit.passage.end)
    body = f'<div class="context">{printed(hit.article, passage, quotes, answer.words)}</div>'
    if len(hit.passage.text) > FOLD_CHARS:
        start = " ".join(HEADING.sub("", hit.passage.text[:FOLD_CHARS]).split())
        toggle = (
            f'<span class="start">{escape(start)}…</span><span class="more">{escape(words.unfold)}</span>'
            f'<span class="less">{escape(words.fold)}</span>'
        )
        body = f"<details><summary>{toggle}</summary>{body}</details>"
    return (
        f'<li class="card passage" id="passage-{number}-{position + 1}"><span class="rank">{position + 1}</span>'
        f'{heading(hit.article, words)}<div class="marks">{tag}{fit}</div>{body}<div class="actions">'
        f"{_opens(hit.article, quotes or (Marked(passage),), gone, words)}</div></li>"
    )


def _score(hit: Hit, certainty: float, words: Words) -> str:
    """How well a passage fits, in a word, the numbers folded away."""
    fit = next(
        name for least, name in ((HIGH, words.high), (MIDDLE, words.middle), (0, words.low)) if certainty >= least
    )
    ranks = {"vectors": words.rank_by_meaning, "terms": words.rank_by_words}
    found = [ranks[index].format(rank=rank) for index, rank in hit.ranks.items() if index in ranks]
    numbers = " · ".join([f"{certainty:.2f}", *found])
    return f'<details class="score"><summary>{escape(fit)}</summary> {escape(numbers)}</details>'


def library(stats: Stats, files: Sequence[FileInfo], demo: bool, words: Words) -> str:
    """The library card: how much there is, and the first of the files it came from."""
    tag = f'<span class="tag">{escape(words.demo)}</span>' if demo else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in library_notes(stats, words))
    missing = stats.passages - stats.embedded
    warning = f'<p class="warning">{escape(words.unembedded(missing))}</p>' if missing else ""
    names = "".join(
        f'<li><span class="file" title="{escape(file.source)}">{escape(file.source)}</span>'
        f"<span>{escape(words.file_articles(file.articles))}</span></li>"
        for file in files
    )
    if stats.files > len(files):
        names += f"<li>{escape(words.more_files(stats.files - len(files)))}</li>"
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
        f'<button type="button" class="menu" data-side aria-label="{escape(words.menu)}">{icons.MENU}</button>'
    )


def foot(logout: bool, words: Words) -> str:
    """What stands below all: the other language, and the way out where there is one."""
    out = f'<form method="post" action="/logout"><button class="quiet">{escape(words.logout)}</button></form>'
    return f'<div class="foot">{language(words)}{out if logout else ""}</div>'


def language(words: Words) -> str:
    """The switch to the other language, named in that language."""
    other = "en" if words.language == "zh-CN" else "zh-CN"
    said = escape(words.other_language)
    return f'<button type="button" class="quiet" lang="{other}" data-speak="{other}">{said}</button>'
