"""Read metadata as people write it: names of keys, lists of names, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qa.errors import UsageError
from qa.text.zh import DIGIT_VALUES, DIGITS, iso, republican
from qa.types import Edit, Metadata

# Key as people write it, in lower case, to the field of Metadata.
_FIELDS = {
    "title": "title",
    "headline": "title",
    "标题": "title",
    "题名": "title",
    "題名": "title",
    "篇名": "title",
    "題目": "title",
    "题目": "title",
    "標題": "title",
    "文章标题": "title",
    "文章標題": "title",
    "新闻标题": "title",
    "新聞標題": "title",
    "title_clean": "title",
    "clean_title": "title",
    "article_title": "title",
    "news_title": "title",
    "byline": "byline",
    "author": "byline",
    "authors": "byline",
    "作者": "byline",
    "署名": "byline",
    "记者": "byline",
    "記者": "byline",
    "screen_name": "byline",
    "user_name": "byline",
    "用户昵称": "byline",
    "昵称": "byline",
    "博主": "byline",
    "paper": "paper",
    "newspaper": "paper",
    "报纸": "paper",
    "报名": "paper",
    "報名": "paper",
    "报刊": "paper",
    "来源": "paper",
    "報紙": "paper",
    "edition": "edition",
    "版次": "edition",
    "版面": "edition",
    "版": "edition",
    "版次/卷期": "edition",
    "page_name": "edition",
    "date": "date",
    "published": "date",
    "日期": "date",
    "出版日期": "date",
    "发布日期": "date",
    "時間": "date",
    "时间": "date",
    "发布时间": "date",
    "發布時間": "date",
    "發佈時間": "date",
    "發佈日期": "date",
    "發布日期": "date",
    "发表时间": "date",
    "发表日期": "date",
    "發表日期": "date",
    "出版时间": "date",
    "见报日期": "date",
    "刊登日期": "date",
    "刊期": "date",
    "publish_date": "date",
    "publish_time": "date",
    "publishdate": "date",
    "publish_at": "date",
    "published_at": "date",
    "published_date": "date",
    "publication_date": "date",
    "pub_date": "date",
    "pub_time": "date",
    "pubdate": "date",
    "pubtime": "date",
    "datetime": "date",
    "issue_date": "date",
    "created_at": "date",
    "news_date": "date",
}
_ISSUES = ("publish", "出处", "出處", "刊名", "issue")  # fields that may name a whole issue
_ISSUE_DATE = re.compile(r"(?:出版|发行|發行)?日期\s*[:：]\s*([\d〇零一二三四五六七八九十年月日/.-]+)")
_ISSUE_EDITION = re.compile(r"(?:版次|版面|版)[^:：\s]*\s*[:：]\s*(?:第\s*)?([^\s,，;；版]+)")
_RECORD_FIELDS = {**_FIELDS, "text": "text", "正文": "text", "全文": "text", "内容": "text", "id": "id", "编号": "id"}
_NAME_BREAK = re.compile(r"[,，、;；\n]+")
_TENS = re.compile(f"([{DIGITS[1:]}]?)十([{DIGITS[1:]}]?)")
_DIGITS = str.maketrans({sign: str(value) for sign, value in DIGIT_VALUES.items()})
_DATE = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})(?:\s*日)?)?(?:\s*月)?)?(?:\s*年)?"
    r"(?:(?:[T\s(]|星期|周).*)?",
    re.ASCII | re.DOTALL,
)
_REPUBLIC_DATE = re.compile(r"(?:中[华華])?民[国國]\s*(元|\d{1,3})年(\d{1,2})月(\d{1,2})日")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def metadata_of(values: Mapping[str, object]) -> Metadata:
    """The fields that `values` gives under the names people use. Keys of no field and values of no use are passed over.

    A byline is a list, or a text with commas; a date that is none is left out, never guessed.
    """
    found: dict[str, object] = {}
    for key, value in values.items():
        field = _FIELDS.get(key.strip().lower())
        if field is not None and value not in (None, ""):
            found.setdefault(field, value)
    said = Metadata(
        title=_phrase(found.get("title")),
        byline=_names(found.get("byline")),
        paper=_phrase(found.get("paper")),
        edition=_phrase(found.get("edition")),
        date=iso_date(_phrase(found.get("date")) or ""),
    )
    issues = (_phrase(value) for key, value in values.items() if key.strip().lower() in _ISSUES)
    return said.over(_issue(next(filter(None, issues), "")))


def _issue(said: str) -> Metadata:
    """Paper, date and edition of an issue named in one phrase, as data bases of old papers do: 申報 日期：1949-05-08
    版次/卷期：02 版. A phrase that is a date alone is one.
    """
    date = _ISSUE_DATE.search(said)
    if date is None:
        return Metadata(date=iso_date(said))
    edition = _ISSUE_EDITION.search(said)
    return Metadata(
        paper=said[: date.start()].strip(" ,，;；") or None, edition=edition and edition[1], date=iso_date(date[1])
    )


def iso_date(text: str) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD for a date in digits, ISO 8601 or Chinese, or in the Republic's calendar, a time left
    out; else None.
    """
    tens = _TENS.sub(lambda match: (match[1] or "一") + (match[2] or "〇"), unicodedata.normalize("NFKC", text))
    text = tens.translate(_DIGITS).strip()
    if day := _REPUBLIC_DATE.fullmatch(text):
        return republican(int(day[1].replace("元", "1")), int(day[2]), int(day[3]))
    match = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text)
    return iso(*match.groups()) if match else None


