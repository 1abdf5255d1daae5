"""The language model as the library's screen sets it: named, tried, turned off."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from qa.composing.compose import tried
from qa.composing.server import ModelServer
from qa.errors import QaError, UsageError
from qa.types import Composition
from ui.composing import Compositions
from ui.markup import fragment
from ui.serving import is_local
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

_TRIAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields, and what is said below them."""

    url: str = ""
    model: str = ""
    remote: bool = False  # an address that is not this machine's is agreed to
    said: str = ""
    problem: str = ""

    @classmethod
    def of(cls, server: ModelServer | None) -> Form:
        return cls(server.url, server.model, not is_local(server.host)) if server else cls()

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> Form:
        return cls(str(told.get("url") or "").strip(), str(told.get("model") or "").strip(), told.get("remote") is True)

    def server(self) -> ModelServer:
        """Raises UsageError where it is not named whole, or is another machine's and that is not agreed to."""
        if not self.model:
            raise UsageError("llm.no-model")
        server = ModelServer(self.url, self.model)
        if not is_local(server.host) and not self.remote:
            raise UsageError("llm.remote", host=server.host)
        return server


def panel(compositions: Compositions, form: Form, words: Words, *, may_change: bool, is_open: bool) -> Markup:
    """The part of the screen; `may_change`: whether whoever sees it may set the model."""
    server = compositions.server
    return fragment(
        "writer",
        server=server,
        host="" if server is None or is_local(server.host) else server.host,
        form=form,
        is_given=compositions.is_given,
        may_change=may_change,
        is_open=is_open,
        words=words,
    )


def changed(library: Library, compositions: Compositions, told: Mapping[str, Any], words: Words) -> Form:
    """Do what the form asks ("use", "try" or "off"); the form then, with how that went."""
    form = Form.told(told)
    try:
        if told.get("do") == "try":
            return _trial(form, words)
        server = form.server() if told.get("do") == "use" else None
        library.set_writer(server)
        compositions.server = server
        return replace(Form.of(server), said=words.writer_on if server else words.writer_off)
    except QaError as error:
        return replace(form, problem=words.told(str(error)))


def _trial(form: Form, words: Words) -> Form:
    """Raises UsageError."""
    server, began = form.server(), time.monotonic()
    made = tried(replace(server, silent_seconds=_TRIAL_SECONDS, longest_seconds=_TRIAL_SECONDS))
    return _told(form, made, time.monotonic() - began, words)


def _told(form: Form, made: Composition, seconds: float, words: Words) -> Form:
    """The form with what a trial came to."""
    if made.problem:
        return replace(form, problem=words.told(made.problem))
    kept, written = len(made.statements), len(made.statements) + len(made.struck)
    numbers = {"seconds": f"{seconds:.1f}", "kept": kept, "written": written}
    if not kept:
        return replace(form, problem=words.writer_tried_none.format(**numbers))
    return replace(form, said=words.writer_tried.format(**numbers))
