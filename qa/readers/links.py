"""How much of each element of a web page is links: counted for all of them in one walk."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from qa.readers.safe_xml import Element, local


class Share(NamedTuple):
    """Of an element: how many links with text are below it, their characters, and all its characters but white space.

    A link's characters are those of its text without the white space around it; a link in a link counts by itself.
    """

    links: int = 0
    linked: int = 0
    inked: int = 0


class Links:
    """The shares of an element and of all below it. Time is linear in their text, however they are nested."""

    def __init__(self, root: Element) -> None:
        self._shares: dict[Element, Share] = {}
        self._sums = Share()  # of what was passed
        self._length = 0  # characters that were passed
        self._ink_end = 0  # where the last of them that is no white space ends
        self._waiting: list[_Link] = []  # open links that hold nothing yet
        self._walk(root)

    def below(self, element: Element) -> Share:
        return self._shares[element]

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
                self._shares[element] = Share(*(now - then for now, then in zip(self._sums, before, strict=True)))
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
