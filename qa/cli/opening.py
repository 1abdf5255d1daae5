"""Open the library that a command line names."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.settings import DEFAULT_READER

if TYPE_CHECKING:
    from qa.library.library import Library


@contextmanager
def opened_library(args: Namespace, *, create: bool = False, reader: str = DEFAULT_READER) -> Iterator[Library]:
    from qa.library.library import Library

    with Library.open(library_path(args), create=create, reader=reader) as library:
        yield library


def library_path(args: Namespace) -> Path:
    """The one named, else that of the environment, else the user's own. The shell leaves ``--library=~/x`` as it is."""
    named = args.library or os.environ.get("QA_LIBRARY")
    return Path(os.path.expanduser(named)) if named else data_folder() / "library"


def data_folder() -> Path:
    """Where libraries of this user live."""
    import platformdirs

    return Path(platformdirs.user_data_dir("wenbao", appauthor=False))
