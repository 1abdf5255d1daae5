"""How a string is declared: once, in both languages, so that none can be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Language = Literal["zh-CN", "en"]


class Spoken:
    """Strings in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language


class Said:
    """A string; `{…}` are filled with `str.format`, what is filled in is escaped by the renderer."""

    def __init__(self, chinese: str, english: str) -> None:
        self.forms: dict[Language, str] = {"zh-CN": chinese, "en": english}

    def __get__(self, spoken: Spoken, owner: type[Spoken]) -> str:
        return self.forms[spoken.language]


class Counted:
    """A string with a `{count}` in it, called with the number; English tells one from many."""

    def __init__(self, chinese: str, one: str, many: str) -> None:
        self.chinese, self.one, self.many = chinese, one, many

    def __get__(self, spoken: Spoken, owner: type[Spoken]) -> Callable[[int], str]:
        english = spoken.language == "en"

        def counted(count: int) -> str:
            form = (self.one if count == 1 else self.many) if english else self.chinese
            return form.format(count=f"{count:,}")

        return counted
