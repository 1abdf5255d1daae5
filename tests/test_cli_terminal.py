"""What is printed: to the byte where a program reads, harmless where a terminal does."""

from __future__ import annotations

import sys

import pytest

from qa.cli import terminal

HOSTILE = "\x1b[31m红\x1b]0;改窗口名\x07.txt\t一\r\n二\r三\x9b2J\n"


@pytest.mark.parametrize(
    ("is_terminal", "printed"), [(False, HOSTILE), (True, "�[31m红�]0;改窗口名�.txt\t一\r\n二�三�2J\n")]
)
def test_a_terminal_gets_no_control_character_of_a_page_or_a_name(
    is_terminal: bool, printed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    terminal.plain_text(HOSTILE, end="")
    assert capsys.readouterr().out == printed
