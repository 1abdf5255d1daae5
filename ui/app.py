"""The browser app: `create_app` builds it, `serve` runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import fastapi

from qa.services.app import create_app as create_doors
from qa.store.conversations import Conversations
from qa.types import Query
from qa.types.settings import QUESTION_CHARS
from ui import composing, downloads, manual, opensearch, programs, serving, uploads
from ui.accounts import Accounts
from ui.door import Quotas
from ui.guard import Guard
from ui.ingest import Ingest, Reading
from ui.replies import Application
from ui.skeleton import with_skeleton
from ui.views import gr
from ui.views.chat import ASKING, ChatScreen
from ui.views.filters import filter_panel
from ui.views.library import library_view
from ui.views.reading import reader
from ui.views.sessions import HELD, Sessions
from ui.words import CHINESE, ENGLISH, SAID_BY_SCRIPT

if TYPE_CHECKING:
    from qa.composing.server import ModelServer
    from qa.library.library import Library

STATIC = Path(__file__).parent / "static"
SCREENS = ("base", "chat", "talks", "filters", "reading", "library")  # each a .css and a .js, the base first
FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]  # on the machine already: none is fetched
MONO = ["ui-monospace", "Consolas", "monospace"]
LOOK_SECONDS = 0.01  # between two looks of Gradio's queue whether there is work; its own 0.001 keeps a core awake


def create_app(
    library: Library,
    kept: Conversations,
    ingest: Reading,
    *,
    demo: bool = False,
    folders: bool = False,
    logout: bool = False,
    compositions: composing.Compositions | None = None,
    quotas: Quotas | None = None,
    accounts: Accounts | None = None,
) -> gr.Blocks:
    """The screen over `library` and `kept`. Listens nowhere, sends nothing.

    `demo` labels the library as an example; `folders` lets whoever sees the screen act for this machine: name folders
    of it, and a language model; `logout` offers the way out; `compositions` has answers followed by what a local model
    makes of them; `accounts` are shown and changed where the door tells people apart.
    """
    compositions = compositions or composing.Compositions()
    blocks = gr.Blocks(title=CHINESE.name, analytics_enabled=False, fill_width=True)
    with blocks:
        screen = ChatScreen(blocks, library, kept, compositions, demo, logout, quotas or Quotas())
        with screen.filters_slot:
            filter_panel(library)
        with screen.library_screen:
            library_view(library, ingest, compositions, folders, accounts)
        reader(library)
    blocks.state_session_capacity = HELD
    blocks._queue.sleep_when_free = LOOK_SECONDS
    blocks._queue.progress_update_sleep_when_free = 5 * LOOK_SECONDS
    blocks._queue.ANALYTICS_MAX_EVENTS = 1  # or each event makes a table of the last ten thousand, that nobody looks at
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # spelt so in Gradio
    return blocks


def mount(blocks: gr.Blocks, *files: fastapi.APIRouter, doors: fastapi.FastAPI | None = None) -> Application:
    """The ASGI application of a screen with its style sheets; no file of the disk is served, no usage is recorded.

    The application of `doors` for programs, which is reached elsewhere, begins and ends with it.
    """
    lifespan = doors.router.lifespan_context if doors else None
    frame = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    for routes in files:
        frame.include_router(routes)
    # Gradio's `launch` is not used: it asks itself over HTTP, through a proxy where one is set, whether it runs.
    application: fastapi.FastAPI = gr.mount_gradio_app(
        frame,
        blocks,
        path="/",
        theme=gr.themes.Base(font=FONT, font_mono=MONO),
        css_paths=[STATIC / f"{screen}.css" for screen in SCREENS],
        head=_head(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        max_file_size=1,  # byte: what a browser brings goes through `ui.uploads`, never through Gradio
    )
    return Sessions(application, blocks)


def serve(
    library: Library,
    kept: Conversations,
    *,
    demo: bool,
    folders: bool = False,
    llm: ModelServer | None = None,
    reads: bool = True,
    **options: Unpack[programs.Options],
) -> None:
    """Serve the app until Ctrl-C, on `port` or the next free one; `announce` gets the address once it listens.

    With a `password` nothing is shown before it is given. `allowed_hosts` are names of this machine beside its own;
    `behind_proxy`: all requests come through a proxy that says who sent them. Folders of this machine can be named in
    the browser where none of these tells that others come too, or where `folders` says so. `llm` writes over the
    sentences of an answer, behind it. Of a library on a server this process reads what waits, unless `reads` is false.
    With `allow_changes` programs may change files. UsageError where `host` is not an address of this machine or no port
    is free; what `Library.search` raises where the model cannot serve.
    """
    with programs.entrance(library, kept, options) as at:
        if library.stats().articles:
            library.search(
                Query(CHINESE.name, k=1)
            )  # loads model and indexes, so that the first question does not wait
        ingest = _ingest(library, reads=reads)
        is_alone = not at.door.is_locked and _is_alone(options)
        shown = {"demo": demo, "folders": folders or is_alone, "logout": at.door.has_login}
        compositions = composing.Compositions(llm or library.writer, is_given=llm is not None)
        accounts = Accounts(at.keys, at.door) if at.door.tells_apart else None
        blocks = create_app(
            library, kept, ingest, compositions=compositions, quotas=at.door.quotas, accounts=accounts, **shown
        )
        composer = partial(compositions.composer, library)
        doors = create_doors(library, allow_changes=options.get("allow_changes", False), composer=composer)
        files = (
            downloads.router(library, kept),
            downloads.clippings(library),
            uploads.router(library, ingest, at.door.quotas),
            manual.router(),
            opensearch.router(),
        )
        screen = with_skeleton(mount(blocks, *files, doors=doors))
        guarded = Guard(screen, at.door, at.hosts, behind_proxy=at.behind_proxy)
        both = programs.beside(at.before(doors), guarded)
        try:
            at.run(both, {uploads.PATH}, lambda: _started(ingest, options["announce"], at.address))
        finally:
            ingest.close()


def _is_alone(options: programs.Options) -> bool:
    """Whether nothing tells that others than the user of this machine come, where nobody has to log in."""
    others = options.get("allowed_hosts") or options.get("behind_proxy")
    return serving.is_local(options["host"]) and not others


def _ingest(library: Library, *, reads: bool) -> Reading:
    if library.jobs is None:
        return Ingest(library)
    from ui.shared_ingest import SharedIngest

    return SharedIngest(library, library.jobs, reads=reads)


def _started(ingest: Reading, announce: Callable[[str], None], address: str) -> None:
    ingest.start()
    announce(address)


def _head() -> str:
    """The page's own script with the few words that it says, and where a browser learns to ask from its address bar."""
    said = {words.language: {name: getattr(words, name) for name in SAID_BY_SCRIPT} for words in (CHINESE, ENGLISH)}
    script = "\n".join((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in ("stream", *SCREENS, "picture"))
    script = script.replace("__QUESTION_CHARS__", str(QUESTION_CHARS)).replace("__ASKING__", str(ASKING))
    return f"{opensearch.LINK}<script>{script.replace('__WORDS__', json.dumps(said, ensure_ascii=False))}</script>"
