"""Standard output for results, standard error for progress and errors: the only module that prints."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from qa.errors import QaError, UsageError, reason_of

_CONTROLS = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but tabs and line ends
_REDRAWN = 0.1  # seconds between two drawings of the progress line
_LONG = 2.0  # seconds after which rate and time left are told
_STAGES = {
    "read": "读取",
    "file": "这个文件读到",
    "index": "建索引",
    "group": "归并转载",
    "embed": "计算向量",
    "model": "准备模型",
    "ask": "提问",
}
_FIXES = {
    errno.ENAMETOOLONG: "换一个短些的路径",
    errno.ENOSPC: "腾出空间",
    errno.ENOENT: "换一个路径",
    errno.ENOTDIR: "换一个路径",
}
"""What to do about what the system refused."""


def prepare_streams() -> None:
    """UTF-8 whatever the locale. A stream that the caller closed leads nowhere, so that its number goes to no file."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open as long as the process
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")


def drop_output() -> None:
    """What waits for an output that takes no more goes nowhere: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(args: Namespace, data: dict[str, Any], text: str) -> None:
    """The outcome of a command: an object where ``--json`` asks for it, else plain text."""
    if args.json:
        line(data)
    else:
        plain_text(text)


def line(data: dict[str, Any]) -> None:
    """An object on a line of its own."""
    print(json.dumps(data, ensure_ascii=False))


def plain_text(text: str, end: str = "\n") -> None:
    print(_harmless(text) if sys.stdout.isatty() else text, end=end)


def _harmless(text: str) -> str:
    """A text, as a file's name or a page, that cannot move a terminal's cursor, recolour it or rename its window."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def talk(args: Namespace, text: str) -> None:
    """Something beside the answer; nothing with ``--quiet``."""
    if not args.quiet:
        print(text, file=sys.stderr, flush=True)


def refusal(error: OSError) -> str:
    """Why the system refused, which file, and what to do before the next try."""
    fix = _FIXES.get(error.errno or 0, "检查磁盘空间与权限")
    return f"{reason_of(error)}：{error.filename or '标准输出'}。{fix}，再运行一次。"


def complain(error: object) -> None:
    print(f"qa: {_harmless(str(error))}", file=sys.stderr)


@contextmanager
def progress(args: Namespace) -> Iterator[Callable[[str, int, int], None] | None]:
    """A line on stderr that is drawn over, at most ten times a second; nothing where stderr is no terminal."""
    if args.quiet or not sys.stderr.isatty():
        yield None
        return
    try:
        yield _Line().draw
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


class _Line:
    """What is under way, how far it is, how fast, and how long it will take."""

    def __init__(self) -> None:
        self._drawn = 0.0
        self._stage = ""
        self._began = 0.0
        self._before = 0  # done of this stage when it was first heard of

    def draw(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._before = stage, now, done
        if stage == "file" and now - self._began < _LONG:  # the count of files is enough
            return
        if now - self._drawn > _REDRAWN or done == total:
            self._drawn = now
            far = f"{done / total:.0%}" if stage == "file" else f"{done}{f'/{total}' if total else ''}"
            print(f"\r\033[K{_STAGES[stage]} {far}{self._pace(done, total, now)}", end="", file=sys.stderr, flush=True)

    def _pace(self, done: int, total: int, now: float) -> str:
        """Of long work alone: its rate and the time left."""
        spent, made = now - self._began, done - self._before
        if spent < _LONG or made <= 0 or self._stage not in ("file", "embed"):
            return ""
        rate = f"，每秒 {made / spent:.1f} 段" if self._stage == "embed" else ""
        return f"{rate}，还要 {duration((total - done) * spent / made)}（Ctrl-C 停下，下次接着做）"


def duration(seconds: float) -> str:
    """A length of time in the two largest units that say enough."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(1, round(seconds))} 秒"
    return f"{minutes} 分钟" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分钟"


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, or of standard input for ``-``. Raises QaError."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below, opened apart for its error
    except OSError as error:
        raise QaError("file.not-opened", name=name, reason=reason_of(error)) from error
    with file:
        yield file


def is_interactive() -> bool:
    """Whether somebody sits at the other end of standard input."""
    return sys.stdin.isatty()


def new_secret() -> str:
    """A password that is asked for twice and not shown, or a line of standard input. Raises UsageError where the two
    are not the same.
    """
    if not is_interactive():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    given = getpass("密码：")
    if getpass("再输一次：") != given:
        raise UsageError("accounts.passwords-differ")
    return given


def prompted() -> Iterator[str]:
    """The lines of standard input, behind a prompt where somebody types them."""
    if not is_interactive():
        yield from sys.stdin
        return
    while True:
        try:
            yield input("问> ")
        except EOFError:
            return


def flush() -> None:
    """Send the answer off, here, where what goes wrong can still be told."""
    sys.stdout.flush()
