"""What a user says of files and articles on the command line: checked, or refused with an example."""

from __future__ import annotations

from qa.errors import UsageError
from qa.readers.metadata import iso_date, metadata_of
from qa.types import Metadata


def metadata(*, paper: str | None = None, edition: str | None = None, date: str | None = None) -> Metadata:
    """Raises UsageError for a date that is none."""
    return metadata_of({"paper": paper, "edition": edition, "date": day(date) if date is not None else None})


def day(text: str) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD for a date as people write it. Raises UsageError."""
    found = iso_date(text)
    if found is None:
        raise UsageError(f"“{text}”不是日期。写成 2025、2025-03 或 2025-03-05，例如：--date 2025-03-05")
    return found
