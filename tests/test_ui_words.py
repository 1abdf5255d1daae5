"""Every string in both languages, and which language a browser gets."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from qa.errors import NotFound, ReadError, Wording
from tests.parts import wordings
from ui.words import CHINESE, COOKIE, ENGLISH, Words, chosen
from ui.words.said import Counted, Said
from ui.words.told import ENGLISH as ENGLISH_OF

UI = Path(__file__).parent.parent / "ui"
DECLARED = {name: said for room in Words.__mro__[1:] for name, said in vars(room).items() if not name.startswith("_")}


def _fields(form: str) -> list[str | None]:
    return sorted(field for _, field, _, _ in Formatter().parse(form) if field is not None)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_both_languages_say_it_and_fill_in_the_same(name: str) -> None:
    said = DECLARED[name]
    forms = [said.chinese, said.one, said.many] if isinstance(said, Counted) else list(said.forms.values())
    assert isinstance(said, (Said, Counted))
    assert all(form.strip() for form in forms)
    assert all(_fields(form) == _fields(forms[0]) for form in forms)


def test_every_string_is_said_somewhere() -> None:
    screens = [path for path in UI.rglob("*.py") if path.parent.name != "words"]
    screens += [*UI.glob("static/*.js"), *UI.glob("templates/*.html"), UI / "words/__init__.py"]
    told = "\n".join(path.read_text("utf-8") for path in screens)
    assert [name for name in DECLARED if not re.search(rf"\b{name}\b", told)] == []


def test_templates_say_what_is_declared() -> None:
    said = {
        name for path in UI.glob("templates/*.html") for name in re.findall(r"\bwords\.(\w+)", path.read_text("utf-8"))
    }
    assert said - set(DECLARED) == {"told", "language"}


def test_english_strings_are_english() -> None:
    spoken = {"name", "other_language"}
    for name, said in DECLARED.items():
        english = said.one + said.many if isinstance(said, Counted) else said.forms["en"]
        assert name in spoken or not re.search(r"[\u4e00-\u9fff]", english), name


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


def test_whatever_qa_tells_of_trouble_is_told_in_english_with_what_fills_it() -> None:
    told = wordings.forms()
    assert len(told) > 100
    assert told - set(ENGLISH_OF) == set()
    for form, english in ENGLISH_OF.items():
        assert not re.search(r"[\u4e00-\u9fff]", english), form
        if form in told and "…" not in form:
            assert set(_fields(english)) == set(_fields(form)), form


def test_words_of_trouble_keep_what_they_are_made_of() -> None:
    advice = Wording("相近的有：{names}", names="甲.txt")
    error = NotFound("库里没有 {name}。{near}", name="{乙}", near=advice)
    assert str(error) == CHINESE.told(str(error)) == "库里没有 {乙}。相近的有：甲.txt"
    assert ENGLISH.told(str(error)) == "The library has no {乙}. Similar: 甲.txt"
    assert ENGLISH.told(str(ReadError("路径太长"))) == "The path is too long"
    assert ENGLISH.told("什么别的{x}") == "什么别的{x}"
    assert str(pickle.loads(pickle.dumps(error)).wording.form) == "库里没有 {name}。{near}"
