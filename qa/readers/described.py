"""What the descriptions of a METS issue (MODS or Dublin Core) say: title, date and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from qa.readers.metadata import metadata_of
from qa.readers.safe_xml import Element, local
from qa.types import Metadata

_MOST_SECTIONS = 16  # descriptions that a division points to
_MOST_NAMES = 100  # of one article; many articles may share a description of any length
_DESCRIBED = ("{*}title", "{*}dateIssued", "{*}date", "{*}namePart", "{*}creator")


class Descriptions:
    """What the descriptions of an issue (MODS or Dublin Core) say of a division that points to them."""

    def __init__(self, root: Element) -> None:
        self._sections = {each.get("ID"): each for each in root.iter("{*}dmdSec")}
        self._said: dict[str, _Said] = {}  # by section: many divisions may point to one

    def metadata(self, article: Element) -> Metadata:
        """The article's own description, paper and date of the issue around it."""
        own = self._of(article)
        around = [own, *map(self._of, article.iterancestors("{*}div"))]
        title = own.title or article.get("LABEL")
        date = next((one.date for one in around if one.date), None)
        paper = next((one.title for one in around[1:] if one.title), None)
        return metadata_of({"title": title, "byline": "、".join(own.names), "date": date, "paper": paper})

    def _of(self, division: Element) -> _Said:
        pointed = dict.fromkeys((division.get("DMDID") or "").split()[:_MOST_SECTIONS])
        return _together([self._of_section(name) for name in pointed if name in self._sections])

    def _of_section(self, name: str) -> _Said:
        if name not in self._said:
            self._said[name] = _said(self._sections[name])
        return self._said[name]


class _Said(NamedTuple):
    """Title, date and names of a description."""

    title: str | None = None
    date: str | None = None
    names: tuple[str, ...] = ()


def _said(section: Element) -> _Said:
    told: dict[str, list[str]] = {"title": [], "date": [], "names": []}
    for element in section.iter(*_DESCRIBED):
        key = {"title": "title", "namepart": "names", "creator": "names"}.get(local(element), "date")
        if len(told[key]) < _MOST_NAMES:
            told[key].append((element.text or "").strip())
    return _Said(_first(told["title"]), _first(told["date"]), tuple(filter(None, told["names"])))


def _together(said: Sequence[_Said]) -> _Said:
    names = (name for one in said for name in one.names)
    return _Said(_first(one.title for one in said), _first(one.date for one in said), tuple(islice(names, _MOST_NAMES)))


def _first(values: Iterable[str | None]) -> str | None:
    """The first that is told, though it be empty; None where none is."""
    return next((value for value in values if value is not None), None)
