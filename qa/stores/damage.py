"""What can be wrong with an index on disk."""

from __future__ import annotations

from qa.errors import LibraryError


class IndexUnusable(LibraryError):
    """An index on disk is missing, damaged, or of another library, model or version: it has to be rebuilt.

    Never leaves qa/stores.
    """


class IndexNotWritten(LibraryError):
    """An index could not be brought up to date on disk. Nothing is lost: who writes next does it."""
