"""References as text, a function for each form: GB/T 7714, RIS, BibTeX, CSL-JSON.

GB/T 7714 has a form for newspapers in a numbered list: 著者. 题名[N]. 报名, 年-月-日(版次). Both editions leave out an
author who is not known (佚名 is for author-date lists); a date that was estimated stands in brackets, and so does a
title that the article does not bear. The edition of 2025 (section 7) writes full-width marks but for the full stop and
the brackets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from qa.citing.references import Reference
from qa.text.zh import is_han

_AUTHORS_NAMED = 3
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


class _Marks(NamedTuple):
    comma: str
    opening: str
    closing: str


_HALF, _FULL = _Marks(", ", "(", ")"), _Marks("，", "（", "）")


def gbt7714_2015(references: Sequence[Reference]) -> str:
    """GB/T 7714—2015: half-width marks. One reference a line, numbered where there are several."""
    return _listed([_reference(one, _HALF) for one in references])


def gbt7714_2025(references: Sequence[Reference]) -> str:
    """GB/T 7714—2025: full-width marks. One reference a line, numbered where there are several."""
    return _listed([_reference(one, _FULL) for one in references])


def _listed(written: Sequence[str]) -> str:
    return "\n".join(f"[{number}] {one}" for number, one in enumerate(written, 1)) if written[1:] else "".join(written)


def _reference(one: Reference, marks: _Marks) -> str:
    title = f"[{one.title}]" if one.article.title_inferred else one.title
    parts = [_authors(one.authors, marks), f"{title}[N]", _issue(one, marks)]
    return ". ".join(part.removesuffix(".") for part in parts if part) + "."


def _authors(names: Sequence[str], marks: _Marks) -> str:
    others = ["等" if any(map(is_han, "".join(names))) else "et al"] if len(names) > _AUTHORS_NAMED else []
    return marks.comma.join([*names[:_AUTHORS_NAMED], *others])


def _issue(one: Reference, marks: _Marks) -> str:
    """Paper, date and page, those that are known."""
    date, page = one.dashed, one.page or one.section
    known = [one.paper, f"[{date}]" if one.article.date_from == "inferred" else date]
    return marks.comma.join(filter(None, known)) + (f"{marks.opening}{page}{marks.closing}" if page else "")


def ris(references: Sequence[Reference]) -> str:
    """RIS, the tagged format of reference managers, of type NEWS: what Zotero, EndNote and NoteExpress read. One record
    an article, an empty line between two.

    Tags as Zotero's translator gives and takes them for a newspaper article: T2 the paper, DA the date, SP the page, SE
    the section, N1 a note. Each value is one line; lines end in CR LF, as the format's description asks.
    """
    return "\r\n".join("".join(f"{tag}  - {value}\r\n" for tag, value in _tagged(one)) for one in references)


def _tagged(one: Reference) -> Iterator[tuple[str, str]]:
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


def bibtex(references: Sequence[Reference]) -> str:
    """BibTeX: `@article` with `entrysubtype` and `mark`, by which biblatex and gbt7714 know a newspaper. One entry an
    article, an empty line between two; its key is `wenbao-` and the article's id.

    Names and titles stand in braces of their own: a style neither takes them apart nor changes their letters. Braces
    count in BibTeX even behind a backslash, so those of a text are written by name.
    """
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


def csl_json(references: Sequence[Reference]) -> str:
    """CSL-JSON (schema csl-data of the Citation Style Language, 1.0.2): a list, one `article-newspaper` an article."""
    return json.dumps([_item(one) for one in references], ensure_ascii=False, indent=1)


def _item(one: Reference) -> dict[str, Any]:
    """Names are literal, as nothing printed says where a family name ends; a date that was inferred is `circa`."""
    issued: dict[str, Any] = {"date-parts": [list(one.date)]} if one.date else {}
    if issued and one.article.date_from == "inferred":
        issued["circa"] = True
    known = {
        "author": [{"literal": name} for name in one.authors],
        "container-title": one.paper,
        "issued": issued,
        "page": one.page,
        "section": one.section,
        "language": one.language,
        "note": "\n".join(one.notes),
    }
    found = {"id": one.article.id, "type": "article-newspaper", "title": one.title}
    return found | {name: value for name, value in known.items() if value}
