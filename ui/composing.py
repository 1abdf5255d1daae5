"""What a local model makes of the answers, while and after it is written. No gradio."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from qa.composing.compose import may_be_composed
from qa.composing.server import ModelServer
from qa.store.turns import Turn
from qa.types import Answer, Citation, Composition
from ui import chat
from ui.marks import of_citation
from ui.markup import fragment
from ui.serving import is_local
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

_HELD = 500  # compositions: an answer further back shows its quotes alone


class Compositions:
    """Those of this run of the program, by the number of their turn, which no two turns share. `server` is None where
    there is no model; it may be another from the next answer on, unless it `is_given` by whoever started the program.
    Safe for many threads.
    """

    def __init__(self, server: ModelServer | None = None, *, is_given: bool = False) -> None:
        self.server = server
        self.is_given = is_given
        self._hosts: dict[int, str] = {}
        self._made: OrderedDict[int, Composition] = OrderedDict()
        self._stopped: set[int] = set()
        self._lock = threading.Lock()

    def composer(self, library: Library) -> Callable[[Answer, Callable[[], bool]], Iterator[Composition]] | None:
        """What programs have an answer composed by; None where there is no model."""
        server = self.server
        return None if server is None else lambda answer, stopped: library.compose(answer, server, stopped)

    def of(self, number: int) -> Composition | None:
        with self._lock:
            return self._made.get(number)

    def host_of(self, number: int) -> str:
        """Where another machine wrote this one, its name; empty for this machine."""
        with self._lock:
            return self._hosts.get(number, "")

    def stop(self, number: int) -> None:
        """No further sentence of this one is waited for."""
        with self._lock:
            if number in self._made:
                self._stopped.add(number)

    def making(self, library: Library, conversation: chat.Conversation) -> Iterator[tuple[int, Composition]]:
        """The composition of the newest turn, each time it grows; nothing where it has one, or can have none."""
        turn = max(conversation.turns, key=lambda one: one.number, default=None)
        server = self.server
        if server is None or turn is None or not self._begin(turn, server):
            return
        assert turn.answer is not None
        try:
            for made in library.compose(turn.answer, server, lambda: turn.number in self._stopped):
                self._keep(turn.number, made)
                yield turn.number, made
        finally:
            self._end(turn.number)

    def _begin(self, turn: Turn, server: ModelServer) -> bool:
        """Whether the turn gets a composition now; nobody else begins it then."""
        if turn.answer is None or not may_be_composed(turn.answer):
            return False
        with self._lock:
            is_new = turn.number not in self._made
            self._made.setdefault(turn.number, Composition())
            if is_new and not is_local(server.host):
                self._hosts[turn.number] = server.host
            return is_new

    def _keep(self, number: int, made: Composition) -> None:
        with self._lock:
            self._made[number] = made
            while len(self._made) > _HELD:
                oldest, _ = self._made.popitem(last=False)
                self._hosts.pop(oldest, None)

    def _end(self, number: int) -> None:
        """Whatever it ended by, it does not go on."""
        with self._lock:
            self._stopped.discard(number)
            if number in self._made and not self._made[number].is_done:
                self._made[number] = replace(self._made[number], is_done=True)


def drawn(number: int, made: Composition, host: str, words: Words) -> Markup:
    """A composition under its label, with the quotes that it rests on and what was struck of it; `host` is the machine
    that it was written on, empty for this one.
    """
    faults = {
        "unfinished": words.struck_unfinished,
        "no-number": words.struck_no_number,
        "no-such-number": words.struck_no_number,
        "quotes": words.struck_quotes,
        "not-held": words.struck_not_held,
        "not-supported": words.struck_not_supported,
        "mixed": words.struck_mixed,
    }
    return fragment(
        "composed",
        number=number,
        made=made,
        label=words.composed_remote.format(host=host) if host else words.composed,
        quotes=[(one, of_citation(one)) for one in sorted(made.citations, key=_number)],
        struck=[(one, faults[one.fault].format(what=one.what)) for one in made.struck],
        words=words,
    )


def _number(citation: Citation) -> int:
    return citation.n
