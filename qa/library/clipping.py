"""Find what is quoted on the picture of its page, and cut it out."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from qa.errors import NotFound
from qa.store import own_files
from qa.store.contents import Contents
from qa.types import Answer, Article, Citation, Location, Picture, PrintedLine, Region, Span, regions

if TYPE_CHECKING:
    from PIL.Image import Image

    from qa.store.jobs import Jobs

_MARGIN = 0.8  # of a line's height: what is shown around the lines
_APART = 2.0  # line heights: lines further apart are shown one below the other
_CLIPPING_SIZE = (1200, 4000)  # pixels at most
_PAGE_SIZE = (1800, 2600)
_SECONDS = 30.0  # in which a picture is unpacked
_KEPT = 500  # pictures, of some 600 KB each
_FETCHED = 20  # files that a server has, of a few MB each
_ONE_AT_A_TIME = threading.Lock()  # a picture of a page takes some 150 MB
_Colour: TypeAlias = tuple[int, int, int]
_MARKER: _Colour = (255, 236, 130)
_TINT: _Colour = (222, 236, 255)
_PAPER: _Colour = (255, 255, 255)


def on_pictures(contents: Contents, answer: Answer) -> Answer:
    """The answer, its citations with the regions where they stand, as far as their pages have pictures."""

    printed = cache(contents.printed)  # several quotes stand on one page

    def located(one: Citation) -> Citation:
        place = one.article.location
        lines, picture = printed(place)
        return replace(one, regions=regions(lines, one.spans, picture.number) or None)

    citations, nearest = (tuple(map(located, each)) for each in (answer.citations, answer.nearest))
    return replace(answer, citations=citations, nearest=nearest)


def has_picture(contents: Contents, place: Location) -> bool:
    """Whether a page can be shown as it was printed."""
    return bool(contents.printed(place)[0])


FileOf = Callable[[str], Path]
"""The source of a file -> where it lies. Raises NotFound."""


def fetched(jobs: Jobs, path: str, sha256: str, kept: Path) -> Path:
    """A file of the library that its server has, by what it is known by, as it is `kept` on this machine from now on.
    Raises NotFound, LibraryError.
    """
    name = Path(path).name
    file = kept / sha256 / name
    if not file.is_file():
        number = jobs.number_of(path, sha256)
        if number is None:
            raise NotFound("clipping.no-picture", source=name)
        own_files.make_folder(kept)
        with own_files.temporary_in(kept) as room:
            whole = jobs.read(number, room, name)
            own_files.make_folder(file.parent)
            whole.replace(file)
        for old in sorted(kept.glob("[0-9a-f]*"), key=lambda each: each.stat().st_mtime)[:-_FETCHED]:
            shutil.rmtree(old, ignore_errors=True)
    return file


def clipping(contents: Contents, file_of: FileOf, kept: Path, article: Article, quote: Span) -> bytes:
    """A range of an article's text as it is printed: its lines cut out of the picture and marked, a JPEG. Pictures that
    were unpacked once are `kept` in a folder.

    Raises NotFound where its page has no picture, or the file is there no more or is none.
    """
    page = _Shown.of(contents, file_of, kept, article.location)
    found = page.regions(article, quote)
    picture = _tinted(page.picture, [(one, _MARKER) for one in found])
    return _jpeg(_stacked([picture.crop(_around(group, picture)) for group in _groups(found)]), _CLIPPING_SIZE)


def page_picture(contents: Contents, file_of: FileOf, kept: Path, article: Article, quote: Span | None) -> bytes:
    """The picture of an article's page, the article tinted and a range of it marked, a JPEG. Raises as `clipping`."""
    page = _Shown.of(contents, file_of, kept, article.location)
    whole = page.regions(article, Span(0, len(article.text)))
    marked = page.regions(article, quote) if quote else ()
    parts = [*((one, _TINT) for one in whole), *((one, _MARKER) for one in marked)]
    return _jpeg(_tinted(page.picture, parts), _PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page's picture, upright and no larger than is shown, and where its lines stand on it."""

    picture: Image
    lines: tuple[PrintedLine, ...]
    scale: tuple[float, float]

    @classmethod
    def of(cls, contents: Contents, file_of: FileOf, kept: Path, place: Location) -> _Shown:
        """Raises NotFound."""
        lines, which = contents.printed(place)
        if not lines:
            raise NotFound("clipping.no-picture", source=place.source)
        picture, size = _unpacked(file_of(place.source), which, kept, place.source)
        frame = which.frame if all(which.frame) else size
        return cls(picture, lines, (picture.width / frame[0], picture.height / frame[1]))

    def regions(self, article: Article, part: Span) -> tuple[Region, ...]:
        """Where a range of an article stands on the picture. Raises NotFound where it stands nowhere."""
        place, (across, down) = article.location, self.scale
        found = regions(self.lines, place.spans(*part), 1)
        if not found:
            raise NotFound("clipping.no-picture", source=place.source)
        edges = ((one.x0 * across, one.y0 * down, one.x1 * across, one.y1 * down) for one in found)
        return tuple(Region(1, *map(round, each)) for each in edges)


def _unpacked(path: Path, which: Picture, kept: Path, source: str) -> tuple[Image, tuple[int, int]]:
    """A picture as it is shown, and its width and height as it was. Raises NotFound."""
    from PIL import Image

    try:
        seen = (path.parent / which.beside if which.beside and not which.inside else path).stat()
        name = sha256(f"{path}\0{seen.st_mtime_ns}\0{seen.st_size}\0{which}".encode()).hexdigest()[:32]
        file = kept / f"{name}.jpg"
        with _ONE_AT_A_TIME:
            data = file.read_bytes() if file.exists() else _keep(file, _drawn(path, which))
        picture = Image.open(io.BytesIO(data))
        width, height = map(int, picture.info["comment"].split())
        return picture.convert("RGB"), (width, height)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotFound("clipping.no-picture", source=source) from error


def _drawn(path: Path, which: Picture) -> bytes:
    """A picture, unpacked or drawn in a process of its own: what strangers wrote may crash it, or hang."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "qa.formats.pixels", str(path), json.dumps(which)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_SECONDS,
        check=True,
    ).stdout


def _keep(file: Path, data: bytes) -> bytes:
    """Write a picture to the folder of those that are kept, which holds so many; the oldest goes."""
    try:
        own_files.make_folder(file.parent)
        with open(file, "wb", opener=own_files.opener) as stream:
            stream.write(data)
        for old in sorted(file.parent.glob("*.jpg"), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            old.unlink()
    except OSError:  # a library that cannot be written to: the picture is unpacked each time
        file.unlink(missing_ok=True)
    return data


def _jpeg(picture: Image, size: tuple[int, int]) -> bytes:
    """No larger than `size`, (width, height) in pixels."""
    picture.thumbnail(size)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=82)
    return kept.getvalue()


def _groups(found: Sequence[Region]) -> list[list[Region]]:
    """Lines that stand together; a column break parts them."""
    groups: list[list[Region]] = []
    for one in found:
        last = groups[-1][-1] if groups else None
        height = min(one.y1 - one.y0, one.x1 - one.x0)
        if (
            last
            and abs(one.y0 - last.y0) <= _APART * height
            and one.x0 < last.x1 + height
            and last.x0 < one.x1 + height
        ):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _around(group: Sequence[Region], picture: Image) -> tuple[int, int, int, int]:
    """What is shown around some lines."""
    margin = round(_MARGIN * min(min(one.y1 - one.y0, one.x1 - one.x0) for one in group))
    left, top = min(one.x0 for one in group) - margin, min(one.y0 for one in group) - margin
    right, bottom = max(one.x1 for one in group) + margin, max(one.y1 for one in group) + margin
    return max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)


def _tinted(picture: Image, parts: Iterable[tuple[Region, _Colour]]) -> Image:
    """A picture with some parts in colour: what is black stays black."""
    from PIL import Image, ImageChops

    colours = Image.new("RGB", picture.size, _PAPER)
    for one, colour in parts:
        colours.paste(colour, one[1:])
    return ImageChops.multiply(picture, colours)


def _stacked(strips: Sequence[Image]) -> Image:
    """One below the other."""
    from PIL import Image

    whole = Image.new("RGB", (max(one.width for one in strips), sum(one.height for one in strips)), _PAPER)
    top = 0
    for one in strips:
        whole.paste(one, (0, top))
        top += one.height
    return whole
