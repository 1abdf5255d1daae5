"""Check and normalise what callers hand to a Library: paths, queries, dates. Raises UsageError."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from qa.errors import UsageError
from qa.formats.metadata import iso_date
from qa.store.folder import Folder
from qa.types import Filters, Metadata, Query

AnyPath = str | os.PathLike[str]


def as_paths(paths: AnyPath | Iterable[AnyPath]) -> tuple[Path, ...]:
    """One path or several; "~" at the beginning of a text is the user's home, as in a shell.

    Raises UsageError for an empty one, which would be the folder that we are in.
    """
    named = (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)
    if not all(os.fspath(path).strip() for path in named):
        raise UsageError("query.no-path")
    return tuple(Path(os.path.expanduser(path) if isinstance(path, str) else path) for path in named)


def as_folder(location: AnyPath) -> Folder:
    """The folder of a library, or what is kept here beside one at an address. Raises UsageError for an empty one."""
    if not os.fspath(location).strip():
        raise UsageError("query.no-path")
    return Folder.at(location)


def as_names(names: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def as_query(question: Query | str) -> Query:
    """A question or a query, its dates in ISO 8601. Raises UsageError for a `k` below 1 and for what is no date."""
    if isinstance(question, str):
        return Query(question)
    if question.k < 1:
        raise UsageError("query.no-passages", k=question.k)
    return replace(question, filters=as_filters(question.filters), today=_day(question.today))


def as_filters(filters: Filters) -> Filters:
    """The filters, their dates in ISO 8601. Raises UsageError for what is no date."""
    return replace(filters, since=_date(filters.since), until=_date(filters.until))


def as_metadata(given: Metadata) -> Metadata:
    """What is said of files, its date in ISO 8601. Raises UsageError for what is no date."""
    return replace(given, date=_date(given.date))


def _date(text: str | None) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD; None for none and for an empty text."""
    found = iso_date(text) if text else None
    if text and found is None:
        raise UsageError("query.no-date", text=text)
    return found


def _day(text: str | None) -> str | None:
    found = _date(text)
    if found and len(found) < len("YYYY-MM-DD"):
        raise UsageError("query.no-day", text=text)
    return found
