"""What `add` would make of files (`qa add --dry-run`). Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from qa import formats
from qa.errors import NoLibrary, NoText, ReadError
from qa.formats.discovery import FoundFile
from qa.library.adding import max_bytes, sha256_of
from qa.library.edits import carried_in
from qa.library.page_articles import edited_articles
from qa.library.requests import AnyPath, as_folder, as_metadata, as_paths
from qa.store.contents import Contents, StoredFile
from qa.store.database import Database
from qa.store.edits import edits_of
from qa.store.folder import Folder
from qa.types import Article, ArticlePreview, Edit, FilePreview, FileState, Metadata, Page, Skipped
from qa.types.settings import MAX_FILE_MB

_FIRST_CHARS = 40
_NOTHING_GIVEN = Metadata()


def preview(
    paths: AnyPath | Iterable[AnyPath],
    library_path: AnyPath,
    *,
    max_mb: float = MAX_FILE_MB,
    given: Metadata = _NOTHING_GIVEN,
) -> Iterator[FilePreview | Skipped]:
    """What the paths hold, file by file, after what `add` would pass over by its name. Nothing is made or changed.

    `given` goes before what a file says of itself. Raises LibraryDamaged, LibraryError, UsageError as `add`.
    """
    said = as_metadata(given)
    folder = as_folder(library_path)
    with _opened(folder) as database:
        held = Contents(database).stored_files() if database else {}
        found, skipped = formats.find(as_paths(paths), folder.root)
        yield from skipped
        taken = {stored.source for stored in held.values()}
        for file in found:
            stored = held.get(str(file.path))
            source = stored.source if stored else formats.distinct(file.source, file.path, taken)
            told = said.over(stored.given) if stored else said
            passed_over: list[Skipped] = []
            try:
                shown = _File(file, source, stored, told, database).preview(max_bytes(max_mb), passed_over)
            except ReadError as error:
                yield Skipped(str(file.path), str(error), failed=file.named or not isinstance(error, NoText))
                continue
            taken.add(source)
            yield shown
            yield from passed_over


@contextmanager
def _opened(folder: Folder) -> Iterator[Database | None]:
    """The library's database; None where there is no library yet."""
    try:
        database = Database.at(folder)
    except NoLibrary:
        yield None
        return
    try:
        yield database
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _File:
    found: FoundFile
    source: str
    stored: StoredFile | None  # what the library holds of it
    given: Metadata
    database: Database | None

    def preview(self, limit: int, skipped: list[Skipped]) -> FilePreview:
        """Fills `skipped` with the records that would be left out. Raises ReadError."""
        encoding = None
        sketches: list[ArticlePreview] = []
        state, pages = self._state(limit), self._pages(limit, skipped)
        edits: Sequence[Edit] = ()
        if self.database and self.stored and (made := edits_of(self.database, str(self.found.path))):
            pages = list(pages)
            moved = carried_in(self.database, str(self.found.path), self.source, made, pages)
            edits = [moved.get(edit, edit) for edit in made]
        for page in pages:
            encoding = encoding or page.encoding
            sketches += [_sketch(story.article) for story in edited_articles(page, edits)]
        return FilePreview(self.source, encoding, tuple(sketches), state)

    def _pages(self, limit: int, skipped: list[Skipped]) -> Iterable[Page]:
        columns = dict(self.given.columns)
        for page in formats.read(
            self.found.path, self.source, max_bytes=limit, on_skip=skipped.append, columns=columns
        ):
            yield replace(page, metadata=self.given.over(page.metadata))

    def _state(self, limit: int) -> FileState:
        held = self.stored
        if held is None:
            return "new"
        is_same = held.complete and held.given == self.given and held.sha256 == sha256_of(self.found, limit)
        return "unchanged" if is_same else "changed"


def _sketch(article: Article) -> ArticlePreview:
    return ArticlePreview(
        article.title,
        article.title_inferred,
        article.byline,
        article.date,
        _first_words(article),
        len(article.text),
    )


def _first_words(article: Article) -> str:
    """The text below the headline, on one line; the headline itself where there is nothing else."""
    headline = "".join("".join((article.kicker or "", article.title, article.subtitle or "")).split())
    below = [line for line in article.text.splitlines() if "".join(line.strip("#* ").split()) not in headline]
    return " ".join(" ".join(below or article.text.splitlines()).split())[:_FIRST_CHARS]
