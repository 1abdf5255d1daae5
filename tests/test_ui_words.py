"""Every string in both languages, and which language a browser gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.errors.messages import Catalogue, catalogue
from tests.parts.messages import fields
from ui.words import CHINESE, COOKIE, ENGLISH, LOCALE, chosen

UI = Path(__file__).parent.parent / "ui"
SAID: dict[str, Catalogue] = {"zh-CN": catalogue(LOCALE, "zh-CN"), "en": catalogue(LOCALE, "en")}


def _sources(*patterns: str) -> str:
    return "\n".join(path.read_text("utf-8") for pattern in patterns for path in sorted(UI.rglob(pattern)))


def test_both_languages_say_the_same() -> None:
    assert list(SAID["zh-CN"]) == list(SAID["en"])


@pytest.mark.parametrize("name", sorted(SAID["en"]))
def test_both_languages_fill_in_the_same(name: str) -> None:
    forms = [form for one in SAID.values() for form in one[name]]
    assert all(form.strip() for form in forms)
    assert all(fields(form) == fields(forms[0]) for form in forms)
    assert len({len(one[name]) for one in SAID.values()}) == 1, "counted in one language alone"


def test_every_string_is_said_somewhere() -> None:
    told = _sources("*.py", "static/*.js", "templates/*.html")
    assert [name for name in SAID["en"] if not re.search(rf"\b{name}\b", told)] == []


def test_the_screen_says_what_is_declared() -> None:
    said = set(re.findall(r"\b(?:words|CHINESE|ENGLISH)\.(\w+)", _sources("*.py", "templates/*.html")))
    assert said - set(SAID["en"]) == {"told", "language", "py"}


def test_english_strings_are_english() -> None:
    for name, forms in SAID["en"].items():
        assert name in {"name", "other_language"} or not re.search(r"[\u4e00-\u9fff]", "".join(forms)), name


def test_one_is_not_many() -> None:
    assert ENGLISH.library_articles(1) == "1 story"
    assert ENGLISH.library_articles(70_000) == "70,000 stories"
    assert CHINESE.library_articles(1) == "1 篇报道"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "zh-CN"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("", "zh-TW", "zh-CN"),
        ("", "en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("", "de-DE,de;q=0.9,en;q=0.7", "en"),
        ("", "fr", "zh-CN"),
        ("en", "zh-CN", "en"),
        ("zh-CN", "en-US", "zh-CN"),
        ("<script>", "en-US", "en"),
    ],
)
def test_the_switch_goes_before_the_browser(cookie: str, accepted: str, language: str) -> None:
    assert chosen({COOKIE: cookie} if cookie else {}, accepted).language == language
