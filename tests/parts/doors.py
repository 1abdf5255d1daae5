"""The doors for programs of a library, guarded as `qa serve` guards them, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from starlette.testclient import TestClient

from qa.composing.server import ModelServer
from qa.library.library import Library
from qa.services.app import create_app
from qa.store.conversations import Conversations
from qa.store.keys import Keys
from ui import serving
from ui.composing import Compositions
from ui.door import Door
from ui.limits import Limits
from ui.programs import UPLOAD, ProgramGuard

HOME = "http://127.0.0.1:7860"
ASKED = "首届副中心运动会象棋比赛哪个队得了冠军？"
SAID = "永顺镇一队获得冠军"
REFUSED = "青岛啤酒节哪天开幕？"


@contextmanager
def doors(
    library: Library,
    password: str | None = None,
    *,
    allow_changes: bool = False,
    has_screen: bool = True,
    home: str = HOME,
    llm: ModelServer | None = None,
) -> Iterator[TestClient]:
    """A client of the doors of `library`, which it has at `home`."""
    with Keys.in_memory() as keys, Conversations.in_memory() as kept:
        door = Door(keys, kept, str(library.root), password)
        app = create_app(
            library,
            allow_changes=allow_changes,
            has_screen=has_screen,
            composer=partial(Compositions(llm).composer, library),
        )
        guarded = ProgramGuard(app, door, serving.hosts("127.0.0.1", (), door.is_locked))
        limited = Limits(guarded, {UPLOAD})
        with TestClient(limited, base_url=home, client=("127.0.0.1", 50000), raise_server_exceptions=False) as client:
            yield client
