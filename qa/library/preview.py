"""What `add` would make of files (`qa add --dry-run`). Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa import formats
from qa.errors import NoLibrary, NoText, ReadError
from qa.formats.discovery import FoundFile
from qa.library.adding import max_bytes, sha256_of
from qa.library.page_articles import edited_articles
from qa.library.requests import AnyPath, as_metadata, as_paths
from qa.settings import MAX_FILE_MB
from qa.store.contents import Contents, StoredFile
from qa.store.database import Database
from qa.store.edits import all_edits
from qa.store.folder import Folder
from qa.types import Article, ArticlePreview, Edit, FilePreview, FileState, Metadata, Skipped

_FIRST_CHARS = 40
_NOTHING_GIVEN = Metadata()


def preview(
    paths: AnyPath | Iterable[AnyPath],
    library_path: Path,
    *,
    max_mb: float = MAX_FILE_MB,
    given: Metadata = _NOTHING_GIVEN,
) -> Iterator[FilePreview | Skipped]:
    """What the paths hold, file by file, after what `add` would pass over by its name. Nothing is made or changed.

    `given` goes before what a file says of itself. Raises LibraryDamaged, LibraryError, UsageError as `add`.
    """
    said, (held, edits) = as_metadata(given), _held(library_path)
    found, skipped = formats.find(as_paths(paths), library_path)
    yield from skipped
    taken = {stored.source for stored in held.values()}
    for file in found:
        stored = held.get(str(file.path))
        source = stored.source if stored else formats.distinct(file.source, file.path, taken)
        told = said.over(stored.given) if stored else said
        passed_over: list[Skipped] = []
        try:
            looked_at = _File(file, source, stored, told, edits.get(str(file.path), ()))
            shown = looked_at.preview(max_bytes(max_mb), passed_over)
        except ReadError as error:
            yield Skipped(str(file.path), str(error), failed=file.named or not isinstance(error, NoText))
            continue
        taken.add(source)
        yield shown
        yield from passed_over


def _held(library_path: Path) -> tuple[Mapping[str, StoredFile], Mapping[str, Sequence[Edit]]]:
    """The files of the library and the edits by hand, by absolute path; none where there is no library yet."""
    try:
        database = Database(Folder(library_path))
    except NoLibrary:
        return {}, {}
    try:
        return Contents(database).stored_files(), all_edits(database)
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _File:
    found: FoundFile
    source: str
    stored: StoredFile | None  # what the library holds of it
    given: Metadata
    edits: Sequence[Edit]

    def preview(self, limit: int, skipped: list[Skipped]) -> FilePreview:
        """Fills `skipped` with the records that would be left out. Raises ReadError."""
        encoding = None
        sketches: list[ArticlePreview] = []
        columns = dict(self.given.columns)
        for page in formats.read(
            self.found.path, self.source, max_bytes=limit, on_skip=skipped.append, columns=columns
        ):
            encoding = encoding or page.encoding
            page = replace(page, metadata=self.given.over(page.metadata))
            sketches += [_sketch(story.article) for story in edited_articles(page, self.edits)]
        return FilePreview(self.source, encoding, tuple(sketches), self._state(limit))

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
