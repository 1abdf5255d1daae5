"""HTML text -> an lxml tree, repaired as browsers do (HTML Living Standard, 13.2); what would take too long is refused.

lexbor parses. Its work grows with the square of the depth, and with what has to be opened anew in each paragraph, so
the tags are counted first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from qa.errors import ReadError
from qa.formats.xml import Element
from qa.formats.xml import parse as parse_xml

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_ATTRIBUTES = 1000  # of one tag; what editors and frameworks write has some dozens
_DEEPEST = 512  # open elements, as in browsers
_MOST_FORMATS = 4000  # open elements that only say how text looks, which pages leave open more often
_ALIKE = 3  # of those that are written alike, so many are opened anew in a paragraph
_REOPENED = 64  # how many are, on the average of a page's tags
_REOPENED_FREE = 100_000
_TAG = re.compile(r"<(?:!--|/([a-z][^\s/>]*)|([a-z][^\s/>]*))", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+ [^\s/>][^\s/>=]*+ (?: \s*+ = \s*+ (?: "[^"]*+"? | '[^']*+'? | [^\s>]*+ ) )?+""", re.VERBOSE
)
_RAW = frozenset({"script", "style", "textarea", "title", "xmp"})  # what stands in them is no markup
_FORMATS = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_ENDLESS = frozenset(  # without an end tag, or ended by the next of their kind
    """
    area base br col embed hr img input link meta param source track wbr p li dd dt option optgroup tr td th thead
    tbody tfoot colgroup rb rp rt rtc html head body
    """.split()  # noqa: SIM905
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML trees hold none of these
_NO_NAME = re.compile(r"[^\w.-]", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")


def parse(text: str) -> Element:
    """The tree of a page: what is XHTML by its first line and well formed as it is written, all else as browsers do.

    Comments are left out. Raises ReadError for what no browser would show either: tags nested too deep.
    """
    check_tags(text)
    written = _as_written(text)
    if written is not None:
        return written
    root = LexborHTMLParser(_UNWRITABLE.sub("", text.replace("\f", " "))).root
    if root is None:
        raise ReadError("html.no-structure")
    return _copied(root)


def _as_written(text: str) -> Element | None:
    """The tree of XHTML, without namespaces; None for what is none, or is not well formed."""
    prolog = _PROLOG.match(text)
    if prolog is None:
        return None
    try:
        root = parse_xml(text[prolog.end() :].encode("utf-8", "replace"))
    except ReadError:
        return None
    for element in root.iter(etree.Element):
        element.tag = element.tag.rpartition("}")[2].lower()
    return root


def _copied(root: LexborNode) -> Element:
    """The tree below an element, comments left out, names and attributes that XML cannot hold changed or left out."""
    builder = etree.TreeBuilder()
    opened: list[tuple[LexborNode, str]] = []
    node: LexborNode | None = root
    while node is not None:
        if node.is_element_node:
            name = _element_name(node)
            builder.start(name, {key: value or "" for key, value in node.attributes.items() if _NAME.fullmatch(key)})
            opened.append((node, name))
            below = node.first_child
        else:
            builder.data((node.text_content or "") if node.is_text_node else "")
            below = None
        node = below or _following(node, opened, builder)
    return builder.close()


def _following(node: LexborNode, opened: list[tuple[LexborNode, str]], builder: Any) -> LexborNode | None:
    """The node after one that has nothing below it left; the elements that end before it are closed."""
    if node.is_element_node:
        builder.end(opened.pop()[1])
    while (after := node.next) is None and opened:
        node, name = opened.pop()
        builder.end(name)
    return after if opened else None


def _element_name(node: LexborNode) -> str:
    name = _NO_NAME.sub("_", node.tag or "")
    return name if _NAME.fullmatch(name) else f"_{name}"


def check_tags(text: str) -> None:
    """Raises ReadError for a tag with too many attributes, and for tags that are nested too deep. Every character is
    looked at once or twice.
    """
    nesting = _Nesting()
    at = 0
    while tag := _TAG.search(text, at):
        name = (tag[2] or "").lower()
        at = _end_of_tag(text, tag.end()) if name else tag.end()
        if name:
            nesting.start(name, text[tag.start() : at])
        elif tag[1]:
            nesting.end(tag[1].lower())
        else:
            at = _behind(text, "-->", at)
        if name in _RAW:
            at = _behind(text, f"</{name}", at)


class _Nesting:
    """How deep a parser's stack may be, and how many elements it opens anew: counted high, where end tags lack."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._depth = 0  # of elements other than formats
        self._formats: dict[str, list[str]] = defaultdict(list)  # open ones, by name, as they are written
        self._alike: Counter[str] = Counter()
        self._active = 0  # formats that the next paragraph opens anew
        self._active_sum = self._tags = self._formats_open = 0

    def start(self, name: str, written: str) -> None:
        self._tags += 1
        self._active_sum += self._active
        if name in _FORMATS:
            self._formats[name].append(written)
            self._alike[written] += 1
            self._active += self._alike[written] <= _ALIKE
            self._formats_open += 1
        elif name not in _ENDLESS and name not in _RAW:
            self._open[name] += 1
            self._depth += 1
        too_many = self._active_sum > _REOPENED * self._tags + _REOPENED_FREE
        if too_many or self._depth > _DEEPEST or self._formats_open > _MOST_FORMATS:
            raise ReadError("html.too-deep")

    def end(self, name: str) -> None:
        if name in _FORMATS and self._formats[name]:
            written = self._formats[name].pop()
            self._active -= self._alike[written] <= _ALIKE
            self._alike[written] -= 1
            self._formats_open -= 1
        elif self._open[name]:
            self._open[name] -= 1
            self._depth -= 1


def _end_of_tag(text: str, at: int) -> int:
    for _ in range(_MOST_ATTRIBUTES):
        attribute = _ATTRIBUTE.match(text, at)
        if attribute is None:
            return at
        at = attribute.end()
    raise ReadError("html.too-many-attributes", most=_MOST_ATTRIBUTES)


def _behind(text: str, mark: str, at: int) -> int:
    """Where the first `mark` from `at` on ends, whatever its case; the end of the text where there is none."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(text, at)
    return found.end() if found else len(text)
