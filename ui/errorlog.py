"""Log the errors of a long-running server: at most one line a minute for an error that repeats."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

PERIOD_SECONDS = 60.0
LINES_A_PERIOD = 300  # of all errors together: a stranger may see to it that no two are alike
_KINDS = 200  # that are remembered
_LONGEST = 2000  # characters of a line
_TRACEBACK_LINES = 200  # of one error
_NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
_INSIDE = re.compile(r"\s|$|Traceback ")


@dataclass(slots=True)
class _Seen:
    """When a kind of error was told last, and how often it came since."""

    told: float
    since: int = 0


class Sparing(io.TextIOBase):
    """A text stream before `stream`, safe for many threads. A traceback is one error, told whole the first time.

    `clock` gives seconds. Errors are alike where their last lines are, numbers aside.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._lock = threading.RLock()
        self._begun: dict[int, str] = {}  # a line that has not ended, by thread
        self._tracebacks: dict[int, list[str]] = {}  # by thread
        self._seen: dict[str, _Seen] = {}
        self._period, self._lines, self._dropped = clock(), 0, 0

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self._stream.flush()

    def write(self, text: str) -> int:
        thread = threading.get_ident()
        with self._lock:
            *lines, rest = (self._begun.pop(thread, "") + text).split("\n")
            if rest:
                self._begun[thread] = rest[:_LONGEST]
            for line in lines:
                self._line(thread, line[:_LONGEST])
        return len(text)

    def _line(self, thread: int, line: str) -> None:
        """An error by itself, or more of a traceback, which ends with the first line that is not indented."""
        if thread not in self._tracebacks and not line.startswith("Traceback "):
            if line.strip():
                self._error([line])
            return
        lines = self._tracebacks.setdefault(thread, [])
        lines.append(line)
        if len(lines) >= _TRACEBACK_LINES or not _INSIDE.match(line):
            self._error(self._tracebacks.pop(thread))

    def _error(self, lines: Sequence[str]) -> None:
        now, kind = self._clock(), _NUMBERS.sub("0", lines[-1])
        seen = self._seen.pop(kind, None)
        if seen is None:
            self._seen[kind] = _Seen(now)
            self._tell(lines, now)
        elif now - seen.told < PERIOD_SECONDS:
            self._seen[kind] = _Seen(seen.told, seen.since + 1)
        else:
            self._seen[kind] = _Seen(now)
            self._tell([f"{lines[-1]}（上次以来 {seen.since + 1} 次）"], now)
        while len(self._seen) > _KINDS:
            del self._seen[next(iter(self._seen))]

    def _tell(self, lines: Sequence[str], now: float) -> None:
        """As many lines as the period still allows; the next one says how many it did not."""
        if now - self._period >= PERIOD_SECONDS:
            dropped = [f"另有 {self._dropped} 行出错的话没有写出。"] if self._dropped else []
            self._period, self._lines, self._dropped = now, 0, 0
            lines = [*dropped, *lines]
        allowed = lines[: max(0, LINES_A_PERIOD - self._lines)]
        self._lines += len(allowed)
        self._dropped += len(lines) - len(allowed)
        self._stream.write("".join(f"{line}\n" for line in allowed))
        self._stream.flush()
