"""The headline of a web page: the element that shows it, and its title without the site's names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from qa.formats.html_content import squeezed, text_of
from qa.formats.xml import Element, local
from qa.text.zh import OUTLET_ENDS, any_of

_HEADLINES = frozenset({"h1", "h2", "h3"})
_LEAST_TITLE = 4
_SURE_TITLE = 6
_TITLED = re.compile(r"(?:headline|tit|bt)(?!\D)")
_PARTS = re.compile(r"[\s_\-]+")  # of a class: news-title
_TITLE_CHARS = 120


def headline_of(root: Element, titles: Iterable[str]) -> Element | None:
    """The element that shows the headline: what one of the `titles` that the page gives itself starts with, else its
    only h1 that is not the site's name. None where there is none.
    """
    told = [bare for title in titles if (bare := squeezed(title))]
    found = [(each, text) for each in root.iter(etree.Element) if (text := _headline_text(each))]
    matching = [(each, text) for each, text in found if len(text) >= _LEAST_TITLE and _is_told(text, told)]
    if matching:
        return max(matching, key=lambda one: (len(one[1]), local(one[0]) in _HEADLINES))[0]
    only = [(each, text) for each, text in found if local(each) == "h1"]
    if len(only) != 1 or any(only[0][1] in title for title in told):
        return None
    return only[0][0]


def _headline_text(element: Element) -> str:
    """What an element that may be a headline says, without white space; "" for any other."""
    if local(element) in ("html", "body", "head", "title", "a", "script", "style", "meta", "option"):
        return ""
    titled = local(element) in _HEADLINES or any(map(_is_titled, (element.get("class"), element.get("id"))))
    if not titled:
        return text if len(text := squeezed(element.text or "")) >= _SURE_TITLE else ""
    text = text_of(element, _TITLE_CHARS + 1)
    return text if len(text) <= _TITLE_CHARS else ""


def _is_titled(name: str | None) -> bool:
    """Whether a class or an id is named for a title."""
    return any("title" in part or _TITLED.match(part) for part in _PARTS.split((name or "").lower()))


def _is_told(text: str, titles: Iterable[str]) -> bool:
    return any(title.startswith(text) for title in titles)


_SEPARATOR = re.compile(r"\s*(?:[_|｜丨]|\s[-–—·]\s|--+|—+|[-–])\s*")
_SITE_END = re.compile(
    rf"(?:{any_of(OUTLET_ENDS)}|網|報|频道|頻道|新聞|门户|政府|政务|首页|中心|论坛|博客|周刊|杂志|日报|晚报|时报|新浪|搜狐|网易|腾讯|凤凰"
    r"|澎湃|财经|要闻|资讯|\.com|\.cn|\.net|\.org)$",
    re.IGNORECASE,
)
_SURE_SEPARATOR = re.compile(r"\s*[_|｜丨]\s*|\s+[-–—]\s+")
_CHANNEL_CHARS = 6  # of a channel's name between the headline and the site's name


def headline_text(element: Element | None) -> str | None:
    """What the element of the headline says."""
    return " ".join("".join(element.itertext()).split()) if element is not None else None


def without_site(title: str, site: str | None) -> str:
    """A title without what follows the headline in it: the names of a site and its channels.

    Behind a mark that no headline has, anything goes; behind a hyphen or a dash only what ends as such a name does.
    """
    end, goes = len(title), False
    marks = list(_SEPARATOR.finditer(title))
    for mark in reversed(marks):
        tail = title[mark.end() : end].strip()
        is_channel = goes and len(tail) <= _CHANNEL_CHARS
        goes = not tail or tail == site or bool(_SURE_SEPARATOR.fullmatch(mark[0]) or _SITE_END.search(tail))
        if not mark.start() or not (goes or is_channel):
            break
        end = mark.start()
    return title[:end].strip() or title
