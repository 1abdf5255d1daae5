"""What was quoted, as references of a form."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from qa.citing.forms import DEFAULT_FORM, FORMS
from qa.citing.references import Citable, references
from qa.errors import UsageError


def cite(what: Citable | Iterable[Citable], form: str = DEFAULT_FORM) -> str:
    """References to what is quoted, as text of a form: `gbt7714-2015`, `gbt7714-2025`, `ris`, `bibtex` or `csl-json`.

    `what`: an answer, a citation, a hit or an article; or several of them, as the answers of a conversation. An article
    is referred to once, in the order of first mention; a form that has room for quotes keeps them all. Empty where
    nothing is quoted, but for CSL-JSON, which is an empty list then. Raises UsageError for another form.
    """
    if form not in FORMS:
        raise UsageError("cite.no-such-form", form=form, forms="、".join(FORMS))
    module, _, writer = FORMS[form].writer.rpartition(".")
    written: str = getattr(import_module(module), writer)(references(what))
    return written
