"""The manual: what it names exists, its page shows all of it, and a wheel carries it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa import cli
from tests.parts.command import qa
from ui import manual
from ui.guard import PATHS
from ui.words import CHINESE, ENGLISH

ROOT = Path(__file__).parent.parent
TEXT = manual.source()
MOST_BYTES = 100 << 10  # of a picture that was taken for the manual
FOR_THE_README = {"comparison", "desktop", "digest", "library", "reading", "scan"}


def _client() -> TestClient:
    application = FastAPI()
    application.include_router(manual.router())
    return TestClient(application)


def test_it_is_the_one_in_docs() -> None:
    assert (manual.FOLDER / "manual.md").samefile(ROOT / "docs" / "manual.md")


def test_it_has_ten_tasks() -> None:
    assert re.findall(r"^## (\d+) ", TEXT, re.MULTILINE) == [str(number) for number in range(1, 11)]


def test_every_command_that_it_names_exists() -> None:
    named = re.findall(r"\bqa (?:--library \S+ )?([a-z]+)", TEXT)
    assert len(named) >= 20
    assert set(named) <= set(cli.COMMANDS)
    told = qa("--help").stdout.decode()
    assert [command for command in named if not re.search(rf"^ +{command} ", told, re.MULTILINE)] == []


def test_every_word_of_the_screen_that_it_quotes_is_on_it() -> None:
    said = "\n".join(str(value) for value in vars(CHINESE).values())
    steps = re.findall(r"(?:点|点左上角的|点开|按|到|的)“([^”]{2,10})”", TEXT)
    assert len(steps) >= 15
    assert [step for step in steps if step not in said] == []


def test_every_picture_exists_and_is_told_of() -> None:
    shown = manual.pictures(TEXT)
    assert len(shown) >= 10
    assert len(shown) == TEXT.count("![")
    for name in shown:
        picture = ROOT / "docs" / name
        assert picture.read_bytes().startswith(b"\x89PNG"), name
        assert picture.stat().st_size <= MOST_BYTES or name[11:-4] in FOR_THE_README, name


def test_its_page_is_whole() -> None:
    page = manual.page(TEXT, CHINESE)
    assert manual.pictures(TEXT) == re.findall(r'<img src="([^"]+)" alt="[^"]+"', page)
    ids = set(re.findall(r'<h\d id="([^"]+)"', page))
    linked = {manual.anchor(link.replace("-", " ")) for link in re.findall(r"\]\(#([^)]+)\)", TEXT)}
    assert len(linked) == 10
    assert linked <= ids
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "<script" not in page


def test_markup_in_it_is_text() -> None:
    assert "&lt;script&gt;" in manual.page("# 甲\n\n<script>alert(1)</script>\n", CHINESE)


def test_the_way_back_is_in_the_readers_language() -> None:
    assert f">{CHINESE.chat_screen}</a>" in manual.page(TEXT, CHINESE)
    assert f">{ENGLISH.chat_screen}</a>" in manual.page(TEXT, ENGLISH)


def test_its_pictures_are_served_and_nothing_else() -> None:
    client = _client()
    assert client.get(manual.ROUTE).headers["content-type"] == "text/html; charset=utf-8"
    assert client.get(manual.ROUTE + manual.pictures(TEXT)[0]).headers["content-type"] == "image/png"
    for other in ("manual.md", "architecture.md", "screenshot-dark.png", "nothing.png", "..%2fREADME.md"):
        assert client.get(manual.ROUTE + other).status_code == 404, other


@pytest.mark.parametrize("name", ["", *manual.pictures(TEXT)])
def test_the_guard_lets_it_through(name: str) -> None:
    assert PATHS.fullmatch(manual.ROUTE + name)


def test_a_wheel_carries_it(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    source = tmp_path / "source"
    shutil.copytree(ROOT / "ui", source / "ui", symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", source / "docs")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert {f"ui/docs/{name}" for name in ("manual.md", *manual.pictures(TEXT))} <= set(held)
    assert "ui/static/manual.css" in held
    assert not [name for name in held if name.startswith("docs/")]
