"""References as BibTeX: `@article` with `entrysubtype` and `mark`, by which biblatex and gbt7714 know a newspaper.

Names and titles stand in braces of their own: a style neither takes them apart nor changes their letters. Braces count
in BibTeX even behind a backslash, so those of a text are written by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.citing.references import Reference

_SPECIAL = str.maketrans(
    {sign: f"\\{sign}" for sign in "#$%&_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\lbrace{}",
        "}": r"\rbrace{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def entries(references: Sequence[Reference]) -> str:
    """One entry an article, an empty line between two; its key is `wenbao-` and the article's id."""
    return "\n".join(map(_entry, references))


def _entry(one: Reference) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(one).items() if value)
    return f"@article{{wenbao-{one.article.id},\n{lines}}}\n"


def _fields(one: Reference) -> dict[str, str]:
    year, month = (*one.date, 0, 0)[:2]
    return {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in one.authors),
        "title": f"{{{_escaped(one.title)}}}",
        "journal": _escaped(one.paper),
        "date": one.dashed,
        "year": f"{year:04}" if year else "",
        "month": str(month or ""),
        "pages": _escaped(one.page or one.section),
        "entrysubtype": "newspaper",
        "mark": "N",
        "langid": "chinese" if one.language else "",
        "note": _escaped("；".join(one.notes)),
    }


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
