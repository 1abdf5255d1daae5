"""Parts that several tests share: a library of the seed pages, built once a session through the real model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # its modules are heavy: tests that need no library do not wait for them
    from playwright.sync_api import Browser

    from qa.library.library import Library
    from tests.parts.postgres import Server

ROOT = Path(__file__).parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and commands inherit that: tests send them Ctrl-C.
    Some leave a library open: SQLite says nothing of it, psycopg does, in whichever test comes later.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "filterwarnings", "ignore:.*psycopg.Connection.*was deleted while still open:ResourceWarning"
    )


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as half of the time tests wait for a browser or a server; four at most."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Whatever takes a browser is marked so: `pytest -m "not browser"` leaves it out. Where libraries are on a server,
    what is about their folders is skipped.
    """
    from tests.parts.elsewhere import INDEX

    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if INDEX and (about := item.get_closest_marker("folder")):
            item.add_marker(pytest.mark.skip(f"about a library's folder: {about.args[0]}"))


@pytest.fixture(scope="session", autouse=True)
def where_libraries_are(request: pytest.FixtureRequest) -> Iterator[None]:
    """In folders, or on a server: `QA_TEST_INDEX`."""
    from tests.parts.elsewhere import libraries_elsewhere

    with libraries_elsewhere(request):
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed pages."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seeds_path(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """The folder of a library that holds the seed pages. Shared: tests only read it."""
    from qa.library.library import Library

    folder = tmp_path_factory.mktemp("seeds") / "library"
    with Library.open(folder, create=True) as library:
        report = library.add([seeds])
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def seeds_library(seeds_path: Path) -> Iterator[Library]:
    """That library, open. Shared: tests only read it."""
    from qa.library.library import Library

    with Library.open(seeds_path) as library:
        yield library


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL; a test that takes it is skipped where none can be had."""
    from tests.parts.postgres import serving

    with serving() as server:
        yield server


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Libraries on a server that are opened from now on, and processes that are started, are those of the machine of a
    name.
    """
    return lambda name: monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name))


@pytest.fixture
def server(postgres: Server, machine: Callable[[str], None]) -> str:
    """The address of a library that is not made yet, asked from machine "a"."""
    machine("a")
    return postgres.address()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a new library may be, as `--library` takes it: a folder, or a schema of its own on a server."""
    from tests.parts.postgres import place_for

    with place_for(request, tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; a test that takes it is skipped where there is none."""
    ui_browser = pytest.importorskip("tests.parts.browser")
    if ui_browser.executable() is None:
        pytest.skip("要用真浏览器测试：apt install chromium")
    with ui_browser.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def own_library(seeds_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed pages in a library of the module's own: it may be written to, conversations are kept in it."""
    from tests.parts.elsewhere import copied

    return copied(seeds_path, tmp_path_factory.mktemp("own") / "library")


@pytest.fixture(scope="module")
def url(own_library: Path) -> Iterator[str]:
    """Where the app over `own_library` is served."""
    from tests.parts.server import running

    with running(own_library) as (url, _):
        yield url
