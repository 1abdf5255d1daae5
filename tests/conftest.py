"""Parts that several tests share: a library of the seed pages, built once a session through the real model."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # its modules are heavy: tests that need no library do not wait for them
    from qa.archive import Archive

ROOT = Path(__file__).parent.parent


def pytest_configure() -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and commands inherit that: tests send them Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed pages."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """The folder of a library that holds the seed pages. Shared: tests only read it."""
    from qa.archive import Archive

    folder = tmp_path_factory.mktemp("seeds") / "library"
    with Archive.open(folder, create=True) as archive:
        report = archive.add([seeds])
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def seeds_archive(seeds_library: Path) -> Iterator[Archive]:
    """That library, open. Shared: tests only read it."""
    from qa.archive import Archive

    with Archive.open(seeds_library) as archive:
        yield archive
