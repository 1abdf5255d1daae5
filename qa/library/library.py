"""Library: opened, added to and asked. The only module that connects all others."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa import formats, models
from qa.answering.answer import refusal_threshold
from qa.composing import rewriting
from qa.composing.compose import Stopped, Writer, composed, may_be_composed
from qa.composing.prompt import material
from qa.errors import ModelMismatch, UsageError
from qa.formats.metadata import stated_columns
from qa.index.engines import AnyIndexes, open_indexes
from qa.index.term_worker import TermWorker
from qa.library import asking, corrections, edits
from qa.library.adding import Adding, is_gone, max_bytes
from qa.library.background import PUBLISHING_SECONDS, ReprintGrouping, VectorMaker, repeated
from qa.library.clipping import clipping, fetched, has_picture, on_pictures, page_picture
from qa.library.models import LibraryModel, LibraryReader, Warmup, model_of
from qa.library.requests import AnyPath, as_filters, as_folder, as_metadata, as_names, as_paths, as_query
from qa.library.sources import LibrarySources, term_version
from qa.models import lexicon
from qa.questions import glossary
from qa.questions.examples import Example, varied
from qa.questions.suggestions import examples
from qa.questions.unknown_words import is_known
from qa.store.addresses import BROUGHT
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.facets import Facets
from qa.store.folder import Folder, WriterLock, clear_leftovers
from qa.store.inbox import Incoming, incoming, refuse_too_large
from qa.store.log import begin_history, history, require_own
from qa.store.overview import ArticleRow, Overview, TableSlice
from qa.store.passages import serve_model
from qa.store.queue import Queue
from qa.store.texts import StoredTexts
from qa.store.writing import keep_setting, remove_files
from qa.types import (
    ANYBODY,
    AddReport,
    Answer,
    Article,
    Composition,
    Doubt,
    Edit,
    FileInfo,
    Filters,
    HistoryEntry,
    Hit,
    Location,
    Metadata,
    Query,
    Sender,
    Span,
    Stats,
)
from qa.types.protocols import Embedder, Heard, Progress, SpanReader
from qa.types.settings import DEFAULT_READER, MAX_FILE_MB, READING

if TYPE_CHECKING:
    from qa.composing.server import ModelServer
    from qa.library.queueing import Queued
    from qa.library.worker import Worker
    from qa.store.jobs import Jobs

_T = TypeVar("_T")
_NO_FILTERS = Filters()
_NOTHING_GIVEN = Metadata()
_REPORTERS = 3  # tried for an example question
_TRIED = 60  # articles looked at for example questions; for so many, terms tell well enough


class Library:
    """A folder of newspaper articles that can be searched, asked and changed.

    `vectors` computes those that are missing, on a thread if need be, and says how far it is; before that it groups the
    reprints of a large `add`. `overview` gives a screen windows of tables and counts beside filters. `queue` holds what
    was accepted to be added and is not read yet; of a library on a server `jobs` do, on whichever machine it came.

    Safe for many threads: they may ask while one adds. One process and one thread may change it at a time; a second
    gets LibraryBusy at once, and asking never waits. What other processes add and remove is seen. Indexes and models
    are opened when they are first needed.
    """

    def __init__(
        self,
        folder: Folder,
        database: Database,
        embedder: Embedder | None,
        reading: LibraryReader,
        shared: lexicon.SharedWords,
    ) -> None:
        """For `open`, which is the way in."""
        self._folder = folder
        self._database = database
        self._contents = Contents(database)
        self.overview = Overview(database)
        self._lock = database.writer_lock()
        self.queue = Queue(folder, database)
        self.jobs = database.jobs()
        self._modelling = LibraryModel(self._contents, embedder, shared)
        self._reading = reading
        self._warming = Warmup(self._modelling, reading)
        self._opening = threading.Lock()
        self._opened: AnyIndexes | None = None
        self._glossary = glossary.Glossary()  # read with the indexes, which depend on it
        self._grouping = ReprintGrouping(database)
        self.vectors = VectorMaker(database, self._lock, self._indexes, self._modelling, self._grouping)

    @classmethod
    def open(
        cls, path: AnyPath, *, create: bool = True, embedder: Embedder | None = None, reader: str = DEFAULT_READER
    ) -> Library:
        """The library in the folder `path`, opened for reading and, where it may be written, for changes; or the one at
        an address of PostgreSQL, ``postgresql://user@host/database?schema=wenbao``.

        Where there is none an empty one is made, or NoLibrary is raised if `create` is false. Close it when done:
        `with` does. `embedder` serves instead of the library's own model, and must be the same. `reader` names what
        reads passages for answers: "span", or "none" to choose sentences by their words alone (faster, less often
        right).

        Raises NoLibrary, LibraryDamaged, ModelMismatch, LibraryError, UsageError for a reader that is not known and
        for an empty path.
        """
        shared = lexicon.SharedWords()
        folder, reading = as_folder(path), LibraryReader(reader, shared)
        if create:
            folder.make()
        if folder.is_writable:
            clear_leftovers(folder)
        library = cls(folder, Database.at(folder, create=create), embedder, reading, shared)
        try:
            if embedder:
                library._modelling.embedder()
        except ModelMismatch:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Stop background work and close the files. What `add` stored stays; vectors left out are made next time."""
        self._warming.wait()
        self.vectors.stop()
        if self._opened:
            self._opened.close()
        self._database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(
        self,
        paths: AnyPath | Iterable[AnyPath],
        *,
        max_mb: float = MAX_FILE_MB,
        given: Metadata = _NOTHING_GIVEN,
        prune: bool = False,
        reread: bool = False,
        vectors: bool = True,
        progress: Progress | None = None,
        by: Sender = ANYBODY,
    ) -> AddReport:
        """Read files and folders into the library: unchanged ones skipped, changed ones replaced, renamed ones kept.

        `paths` is one path or several; a folder is read with all below it. What could not be read is no error: the
        report lists it with the reason, `report.failed` where it was named or of a known type.

        `max_mb` limits the size of a file, in 2**20 bytes. `given` goes before what a file says of itself, and holds
        for it until given anew. `prune` drops the files of the library that lay in the folders and are gone. `reread`
        reads again what an earlier version of this program read, of no paths all that the library holds; edits by hand
        stay, and the id of an article that is no more leads to that in its place. What is read can be found by its
        terms within seconds. Then reprints among many articles are grouped and vectors made, with what an interrupt
        left out, or not where `vectors` is false: `vectors.make` does both later. Whatever interrupts, what was done
        stays. `progress` is called with a stage's name, how much is done and of how much. `by` is who does it, for the
        record: an editor replaces what he added himself alone, else Forbidden.

        Raises LibraryBusy, LibraryError where the library cannot be written, ModelError, ModelMismatch, UsageError for
        an empty path and for a date that is none.
        """
        named, said = as_paths(paths), as_metadata(given)
        if reread and not named:
            held = self._contents.stored_files()
            named = tuple(path for one in held if not is_gone(path := Path(one)))
            if self.jobs:
                self.jobs.again(path for path, stored in held.items() if stored.reading < READING)
        adding = Adding(self._database, max_bytes(max_mb), said, prune, self._indexes, progress, reread, by=by)
        if self.jobs:
            report = self._add_beside_others(adding, named, progress)
        else:
            report = self._change(lambda: adding.run(named, self._folder.root), progress)
        if vectors:
            self.vectors.make(progress)
        return report

    def incoming(self, name: str, size: int = 0) -> AbstractContextManager[Incoming]:
        """A file of this name, received into the inbox by whoever writes to it in the block, for `receive`; `size` are
        the bytes that it is said to have, where that is said. Raises UsageError for a type that cannot be read and for
        a file that is too large, LibraryError where nothing can be kept.
        """
        refuse_too_large(size)
        self.queue.require()
        return incoming(self.inbox, name, self.suffixes)

    def enqueue(
        self,
        paths: AnyPath | Iterable[AnyPath],
        *,
        max_mb: float = MAX_FILE_MB,
        given: Metadata = _NOTHING_GIVEN,
        by: Sender = ANYBODY,
    ) -> Queued:
        """Have files and folders read by whoever is free, of a library on a server: what is new or changed lies there
        when this returns, and `worker` reads it. Paths and `max_mb`, `given` as for `add`.

        Raises UsageError for a library in a folder, LibraryError where nothing can be kept.
        """
        from qa.library.queueing import Queueing  # a library in a folder needs none

        jobs = self._require_jobs()
        queueing = Queueing(jobs, self._contents.stored_files(), as_metadata(given), max_bytes(max_mb), by)
        return queueing.run(as_paths(paths), self._folder.root)

    def worker(self, max_mb: float = MAX_FILE_MB) -> Worker:
        """What reads the files that wait, of a library on a server. Raises UsageError for one in a folder, LibraryError
        for one that can be read alone.
        """
        from qa.library.worker import Worker  # likewise

        jobs = self._require_jobs()
        return Worker(self._database, jobs, self._lock, self._modelling, self._grouping, max_mb)

    def receive(self, brought: Incoming, by: Sender = ANYBODY) -> AddReport:
        """Add a file that has come whole, in the place of the one of its name in the inbox. Where it is not added, for
        whatever reason, the inbox is as it was.

        Raises UsageError for an empty file and for a name that is too long, LibraryError where the file cannot be kept,
        and as `add`.
        """
        self._database.require_writable()
        if self.jobs:
            return self._receive(self.jobs, brought, by)
        with self._lock.hold(), brought.in_place(lambda path: self._holds(path, brought.sha256)) as path:
            report = self.add(path, vectors=False, by=by)
        self.vectors.make()
        return report

    def edit(
        self, identity: str, change: Edit, progress: Progress | None = None, by: Sender = ANYBODY
    ) -> tuple[Article, ...]:
        """Give an article other attributes by hand, those of `change`, wherever it stands; the article then.

        Like `split` and `join` it holds when the file is added again, even after it was removed, until `reset`. Raises
        NotFound, LibraryBusy.
        """
        return self._by_hand(identity, lambda article: edits.retouch(self._database, article, change, by), progress)

    def split(
        self, identity: str, where: int | str, progress: Progress | None = None, by: Sender = ANYBODY
    ) -> tuple[Article, ...]:
        """Make two stories of one, the second from a code point of its text on, or from words that stand in it once;
        both. Raises UsageError, NotFound, LibraryBusy.
        """
        return self._by_hand(identity, lambda article: edits.split(self._database, article, where, by), progress)

    def join(self, identity: str, progress: Progress | None = None, by: Sender = ANYBODY) -> tuple[Article, ...]:
        """Make one story of an article and the next of its page. Raises UsageError without a next, and as `edit`."""
        return self._by_hand(identity, lambda article: edits.join(self._database, article, by), progress)

    def correct(
        self,
        identity: str,
        part: tuple[int, int] | str,
        text: str,
        progress: Progress | None = None,
        by: Sender = ANYBODY,
    ) -> tuple[Article, ...]:
        """Write what is printed in the place of what was misread of a picture: a range of the article's text, or words
        that stand in it once, on one printed line; the article then. It holds when the file is added again.

        Raises UsageError for words that are not there once, on one line of a picture, and as `edit`.
        """

        def work(article: Article) -> tuple[str, ...]:
            where = edits.span_of(article, part) if isinstance(part, str) else Span(*part)
            return corrections.correct(self._database, article, where, text, by)

        return self._by_hand(identity, work, progress)

    def doubts(self, article: Article) -> tuple[Doubt, ...]:
        """The characters of an article that were recognised without much confidence."""
        return corrections.doubts(self._contents, article)

    def reset(self, identity: str, progress: Progress | None = None, by: Sender = ANYBODY) -> tuple[Article, ...]:
        """Undo all that was done by hand to an article, splits and joins too; what comes back. Raises as `edit`."""
        return self._by_hand(identity, lambda article: edits.undo(self._database, article, by), progress)

    def is_by_hand(self, identity: str) -> bool:
        """Whether an article is what it is by an edit, a split or a join, as `reset` would undo. Raises NotFound."""
        return edits.is_by_hand(self._database, self.article(identity))

    def remove(self, sources: str | Iterable[str], by: Sender = ANYBODY) -> tuple[str, ...]:
        """Take one file or several out, all or none, by source name or path; their source names. What lies in the inbox
        is deleted, all other files stay where they are. An editor removes what he added. Raises NotFound, LibraryBusy,
        Forbidden.
        """
        self._database.require_writable()
        with self._lock.hold():
            indexes, names = self._indexes(), as_names(sources)
            paths = self._contents.paths(names)
            removed = remove_files(self._database, names, by)
            indexes.catch_up()
            self._grouping.keep_few()
        if self.jobs:
            self.jobs.forget(paths.values())
        for path in map(Path, paths.values()):
            if path.parent == self.inbox.resolve():
                path.unlink(missing_ok=True)
        return removed

    @property
    def root(self) -> Path:
        """The library's folder; of one on a server, what this machine keeps beside it."""
        return self._folder.root

    @property
    def is_writable(self) -> bool:
        """Whether it can be changed, as far as that was told when it was opened."""
        return self._database.is_writable

    @property
    def folder(self) -> Folder:
        """Where it is, and by which what is kept beside it is found: its conversations, its keys."""
        return self._folder

    @property
    def inbox(self) -> Path:
        """The library's folder for files that are brought to it and lie nowhere else; it may not exist yet."""
        return self._folder.inbox

    @property
    def columns(self) -> str:
        """What was said of the columns of tables that the screen adds, as it was said; empty where nothing was."""
        return self._contents.setting("columns")

    def set_columns(self, said: str) -> None:
        """Keep which column is which for the tables that the screen adds from now on: ``正文=full_text,日期=…``; an
        empty text takes it back. Raises UsageError where it is not understood, LibraryError where it cannot be kept.
        """
        self._database.require_writable()
        stated_columns(said)
        keep_setting(self._database, "columns", said.strip())

    @property
    def writer(self) -> ModelServer | None:
        """The server of a language model that was set to write below the answers; None where none was."""
        from qa.composing.server import ModelServer  # most libraries have none

        kept = self._contents.setting("writer")
        return ModelServer(*json.loads(kept)) if kept else None

    def set_writer(self, server: ModelServer | None) -> None:
        """Keep which language model writes below the answers from now on, None for none. Raises LibraryError where it
        cannot be kept.
        """
        self._database.require_writable()
        keep_setting(self._database, "writer", json.dumps([server.url, server.model]) if server else "")

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of the files end that can be read, in lower case."""
        return tuple(formats.FORMATS)

    def files(self) -> tuple[FileInfo, ...]:
        """In the order of adding."""
        return self._contents.files()

    def articles(
        self, filters: Filters = _NO_FILTERS, offset: int = 0, limit: int | None = None
    ) -> tuple[Article, ...]:
        """In the order of arrival. Raises NotFound and UsageError as `search` for its filters."""
        return self._contents.articles(as_filters(filters), offset, limit)

    def window(self, filters: Filters, offset: int, limit: int) -> TableSlice[Article]:
        """`limit` articles in the order of arrival, and how many pass in all, at one moment. Raises as `articles`."""
        return self.overview.whole_articles(as_filters(filters), offset, limit)

    def rows(self, filters: Filters, offset: int, limit: int) -> TableSlice[ArticleRow]:
        """As `window`, the articles without their texts."""
        return self.overview.articles(filters=as_filters(filters), offset=offset, limit=limit)

    def count(self, filters: Filters = _NO_FILTERS) -> int:
        """How many articles pass. Raises as `articles`."""
        return self.overview.articles(filters=as_filters(filters), limit=0).total

    def counts(self, filters: Filters = _NO_FILTERS, limit: int = 8) -> Facets:
        """How many articles pass, by year, file and reporter, at most `limit` of each. Raises as `articles`."""
        return self.overview.facets(as_filters(filters), limit=limit)

    def keep_history(self) -> None:
        """From now on keep who adds, changes, mends or removes what. Raises LibraryError where it cannot be kept."""
        self._database.require_writable()
        begin_history(self._database)

    def history(self, limit: int = 1000) -> tuple[HistoryEntry, ...]:
        """Who added, changed, mended or removed what, the latest, oldest first; nothing before `keep_history`."""
        return history(self._database, limit)

    def each_article(self) -> Iterator[Article]:
        """All articles in the order of arrival, a few held at a time."""
        return self._contents.each_article()

    def article(self, identity: str) -> Article:
        """The article of an id, or of its first four or more characters. Raises NotFound."""
        return self._contents.article(identity)

    def articles_of(self, source: str) -> tuple[Article, ...]:
        """The articles of a file, in its order. Raises NotFound."""
        return self._contents.articles_of(source)

    def articles_of_records(self, records: Collection[str]) -> frozenset[str]:
        """Ids of the articles that stand in any of the records."""
        return self._contents.articles_of_records(records)

    def page_texts(self, source: str) -> Iterator[str]:
        """The texts of a file's pages as read. Raises NotFound."""
        return self._contents.page_texts(source)

    def page_text(self, source: str, record: str | None = None, page: int | None = None) -> str:
        """The text that spans count in. Raises NotFound."""
        return self._contents.page_text(source, record, page)

    def search(self, query: Query | str) -> tuple[Hit, ...]:
        """The passages that fit a question best, best first: at most `query.k`, 5 for a plain text.

        Raises ModelError, ModelMismatch, LibraryError, NotFound for a source or article of a filter that the library
        does not hold, UsageError for a `k` below 1 and for a date that is none.
        """
        return asking.search(as_query(query), self.sources(), self._glossary)

    def ask(
        self,
        query: Query | str,
        *,
        least: float | None = None,
        hidden: frozenset[str] = frozenset(),
        writer: Writer | None = None,
        heard: Heard | None = None,
    ) -> Answer:
        """One to three sentences that answer, as they are printed, or the reason why there are none.

        That nothing answers is no error: `answer.answered` is false then, `answer.text` empty, and `answer.reason.text`
        says why. Raises as `search`, and ModelError where the reader is not there. For an evaluation, `least` stands
        for the fitted threshold of confidence, and the articles `hidden` (ids) do not answer. A `writer` may rewrite a
        question that leans on earlier ones; where that is not answered, or names something new, ours stands. `heard` is
        told what is found on the way.
        """
        query, reader = as_query(query), self._reading.reader()
        told = rewriting.alone(query, writer, partial(self._names, hidden)) if writer else None
        if told:
            answer = self._answer(replace(query, question=told.target, history=()), reader, least, hidden, heard)
            if answer.answered:
                answer = replace(answer, question=query.question, assumed=(told, *answer.assumed))
                return on_pictures(self._contents, answer)
        return on_pictures(self._contents, self._answer(query, reader, least, hidden, heard))

    def clipping(self, article: str, start: int, end: int) -> bytes:
        """A range of an article's text as the picture of its page shows it, marked: a JPEG. Raises NotFound where there
        is no such article, or no picture.
        """
        found = self.article(article)
        return clipping(self._contents, self._file_of, self._folder.pictures, found, Span(start, end))

    def page_picture(self, article: str, quote: Span | None = None) -> bytes:
        """The picture of an article's page, the article tinted, a range of it marked: a JPEG. Raises as `clipping`."""
        found = self.article(article)
        return page_picture(self._contents, self._file_of, self._folder.pictures, found, quote)

    def has_picture(self, place: Location) -> bool:
        """Whether `clipping` can show what stands on a page."""
        return has_picture(self._contents, place)

    @staticmethod
    def compose(answer: Answer, writer: Writer, stopped: Stopped) -> Iterator[Composition]:
        """What a language model writes on the question over the sentences that the answer quotes and that were found,
        as far as it stands, while it is written. Nothing where there is nothing to write about, as for a refusal.
        """
        if may_be_composed(answer):
            yield from composed(answer.question, material(answer), writer, stopped)

    def warm(self) -> None:
        """Load model and reader in the background, while what leads up to the first question goes on."""
        self._warming.start(self._contents.state().model)

    @property
    def threshold(self) -> float:
        """The confidence below which nothing is answered."""
        return refusal_threshold(self._reading.reader())

    def _names(self, hidden: frozenset[str], name: str) -> bool:
        return is_known(name, self.sources(hidden).terms)

    def _answer(
        self,
        query: Query,
        reader: SpanReader | None,
        least: float | None = None,
        hidden: frozenset[str] = frozenset(),
        heard: Heard | None = None,
    ) -> Answer:
        sources = self.sources(hidden)
        texts = StoredTexts(self._database, self._contents, sources.terms, sources.hidden)
        catalogue = asking.LibraryCatalogue(self.overview, self._contents)
        follow_ups = self._reading.follow_ups
        return asking.ask(query, sources, texts, catalogue, self._glossary, reader, least, heard, follow_ups)

    def stats(self) -> Stats:
        """How many files, articles and passages it holds, and when it was last changed."""
        return self._contents.stats()

    def examples(self, count: int) -> tuple[str, ...]:
        """At most `count` questions that the library answers from the article they were made of; the same each time."""
        return examples(self._contents.spread(_TRIED), count, lambda text: self._answer(Query(text), None).citations)

    def varied_examples(self, count: int) -> tuple[Example, ...]:
        """At most `count` questions of different kinds, one with another that leans on it, all of which the library
        answers. Each is tried, which takes seconds. Raises as `ask`.
        """
        reporters = [one.value for one in self.overview.facets(limit=_REPORTERS).bylines]
        sample = tuple(self._contents.spread(_TRIED))
        return varied(
            self.examples(count), sample, reporters, count, lambda one, history: self.ask(Query(one, history))
        )

    @property
    def model(self) -> str:
        """The name of the model whose vectors serve; of the one that the first `add` will use."""
        return self._modelling.name

    def set_model(self, model: str | Embedder, progress: Progress | None = None) -> None:
        """Make all vectors anew with another model, by name or loaded; the old ones serve until all are there.

        After an interrupt a second call goes on where the first one stopped. Raises ModelError, LibraryBusy.
        """
        self._database.require_writable()
        if isinstance(model, str):
            models.prepare(model, progress=progress)
            model = self._modelling.load(model)
        self.vectors.replace(model, progress)

    def _by_hand(
        self, identity: str, work: Callable[[Article], tuple[str, ...]], progress: Progress | None
    ) -> tuple[Article, ...]:
        made = self._change(lambda: work(self.article(identity)), progress)
        self.vectors.make_for(made)
        return tuple(self.article(one) for one in made)

    def _change(self, work: Callable[[], _T], progress: Progress | None) -> _T:
        """Change the truth, then bring the indexes up to it. Raises LibraryBusy, ModelError, ModelMismatch."""
        self._database.require_writable()
        with self._lock.hold():
            embedder = self._modelling.embedder()
            if not self._contents.state().model:
                serve_model(self._database, model_of(embedder))
            with self._indexes().catching_up(progress):
                result = work()
            self._grouping.keep_few()
            self._database.tidy()
        return result

    def _add_beside_others(self, adding: Adding, named: Collection[Path], progress: Progress | None) -> AddReport:
        """As `_change`, but others change the library meanwhile: the right to do so is had for moments."""
        self._database.require_writable()
        worker = self.worker()
        worker.serve_model()
        adding.is_shared, adding.turn = True, worker.turn
        with self._indexes().catching_up(progress):
            report = adding.run(named, self._folder.root)
        with worker.turn():
            self._grouping.keep_few()
        return report

    def _receive(self, jobs: Jobs, brought: Incoming, by: Sender) -> AddReport:
        name = brought.name.whole
        stored = self._contents.stored_file(f"{BROUGHT}{name}")
        if stored and stored.sha256 != brought.sha256:
            with self._database.reading() as connection:
                require_own(connection, by, stored.source)
        number = jobs.bring(brought.whole(), f"{BROUGHT}{name}", name, by=by)
        report = self.worker().read_now(number)
        if report.failed:
            jobs.drop(number)
        return report

    def _require_jobs(self) -> Jobs:
        self._database.require_writable()
        if self.jobs is None:
            raise UsageError("jobs.no-server")
        return self.jobs

    def _file_of(self, source: str) -> Path:
        """Where a file of the library lies on this machine: what the server has is brought here. Raises NotFound."""
        path = self._contents.paths([source])[source]
        stored = self._contents.stored_file(path) if self.jobs else None
        if self.jobs is None or stored is None or (not path.startswith(BROUGHT) and Path(path).is_file()):
            return Path(path)
        return fetched(self.jobs, path, stored.sha256, self._folder.brought)

    def sources(self, hidden: frozenset[str] = frozenset()) -> LibrarySources:
        """What retrieval reads, as it stands now, but for the articles `hidden` (ids).

        Raises ModelError, ModelMismatch.
        """
        indexes = self._indexes()
        indexes.refresh()
        return LibrarySources(self._contents, indexes, self._modelling.embedder_of, hidden)

    def _indexes(self) -> AnyIndexes:
        with self._opening:
            if self._opened is None:
                self._glossary = glossary.read_glossary(self._folder.words)
                worker = TermWorker(self._glossary.words, term_version(self._glossary))
                self._opened = open_indexes(self._folder, self._contents, worker, self._index_lock())
            return self._opened

    @contextmanager
    def publishing(self, seconds: float = PUBLISHING_SECONDS) -> Iterator[None]:
        """Meanwhile let other machines of a library on a server begin with the indexes of this one: every so many
        seconds it is looked whether that is due.
        """
        if self._folder.server is None or not self._database.is_writable:
            yield
            return
        with repeated(lambda stopping: self._indexes().publish(stopping), seconds):
            yield

    def _index_lock(self) -> WriterLock | None:
        """What admits one process to the files of the indexes: of a folder's library the writers' own lock; those of a
        server's are this machine's.
        """
        if self._folder.server:
            return WriterLock(self._folder)
        return self._lock if self._database.is_writable else None

    def _holds(self, path: Path, sha256: str) -> bool:
        stored = self._contents.stored_files().get(str(path.resolve()))
        return stored is not None and stored.sha256 == sha256
