"""The main content of a web page: what stands around an article goes, from the inside out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from lxml import etree

from qa.formats.html_links import Links, remove
from qa.formats.html_tables import data_characters
from qa.formats.html_text import is_shown, is_text
from qa.formats.xml import Element, local

_MOST = 0.9  # the share of the page's prose that the article's element holds where no headline is known
_UNDER_HEADLINE = 0.5  # the same of the lowest element around a headline
_ASIDE = 0.2  # what looks like furniture by its name and holds a greater share of the prose is none
_BESIDE_HEADLINE = 0.45  # the same where the headline stands elsewhere
_HEAD_CHARS = 400  # what may stand around a headline: date, source, author
_SCRAP_CHARS = 40  # of a block that is left when its links are gone
_CREDIT_CHARS = 200  # of a box that is looked through for whose work the article is
_LABEL_CHARS = 12  # of the words above a list of links: 相关新闻
_LONG_LIST = 4  # links of a list that ends an article
_AFTER = 0.7  # what stands behind such a list has less prose, to what stands before it, where it is no more of it
_PROSE = re.compile("[，。；！？、“”：,;.!?:]")
_INK = re.compile(r"\S{1,200}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FURNITURE = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu"})
_NAMED = re.compile(
    r"(?:^|[\s_\-])(?:nav\w*|menu\w*|sidebar|side|right|footer|foot|bottom\w*|breadcrumbs?|crumbs?|comments?|share\w*|social"
    r"|relate\w*|recommend\w*|copyright|disclaimer|advert\w*|ads?|pager|pagination|toolbar|topbar|login|search\w*|hot\w*"
    r"|rank\w*|report|jubao)(?=$|[\s_\-\d])",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?:^|\s)(?:header|head|top|hide|hidden|logo|banner|sr-only|visually-hidden)(?=$|\s)", re.IGNORECASE
)
_BOXES = frozenset({"div", "section", "aside", "table", "dl", "ul", "ol"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_HEADLINES = frozenset({"h1", "h2"})
_KEPT = frozenset({"html", "body", "article", "main"})
_CREDIT = re.compile("编辑|編輯|作者|来源|來源|记者|記者|责编|校对|采写")


def main_content(body: Element, prose: Weights, headline: Element | None = None) -> Element:
    """The element that holds the article, with what does not belong to it removed from the tree; `body` where there is
    no `prose`. The element that is the page's `headline` stays.
    """
    if not prose.of(body):
        return body
    above = _around(headline)
    _remove_lists(body, prose, above)
    prose = Weights(body)
    most = (_ASIDE if headline is None else _BESIDE_HEADLINE) * prose.of(body)
    around = (each for each in body.iter(etree.Element) if each not in above and _is_furniture(each))
    remove([each for each in around if prose.of(each) <= most])
    prose = Weights(body)
    if headline is None:
        return _with_headline(_narrowed(body, prose), prose)
    return next((each for each in _upwards(headline) if prose.of(each) >= _UNDER_HEADLINE * prose.of(body)), body)


class Weights:
    """Characters of prose below each element that is shown: text outside links, in stretches that have punctuation.
    `hidden` are those of all others that a script may show.
    """

    def __init__(self, body: Element) -> None:
        self.hidden = 0
        self._weights: dict[Element, int] = {}
        for element in reversed(list(body.iter(etree.Element))):
            if not is_text(element):
                continue
            own = sum(map(_weight, _own_texts(element))) if local(element) != "a" else 0
            own += sum(self._weights.get(child, 0) for child in element)
            if is_shown(element):
                self._weights[element] = max(own, data_characters(element))
            else:
                self.hidden += own

    def of(self, element: Element) -> int:
        return self._weights.get(element, 0)


def _own_texts(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    yield from (child.tail for child in element if child.tail)


def _weight(text: str) -> int:
    text = text.strip()
    return len(text) if _PROSE.search(text) and not _ADDRESS.fullmatch(text) else 0


def _around(headline: Element | None) -> Set[Element]:
    return frozenset() if headline is None else frozenset(_upwards(headline))


def _upwards(element: Element) -> Iterator[Element]:
    """An element and those around it, but for the root."""
    yield element
    yield from (each for each in element.iterancestors() if local(each) != "html")


def _remove_lists(body: Element, prose: Weights, kept: Set[Element]) -> None:
    """Lists of links go, with the words above them, and boxes behind a long one. What holds the headline stays, and
    what is left of a list with prose in it."""
    links = Links(body)
    lists = links.lists(lambda each: each not in kept and prose.of(each) <= _ASIDE * prose.of(body), _SCRAP_CHARS)
    labels = [label for each in lists if (label := _label_of(each, kept)) is not None]
    ends = {each for each in lists if links.below(each).links >= _LONG_LIST}
    parents = dict.fromkeys(each.getparent() for each in lists if each in ends)
    behind = [box for parent in parents for box in _behind(list(parent.iterchildren(etree.Element)), ends, prose, kept)]
    remove(list(dict.fromkeys([*lists, *labels, *behind])))


def _label_of(element: Element, kept: Set[Element]) -> Element | None:
    """The words above a list: a heading, or a short line in an element of its own."""
    before = element.getprevious()
    if before is None or before in kept or (before.tail or "").strip():
        return None
    text = text_of(before, _LABEL_CHARS + 1)
    is_label = local(before) in _HEADINGS or (local(before) in _BOXES and not _PROSE.search(text.rstrip("：:")))
    return before if is_label and len(text) <= _LABEL_CHARS else None


def _behind(row: Sequence[Element], ends: Set[Element], prose: Weights, kept: Set[Element]) -> list[Element]:
    """Of elements side by side, the boxes behind the first list of links that ends an article; none where the article
    stands in no box before it, or goes on.
    """
    before, after = 0, sum(map(prose.of, row))
    for at, element in enumerate(row):
        after -= prose.of(element)
        if element in ends and after <= _AFTER * before:
            rest = row[at + 1 :]
            goes_on = any(each in kept or (local(each) not in _BOXES and prose.of(each)) for each in rest)
            return [] if goes_on else [each for each in rest if not _CREDIT.search(text_of(each, _CREDIT_CHARS))]
        before += prose.of(element) if local(element) in _BOXES else 0
    return []


def _is_furniture(element: Element) -> bool:
    name = local(element)
    if name in _KEPT:
        return False
    if name in _FURNITURE or (element.get("role") or "").lower() in _ROLES:
        return True
    return any(_NAMED.search(said) or _ABOVE.search(said) for key in ("class", "id") if (said := element.get(key)))


def _narrowed(body: Element, prose: Weights) -> Element:
    """The lowest element that holds most of the prose; not a table of data by itself."""
    total = prose.of(body)
    main = body
    while True:
        below = max(main, key=prose.of, default=None)
        if below is None or not isinstance(below.tag, str) or prose.of(below) < max(1, _MOST * total):
            return main
        if data_characters(below):
            return main
        main = below


def _with_headline(main: Element, prose: Weights) -> Element:
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


def text_of(element: Element, most: int) -> str:
    """The text below an element without white space, or as much of it as has so many characters."""
    found = ""
    for part in element.itertext():
        for word in _INK.finditer(part):
            found += word[0][: most - len(found)]
            if len(found) >= most:
                return found
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())