def _phrase(value: object) -> str | None:
    """A text or a number as one line; None for anything else and for blanks."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return " ".join(str(value).split()) or None


def _names(value: object) -> tuple[str, ...]:
    parts: Iterable[object] = value if isinstance(value, list) else (value,)
    pieces = (piece for part in parts if isinstance(part, str) for piece in _NAME_BREAK.split(part))
    return tuple(dict.fromkeys(name for piece in pieces if (name := " ".join(piece.split()))))


def stated_metadata(
    *, paper: str | None = None, edition: str | None = None, date: str | None = None, columns: str | None = None
) -> Metadata:
    """What a user states of files; `columns` as ``正文=full_text,日期=publish_date``. Raises UsageError for a date that
    is none, and for columns that are not said so.
    """
    said = metadata_of({"paper": paper, "edition": edition, "date": stated_date(date) if date is not None else None})
    return replace(said, columns=stated_columns(columns) if columns else ())


def stated_columns(said: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a column's name, in lower case, and the field that it is. Raises UsageError."""
    pairs = []
    for part in filter(str.strip, re.split("[,，;；、]", said)):
        field, is_pair, name = unicodedata.normalize("NFKC", part).partition("=")
        known = _RECORD_FIELDS.get(field.strip().lower())
        if not is_pair or not name.strip() or known is None:
            raise UsageError("metadata.no-columns", said=part.strip())
        pairs.append((name.strip().lower(), known))
    return tuple(pairs)


def stated_attributes(
    title: str | None, byline: Sequence[str] | None, paper: str | None, edition: str | None, date: str | None
) -> Edit | None:
    """An article's attributes to change, an empty text taking one away; None where none is said.

    A name of `byline` may be several, with 、 between them. Raises UsageError.
    """
    if all(value is None for value in (title, byline, paper, edition, date)):
        return None
    if title is not None and not title.strip():
        raise UsageError("metadata.no-title")
    read = metadata_of({"title": title, "byline": list(byline or ()), "paper": paper, "edition": edition})
    return Edit(
        article="",
        title=read.title,
        byline=None if byline is None else read.byline,
        paper=None if paper is None else read.paper or "",
        edition=None if edition is None else read.edition or "",
        date=stated_date(date) if date else date,
    )


def stated_date(text: str) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD for a date as people write it. Raises UsageError."""
    found = iso_date(text)
    if found is None:
        raise UsageError("metadata.no-date", text=text)
    return found
