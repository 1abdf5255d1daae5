"""Edits by hand: store one and cut the file's pages again with it, the file itself is not touched.

Where a file's text has changed, each is put on the article that took the place of the one it was about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from qa.articles import passages
from qa.errors import LibraryError, UsageError
from qa.library.page_articles import edited_articles
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.edits import StoredPage, edits_of, pages_with
from qa.store.successors import successors
from qa.store.writing import Recut, amend
from qa.types import Article, Edit, Page, Sender, Span

if TYPE_CHECKING:
    from qa.articles.edits import EditedArticle
Cut = Sequence[Sequence[Article]]
"""The articles of a file's pages, no edit applied."""


class _EditedPage(NamedTuple):
    stored: StoredPage
    stories: tuple[EditedArticle, ...]


def retouch(database: Database, article: Article, change: Edit, by: Sender) -> tuple[str, ...]:
    """Give an article the attributes of `change`. Returns its id."""
    return _make(database, article, replace(change, article=article.id, split_at=None, joins=None), by)


def split(database: Database, article: Article, where: int | str, by: Sender) -> tuple[str, ...]:
    """Split an article in two. Returns both ids. Raises UsageError where there is nothing to split."""
    return _make(database, article, Edit(article.id, split_at=_position_of(article, where)), by)


def join(database: Database, article: Article, by: Sender) -> tuple[str, ...]:
    """Join an article with the next one of its page. Returns the new id. Raises UsageError where there is no next
    one.
    """
    return _make(database, article, Edit(article.id, joins=_next_on_page(database, article)), by)


def undo(database: Database, article: Article, by: Sender) -> tuple[str, ...]:
    """Remove every edit that produced the article, and those that build on them. Returns the ids of the restored
    articles.
    """
    pages = pages_with(database, [article.id])
    held = _edits(database, pages)
    dropped: dict[str, frozenset[Edit]] = dict.fromkeys(held, frozenset())
    for page in _edited(pages, held):
        dropped[page.stored.path] |= _behind(page.stories, article.id)
    if not any(dropped.values()):
        return (article.id,)
    meant = {edit.article for edits in dropped.values() for edit in edits} | {article.id}
    pages = [page for page in pages_with(database, meant) if page.path in held]
    before = {story.article for page in _edited(pages, held) for story in page.stories}
    left = {path: tuple(edit for edit in edits if edit not in dropped[path]) for path, edits in held.items()}
    after = _edited(pages, left)
    amend(database, {}, dropped, map(_recut, after), article.title, by)
    back = (story.article.id for page in after for story in page.stories if story.article not in before)
    return tuple(dict.fromkeys(back)) or (article.id,)


def is_by_hand(database: Database, article: Article) -> bool:
    """Whether an article is the result of an edit."""
    pages = pages_with(database, [article.id])
    held = _edits(database, pages)
    if not any(held.values()):
        return False  # most pages: not cut again
    return any(_behind(page.stories, article.id) for page in _edited(pages, held))


def _make(database: Database, article: Article, edit: Edit, by: Sender) -> tuple[str, ...]:
    """Keep an edit for every file in which its article stands; ids of the articles that it made, in their order.

    Raises LibraryError where the page is cut otherwise today and does not hold the article any more.
    """
    pages = pages_with(database, [edit.article])
    kept = {path: (*edits, edit) for path, edits in _edits(database, pages).items()}
    mended = [page for page in _edited(pages, kept) if any(edit in story.edits for story in page.stories)]
    if not mended:
        raise LibraryError("edit.cut-otherwise", path=pages[0].path)
    amend(database, {page.stored.path: edit for page in mended}, {}, map(_recut, mended), article.title, by)
    made = (story.article.id for page in mended for story in page.stories if edit in story.edits)
    return tuple(dict.fromkeys(made))


def _position_of(article: Article, where: int | str) -> int:
    """Where a second story begins: a code point of the text, or words that stand in it once, white space apart.

    Raises UsageError.
    """
    from qa.articles.edits import can_split

    if isinstance(where, str):
        where = span_of(article, where).start
    if not can_split(article, where):
        raise UsageError("edit.cannot-split", position=where, length=len(article.text))
    return where


def span_of(article: Article, said: str) -> Span:
    """Where words stand in an article once, white space apart. Raises UsageError."""
    words = r"\s*".join(map(re.escape, "".join(said.split())))
    found = [match.span() for match in re.finditer(words, article.text)] if words else []
    if not found:
        raise UsageError("edit.words-absent", words=said)
    if len(found) > 1:
        raise UsageError("edit.words-repeated", words=said, count=len(found))
    return Span(*found[0])


