"""`qa serve`: whom its options let in."""

from __future__ import annotations

from typing import Any

import pytest

from qa.cli import machine_commands, options
from qa.errors import UsageError


def _password(monkeypatch: pytest.MonkeyPatch, *words: str, environment: str = "") -> Any:
    monkeypatch.setenv("QA_PASSWORD", environment)
    return machine_commands._password(options.parse(["--library", "/none", "serve", *words]))


def test_a_network_is_served_with_a_password_or_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="QA_PASSWORD"):
        _password(monkeypatch, "--host", "0.0.0.0")
    with pytest.raises(UsageError, match="--no-password"):
        _password(monkeypatch, "--no-password", environment="x")
    assert _password(monkeypatch, "--host", "0.0.0.0", environment="x") == "x"
    assert _password(monkeypatch, "--host", "0.0.0.0", "--password", "y", environment="x") == "y"
    assert _password(monkeypatch, "--host", "0.0.0.0", "--no-password") is None
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert _password(monkeypatch, "--host", host) is None


def test_behind_a_proxy_somebody_is_asked_who_he_is_or_on_purpose_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"--account-header.*--no-password"):
        _password(monkeypatch, "--behind-proxy")
    assert _password(monkeypatch, "--behind-proxy", environment="x") == "x"
    assert _password(monkeypatch, "--behind-proxy", "--no-password") is None
    assert _password(monkeypatch, "--behind-proxy", "--account-header", "X-User") is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("archive.lan", "archive.lan"),
        ("Archive.LAN.", "archive.lan"),
        ("报库.cn", "xn--dxtn4g.cn"),
        ("a_b-1", "a_b-1"),
    ],
)
def test_a_name_is_taken_as_browsers_send_it(given: str, name: str) -> None:
    parsed = options.parse(["serve", "--allowed-host", given, "--allowed-host", "b.lan"])
    assert parsed.allowed_host == [name, "b.lan"]
    assert options.parse(["serve"]).allowed_host == []


@pytest.mark.parametrize(
    "given", ["", " ", "http://a.lan", "a.lan:7860", "*", "*.lan", "a b", "a..b", "a" * 70 + ".lan"]
)
def test_what_is_no_name_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse(["serve", "--allowed-host", given])
    assert left.value.code == 2
    assert "baoku.lan" in capsys.readouterr().err


def test_what_only_a_screen_can_do_needs_one() -> None:
    with pytest.raises(UsageError, match="--no-screen"):
        machine_commands.serve(options.parse(["serve", "--no-screen", "--server-folders"]))
