"""What is told, by code: a catalogue for each language beside this file, in gettext's format, read as it stands.

A message's code is its ``msgid``; fields stand in braces, as `str.format` takes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, SupportsIndex

Language = Literal["zh-CN", "en"]
Catalogue = Mapping[str, tuple[str, ...]]
"""Code to its form, or to two: for one thing, for many."""

_LINE = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', re.MULTILINE)


@cache
def catalogue(folder: Path, language: Language) -> Catalogue:
    """The catalogue of a language in a folder of them."""
    text = (folder / f"{language}.po").read_text("utf-8")
    return dict(map(_entry, text.split("\n\n")[1:]))  # the first block says what file it is


def _entry(block: str) -> tuple[str, tuple[str, ...]]:
    parts = {name: "".join(map(json.loads, said.splitlines())) for name, said in _LINE.findall(block)}
    forms = [said for name, said in parts.items() if name.startswith("msgstr")]
    return parts["msgid"], (forms[0], forms[-1]) if "msgid_plural" in parts else (forms[0],)


def form(code: str, language: Language) -> str:
    """What a message of this package says, its fields in braces. Raises KeyError for a code that there is not."""
    return catalogue(_LOCALE, language)[code][0]


_LOCALE = Path(__file__).parent


class Wording(str):
    """A message in Chinese that knows its code and what fills it, so that it can be said in another language."""

    __slots__ = ("code", "fields")
    code: str
    fields: Mapping[str, object]

    def __new__(cls, code: str, /, **fields: object) -> Wording:
        made = super().__new__(cls, _filled(form(code, "zh-CN"), fields))
        made.code, made.fields = code, fields
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return _wording, (self.code, dict(self.fields))

    def said_in(self, language: Language) -> str:
        """The message, and those among its fields, in a language."""
        fields = {name: told(value, language) for name, value in self.fields.items()}
        return _filled(form(self.code, language), fields)


def told(value: object, language: Language) -> object:
    """A message in a language; anything else (a name, what the system says) as it is."""
    return value.said_in(language) if isinstance(value, Wording) else value


def code_of(said: str) -> str | None:
    """The code of a message that an earlier version kept by its Chinese form."""
    codes = (code for code, forms in catalogue(_LOCALE, "zh-CN").items() if forms[0] == said)
    return next(codes, None)


def _wording(code: str, fields: Mapping[str, object]) -> Wording:
    return Wording(code, **fields)


def _filled(said: str, fields: Mapping[str, object]) -> str:
    """Without fields the words stand as they are, braces and all."""
    return said.format(**fields) if fields else said
