"""How the screen is built and served: no outside request in its making, a port, a start, an end."""

from __future__ import annotations

import ast
import gzip
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from qa.errors import UsageError
from tests.parts.command import QA
from tests.parts.elsewhere import copied
from tests.parts.server import running
from ui import serving

UI = Path(__file__).parent.parent / "ui"
PUBLIC = {
    "qa.articles.bylines",
    "qa.citing.cite",
    "qa.composing.server",
    "qa.composing.compose",
    "qa.store.conversations",
    "qa.store.turns",
    "qa.errors",
    "qa.formats",
    "qa.formats.metadata",
    "qa.library.background",
    "qa.library.library",
    "qa.library.worker",
    "qa.services.markdown",
    "qa.errors.messages",
    "qa.types.protocols",
    "qa.questions",
    "qa.questions.examples",
    "qa.questions.follow_ups",
    "qa.questions.kinds",
    "qa.services",
    "qa.services.app",
    "qa.types.settings",
    "qa.store",
    "qa.store.facets",
    "qa.store.folder",
    "qa.store.inbox",
    "qa.store.jobs",
    "qa.store.keys",
    "qa.store.overview",
    "qa.text.folding",
    "qa.text.matching",
    "qa.text.zh",
    "qa.types",
}


def test_qa_is_known_by_its_public_modules() -> None:
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names += [f"qa.{alias.name}" for alias in node.names] if node.module == "qa" else [node.module or ""]
            for name in names:
                assert not name.startswith("qa") or name in PUBLIC, path


def test_nothing_of_ours_names_another_host() -> None:
    for path in UI.rglob("*"):
        if path.suffix in {".py", ".js", ".css"}:
            text = path.read_text("utf-8").replace('f"http://{', "").replace("http://127.0.0.1", "")
            assert not re.search(r"https?://|@import|url\(", text), path


def test_a_taken_port_gives_the_next_one() -> None:
    with serving.listen("127.0.0.1", 8900) as first, serving.listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]


def test_no_free_port_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="--port"):
            serving.listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_a_foreign_host_names_the_option(host: str) -> None:
    with pytest.raises(UsageError, match="--host"):
        serving.listen(host, 8900)


def test_the_address_can_be_opened() -> None:
    with serving.listen("127.0.0.1", 8900) as bound:
        port = bound.getsockname()[1]
        assert serving.address(bound, "127.0.0.1") == f"http://127.0.0.1:{port}/"
        assert serving.address(bound, "0.0.0.0") == f"http://127.0.0.1:{port}/"
        assert serving.address(bound, "::1") == f"http://[::1]:{port}/"


@pytest.mark.folder("SQLite's log goes with the last who uses it")
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_when_it_says_so_and_ends_in_order(
    seeds_path: Path, tmp_path: Path, ended_by: signal.Signals
) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    with running(library_path) as (url, process):
        with urllib.request.urlopen(url, timeout=10) as response:
            policy = response.headers["content-security-policy"]
            page = response.read().decode("utf-8")
        assert "default-src 'self'" in policy
        assert '"run_history":false' in page.replace(" ", "")
        assert '"analytics_enabled":false' in page.replace(" ", "")
        assert list(library_path.glob("*-wal"))
        process.send_signal(ended_by)
        _, errors = process.communicate(timeout=15)
        assert process.returncode == 0
        assert errors == ""
        assert not list(library_path.glob("*-wal"))


@pytest.mark.folder("SQLite's log goes with the last who uses it")
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_serving_without_a_library_makes_an_empty_one(tmp_path: Path, ended_by: signal.Signals) -> None:
    command = [QA, "--library", tmp_path / "new", "serve", "--port", "8960"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(2)]
        assert f"已建一个空的：{tmp_path / 'new'}" in told[0]
        with urllib.request.urlopen(told[1].strip(), timeout=10) as response:
            assert response.status == 200
        process.send_signal(ended_by)
        assert process.wait(timeout=15) == 0
    assert not list((tmp_path / "new").glob("*-wal"))
    assert (tmp_path / "new" / "library.db").exists()


def test_the_plain_part_needs_no_gradio() -> None:
    code = "import sys, ui.chat, ui.render, ui.cards, ui.serving; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_gradio_is_imported_without_the_stubs_that_it_makes_and_leaves_all_as_it_was() -> None:
    code = (
        "import ast, gc, inspect\nwhole, parsed, found = ast.parse, [], inspect.getfile\n"
        "ast.parse = lambda *given, **named: (parsed.append(1), whole(*given, **named))[1]\n"
        "import ui.app\nprint(len(parsed), inspect.getfile is found, gc.isenabled())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    parsed, *as_it_was = done.stdout.split()
    assert int(parsed) < 40, "with stubs, 160 more: twice for each component"
    assert as_it_was == ["True", "True"]


def test_the_page_goes_packed_to_who_takes_it_so(url: str) -> None:
    sizes = {}
    for accepted in ("identity", "gzip"):
        request = urllib.request.Request(url, headers={"accept-encoding": accepted})
        with urllib.request.urlopen(request, timeout=10) as response:
            body = response.read()
            assert int(response.headers["content-length"]) == len(body)
            assert response.headers["content-encoding"] == (None if accepted == "identity" else "gzip")
        sizes[accepted] = len(body)
        page = gzip.decompress(body) if accepted == "gzip" else body
        assert page.lower().startswith(b"<!doctype html>")
        assert b"html:not([data-drawn])" in page
    assert sizes["gzip"] < sizes["identity"] / 3
