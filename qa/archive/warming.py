"""What takes long to load, loaded in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from qa.archive.modelling import Modelling
from qa.archive.reading import Reading
from qa.errors import QaError
from qa.stores.log import Model


class Warming:
    """Loads the model and the reader of a library, each in a thread of its own.

    Whoever needs them asks `Modelling` and `Reading` as ever: waits, or gets the error, which is no matter here.
    """

    def __init__(self, modelling: Modelling, reading: Reading) -> None:
        self._modelling = modelling
        self._reading = reading
        self._threads: list[threading.Thread] = []

    def start(self, model: Model | None) -> None:
        """Load what answers with the vectors of `model`, and return at once."""
        self._load(lambda: self._modelling.embedder_of(model))
        self._load(self._reading.reader)

    def wait(self) -> None:
        """Until nothing is being loaded: a thread cannot load while its process ends."""
        for thread in self._threads:
            thread.join()

    def _load(self, loader: Callable[[], object]) -> None:
        def load() -> None:
            with suppress(QaError):
                loader()

        self._threads.append(threading.Thread(target=load))
        self._threads[-1].start()
