"""The forms that references are written in, each a row."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_FORM = "gbt7714-2015"


class Form(NamedTuple):
    """A form of references: what people call it, the file that it makes, and what writes it."""

    title: str
    ending: str
    media_type: str
    writer: str  # dotted path of ``(references) -> str``


FORMS = {
    "gbt7714-2015": Form("GB/T 7714—2015", "txt", "text/plain", "qa.citing.gbt7714.of_2015"),
    "gbt7714-2025": Form("GB/T 7714—2025", "txt", "text/plain", "qa.citing.gbt7714.of_2025"),
    "ris": Form("RIS", "ris", "application/x-research-info-systems", "qa.citing.ris.records"),
    "bibtex": Form("BibTeX", "bib", "application/x-bibtex", "qa.citing.bibtex.entries"),
    "csl-json": Form("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", "qa.citing.csl_json.items"),
}
"""By the names that the command line, the screen and `cite` know."""
