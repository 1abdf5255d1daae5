"""The templates: what they are given is escaped, nothing is left out in silence, and none is there for nothing."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from tests.parts.ui_values import HOSTILE
from ui.markup import TEMPLATES, fragment
from ui.words import CHINESE

ROOT = Path(__file__).parent.parent
SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(TEMPLATES.iterdir())}


@pytest.mark.parametrize("name", SOURCES)
def test_a_template_escapes_all_that_it_is_given(name: str) -> None:
    source = SOURCES[name]
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", source)
    assert not re.search(r"=\s*\{\{", source), "an attribute stands in quotes"
    assert not re.search(r"<script|\son\w+\s*=|javascript:", source)


def test_every_template_is_shown_somewhere() -> None:
    python = "\n".join(path.read_text("utf-8") for path in (ROOT / "ui").rglob("*.py"))
    shown = set(re.findall(r'fragment\(\s*"(\w+)"', python))
    shown |= set(re.findall(r'(?:from|include) "(\w+)\.html"', "\n".join(SOURCES.values())))
    assert shown == set(SOURCES)


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="text"):
        fragment("notice", kind="notice")


def test_words_are_escaped_once_and_markup_stays() -> None:
    shown = fragment("notice", kind="notice", text=HOSTILE)
    assert Markup(shown).striptags() == " ".join(HOSTILE.split())
    assert "<script" not in shown
    assert "<b>甲</b>" in fragment("notice", kind="notice", text=Markup("<b>甲</b>"))


def test_half_a_character_can_be_sent() -> None:
    assert fragment("notice", kind="notice", text="一\ud800二") == '<p class="notice" role="alert">一?二</p>'


def test_between_elements_is_no_white_space() -> None:
    assert not re.search(r">\s+<|\n", fragment("foot", logout=True, words=CHINESE))


@pytest.mark.parametrize(("package", "folder"), [("ui", "ui"), ("qa.errors", "qa/errors")])
def test_a_wheel_carries_what_is_no_program(package: str, folder: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    files = [path for path in (ROOT / folder).rglob("*.*") if path.suffix not in {".py", ".pyc"}]
    assert files
    assert [
        path.name
        for path in files
        if not any(fnmatch(str(path.relative_to(ROOT / folder)), pattern) for pattern in declared[package])
    ] == []
