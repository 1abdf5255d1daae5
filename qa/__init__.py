"""问报 (wenbao): questions to a folder of Chinese newspaper pages, answered offline with the sentences they print.

    from qa import Library

    with Library.open("库") as library:
        library.add(["报纸/"])
        print(library.ask("今年供暖从哪天开始？").text)

These names are the public surface; `docs/python.md` shows them in use. Each is imported when it is first asked for, so
that `import qa.errors` costs nothing. All errors are `QaError`; its kinds are in `qa.errors`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.citing.cite import cite
    from qa.errors import QaError
    from qa.library.library import Library
    from qa.types import AddReport, Answer, Article, Citation, Filters, Hit, Metadata, Passage, Query, Span

__all__ = [
    "AddReport",
    "Answer",
    "Article",
    "Citation",
    "Filters",
    "Hit",
    "Library",
    "Metadata",
    "Passage",
    "QaError",
    "Query",
    "Span",
    "cite",
]

_ELSEWHERE = {
    "Library": "qa.library.library",
    "QaError": "qa.errors",
    "cite": "qa.citing.cite",
}  # all others are nouns of `qa.types`

if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_ELSEWHERE.get(name, "qa.types")), name)


def __dir__() -> list[str]:
    return __all__
