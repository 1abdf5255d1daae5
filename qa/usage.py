"""Help and errors about the command line's words in Chinese: argparse has its own in English alone."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

# What argparse says, and what is said in its place; anything else is shown as it is.
_SAID = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (r"the following arguments are required: (.+)", r"还缺：\1"),
        (r"unrecognized arguments: (.+)", r"不认识：\1"),
        (r"ambiguous option: (\S+) could match (.+)", r"\1 不明确，可能是 \2"),
        (r"argument \S+: invalid choice: '(.*)' \(.*", r"没有这个命令：\1"),
        (r"argument (\S+): expected (?:one|at least one) argument", r"\1 后面要写一个值"),
        (r"argument (\S+): ignored explicit argument '(.*)'", r"\1 后面不写值，多了“\2”"),
        (r"argument (\S+): not allowed with argument (\S+)", r"\1 与 \2 只能给一个"),
        (r"argument (\S+): invalid \S+ value: '(.*)'", r"\1 的值不对：“\2”"),
        (r"argument (\S+): (.+)", r"\1 \2"),
    )
)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the examples."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An `argparse.ArgumentParser` that speaks Chinese; so do those of its commands."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told, formatter_class=_Help, add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Leave with 2, saying what is off and where it is explained."""
        said = next((match.expand(to) for known, to in _SAID if (match := known.fullmatch(message))), message)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {said}。看说明：{self.prog} --help\n")
