"""The manual's steps for a backup and a move, run as they are printed."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.parts.command import lines, qa
from ui import manual

SECTION = next(part for part in re.split(r"^## ", manual.source(), flags=re.MULTILINE) if part.startswith("8 "))
BACKUP, MOVE = (block.split("\n") for block in re.findall(r"```\n(.+?)\n```", SECTION, re.DOTALL))
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
