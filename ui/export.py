"""Export a conversation, as Markdown or as one HTML page, with the passages in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from qa.services.markdown import plain, quoted
from qa.store.turns import Turn
from qa.types import Answer, Hit
from ui import chat
from ui.describe import citation_line, item_line, place_name
from ui.marks import highlight, lines
from ui.markup import fragment
from ui.words import Words


def markdown(turns: Sequence[Turn], when: datetime, words: Words) -> str:
    """CommonMark; what a page or a question says is escaped, so that it reads as it was."""
    head = f"# {plain(turns[0].question if turns else words.name)}\n\n{_exported(when, words)}\n"
    return head + "".join(f"\n{_markdown_turn(turn, position, words)}" for position, turn in enumerate(turns, 1))


def _markdown_turn(turn: Turn, position: int, words: Words) -> str:
    parts = [f"## {position}. {plain(turn.question)}"]
    if turn.answer is None:
        return "\n\n".join([*parts, plain(words.told(turn.problem or ""))]) + "\n"
    answer = turn.answer
    if answer.answered:
        parts += ["\n\n".join(f"> {plain(line)}" for line in words.told(answer.text).splitlines() if line.strip())]
        parts += ["\n".join(f"- {plain(item_line(item, words))}" for item in answer.items)] if answer.items else []
        parts += [f"### {words.sources}", "\n".join(plain(line) for line in _references(answer, words))]
    else:
        parts += [plain(words.refused_for.format(reason=chat.reason(answer, words)))]
        parts += [f"{words.perhaps}\n\n{quoted(one.quote)}" for one in answer.nearest]
    if answer.hits:
        parts += [f"### {words.passages if answer.answered else words.nearest_passages}"]
        parts += [_markdown_passage(rank, hit, words) for rank, hit in enumerate(answer.hits, 1)]
    return "\n\n".join(parts) + "\n"


def _markdown_passage(rank: int, hit: Hit, words: Words) -> str:
    return f"{rank}\\. {plain(_described(hit, words))}\n\n{quoted(hit.passage.text)}"


def page(turns: Sequence[Turn], when: datetime, words: Words) -> Markup:
    """One HTML page that needs nothing else: no script, no font, no picture."""
    title = turns[0].question if turns else words.name
    shown = [_page_turn(turn, words) for turn in turns]
    return fragment("export", title=title, exported=_exported(when, words), turns=shown, words=words)


class _PageTurn(NamedTuple):
    """A question and its answer, or its problem; why there is no answer; each passage: what it is, and its lines."""

    question: str
    answer: Answer | None
    problem: str
    reason: str
    references: list[str]
    passages: list[tuple[str, list[Markup]]]


def _page_turn(turn: Turn, words: Words) -> _PageTurn:
    answer = turn.answer
    if answer is None:
        return _PageTurn(turn.question, None, words.told(turn.problem or ""), "", [], [])
    reason = words.refused_for.format(reason=chat.reason(answer, words))
    passages = [_page_passage(answer, at, words) for at in range(len(answer.hits))]
    return _PageTurn(turn.question, answer, "", reason, _references(answer, words), passages)


def _page_passage(answer: Answer, at: int, words: Words) -> tuple[str, list[Markup]]:
    """A passage in full, its quotes marked."""
    hit, quotes = answer.hits[at], chat.cited_in(answer, at)
    start, text = hit.passage.start, hit.passage.text
    shown = [highlight(text[line.start : line.end], quotes, start + line.start) for line in lines(text)]
    return _described(hit, words), shown


def _references(answer: Answer, words: Words) -> list[str]:
    return [citation_line(one.n, one.article, words) for one in chat.sources(answer)]


def _described(hit: Hit, words: Words) -> str:
    """A passage's article and where it stands."""
    line = citation_line(None, hit.article, words)
    place = place_name(hit.article.location, words)
    return line if line.startswith(place) else f"{line}（{place}）"


def _exported(when: datetime, words: Words) -> str:
    return f"{words.name} · {words.exported.format(when=f'{when:%Y-%m-%d %H:%M}')} · {words.basis_model}"
