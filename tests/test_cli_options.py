"""The command line's words: what is taken, what is refused, and that the help names everything."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import cli
from qa.cli import options

PARSER = options._parser()


def _commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (one for one in PARSER._actions if isinstance(one, argparse._SubParsersAction))
    return dict(action.choices)


def _words() -> Iterator[tuple[str, argparse.Action]]:
    for name, parser in {"": PARSER, **_commands()}.items():
        for action in parser._actions:
            if not isinstance(action, argparse._SubParsersAction):
                yield name, action


def test_every_command_does_something_and_is_named_in_the_help() -> None:
    assert set(_commands()) == set(cli.COMMANDS)
    listed = {line.split()[0] for line in PARSER.format_help().splitlines() if line.startswith("    ")}
    assert set(_commands()) <= listed


@pytest.mark.parametrize(("command", "action"), _words(), ids=lambda value: getattr(value, "dest", value))
def test_the_help_names_every_option(command: str, action: argparse.Action) -> None:
    parser = _commands()[command] if command else PARSER
    for word in action.option_strings or [str(action.metavar)]:
        assert word in parser.format_help()
    if action.option_strings:
        assert action.help


@pytest.mark.parametrize("command", ["", *_commands()])
def test_help_leaves_with_zero(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse([*filter(None, [command]), "--help"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("用法：qa")


def test_what_every_command_takes_stands_before_it_or_after_it() -> None:
    before = options.parse(["--library", "x", "--json", "--quiet", "ask", "问"])
    after = options.parse(["ask", "问", "--library", "x", "--json", "--quiet"])
    assert vars(before) == vars(after)
    assert (after.library, after.json, after.quiet) == (Path("x"), True, True)
    assert options.parse(["--library", "x", "list", "--library", "y"]).library == Path("y")
    plain = options.parse(["list"])
    assert (plain.library, plain.json, plain.quiet) == (None, False, False)


def test_defaults_are_those_of_the_contract() -> None:
    asked = vars(options.parse(["ask"]))
    assert asked["question"] is asked["questions"] is asked["since"] is asked["until"] is None
    assert asked["source"] is asked["byline"] is asked["article"] is None
    assert asked["k"] == 5
    assert options.parse(["add", "x"]).max_mb == 50
    served = options.parse(["serve"])
    assert (served.host, served.port) == ("127.0.0.1", 7860)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["add"],
        ["remove"],
        ["show"],
        ["search"],
        ["eval"],
        ["ask", "a", "b"],
        ["ask", "a", "--nonsense"],
        *(["ask", "a", "--k", value] for value in ["0", "-1", "2.5", "x", "", "9" * 5000]),
        *(["add", "x", "--max-mb", value] for value in ["0", "-1", "nan", "inf", "x"]),
        *(["add", value] for value in ["", " "]),
        ["list", "--library", ""],
        ["export", "--all", ""],
        ["import", ""],
        ["eval", ""],
        *(["serve", "--port", value] for value in ["0", "65536", "x", "-1"]),
    ],
    ids=lambda argv: " ".join(argv)[:30],
)
def test_what_is_off_leaves_with_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse(argv)
    assert left.value.code == 2
    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith("用法：qa")
    assert "--help" in told.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["add"], "qa add: 还缺：路径。"),
        (["nonsense"], "qa: 没有这个命令：nonsense。"),
        (["ask", "a", "--nonsense"], "qa: 不认识：--nonsense。"),
        (["ask", "a", "--k"], "qa ask: --k 后面要写一个值。"),
        (["ask", "a", "--k", "0"], "qa ask: --k 要一个大于 0 的整数，不是“0”。"),
        (["ask", "a", "--js=1"], "qa ask: --json 后面不写值，多了“1”。"),
        (["ask", "a", "--s", "x"], "qa ask: --s 不明确，可能是 --since, --source。"),
        (["show", "a", "--page", "x"], "qa show: --page 的值不对：“x”。"),
        (["add", "a", "--watch", "--dry-run"], "qa add: --dry-run 与 --watch 只能给一个。"),
        (["edit", "a", "--join", "--reset"], "qa edit: --reset 与 --join 只能给一个。"),
    ],
)
def test_what_is_off_is_told_in_chinese(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parse(argv)
    assert capsys.readouterr().err.splitlines()[-1].startswith(said)


@pytest.mark.parametrize("command", ["", *_commands()])
def test_the_help_is_in_chinese(command: str) -> None:
    told = (_commands()[command] if command else PARSER).format_help()
    assert not {"usage", "options", "positional", "show", "exit"} & set(re.findall("[a-z]+", told)) - set(cli.COMMANDS)


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("value", ["2025", "2025-03", "2025-03-01", "2024-02-29", "0001"])
def test_dates(option: str, value: str) -> None:
    args = options.parse(["search", "问", option, value])
    assert vars(args)[option[2:]] == value


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize(
    "value", ["昨天", "", "20250301", "2025-3-1", "2025-13", "2025-02-30", "2025-", "25", "0000", "２０２５", "2025\n"]
)
def test_what_is_no_date_is_refused_with_an_example(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse(["ask", "问", option, value])
    assert left.value.code == 2
    assert "2025-03-01" in capsys.readouterr().err


def test_today_is_a_whole_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert options.parse(["ask", "昨天下雪了吗", "--today", "2025-03-01"]).today == "2025-03-01"
    assert options.parse(["ask", "昨天下雪了吗"]).today is None
    with pytest.raises(SystemExit) as left:
        options.parse(["ask", "昨天下雪了吗", "--today", "2025-03"])
    assert left.value.code == 2
    assert "要具体到哪一天" in capsys.readouterr().err
