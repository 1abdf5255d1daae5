"""Edit an article in the reading dialog: its attributes, split, join, undo. Pure but for `change`.

A button with `data-mend` among its attributes asks for a change, after the question of its `data-really`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from qa.errors import UsageError
from qa.formats import metadata
from qa.types import ANYBODY, Article, Edit, Sender
from ui.markup import fragment
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

FIELD_CHARS = 400
QUOTED_CHARS = 16  # of the words at which a second story would begin

Told = Mapping[str, object]  # what the page tells


def change(library: Library, article: Article, told: Told, words: Words, by: Sender = ANYBODY) -> Article:
    """Make the change that the page asks for, for the sender; the article to show then. Raises UsageError in the user's
    words, and as `Library`.
    """
    wish, at = told.get("do"), told.get("at")
    if wish == "split" and isinstance(at, int) and 0 < at < len(article.text):
        return library.split(article.id, at, by=by)[0]
    if wish == "join":
        return library.join(article.id, by=by)[0]
    if wish == "reset":
        return library.reset(article.id, by=by)[0]
    if wish == "correct":
        start, end, text = told.get("start"), told.get("end"), told.get("text")
        if isinstance(start, int) and isinstance(end, int) and isinstance(text, str) and 0 <= start < end:
            return library.correct(article.id, (start, end), text[:FIELD_CHARS], by=by)[0]
    if wish == "retouch":
        return library.edit(article.id, _retouched(article, told, words), by=by)[0]
    raise UsageError("screen.told", words=words.mend_unclear)


def _retouched(article: Article, told: Told, words: Words) -> Edit:
    """The attributes that the form gives otherwise than they are. Raises UsageError where none is, or one cannot be."""
    now = _values(article, words)
    new = {name: " ".join(str(told.get(name, "")).split())[:FIELD_CHARS] for name in now}
    if not new["title"]:
        raise UsageError("screen.told", words=words.mend_no_title)
    changed = {name: value if value != now[name] else None for name, value in new.items()}
    byline = None if changed["byline"] is None else [changed["byline"]]
    if changed["date"]:
        try:
            metadata.stated_date(changed["date"])
        except UsageError as error:
            raise UsageError("screen.told", words=words.mend_date_unclear) from error
    edit = metadata.stated_attributes(changed["title"], byline, changed["paper"], changed["edition"], changed["date"])
    if edit is None:
        raise UsageError("screen.told", words=words.mend_unchanged)
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


def form(article: Article, following: Article | None, by_hand: bool, words: Words) -> Markup:
    """The form with an article's attributes, and the actions on the whole article."""
    values = _values(article, words)
    return fragment("mend", values=values, following=following, by_hand=by_hand, most=FIELD_CHARS, words=words)


def cut(article: Article, position: int, words: Words) -> Markup:
    """The button before a line at which the article can be split; nothing before its first line."""
    if not article.text[:position].strip():
        return Markup()
    start = " ".join(article.text[position : position + QUOTED_CHARS].split())
    return fragment("cut", position=position, start=start, words=words)
