"""Every string of the screen, in Chinese and in English; one file a screen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ui.words.chat import ChatWords
from ui.words.door import DoorWords
from ui.words.filters import FiltersWords
from ui.words.library import LibraryWords
from ui.words.reading import ReadingWords
from ui.words.told import in_english

COOKIE = "wenbao_language"  # set by the page's switch
SAID_BY_SCRIPT = (
    "copied",
    "copy_failed",
    "new_title",
    "remove_really",
    "thanks",
    "question_too_long",
    "close",
    "filters",
    "filters_failed",
    "library_failed",
    "upload_failed",
    "uploading",
    "nothing_found",
    "reading_failed",
    "mended",
    "mend_discard",
)  # what the page's own script says


class Words(ChatWords, DoorWords, FiltersWords, LibraryWords, ReadingWords):
    """The screen in one language."""

    def told(self, words: str) -> str:
        """What `qa` tells of trouble, in this language."""
        return words if self.language == "zh-CN" else in_english(words)


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
