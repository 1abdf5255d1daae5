"""Every string of the screen, in Chinese and in English: what `ui/locale` says under its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors.messages import Language, catalogue, told

LOCALE = Path(__file__).parent / "locale"
COOKIE = "wenbao_language"  # set by the page's switch
SAID_BY_SCRIPT = (
    "copied",
    "copy_failed",
    "new_title",
    "remove_really",
    "question_too_long",
    "questions_before",
    "stop",
    "close",
    "filters",
    "filters_failed",
    "library_failed",
    "upload_failed",
    "uploading",
    "writer_trying",
    "nothing_found",
    "reading_failed",
    "mended",
    "mend_discard",
    "login_ended",
    "enter_again",
)  # what the page's own script says


class Said(str):
    """A string, its `{…}` to be filled with `str.format`. One with a `{count}` is called with the number: English tells
    one from many, and the string itself is what is said of many.
    """

    def __new__(cls, *forms: str) -> Said:
        made = super().__new__(cls, forms[-1])
        made._one = forms[0]
        return made

    _one: str

    def __call__(self, count: int) -> str:
        return (self._one if count == 1 else self).format(count=f"{count:,}")


class Words:
    """The screen in one language: each string under its name."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        for name, forms in catalogue(LOCALE, language).items():
            setattr(self, name, Said(*forms))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Said: ...

    def told(self, said: str) -> str:
        """What `qa` tells, in this language."""
        return str(told(said, self.language))


CHINESE, ENGLISH = Words("zh-CN"), Words("en")


def chosen(cookies: Mapping[str, str], accepted: str) -> Words:
    """The language that the reader switched to, else the first of the browser's that we speak, else Chinese.

    `accepted` is the header Accept-Language (RFC 9110, 12.5.4); browsers list their languages best first.
    """
    for name in (cookies.get(COOKIE, ""), *re.findall(r"[A-Za-z][A-Za-z-]*", re.sub(r";[^,]*", "", accepted))):
        if name.lower().startswith("zh"):
            return CHINESE
        if name.lower().startswith("en"):
            return ENGLISH
    return CHINESE
