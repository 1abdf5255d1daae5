"""What was quoted, as references of a form: those that there are, each a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.citing.references import Citable

DEFAULT_FORM = "gbt7714-2015"


class Form(NamedTuple):
    """A form of references: what people call it, the file that it makes, and what writes it."""

    title: str
    ending: str
    media_type: str
    writer: str  # a function of `qa.citing.writers`, ``(references) -> str``


FORMS = {
    "gbt7714-2015": Form("GB/T 7714—2015", "txt", "text/plain", "gbt7714_2015"),
    "gbt7714-2025": Form("GB/T 7714—2025", "txt", "text/plain", "gbt7714_2025"),
    "ris": Form("RIS", "ris", "application/x-research-info-systems", "ris"),
    "bibtex": Form("BibTeX", "bib", "application/x-bibtex", "bibtex"),
    "csl-json": Form("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", "csl_json"),
}
"""By the names that the command line, the screen and `cite` know."""


def cite(what: Citable | Iterable[Citable], form: str = DEFAULT_FORM) -> str:
    """References to what is quoted, as text of a form: `gbt7714-2015`, `gbt7714-2025`, `ris`, `bibtex` or `csl-json`.

    `what`: an answer, a citation, a hit or an article; or several of them, as the answers of a conversation. An article
    is referred to once, in the order of first mention; a form that has room for quotes keeps them all. Empty where
    nothing is quoted, but for CSL-JSON, which is an empty list then. Raises UsageError for another form.
    """
    if form not in FORMS:
        raise UsageError("cite.no-such-form", form=form, forms="、".join(FORMS))
    from qa.citing import writers  # the command line names the forms long before it writes one
    from qa.citing.references import references

    written: str = getattr(writers, FORMS[form].writer)(references(what))
    return written
