"""The article of a web page: where its prose stands, without what stands around it on every page of the site.

The element that holds nearly all of the prose is taken whole; only what is plainly none of it (navigation, lists of
links, forms) is left out. That keeps lists, tables and captions, which extractors made for precision drop; the figures
are in docs/formats.md. Time is linear in the page's size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from lxml import etree

from qa.readers.links import Links
from qa.readers.markup import is_shown
from qa.readers.safe_xml import Element, local

_MOST = 0.9  # the share of the page's prose that the article's element holds
_ASIDE = 0.2  # what looks like furniture by its name and holds a greater share of the prose is none
_LINKED = 0.5  # the share of its characters in links from which a block is a list of links
_LEAST_LINKS = 2
_HEAD_CHARS = 400  # what may stand around a headline: date, source, author
_PROSE = re.compile("[，。；！？、“”：,;.!?:]")
_FURNITURE = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu"})
_NAMED = re.compile(
    r"(?:^|[\s_\-])(?:nav\w*|menu\w*|sidebar|side|footer|foot|bottom\w*|breadcrumbs?|crumbs?|comments?|share\w*|social|related"
    r"|relate\w*|recommend\w*|copyright|advert\w*|ads?|pager|pagination|toolbar|topbar|login|search\w*|hot\w*|rank\w*)"
    r"(?=$|[\s_\-\d])",
    re.IGNORECASE,
)
_LISTS = frozenset({"div", "ul", "ol", "dl", "table", "section", "p"})
_HEADLINES = frozenset({"h1", "h2"})
_KEPT = frozenset({"html", "body", "article", "main"})

Weigh = Callable[[Element], int]


def main_content(body: Element) -> Element:
    """The element of the article, what is none of it removed from the tree; `body` where there is no prose at all."""
    prose = _Weights(body)
    total = prose.of(body)
    if not total:
        return body
    around = (element for element in body.iter(etree.Element) if element is not body and _is_furniture(element))
    _remove([element for element in around if prose.of(element) <= _ASIDE * total])
    prose = _Weights(body)
    main = _narrowed(body, prose)
    main = _with_headline(main, prose)
    _remove(_link_lists(main))
    return main


class _Weights:
    """Characters of prose below each element: text outside links, in stretches that have punctuation."""

    def __init__(self, body: Element) -> None:
        self._weights: dict[Element, int] = {}
        for element in reversed(list(body.iter(etree.Element))):
            own = 0
            if is_shown(element):
                own = sum(map(_weight, _own_texts(element))) if local(element) != "a" else 0
                own += sum(self._weights.get(child, 0) for child in element)
            self._weights[element] = own

    def of(self, element: Element) -> int:
        return self._weights.get(element, 0)


def _own_texts(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    yield from (child.tail for child in element if child.tail)


def _weight(text: str) -> int:
    text = text.strip()
    return len(text) if _PROSE.search(text) else 0


def _is_furniture(element: Element) -> bool:
    name = local(element)
    if name in _KEPT:
        return False
    if name in _FURNITURE or (element.get("role") or "").lower() in _ROLES:
        return True
    return any(_NAMED.search(element.get(key) or "") for key in ("class", "id"))


def _narrowed(body: Element, prose: _Weights) -> Element:
    """The lowest element that holds most of the prose."""
    total = prose.of(body)
    main = body
    while True:
        below = max(main, key=prose.of, default=None)
        if below is None or not isinstance(below.tag, str) or prose.of(below) < max(1, _MOST * total):
            return main
        main = below


def _with_headline(main: Element, prose: _Weights) -> Element:
    """Widened to the nearest element with a headline in it, where that brings little prose with it."""
    if _has_headline(main):
        return main
    inner = main
    for around in main.iterancestors():
        if local(around) in ("html", "") or prose.of(around) > prose.of(main) + _HEAD_CHARS:
            return main
        if local(around) in _HEADLINES or any(_has_headline(each) for each in around if each is not inner):
            return around
        inner = around
    return main


def _has_headline(element: Element) -> bool:
    return any(local(each) in _HEADLINES for each in element.iter(etree.Element))


def _link_lists(main: Element) -> list[Element]:
    """The blocks below an element of which most is links, and several of them."""
    links = Links(main)
    return [
        element
        for element in main.iter(etree.Element)
        if element is not main and local(element) in _LISTS and _is_link_list(links, element)
    ]


def _is_link_list(links: Links, element: Element) -> bool:
    below = links.below(element)
    return below.links >= _LEAST_LINKS and below.linked >= _LINKED * below.inked


def _remove(elements: Sequence[Element]) -> None:
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
