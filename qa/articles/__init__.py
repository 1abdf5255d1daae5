"""A page cut into its stories."""

from __future__ import annotations

from collections.abc import Sequence

from qa.articles.build import articles_of
from qa.articles.labels import label
from qa.articles.lines import Line, lines_of
from qa.articles.orphans import reunite
from qa.articles.overlap import Lexicon, count, pairs
from qa.articles.paragraphs import paragraphs_of
from qa.articles.stories import Story, joined, sections_of
from qa.articles.strays import bring_home
from qa.articles.told import is_whole, parts_of, story_of, whole
from qa.types import Article, Page

__all__ = ["cut"]


def cut(page: Page) -> tuple[Article, ...]:
    """The articles of a page, in its order: every non-blank character in exactly one, a front matter left out.

    What the format knows is kept: a record is one article (its title is the one given, else its first clause) unless a
    "page" block says that it holds a printed page, and each "story" block is one article. Time is linear in the page's
    characters.
    """
    lines = lines_of(page)
    if is_whole(page):
        return articles_of(page, [whole(lines)] if lines else [])
    stories: list[Story] = []
    for is_story, part in parts_of(page, lines):
        stories += [story_of(part)] if is_story else _found(part)
    return articles_of(page, stories)


def _found(lines: Sequence[Line]) -> list[Story]:
    """The stories among lines of which nobody tells where one ends."""
    paragraphs = paragraphs_of(lines, label(lines))
    lexicon = Lexicon(count(pairs(paragraph.text) for paragraph in paragraphs))
    stories = joined(reunite(sections_of(paragraphs), lexicon), lexicon)
    return bring_home(stories, lexicon)
