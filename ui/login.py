"""The page that asks for the password."""

from __future__ import annotations

from markupsafe import Markup

from ui.markup import fragment
from ui.words import Words


def page(words: Words, problem: str = "", *, is_at_home: bool = True) -> Markup:
    """The whole page; `problem` says why the last attempt failed. `is_at_home`: the password may be sent to the address
    that was asked for.
    """
    return fragment("login", words=words, problem=problem, is_at_home=is_at_home)
