"""Messages: every one that is told stands in the catalogues of both languages, and nothing else does."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import qa.errors.messages
import ui
from qa.errors import LibraryDamaged, NotFound, ReadError, reason_of
from qa.errors.messages import Language, Wording, catalogue, code_of, form, told
from tests.parts.messages import Telling, fields, literals, tellings

QA, UI = Path(qa.errors.messages.__file__).parent, Path(str(ui.__file__)).parent / "locale"
LANGUAGES = get_args(Language)
CODES = list(catalogue(QA, "zh-CN"))
TELLINGS = tellings()


def test_both_languages_have_the_same_codes_in_the_same_order() -> None:
    assert len(CODES) > 200
    assert list(catalogue(QA, "en")) == CODES == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_both_languages_fill_in_the_same(code: str) -> None:
    chinese, english = (form(code, language) for language in LANGUAGES)
    assert fields(chinese) == fields(english)
    assert not re.search(r"[\u4e00-\u9fff]", english)


@pytest.mark.parametrize("telling", TELLINGS, ids=lambda telling: telling.where)
def test_what_is_told_is_a_message_and_fills_it(telling: Telling) -> None:
    assert telling.codes <= set(CODES)
    for code in telling.codes if telling.fields is not None else ():
        assert fields(form(code, "zh-CN")) == telling.fields


def test_tellings_are_found() -> None:
    assert len(TELLINGS) > 200
    assert sum(not telling.codes for telling in TELLINGS) < 50, "made elsewhere: `reason_of` and its like"


def test_no_message_is_there_for_nothing() -> None:
    assert set(CODES) - literals() == set()


@pytest.mark.parametrize("folder", [QA, UI], ids=["qa", "ui"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_gettext_s_own_tools_read_the_same(folder: Path, language: Language) -> None:
    with (folder / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    found = {}
    for message in read:
        if message.id:
            is_counted = isinstance(message.id, tuple)
            forms = message.string if is_counted else (message.string,)
            found[message.id[0] if is_counted else message.id] = (forms[0], forms[-1]) if is_counted else tuple(forms)
    assert found == dict(catalogue(folder, language))


def test_a_message_keeps_its_code_and_what_fills_it() -> None:
    error = NotFound("library.no-such-source", name="{乙}", near=Wording("library.similar", names="甲.txt"))
    assert str(error) == "库里没有 {乙}。相近的有：甲.txt"
    assert told(str(error), "zh-CN") == str(error)
    assert told(str(error), "en") == "The library has no {乙}. Similar: 甲.txt"
    assert told(str(ReadError("system.too-long")), "en") == "The path is too long"
    assert told("什么别的{x}", "en") == "什么别的{x}"
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.wording.code, copy.wording.fields, str(copy)) == (error.wording.code, error.wording.fields, str(error))


def test_a_name_that_looks_like_a_code_stays_a_name() -> None:
    error = NotFound("library.no-such-source", name="text.empty", near="")
    assert told(str(error), "en") == "The library has no text.empty. "


def test_what_the_system_says_is_told_as_it_is() -> None:
    assert reason_of(OSError(28, "No space left on device")) == "磁盘满了"
    assert told(reason_of(OSError(5555, "gremlins")), "en") == "gremlins"


def test_a_code_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-thing"):
        LibraryDamaged("library.no-such-thing")


def test_what_an_earlier_version_kept_is_known_by_its_form() -> None:
    assert code_of("写有{words}") == "count.mention"
    assert code_of("不是我们的话") is None
