"""A page cut into its stories."""

from __future__ import annotations

from qa.articles.build import articles_of
from qa.articles.labels import label
from qa.articles.lines import Paragraph, lines_of
from qa.articles.orphans import reunite
from qa.articles.overlap import Lexicon, count, pairs
from qa.articles.paragraphs import paragraphs_of
from qa.articles.stories import Story, joined, sections_of
from qa.articles.strays import bring_home
from qa.types import Article, Page

__all__ = ["cut"]


def cut(page: Page) -> tuple[Article, ...]:
    """The articles of a page, in its order: every non-blank character in exactly one.

    A record is one article and is never cut; its title is the one given, else its first clause. Time is linear in the
    page's characters.
    """
    lines = lines_of(page)
    if page.record is not None:
        whole = Story(body=[Paragraph("body", (line,)) for line in lines])
        return articles_of(page, [whole] if lines else [])
    paragraphs = paragraphs_of(lines, label(lines))
    lexicon = Lexicon(count(pairs(paragraph.text) for paragraph in paragraphs))
    stories = joined(reunite(sections_of(paragraphs), lexicon), lexicon)
    return articles_of(page, bring_home(stories, lexicon))
