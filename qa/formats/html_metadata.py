"""What a web page says of itself: its head, what search engines are told, and the places around its headline."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate

from lxml import etree

from qa.formats.html_headline import without_site
from qa.formats.metadata import iso_date, metadata_of
from qa.formats.xml import Element, local
from qa.text.zh import JOBS, NO_PERSON, YEAR, any_of, iso
from qa.types import Metadata

_NAMES: Mapping[str, tuple[str, ...]] = {  # as sites and their tools write them, in lower case, without spaces
    "title": ("og:title", "article:title", "articletitle", "twitter:title", "dc.title"),
    "byline": (
        "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "weibo:article:author",
    ),
    "date": (
        "article:published_time", "article:published", "article:publish_time", "article:create_at",
        "weibo:article:create_at", "og:published_time", "og:pubdate", "og:release_date", "publishdate", "publish_date",
        "publish-date", "published", "published_time", "published-date", "publishtime", "publish_time", "pubdate",
        "pub_date", "pubtime", "pub_time",
        "datepublished", "date", "release_date", "releasedate", "parsely-pub-date", "sailthru.date", "bt:pubdate",
        "citation_publication_date", "citation_date", "dc.date", "dc.date.issued", "dc.date.created", "dcterms.issued",
        "dcterms.created", "dcterms.date", "datecreated", "firstpublishedtime", "originalpublicationdate",
    ),
    "paper": ("contentsource", "source", "article:source"),
    "site": ("og:site_name", "sitename", "application-name"),
}  # fmt: skip
_FIELD = {name: field for field, names in _NAMES.items() for name in names}
_BY_ID = {
    "pubtime_baidu": "date",
    "author_baidu": "byline",
    "source_baidu": "paper",
}  # as Baidu asks sites to mark them
_DATES_IN_DATA = ("datePublished", "pubDate", "datePosted", "dateCreated", "uploadDate")
_MOST_DATA = 1000  # values of JSON-LD that are looked through
_HEAD_LINES = 8  # behind the headline
_HEAD_LINE_CHARS = 120
_PRINTED = re.compile(
    rf"(?<![\d\-/.])({YEAR})\s*(?:年|[-/.])\s*(\d{{1,2}})\s*(?:月|[-/.])\s*(\d{{1,2}})(?!\d*[-/.]\d)(?:(?=\d\d:)|(?!\d))"
)
_DATED = re.compile(
    r"(?:(?:发布|發布|發佈|发表|發表|出版|刊登|刊发|见报|编发|上传|录入)(?:时间|時間|日期|于|於)"
    r"|(?:^|(?<=\s))(?:时间|時間|日期))[\s:：]*"
)
_PROSE_LINE = re.compile("[。！？]")
_IN_ADDRESS = re.compile(rf"/({YEAR})[-/]?(\d\d)[-/]?(\d\d)(?=[/_.-]|$)")
_NOBODY = re.compile(
    rf"{any_of(NO_PERSON)}|編輯|網|報|頻道|新聞|綜合|轉載|來源|admin|editor|author|unknown|anonymous|null|none|user|name|@|\d|http|www",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[^\W\d_a-zA-Z]{2,4}|[^\W\d_a-zA-Z]{1,8}(?:[·•・][^\W\d_a-zA-Z]{1,10}){1,3}"
    r"|[A-Z][\w'’.]*(?:[ .-]+[A-Z][\w'’.]*){1,3}"
)
_JOBS = re.compile(
    rf"^\W*(?:\S{{0,12}}?(?:{any_of((*JOBS, '記者', '通訊員', '撰稿', '作者'))})|[文图](?=[\s:：/]))?[\s:：/]*"
)
_SOURCE = re.compile(r"(?:来源|來源|稿源)\s*[:：]\s*《?([^\s，。；,;|《》:：]{2,20})")
_EDITED = re.compile(r"(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|审核|监制|主编|值班编委)[\s:：]*([^\W\d_]{2,4})")


def head_values(root: Element) -> dict[str, str]:
    """Title, byline, date, paper and the site's name as the page's head and marked elements give them: ``meta`` before
    JSON-LD, that before what Baidu asks for and ``time``. A date is one in ISO 8601.
    """
    found: dict[str, str] = {}
    for field, value in (*_metas(root), *_linked_data(root), *_marked(root)):
        kept = _date(value) if field == "date" else " ".join(value.split())
        if kept:
            found.setdefault(field, kept)
    return found


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(etree.Element):
        name = element.get("itemprop") or (
            local(element) == "meta" and (element.get("property") or element.get("name"))
        )
        field = _FIELD.get("".join((name or "").lower().split()))
        if field and (value := element.get("content") or (element.get("datetime") if field == "date" else None)):
            yield field, value


def _marked(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(etree.Element):
        if field := _BY_ID.get(element.get("id") or ""):
            yield field, "".join(element.itertext()).split("：")[-1].strip()
    for element in root.iter("time"):
        yield "date", element.get("datetime") or "".join(element.itertext())


def _linked_data(root: Element) -> Iterator[tuple[str, str]]:
    """Headline, date and author of JSON-LD blocks, whatever they are wrapped in."""
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "") or not element.text:
            continue
        try:
            value = json.loads(element.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in _objects(value):
            told = (("title", one.get("headline")), ("byline", _author(one)))
            dates = (("date", one.get(key)) for key in _DATES_IN_DATA)
            yield from ((field, each) for field, each in (*told, *dates) if isinstance(each, str) and each)


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    waiting = deque([value])
    for _ in range(_MOST_DATA):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, dict):
            yield one
            waiting += [each for each in one.values() if isinstance(each, list)] + [one.get("mainEntity")]
        elif isinstance(one, list):
            waiting += one


def _author(value: Mapping[str, object]) -> str | None:
    authors = value.get("author")
    named = [
        (None if one.get("@type") == "Organization" else one.get("name")) if isinstance(one, dict) else one
        for one in (authors if isinstance(authors, list) else [authors])
    ]
    return "、".join(name for name in named if isinstance(name, str)) or None


def _date(text: str) -> str | None:
    """A date as programs write it: ISO 8601, with a time, in seconds since 1970, or as in a letter's head."""
    text = text.strip()
    if found := iso_date(text):
        return found
    if printed := _PRINTED.search(text[:_HEAD_LINE_CHARS]):
        return iso(*printed.groups())
    told = parsedate(text[:_HEAD_LINE_CHARS])
    return iso(*told[:3]) if told else None


