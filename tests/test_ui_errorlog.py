"""An error that repeats is told once a minute, whatever writes it; one that differs is told."""

from __future__ import annotations

import io
import logging
import threading
import traceback
from collections.abc import Iterator

import pytest

from ui.errorlog import LINES_A_PERIOD, PERIOD_SECONDS, Sparing


class Told:
    """A stream that can be read, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.out, self.now = io.StringIO(), 0.0
        self.stream = Sparing(self.out, lambda: self.now)

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def logger(told: Told) -> Iterator[logging.Logger]:
    """A logger that writes to the stream, as uvicorn's does."""
    named, handler = logging.getLogger("test.sparing"), logging.StreamHandler(told.stream)
    named.addHandler(handler)
    named.propagate = False
    yield named
    named.removeHandler(handler)


def _fail(number: int) -> None:
    raise ValueError(f"no room for {number}")


def _trace(told: Told, number: int) -> None:
    try:
        _fail(number)
    except ValueError:
        traceback.print_exc(file=told.stream)


def test_a_line_that_repeats_is_one_a_minute_and_says_how_often(told: Told, logger: logging.Logger) -> None:
    for minute in range(3):
        told.now = minute * PERIOD_SECONDS
        for number in range(1000):
            logger.warning("no descriptor for %d at 0x%x", number, 1000 + number)
        logger.warning("something else of minute %s", "甲乙丙"[minute])
    assert told.lines == [
        "no descriptor for 0 at 0x3e8",
        "something else of minute 甲",
        "no descriptor for 0 at 0x3e8（上次以来 1000 次）",
        "something else of minute 乙",
        "no descriptor for 0 at 0x3e8（上次以来 1000 次）",
        "something else of minute 丙",
    ]


def test_a_traceback_is_whole_once_then_a_line(told: Told) -> None:
    for number in range(50):
        _trace(told, number)
    whole = told.lines
    assert whole[0].startswith("Traceback")
    assert whole[-1] == "ValueError: no room for 0"
    assert sum(line.startswith("Traceback") for line in whole) == 1
    told.now = PERIOD_SECONDS
    _trace(told, 50)
    assert told.lines[len(whole) :] == ["ValueError: no room for 50（上次以来 50 次）"]


def test_errors_that_all_differ_are_bounded_and_what_is_left_out_is_counted(told: Told) -> None:
    for one in range(5 * LINES_A_PERIOD):
        told.stream.write(f"bad path {chr(0x4E00 + one)}\n")
    assert len(told.lines) == LINES_A_PERIOD
    told.now = PERIOD_SECONDS
    told.stream.write("at last\n")
    assert told.lines[LINES_A_PERIOD:] == [f"另有 {4 * LINES_A_PERIOD} 行出错的话没有写出。", "at last"]


def test_threads_do_not_mix_their_lines(told: Told) -> None:
    ready = threading.Barrier(4)

    def write(name: str) -> None:
        ready.wait()
        for part in (name, " fails", "\n"):
            told.stream.write(part)

    threads = [threading.Thread(target=write, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told.lines) == sorted(f"{name} fails" for name in "甲乙丙丁")
