"""The library screen: adding with progress, tables, charts, removing. The page polls; nothing is pushed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from qa.errors import QaError, reason_of
from qa.types import Role, Sender
from qa.types.settings import MAX_FILE_MB
from ui import jobs, library, tables, writer
from ui.accounts import Accounts
from ui.composing import Compositions
from ui.ingest import Reading
from ui.render import warning
from ui.views.sender import sender_of, words_of
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

ATTACH = "wenbao.attach(element, trigger, watch); wenbao.library(element, server)"
REMOVED_AT_ONCE = 1000
SHOWN_CHARS = 200  # of a path that is too long, perhaps

HISTORY = 100  # entries of the change record
NEEDS: Mapping[str, Role] = {
    "frame": "reader",
    "overview": "reader",
    "progress": "reader",
    "table": "reader",
    "folder": "owner",
    "columns": "editor",
    "set_writer": "owner",
    "set_account": "owner",
    "own_password": "reader",
    "change": "editor",
    "removing": "editor",
    "remove": "editor",
}
"""What the page may ask for, a method of `_Screen` each, and the role that it takes."""

Told = Mapping[str, Any]  # what the page tells
Drawn = dict[str, Any]  # parts of the screen by name, in HTML; "problem" where it did not work


def library_view(
    library: Library, ingest: Reading, compositions: Compositions, folders: bool, accounts: Accounts | None = None
) -> gr.HTML:
    """Builds the screen, empty until it is shown. `folders`: whether whoever sees it acts for this machine: names
    folders of it, and a language model. `accounts` are None where nobody is told apart.
    """
    screen = _Screen(library, ingest, compositions, folders, accounts)

    def served(name: str) -> Callable[..., Drawn]:
        def step(told: Told, request: gr.Request) -> Drawn:
            return screen.answer(name, told, request)

        step.__name__ = name  # what the page calls it
        return step

    return gr.HTML(
        '<div class="shelf"></div>',
        elem_id="shelf",
        js_on_load=ATTACH,
        apply_default_css=False,
        server_functions=[served(name) for name in NEEDS],
    )


class _Screen:
    def __init__(
        self,
        library: Library,
        ingest: Reading,
        compositions: Compositions,
        folders: bool,
        accounts: Accounts | None = None,
    ) -> None:
        self.library, self.ingest, self.compositions, self.folders = library, ingest, compositions, folders
        self.accounts = accounts

    def answer(self, name: str, told: Told, request: gr.Request) -> Drawn:
        """A step done in the reader's language, where his account may; one of our own errors in its place."""
        words, sender = words_of(request), sender_of(request)
        try:
            sender.require(NEEDS[name])
            drawn: Drawn = getattr(self, name)(told, words, sender)
            return drawn
        except QaError as error:
            return {"problem": warning(words.told(str(error)))}

    def frame(self, _: Told, words: Words, sender: Sender) -> Drawn:
        """What does not change while the screen is open."""
        held, panel = self.library, self._writer(writer.Form.of(self.compositions.server), words, sender)
        folders = self.folders and sender.may("owner")
        may_add = sender.may("editor")
        accounts = self.accounts.panel(sender, words) if self.accounts else ""
        return {
            "frame": library.frame(held.suffixes, MAX_FILE_MB, folders, held.columns, panel, words, may_add, accounts)
        }

    def overview(self, _: Told, words: Words, sender: Sender) -> Drawn:
        """Figures and charts, and who did what for those who may do it."""
        stats, shelf = self.library.stats(), self.library.overview
        held, papers = shelf.coverage(), shelf.papers()
        done = self.library.history(HISTORY) if sender.may("editor") else ()
        return {
            "head": library.head(stats, papers, held, words),
            "coverage": library.coverage(held, words),
            "history": library.history(done, words),
        }

    def progress(self, _: Told, words: Words, sender: Sender) -> Drawn:
        """The queue, whether it still moves, and what tells whether the library has changed."""
        stats, making = self.library.stats(), self.library.vectors.status
        missing = stats.passages - stats.embedded
        return {
            "jobs": jobs.panel(self.ingest.jobs(), making, missing, words, may_change=sender.may("editor")),
            "running": self.ingest.is_running or making.is_running,
            "state": f"{stats.updated} {stats.files} {stats.articles}",
        }

    def table(self, told: Told, words: Words, sender: Sender) -> Drawn:
        asked, shelf = tables.asked(told), self.library.overview
        window: dict[str, Any] = {"descending": asked.descending, "offset": asked.offset, "limit": tables.ROWS}
        if asked.kind == "files":
            found_files = shelf.files(asked.find, asked.file_order, **window)
            return {"table": tables.files(found_files, asked, words, may_remove=sender.may("editor"))}
        found = shelf.articles(asked.find, asked.article_order, period=asked.period, **window)
        return {"table": tables.articles(found, asked, words)}

    def folder(self, told: Told, words: Words, sender: Sender) -> Drawn:
        """Queue a folder or a file of the server."""
        named = str(told.get("path") or "").strip()
        problem = _why_not(named, words) if self.folders else words.folder_refused
        if not problem and not self.ingest.add(Path(named), named, sender):
            problem = words.queue_full
        return {"problem": warning(problem)} if problem else {}

    def columns(self, told: Told, _: Words, _sender: Sender) -> Drawn:
        """Which column of a table is which, for what is added from now on."""
        self.library.set_columns(str(told.get("said") or ""))
        return {}

    def set_writer(self, told: Told, words: Words, sender: Sender) -> Drawn:
        """Set, try or turn off the language model, where that is for whoever sees the screen to do."""
        if not self.folders or self.compositions.is_given:
            return {"writer": self._writer(writer.Form.of(self.compositions.server), words, sender, is_open=True)}
        form = writer.changed(self.library, self.compositions, told, words)
        return {"writer": self._writer(form, words, sender, is_open=True)}

    def set_account(self, told: Told, words: Words, sender: Sender) -> Drawn:
        """Make, change or remove an account."""
        return {"accounts": self.accounts.change(told, sender, words)} if self.accounts else {}

    def own_password(self, told: Told, words: Words, sender: Sender) -> Drawn:
        return {"accounts": self.accounts.change_own(told, sender, words)} if self.accounts else {}

    def _writer(self, form: writer.Form, words: Words, sender: Sender, *, is_open: bool = False) -> Markup:
        may_change = self.folders and sender.may("owner")
        return writer.panel(self.compositions, form, words, may_change=may_change, is_open=is_open)

    def change(self, told: Told, _: Words, _sender: Sender) -> Drawn:
        """Stop, resume or clear the queue."""
        steps = {"stop": self.ingest.stop, "resume": self.ingest.resume, "clear": self.ingest.clear}
        if step := steps.get(str(told.get("do"))):
            step()
        return {}

    def removing(self, told: Told, words: Words, _sender: Sender) -> Drawn:
        """The question before removing, with what would go."""
        stories = told.get("stories")
        return {"question": tables.removing(_sources(told), stories if isinstance(stories, int) else 0, words)}

    def remove(self, told: Told, _: Words, sender: Sender) -> Drawn:
        self.library.remove(_sources(told), sender)
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
