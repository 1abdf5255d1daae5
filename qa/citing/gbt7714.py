"""References by GB/T 7714, the form for newspapers in a numbered list: 著者. 题名[N]. 报名, 年-月-日(版次).

Both editions leave out an author who is not known (佚名 is for author-date lists); a date that was estimated stands in
brackets, and so does a title that the article does not bear. The edition of 2025 (section 7) writes full-width marks
but for the full stop and the brackets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qa.citing.references import Reference
from qa.text.zh import is_han

_AUTHORS_NAMED = 3


class _Marks(NamedTuple):
    comma: str
    opening: str
    closing: str


_HALF, _FULL = _Marks(", ", "(", ")"), _Marks("，", "（", "）")


def of_2015(references: Sequence[Reference]) -> str:
    """GB/T 7714—2015: half-width marks. One reference a line, numbered where there are several."""
    return _listed([_reference(one, _HALF) for one in references])


def of_2025(references: Sequence[Reference]) -> str:
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
