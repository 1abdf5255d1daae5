"""How much of each element of a page is links; lists of links go out from the inside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from qa.formats.xml import Element, local

_LINKED = 0.5  # the share of its characters in links from which a block is a list of links
_LEAST_LINKS = 2
_LISTS = frozenset({"div", "ul", "ol", "dl", "table", "section", "p"})


class Share(NamedTuple):
    """How much of an element is links: links with text below it, their characters, and all its characters but white
    space.

    A link's characters are those of its text without the white space around it; a link in a link counts by itself.
    """

    links: int = 0
    linked: int = 0
    inked: int = 0


_NONE = Share()


class Links:
    """The shares of an element and of all below it. Time is linear in their text, however they are nested."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._shares: dict[Element, Share] = {}
        self._sums = Share()  # of what was passed
        self._length = 0  # characters that were passed
        self._ink_end = 0  # where the last of them that is no white space ends
        self._waiting: list[_Link] = []  # open links that hold nothing yet
        self._walk(root)

    def below(self, element: Element) -> Share:
        return self._shares[element]

    def lists(self, may_go: Callable[[Element], bool], scrap_chars: int) -> list[Element]:
        """The lists of links, from the inside out: an element is one where most of what its own lists leave is links,
        or where they leave no more than `scrap_chars` characters.
        """
        found: list[Element] = []
        gone: dict[Element, Share] = {}
        for _, element in etree.iterwalk(self._root, events=("end",)):
            below, inside = self._shares[element], _sum(gone.pop(child, _NONE) for child in element)
            left = _difference(below, inside)
            scrap = inside.links > 0 and is_list(below) and left.inked <= scrap_chars
            if element is not self._root and local(element) in _LISTS and (is_list(left) or scrap) and may_go(element):
                found.append(element)
                inside = below
            gone[element] = inside
        return found

    def _walk(self, root: Element) -> None:
        opened: list[tuple[Share, _Link | None]] = []
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                link = _Link() if local(element) == "a" and element.get("href") else None
                self._waiting += [link] if link else []
                opened.append((self._sums, link))
                self._pass(element.text)
                continue
            if event == "end":
                before, link = opened.pop()
                if link:
                    self._close(link)
                self._shares[element] = _difference(self._sums, before)
            if element is not root:
                self._pass(element.tail)

    def _pass(self, text: str | None) -> None:
        if not text:
            return
        if inked := len("".join(text.split())):
            first = self._length + len(text) - len(text.lstrip())
            self._ink_end = self._length + len(text.rstrip())
            for link in self._waiting:
                link.start = first
            self._waiting.clear()
            self._sums = self._sums._replace(inked=self._sums.inked + inked)
        self._length += len(text)

    def _close(self, link: _Link) -> None:
        if link.start is None:  # nothing was passed since: it waits still, last of all
            self._waiting.pop()
            return
        links, linked, inked = self._sums
        self._sums = Share(links + 1, linked + self._ink_end - link.start, inked)


class _Link:
    """An open link, and where its text begins."""

    def __init__(self) -> None:
        self.start: int | None = None


def is_list(share: Share) -> bool:
    """Whether most of it is links, and several of them."""
    return share.links >= _LEAST_LINKS and share.linked >= _LINKED * share.inked


def _difference(one: Share, other: Share) -> Share:
    return Share(*(now - then for now, then in zip(one, other, strict=True)))


def _sum(shares: Iterable[Share]) -> Share:
    return Share(*map(sum, zip(_NONE, *shares, strict=True)))


def remove(elements: Sequence[Element]) -> None:
    """Take elements out, their tails left where they are. Each parent's texts are put together once."""
    gone = set(elements)
    for parent in dict.fromkeys(element.getparent() for element in elements):
        if parent is not None:
            _remove_below(parent, gone)


def _remove_below(parent: Element, gone: Collection[Element]) -> None:
    kept, texts = None, [parent.text]
    for child in list(parent):
        if child in gone:
            texts.append(child.tail)
            parent.remove(child)
        else:
            _set_text(parent, kept, texts)
            kept, texts = child, [child.tail]
    _set_text(parent, kept, texts)


def _set_text(parent: Element, child: Element | None, texts: Sequence[str | None]) -> None:
    """Put `texts` behind a child of `parent`, or in front of all where it is None."""
    if len(texts) > 1:
        text = "".join(each for each in texts if each)
        if child is None:
            parent.text = text
        else:
            child.tail = text
