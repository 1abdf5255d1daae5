"""References as RIS, the tagged format of reference managers, of type NEWS: what Zotero, EndNote and NoteExpress read.

Tags as Zotero's translator gives and takes them for a newspaper article: T2 the paper, DA the date, SP the page, SE the
section, N1 a note. Each value is one line; lines end in CR LF, as the format's description asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.citing.references import Reference


def records(references: Sequence[Reference]) -> str:
    """One record an article, an empty line between two."""
    return "\r\n".join("".join(f"{tag}  - {value}\r\n" for tag, value in _fields(one)) for one in references)


def _fields(one: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "ID", one.article.id
    yield "TI", one.title
    yield from (("AU", name) for name in one.authors)
    date = [f"{part:02}" for part in one.date]
    known = {
        "T2": one.paper,
        "PY": "".join(date[:1]),
        "DA": "/".join([*date, "", "", ""][:3]) + "/" if date else "",
        "SP": one.page,
        "SE": one.section,
        "LA": one.language,
    }
    yield from ((tag, value) for tag, value in known.items() if value)
    yield from (("N1", note) for note in one.notes)
    yield "ER", ""
