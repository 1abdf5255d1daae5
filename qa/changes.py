"""The nouns of changing a library by hand, and of looking before adding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileState = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change by hand to the article of this id: other attributes, or a split, or a join.

    None leaves an attribute as it is; an empty text or tuple takes it away. An article's id is that of its text, so an
    edit says which story it means wherever that stands in its file.
    """

    article: str
    title: str | None = None
    byline: tuple[str, ...] | None = None
    paper: str | None = None
    edition: str | None = None
    date: str | None = None  # ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD
    split_at: int | None = None  # code point of the article's text at which a second story begins
    joins: str | None = None  # id of the story after it on its page, which belongs to it


@dataclass(frozen=True, slots=True)
class Sketch:
    """A story as a preview shows it."""

    title: str
    title_inferred: bool
    byline: tuple[str, ...]
    date: str | None
    first: str  # the first words below the headline
    characters: int  # of the whole text


@dataclass(frozen=True, slots=True)
class Preview:
    """What `add` would make of a file. `source` is the name it would get; `state` compares with the library."""

    source: str
    encoding: str | None
    articles: tuple[Sketch, ...]
    state: FileState
