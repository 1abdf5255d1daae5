"""A page cut into its stories."""

from __future__ import annotations

from qa.articles.build import article_of, record_article
from qa.articles.labels import label
from qa.articles.lines import lines_of
from qa.articles.orphans import reunite
from qa.articles.overlap import Lexicon, count, pairs
from qa.articles.paragraphs import paragraphs_of
from qa.articles.stories import joined, sections_of
from qa.articles.strays import bring_home
from qa.types import Article, Page

__all__ = ["cut"]


def cut(page: Page) -> tuple[Article, ...]:
    """The articles of a page, in its order: every non-blank character in exactly one. A record is one article."""
    lines = lines_of(page)
    if page.record is not None:
        return record_article(page, lines)
    paragraphs = paragraphs_of(lines, label(lines))
    lexicon = Lexicon(count(pairs(paragraph.text) for paragraph in paragraphs))
    stories = joined(reunite(sections_of(paragraphs), lexicon), lexicon)
    bring_home(stories, lexicon)
    return tuple(article_of(page, story) for story in stories)
