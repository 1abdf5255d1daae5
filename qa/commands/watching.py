"""Following folders: what changes in them goes into the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from qa.errors import LibraryBusy

_LOOK_MS = 1000  # between two looks whether an update that was put off can be made now


def follow(paths: Iterable[Path], library: Path, update: Callable[[], None]) -> None:
    """Call `update` once the paths are watched and whenever something below them changed, until an interrupt. Where
    somebody else is writing to the library, again a little later.
    """
    is_pending = True  # what changed before the watching began is told by nobody
    for is_changed in _changes(paths, library.resolve()):
        is_pending |= is_changed
        if is_pending:
            try:
                update()
                is_pending = False
            except LibraryBusy:
                continue


def _changes(paths: Iterable[Path], library: Path) -> Iterator[bool]:
    """Once a second at least: whether something changed, what the library itself writes apart."""
    from watchfiles import watch

    for changes in watch(*paths, watch_filter=None, yield_on_timeout=True, rust_timeout=_LOOK_MS):
        yield any(not Path(path).is_relative_to(library) for _, path in changes)
