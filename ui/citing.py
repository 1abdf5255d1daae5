"""What there is to paste of quotes: the sentences with their source, and references in each form."""

from __future__ import annotations

from collections.abc import Sequence

from qa.citing.cite import cite
from qa.citing.forms import FORMS
from qa.types import Citation
from ui.describe import citation_line
from ui.words import Words


def copied(citations: Sequence[Citation], words: Words) -> str:
    """The quotes of one article, a line each, and the article on a line below."""
    quotes = [f"“{one.quote.strip()}”" for one in citations]
    return "\n".join([*quotes, f"——{citation_line(None, citations[0].article, words)}"])


def forms(citations: Sequence[Citation]) -> list[tuple[str, str]]:
    """References to what is quoted, each form with its title."""
    return [(form.title, cite(citations, name)) for name, form in FORMS.items()]
