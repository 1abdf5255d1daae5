"""ZIP: every file in it whose format is known becomes records, named by their paths in the archive.

The files are unpacked to a folder that is gone afterwards, and read as they would be from any folder: a METS finds its
ALTO files, a ZIP inside is read too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa import formats
from qa.errors import ReadError
from qa.formats import discovery
from qa.formats.files import reason_of
from qa.formats.kinds import ZIP, kind_of
from qa.formats.safe_zip import Bomb, Budget, SafeZip, escapes, open_zip
from qa.messages import Wording
from qa.store import scratch
from qa.types import Block, Page, Skipped, Span

_DEEPEST = 3  # archives within archives
_DEEPEST_FOLDER = 50  # folders within folders of an archive

OnSkip = Callable[[Skipped], None] | None


def read(path: Path, source: str, *, max_bytes: int, on_skip: OnSkip = None) -> Iterator[Page]:
    """The pages of all files in the archive, in the order of a folder's. A page that is no record of its own becomes
    one, cut into its stories as any other page.

    Files that cannot be read go to `on_skip`, their place written ``path:name``. Raises ReadError for a damaged
    archive, for one that grows out of proportion or is nested too deep, and where nothing could be read.
    """
    yield from _Unpacking(path, source, max_bytes, on_skip, Budget.of(path, max_bytes)).pages()


@dataclass(frozen=True, slots=True)
class _Unpacking:
    """An archive, or one inside another; all of them share one budget."""

    path: Path
    source: str
    max_bytes: int
    on_skip: OnSkip
    budget: Budget
    depth: int = 1

    def pages(self) -> Iterator[Page]:
        if self.depth > _DEEPEST:
            raise ReadError("zip.nested-too-deep", most=_DEEPEST)
        taken = 0
        with (
            scratch.temporary() as folder,
            open_zip(self.path, self.max_bytes, self.budget) as packed,
        ):
            root = folder.resolve()
            self._unpack(packed, root)
            for page in self._read(root):
                taken += 1
                yield page
        if not taken:
            raise ReadError("zip.no-text")

    def _unpack(self, packed: SafeZip, root: Path) -> None:
        """Write the files of the archive below `root`; what is unsafe, locked or damaged is told."""
        for name in packed.repeated:
            self._tell(name, Skipped("", Wording("zip.same-name"), failed=True))
        for name in packed.names():
            try:
                _check(packed, name)
                target = root / name.replace("\\", "/")
                target.parent.mkdir(parents=True, exist_ok=True)
                data = packed.read(name)
                with target.open("xb") as file:
                    file.write(data)
            except Bomb:
                raise
            except (ReadError, OSError) as error:
                reason = str(error) if isinstance(error, ReadError) else reason_of(error)
                self._tell(name, Skipped("", reason, failed=True))

    def _read(self, root: Path) -> Iterator[Page]:
        found, skipped = formats.find([root])
        for skip in skipped:
            if skip.path != str(root):
                self._tell(_inside(skip.path, root), skip)
        for number, one in enumerate(found, 1):
            try:
                for page in list(self._file(one, root)):  # a file goes in whole or not at all
                    yield replace(_as_record(page, one.source), share=number / len(found))
            except Bomb:
                raise
            except ReadError as error:
                self._tell(one.source, Skipped("", str(error), failed=True))

    def _file(self, one: discovery.FoundFile, root: Path) -> Iterator[Page]:
        def inner(skip: Skipped) -> None:
            self._tell(_inside(skip.path, root), skip)

        if kind_of(one.path, "", self.max_bytes) == ZIP:
            nested = _Unpacking(one.path, self.source, self.max_bytes, inner, self.budget, self.depth + 1)
            return nested.pages()
        return formats.read(one.path, self.source, max_bytes=self.max_bytes, on_skip=inner)

    def _tell(self, name: str, skip: Skipped) -> None:
        if self.on_skip is not None:
            self.on_skip(replace(skip, path=f"{self.path}:{name}"))


def _as_record(page: Page, name: str) -> Page:
    if page.record is not None:
        return replace(page, record=f"{name}#{page.record}")
    if any(block.role == "story" for block in page.blocks):
        return replace(page, record=name)
    return replace(page, record=name, blocks=(Block(Span(0, len(page.text)), "page"), *page.blocks))


def _check(packed: SafeZip, name: str) -> None:
    """Raises ReadError for a name or a kind of entry that is not to be unpacked."""
    if escapes(name) or "\0" in name:
        raise ReadError("zip.leads-out")
    if name.replace("\\", "/").count("/") > _DEEPEST_FOLDER:
        raise ReadError("zip.folders-too-deep", most=_DEEPEST_FOLDER)
    if packed.is_link(name):
        raise ReadError("zip.link")


def _inside(path: str, root: Path) -> str:
    """A path below the folder of the unpacked files, as it is called in the archive."""
    return path.removeprefix(f"{root}/").removeprefix(f"{root}\\").replace("\\", "/")
