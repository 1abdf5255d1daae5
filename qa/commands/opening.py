"""The library that a command is about."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.settings import DEFAULT_READER

if TYPE_CHECKING:
    from qa.archive import Archive


@contextmanager
def opened(args: Namespace, *, create: bool = False, reader: str = DEFAULT_READER) -> Iterator[Archive]:
    from qa.archive import Archive

    with Archive.open(library(args), create=create, reader=reader) as archive:
        yield archive


def library(args: Namespace) -> Path:
    """The one named, else that of the environment, else the user's own. The shell leaves ``--library=~/x`` as it is."""
    named = args.library or os.environ.get("QA_LIBRARY")
    return Path(os.path.expanduser(named)) if named else data_folder() / "library"


def data_folder() -> Path:
    """Where libraries of this user live."""
    import platformdirs

    return Path(platformdirs.user_data_dir("wenbao", appauthor=False))
