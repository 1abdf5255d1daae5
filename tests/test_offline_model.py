"""The model works where every connection is refused, and the refusal is real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa import models
from qa.errors import ModelError
from qa.library import check
from qa.models import readers
from qa.types.settings import DEFAULT_MODEL, DEFAULT_READER


def test_the_default_model_needs_no_connection_nor_anything_where_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.prepare(DEFAULT_MODEL)
    (tmp_path / "numpy.py").write_text("raise SystemExit('not the one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert check.model_fingerprint(DEFAULT_MODEL) == models.load(DEFAULT_MODEL).fingerprint


def test_the_reader_needs_no_connection() -> None:
    models.prepare(DEFAULT_MODEL)
    assert check.reader_fingerprint(DEFAULT_READER) == readers.verify()[0]


def test_a_model_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelError, match="no-such-model"):
        check.model_fingerprint("no-such-model")


@pytest.mark.parametrize("call", ["create_connection(('192.0.2.1', 80), 1)", "getaddrinfo('example.org', 80)"])
def test_no_connection_can_be_made_inside(call: str) -> None:
    program = f"import socket, sys; from qa.library import check; sys.addaudithook(check._refuse); socket.{call}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert b"no connection may be made" in done.stderr
