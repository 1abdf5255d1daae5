"""What the indexes raise among themselves; it never leaves qa/stores."""

from __future__ import annotations

from qa.errors import LibraryError


class IndexUnusable(LibraryError):
    """An index on disk is missing, damaged, or of another library, model or version: it has to be rebuilt."""
