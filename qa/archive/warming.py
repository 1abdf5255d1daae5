"""What takes long to load, loaded in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from qa.errors import QaError


def load(loaders: Iterable[Callable[[], object]]) -> None:
    """Call each loader in a thread of its own, and return at once.

    Whoever needs what it loads calls it again and waits, or gets its error: so it is no matter here.
    """
    for loader in loaders:
        threading.Thread(target=_load, args=(loader,)).start()


def _load(loader: Callable[[], object]) -> None:
    with suppress(QaError):
        loader()