def persons(byline: str, lines: Iterable[str]) -> list[str]:
    """The people that a page's author field names: no site, no number, no address, no editor, nobody unknown."""
    editors = {name for line in lines for name in _EDITED.findall(line)}
    names = (_JOBS.sub("", name.strip()).strip() for name in re.split(r"[,，、;；/|]+|\s{2,}", byline))
    return [name for name in names if _PERSON.fullmatch(name) and not _NOBODY.search(name) and name not in editors]


def printed_date(lines: Sequence[str], title: str | None) -> str | None:
    """The date in the places above the text: on a line behind the headline, before the first sentence; or after the
    word for it, anywhere.
    """
    title = "".join((title or "").split())
    starts = [at for at, line in enumerate(lines) if title and "".join(line.split()) == title]
    head = list(_above_text(lines[starts[0] + 1 :] if starts else lines))
    labelled = (
        line[match.end() :][:_HEAD_LINE_CHARS] for line in (*head, *lines) for match in _DATED.finditer(line[:1000])
    )
    for part in labelled:
        if (match := _PRINTED.match(part)) and (found := iso(*match.groups())):
            return found
    matches = (match for line in head for match in _PRINTED.finditer(line))
    return next((found for match in matches if (found := iso(*match.groups()))), None)


def _above_text(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_HEAD_LINES]:
        if len(line) > _HEAD_LINE_CHARS or _PROSE_LINE.search(line):
            return
        yield line


def address_date(root: Element) -> str | None:
    """The date in the page's own address, where it names one."""
    told = [each.get("href") for each in root.iter("link") if each.get("rel") == "canonical"]
    told += [each.get("content") for each in root.iter("meta") if each.get("property") == "og:url"]
    matches = (_IN_ADDRESS.search(address) for address in told if address)
    return next((found for match in matches if match and (found := iso(*match.groups()))), None)


def printed_source(lines: Sequence[str]) -> str | None:
    """The paper that a line above or below the text names: 来源：某某晚报."""
    return next((match[1] for line in lines if len(line) <= _HEAD_LINE_CHARS and (match := _SOURCE.search(line))), None)


def page_metadata(root: Element, head: Mapping[str, str], headline: str | None, lines: Sequence[str]) -> Metadata:
    """What is known of the page: the headline that it shows before its title elsewhere, a date in its head before a
    printed one, that before the one in its address. `lines` are what it shows.
    """
    title = headline or head.get("title") or " ".join((root.findtext(".//title") or "").split())
    return metadata_of(
        {
            "title": headline or without_site(title, head.get("site")),
            "byline": persons(head.get("byline", ""), lines),
            "paper": head.get("paper") or printed_source(lines) or head.get("site"),
            "date": head.get("date") or printed_date(lines, headline) or address_date(root),
        }
    )
