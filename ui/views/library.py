"""The library screen: adding with progress, tables, charts, removing. The page polls; nothing is pushed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from qa.errors import QaError, reason_of
from qa.types.settings import MAX_FILE_MB
from ui import jobs, library, tables, writer
from ui.composing import Compositions
from ui.ingest import Reading
from ui.render import warning
from ui.views.sender import words_of
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

ATTACH = "wenbao.attach(element, trigger, watch); wenbao.library(element, server)"
REMOVED_AT_ONCE = 1000
SHOWN_CHARS = 200  # of a path that is too long, perhaps

Told = Mapping[str, Any]  # what the page tells
Drawn = dict[str, Any]  # parts of the screen by name, in HTML; "problem" where it did not work


def library_view(library: Library, ingest: Reading, compositions: Compositions, folders: bool) -> gr.HTML:
    """Builds the screen, empty until it is shown. `folders`: whether whoever sees it acts for this machine: names
    folders of it, and a language model.
    """
    screen = _Screen(library, ingest, compositions, folders)

    def frame(_: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.frame, {}, request)

    def overview(_: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.overview, {}, request)

    def progress(_: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.progress, {}, request)

    def table(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.table, told, request)

    def folder(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.folder, told, request)

    def columns(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.columns, told, request)

    def set_writer(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.set_writer, told, request)

    def change(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.change, told, request)

    def removing(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.removing, told, request)

    def remove(told: Told, request: gr.Request) -> Drawn:
        return screen.answer(screen.remove, told, request)

    return gr.HTML(
        '<div class="shelf"></div>',
        elem_id="shelf",
        js_on_load=ATTACH,
        apply_default_css=False,
        server_functions=[frame, overview, progress, table, folder, columns, set_writer, change, removing, remove],
    )


class _Screen:
    def __init__(self, library: Library, ingest: Reading, compositions: Compositions, folders: bool) -> None:
        self.library, self.ingest, self.compositions, self.folders = library, ingest, compositions, folders

    def answer(self, step: Callable[[Told, Words], Drawn], told: Told, request: gr.Request) -> Drawn:
        """A step done in the reader's language; one of our own errors in its place."""
        words = words_of(request)
        try:
            return step(told, words)
        except QaError as error:
            return {"problem": warning(words.told(str(error)))}

    def frame(self, _: Told, words: Words) -> Drawn:
        """What does not change while the screen is open."""
        held, panel = self.library, self._writer(writer.Form.of(self.compositions.server), words)
        return {"frame": library.frame(held.suffixes, MAX_FILE_MB, self.folders, held.columns, panel, words)}

    def overview(self, _: Told, words: Words) -> Drawn:
        """Figures and charts."""
        stats, shelf = self.library.stats(), self.library.overview
        held, papers = shelf.coverage(), shelf.papers()
        return {"head": library.head(stats, papers, held, words), "coverage": library.coverage(held, words)}

    def progress(self, _: Told, words: Words) -> Drawn:
        """The queue, whether it still moves, and what tells whether the library has changed."""
        stats, making = self.library.stats(), self.library.vectors.status
        missing = stats.passages - stats.embedded
        return {
            "jobs": jobs.panel(self.ingest.jobs(), making, missing, words),
            "running": self.ingest.is_running or making.is_running,
            "state": f"{stats.updated} {stats.files} {stats.articles}",
        }

    def table(self, told: Told, words: Words) -> Drawn:
        asked, shelf = tables.asked(told), self.library.overview
        window: dict[str, Any] = {"descending": asked.descending, "offset": asked.offset, "limit": tables.ROWS}
        if asked.kind == "files":
            return {"table": tables.files(shelf.files(asked.find, asked.file_order, **window), asked, words)}
        found = shelf.articles(asked.find, asked.article_order, period=asked.period, **window)
        return {"table": tables.articles(found, asked, words)}

    def folder(self, told: Told, words: Words) -> Drawn:
        """Queue a folder or a file of the server."""
        named = str(told.get("path") or "").strip()
        problem = _why_not(named, words) if self.folders else words.folder_refused
        if not problem and not self.ingest.add(Path(named), named):
            problem = words.queue_full
        return {"problem": warning(problem)} if problem else {}

    def columns(self, told: Told, _: Words) -> Drawn:
        """Which column of a table is which, for what is added from now on."""
        self.library.set_columns(str(told.get("said") or ""))
        return {}

    def set_writer(self, told: Told, words: Words) -> Drawn:
        """Set, try or turn off the language model, where that is for whoever sees the screen to do."""
        if not self.folders or self.compositions.is_given:
            return {"writer": self._writer(writer.Form.of(self.compositions.server), words, is_open=True)}
        form = writer.changed(self.library, self.compositions, told, words)
        return {"writer": self._writer(form, words, is_open=True)}

    def _writer(self, form: writer.Form, words: Words, *, is_open: bool = False) -> Markup:
        return writer.panel(self.compositions, form, words, may_change=self.folders, is_open=is_open)

    def change(self, told: Told, _: Words) -> Drawn:
        """Stop, resume or clear the queue."""
        steps = {"stop": self.ingest.stop, "resume": self.ingest.resume, "clear": self.ingest.clear}
        if step := steps.get(str(told.get("do"))):
            step()
        return {}

    def removing(self, told: Told, words: Words) -> Drawn:
        """The question before removing, with what would go."""
        stories = told.get("stories")
        return {"question": tables.removing(_sources(told), stories if isinstance(stories, int) else 0, words)}

    def remove(self, told: Told, words: Words) -> Drawn:
        self.library.remove(_sources(told))
        return {}


def _why_not(named: str, words: Words) -> str:
    """Why a folder or file of the server cannot be read; empty where it can be tried."""
    if not Path(named).is_absolute():
        return words.folder_relative
    try:
        os.stat(named)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: a NUL
        return words.folder_missing.format(path=named)
    except OSError as error:
        return words.folder_unusable.format(reason=words.told(reason_of(error)), path=named[:SHOWN_CHARS])
    return ""


def _sources(told: Told) -> list[str]:
    listed = told.get("sources")
    return [str(source) for source in listed[:REMOVED_AT_ONCE]] if isinstance(listed, list) else []
