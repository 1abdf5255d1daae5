"""Changing a story by hand in the reader: its attributes, a split, a join, and back. Pure but for `change`.

A button with `data-mend` among its attributes asks for a change, after the question of its `data-really`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qa.errors import UsageError
from qa.formats import metadata
from qa.types import Article, Edit
from ui.marks import escape
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

FIELD_CHARS = 400
QUOTED_CHARS = 16  # of the words at which a second story would begin

Told = Mapping[str, object]  # what the page tells


def change(library: Library, article: Article, told: Told, words: Words) -> Article:
    """Do what the page asks for; the story to show then. Raises UsageError in the reader's words, and as `Library`."""
    wish, at = told.get("do"), told.get("at")
    if wish == "split" and isinstance(at, int) and 0 < at < len(article.text):
        return library.split(article.id, at)[0]
    if wish == "join":
        return library.join(article.id)[0]
    if wish == "reset":
        return library.reset(article.id)[0]
    if wish == "retouch":
        return library.edit(article.id, _retouched(article, told, words))[0]
    raise UsageError(words.mend_unclear)


def _retouched(article: Article, told: Told, words: Words) -> Edit:
    """The attributes that the form gives otherwise than they are. Raises UsageError where none is, or one cannot be."""
    now = _values(article, words)
    new = {name: " ".join(str(told.get(name, "")).split())[:FIELD_CHARS] for name in now}
    if not new["title"]:
        raise UsageError(words.mend_no_title)
    changed = {name: value if value != now[name] else None for name, value in new.items()}
    byline = None if changed["byline"] is None else [changed["byline"]]
    if changed["date"]:
        try:
            metadata.stated_date(changed["date"])
        except UsageError as error:
            raise UsageError(words.mend_date_unclear) from error
    edit = metadata.stated_attributes(changed["title"], byline, changed["paper"], changed["edition"], changed["date"])
    if edit is None:
        raise UsageError(words.mend_unchanged)
    return edit


def _values(article: Article, words: Words) -> dict[str, str]:
    """The attributes as the form shows them."""
    return {
        "title": " ".join(article.title.split()),
        "byline": words.names_between.join(article.byline),
        "date": article.date or "",
        "paper": article.paper or "",
        "edition": article.edition or "",
    }


def form(article: Article, following: Article | None, by_hand: bool, words: Words) -> str:
    """The attributes to write anew, and what can be done to the story as a whole."""
    labels = {
        "title": (words.mend_title, ""),
        "byline": (words.mend_byline, words.mend_byline_form),
        "date": (words.mend_date, words.filter_date_form),
        "paper": (words.mend_paper, ""),
        "edition": (words.mend_edition, ""),
    }
    values = _values(article, words)
    fields = "".join(
        f'<label class="of-{name}">{escape(label)}<input type="text" name="{name}" value="{escape(values[name])}"'
        f' placeholder="{escape(form)}" maxlength="{FIELD_CHARS}" autocomplete="off"></label>'
        for name, (label, form) in labels.items()
    )
    really = words.mend_join_really.format(title=following.title) if following else ""
    join = _button("join", words.mend_join, really, off=following is None)
    reset = _button("reset", words.mend_reset, words.mend_reset_really) if by_hand else ""
    return (
        f'<form class="mend card" aria-label="{escape(words.mend)}"><div class="fields">{fields}</div>'
        f'<div class="actions"><button type="submit" class="go">{escape(words.mend_save)}</button>{join}{reset}'
        f'<output></output></div><p class="hint">{escape(words.mend_note)}</p></form>'
    )


def question(words: Words) -> str:
    """What is asked before a change; filled and shown by the page's script."""
    return (
        '<div class="really" role="alertdialog" aria-labelledby="really" hidden><p id="really"></p>'
        f'<div class="actions"><button type="button" class="go" data-yes>{escape(words.mend_yes)}</button>'
        f'<button type="button" data-no>{escape(words.mend_no)}</button></div></div>'
    )


def cut(article: Article, position: int, words: Words) -> str:
    """The place before a line at which the story can be split; nothing before its first line."""
    if not article.text[:position].strip():
        return ""
    start = " ".join(article.text[position : position + QUOTED_CHARS].split())
    really = escape(words.mend_split_really.format(words=f"{start}…"))
    return (
        f'<button type="button" class="cut" data-mend="split" data-at="{position}" data-really="{really}"'
        f' aria-label="{escape(words.mend_split)}: {escape(start)}"><span>{escape(words.mend_split)}</span></button>'
    )


def _button(wish: str, said: str, really: str, *, off: bool = False) -> str:
    disabled = " disabled" if off else ""
    return f'<button type="button" data-mend="{wish}" data-really="{escape(really)}"{disabled}>{escape(said)}</button>'