def _next_on_page(database: Database, article: Article) -> str:
    """The id of the story after an article on its page. Raises UsageError where it is the last."""
    pages = pages_with(database, [article.id])
    for page in _edited(pages, _edits(database, pages)):
        ids = [story.article.id for story in page.stories]
        if article.id in ids[:-1]:
            return ids[ids.index(article.id) + 1]
    raise UsageError("edit.nothing-to-join")


def _edits(database: Database, pages: Iterable[StoredPage]) -> dict[str, tuple[Edit, ...]]:
    return {path: edits_of(database, path) for path in {page.path: None for page in pages}}


def _edited(pages: Iterable[StoredPage], edits: Mapping[str, Collection[Edit]]) -> list[_EditedPage]:
    return [_EditedPage(page, tuple(edited_articles(page.page, edits[page.path]))) for page in pages]


def _recut(page: _EditedPage) -> Recut:
    stories = [(story.article, passages.split(story.article)) for story in page.stories]
    return Recut(page.stored.file, page.stored.ordinal, stories)


def _behind(stories: Collection[EditedArticle], article: str) -> frozenset[Edit]:
    """The edits that an article came from, those of the stories that share any of them, and so on."""
    edits = [story.edits for story in stories]
    found = frozenset[Edit]().union(*(story.edits for story in stories if story.article.id == article))
    while (wider := found.union(*(each for each in edits if each & found))) != found:
        found = wider
    return found


_WORDS = (40, 20, 10)  # characters beside a split that are looked for, the most first


def carried(edits: Sequence[Edit], before: Cut, held: Mapping[str, str], now: Cut) -> dict[Edit, Edit]:
    """The edits that have to change, each with what it becomes. `before` is the file as it was, `now` as it is, `held`
    the texts of the articles that the library has of it, by id.

    An edit stays as it is where its article does, where no article has the text of its own, where the words beside a
    split are gone, and where two stories to be joined do not follow each other any more.
    """
    fresh = {one.id: one.text for page in now for one in page}
    old = {**_made_by(edits, before), **held}
    meant = {name for edit in edits for name in (edit.article, edit.joins) if name in old}
    heirs = successors({one: old[one] for one in sorted(meant - fresh.keys())}, fresh)
    pages = {one.id: page for page in now for one in page}
    moved: dict[Edit, Edit] = {}
    for edit in edits:
        page = pages.get(heirs.get(edit.article, edit.article), ())
        moved[edit] = _moved(edit, old, _after(page, tuple(moved.values())))
    return {edit: new for edit, new in moved.items() if new != edit}


def carried_in(
    database: Database, path: str, source: str, edits: Sequence[Edit], pages: Iterable[Page]
) -> dict[Edit, Edit]:
    """The same of a file of the library, whose pages read `pages` now."""
    held = {one.id: one.text for one in Contents(database).articles_of(source)}
    before = [_cut(stored.page) for stored in pages_with(database, held) if stored.path == path]
    return carried(edits, before, held, [_cut(page) for page in pages])


def _cut(page: Page) -> list[Article]:
    return [story.article for story in edited_articles(page, ())]


def _made_by(edits: Sequence[Edit], pages: Cut) -> dict[str, str]:
    """The texts of all articles that there were while the edits were made one after the other, by id."""
    stages = range(len(edits) + 1)
    return {one.id: one.text for page in pages for stage in stages for one in _after(page, edits[:stage])}


def _after(page: Sequence[Article], edits: Sequence[Edit]) -> list[Article]:
    from qa.articles.edits import apply_edits  # its patterns take long to compile, and most files have no edit

    return [story.article for story in apply_edits(page, edits)]


def _moved(edit: Edit, old: Mapping[str, str], stories: Sequence[Article]) -> Edit:
    texts = {one.id: one.text for one in stories}
    article = _heir(edit.article, old, texts)
    joins = _heir(edit.joins, old, texts) if edit.joins else None
    if article is None or (article, joins) == (edit.article, edit.joins):
        return edit
    if edit.joins and (joins is None or (article, joins) not in pairwise(texts)):
        return edit
    split_at = None if edit.split_at is None else _place(old[edit.article], edit.split_at, texts[article])
    is_lost = edit.split_at is not None and split_at is None
    return edit if is_lost else replace(edit, article=article, joins=joins, split_at=split_at)


def _heir(article: str, old: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    if article in now:
        return article
    return successors({article: old[article]}, now).get(article) if article in old else None


def _place(text: str, position: int, new: str) -> int | None:
    """Where a new form of a text has the words that followed a position of the old one, or else those before it, once;
    None where it has neither.
    """
    behind, ahead = ("".join(part.split()) for part in (text[:position], text[position:]))
    for size in _WORDS:
        for words, is_ahead in ((ahead[:size], True), (behind[-size:], False)):
            found = [match.span() for match in re.finditer(r"\s*".join(map(re.escape, words)), new)] if words else []
            if len(found) == 1:
                return found[0][0] if is_ahead else found[0][1]
    return None
