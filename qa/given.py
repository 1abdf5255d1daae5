"""What a user says of files and articles on the command line: checked, or refused with an example."""

from __future__ import annotations

from collections.abc import Sequence

from qa.changes import Edit
from qa.errors import UsageError
from qa.readers.metadata import iso_date, metadata_of
from qa.types import Metadata


def metadata(*, paper: str | None = None, edition: str | None = None, date: str | None = None) -> Metadata:
    """Raises UsageError for a date that is none."""
    return metadata_of({"paper": paper, "edition": edition, "date": day(date) if date is not None else None})


def attributes(
    title: str | None, byline: Sequence[str] | None, paper: str | None, edition: str | None, date: str | None
) -> Edit | None:
    """An article's attributes to change, an empty text taking one away; None where none is said.

    A name of `byline` may be several, with 、 between them. Raises UsageError.
    """
    if all(value is None for value in (title, byline, paper, edition, date)):
        return None
    if title is not None and not title.strip():
        raise UsageError("标题不能是空的。例如：--title 新标题")
    read = metadata_of({"title": title, "byline": list(byline or ()), "paper": paper, "edition": edition})
    return Edit(
        article="",
        title=read.title,
        byline=None if byline is None else read.byline,
        paper=None if paper is None else read.paper or "",
        edition=None if edition is None else read.edition or "",
        date=day(date) if date else date,
    )


def day(text: str) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD for a date as people write it. Raises UsageError."""
    found = iso_date(text)
    if found is None:
        raise UsageError(f"“{text}”不是日期。写成 2025、2025-03 或 2025-03-05，例如：--date 2025-03-05")
    return found
