"""The manual's steps for a backup, a move and an upgrade, run as they are printed."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.parts.command import QA, complaint, lines, qa
from tests.parts.library import to_format
from ui import manual

SECTION = next(part for part in re.split(r"^## ", manual.source(), flags=re.MULTILINE) if part.startswith("8 "))
BACKUP, MOVE = (block.split("\n") for block in re.findall(r"```\n(.+?)\n```", SECTION, re.DOTALL))
UPGRADE = re.findall(r"^\d\. (.+)$", SECTION.split("**升级**")[1], re.MULTILINE)
DAY = {"title": "夜市开张", "text": "9月1日，古渡口夜市开张，首日来了八千人。", "date": "2025-09-02"}
MENDED = "古渡口夜市开张"


def step(line: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """A command of the manual, run in `home`, whose own library is `mine`; all its names are in `home`."""
    program, *words = shlex.split(line)
    assert program == "qa"
    named = {"备份-2026-03-05.zip", "新库"}
    return qa(*(home / word if word in named else word for word in words), QA_LIBRARY=str(home / "mine"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a library in `mine`, one article of which was mended by hand, and which knows another name."""
    (tmp_path / "days.jsonl").write_text(json.dumps(DAY, ensure_ascii=False) + "\n", encoding="utf-8")
    library = {"QA_LIBRARY": str(tmp_path / "mine")}
    lines(qa("add", tmp_path / "days.jsonl", "--json", **library))
    (tmp_path / "mine" / "words.txt").write_text("夜集 = 夜市\n", encoding="utf-8")
    (one,) = lines(qa("show", "days.jsonl", "--json", **library))
    lines(qa("edit", one["article"], "--title", MENDED, "--json", **library))
    return tmp_path


def answered(home: Path, library: str) -> str:
    (answer,) = lines(qa("ask", "夜集哪天开张？", "--json", QA_LIBRARY=str(home / library)))
    return str(answer["answer"]) + str(answer["citations"][0]["title"])


@pytest.mark.folder("a library on a server is backed up by the server")
def test_a_backup_moves_a_library(home: Path) -> None:
    before = answered(home, "mine")
    assert "9月1日" in before
    assert before.endswith(MENDED)
    for line in (*BACKUP, MOVE[0]):
        assert step(line, home).returncode == 0, line
    assert "不必处理" in step(MOVE[1], home).stdout.decode()  # as the manual says
    assert answered(home, "新库") == before
    assert step(MOVE[1], home).returncode == 0
    assert MOVE[2] == "qa --library 新库 serve"
    assert step(MOVE[0], home).returncode != 0  # 它不会盖掉已有的库
    assert answered(home, "新库") == before


def served(home: Path) -> subprocess.Popen[str]:
    """`qa serve` over the library, which has said where it listens."""
    process = subprocess.Popen(
        [QA, "serve", "--port", "8970"],
        env={**os.environ, "QA_LIBRARY": str(home / "mine")},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr
    assert process.stderr.readline().startswith("http://127.0.0.1:")
    return process


@pytest.mark.folder("SQLite alone has formats so old")
def test_an_upgrade_keeps_a_library(home: Path) -> None:
    commands = [re.findall("`(.+?)`", one) for one in UPGRADE]
    assert commands == [[], ["qa serve"], ["make setup"], ["qa check", "qa add --reread"], ["qa serve"]]
    assert re.search("^setup:", (Path(__file__).parent.parent / "Makefile").read_text("utf-8"), re.MULTILINE)
    before = answered(home, "mine")
    for line in BACKUP:
        assert step(line, home).returncode == 0
    with served(home) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    to_format(home / "mine", 4)  # as an earlier version left it
    check, reread = commands[3]
    assert answered(home, "mine") == before  # 照样能问
    assert reread in step(check, home).stdout.decode()  # 它说有文件现在读得更准的
    assert step(reread, home).returncode == 0
    assert step(check, home).returncode == 0
    assert answered(home, "mine") == before
    with served(home) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    _as_a_newer_version_leaves_it(home / "mine")
    told = complaint(step("qa ask 夜集哪天开张？", home))
    assert "更新版本" in told  # 旧版打不开，会明说
    assert step(MOVE[0], home).returncode == 0  # 用第 1 步的备份另建一个库
    assert answered(home, "新库") == before


def _as_a_newer_version_leaves_it(library: Path) -> None:
    database = sqlite3.connect(library / "library.db", isolation_level=None)
    (version,) = database.execute("PRAGMA user_version").fetchone()
    database.execute(f"PRAGMA user_version = {version + 1}")
    database.close()
