"""A record (a line of .jsonl, an object of .json, a row of .csv) -> Page: which names of fields are recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.kept import compared, letters, unread
from qa.formats.metadata import metadata_of
from qa.types import Metadata, Page, Skipped

TEXT_KEYS = (
    *("text", "正文", "content", "内容", "內容", "body", "全文", "文本"),
    *("full_text", "fulltext", "text_clean", "clean_text", "content_clean", "article_text", "article_body"),
    *("news_content", "article_content", "post_content", "main_text", "maintext"),
    *("新闻内容", "新闻正文", "正文内容", "文章内容", "文章正文", "原文", "article", "sentence", "句子", "段落"),
    *("微博正文", "微博内容", "帖子内容", "评论内容", "回答内容", "推文"),
    *("摘要", "summary", "abstract"),
)
"""Names of the field that holds a record's text, in lower case; of several the first."""

Columns = Mapping[str, str]
"""A user's names of fields, in lower case, to ours: those of Metadata, and "text" and "id"."""

NO_COLUMNS: Columns = MappingProxyType({})
_MOST_TOLD = 1000  # records of a file that are left out one by one; of more, a file may have millions, their number
_UNTOLD = "records.more-untold"
_ID_KEYS = ("id", "_id", "编号", "編號")


class Broken(ReadError):
    """A record that gives no page; the message is the reason."""


class NoText(Broken):
    """A sound record with nothing to read in it."""


@dataclass(slots=True)
class Intake:
    """The records of one file on their way in; those that cannot be taken go to `on_skip`."""

    path: Path
    source: str
    on_skip: Callable[[Skipped], None] | None
    columns: Columns = field(default_factory=lambda: NO_COLUMNS)
    sound: int = 0  # records that could be parsed
    _seen: set[str] = field(default_factory=set)
    _left_out: int = 0
    _is_failed: bool = False  # whether one of those that were left out untold should have been taken

    @property
    def taken(self) -> int:
        return len(self._seen)

    def take(self, number: int, parse: Callable[[], Mapping[str, object]]) -> Page | None:
        """The page of the record that `parse` gives, `number` its line or place in the file; None where it is left out:
        broken, without text, or of an id that was there before."""
        try:
            values = self.renamed(parse())
            self.sound += 1
            page = page_of(values, number, self.source)
            if page.record in self._seen:
                raise Broken("records.id-twice", record=page.record)
        except Broken as broken:
            self._leave_out(number, broken)
            return None
        self._seen.add(str(page.record))
        return page

    def renamed(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """The fields under our names where the user said which they are; those win over fields that have the name."""
        if not self.columns:
            return values
        said = {ours: values[key] for key in values if (ours := self.columns.get(key.strip().lower()))}
        return {**values, **said}

    def end(self) -> None:
        """After the last record: tell how many were left out beyond those that were told one by one."""
        untold = self._left_out - _MOST_TOLD
        if untold > 0 and self.on_skip is not None:
            self.on_skip(Skipped(str(self.path), Wording(_UNTOLD, number=untold, told=_MOST_TOLD), self._is_failed))

    def _leave_out(self, number: int, broken: Broken) -> None:
        failed = not isinstance(broken, NoText)
        self._left_out += 1
        if self._left_out > _MOST_TOLD:
            self._is_failed |= failed
        elif self.on_skip is not None:
            self.on_skip(Skipped(f"{self.path}:{number}", str(broken), failed))


def page_of(record: Mapping[str, object], number: int, source: str) -> Page:
    """``id`` or ``_id`` (else `number`), ``text``, and the fields of Metadata, all under their Chinese names too.

    What is missing at the top is read from ``metadata``. Where another field holds a long text as well, the page tells
    how much was kept. Raises Broken.
    """
    inner = record.get("metadata")
    given = {key: value for key, value in record.items() if value not in (None, "")}
    values = {**(inner if isinstance(inner, dict) else {}), **given}
    text = next((values[key] for key in TEXT_KEYS if key in values), None)
    if text is None or (isinstance(text, str) and not text.strip()):
        raise NoText("records.no-text")
    if not isinstance(text, str):
        raise Broken("records.text-not-text")
    metadata = metadata_of(values)
    name = _id(given, values, number)
    if not _is_unicode(text, name, metadata):
        raise Broken("records.surrogates")
    page = Page(source=source, text=text, record=name, metadata=metadata)
    kept = letters(text)
    others = (one for one in _texts(values) if one != text)
    return compared(page, kept, kept + unread(others, text))


def _texts(value: object) -> Iterator[str]:
    """The texts in a record and in what it holds, deep down."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one


def _id(given: Mapping[str, object], values: Mapping[str, object], number: int) -> str:
    """The record's own id before one in its metadata, ``id`` before ``_id``; without any, its number."""
    for where in (given, values):
        for key in _ID_KEYS:
            if key in where:
                value = where[key]
                if isinstance(value, bool) or not isinstance(value, str | int | float):
                    raise Broken("records.id-not-text")
                return str(value)
    return str(number)


def _is_unicode(text: str, name: str, metadata: Metadata) -> bool:
    """Whether everything is text: JSON can escape half of a surrogate pair, which nothing can store."""
    given = (text, name, metadata.title, metadata.paper, metadata.edition, metadata.date, *metadata.byline)
    try:
        "".join(part for part in given if part).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
