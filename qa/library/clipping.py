"""Find what is quoted on the picture of its page, and cut it out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from qa.errors import NotFound
from qa.store.contents import Contents
from qa.types import Answer, Article, Citation, Location, Region, Span, regions

if TYPE_CHECKING:
    from PIL.Image import Image

_MARGIN = 0.8  # of a line's height: what is shown around the lines
_APART = 2.0  # line heights: lines further apart are shown one below the other
_CLIPPING_SIZE = (1200, 4000)  # pixels at most
_PAGE_SIZE = (1800, 2600)
_SECONDS = 30.0  # in which a picture is unpacked
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
        return replace(one, regions=regions(printed(place), one.spans, place.page or 1) or None)

    citations, nearest = (tuple(map(located, each)) for each in (answer.citations, answer.nearest))
    return replace(answer, citations=citations, nearest=nearest)


def has_picture(contents: Contents, place: Location) -> bool:
    """Whether a page can be shown as it was scanned: it was recognised on a picture that is a file of its own."""
    return place.record is None and bool(contents.printed(place))


def clipping(contents: Contents, article: Article, quote: Span) -> bytes:
    """A range of an article's text as it is printed: its lines cut out of the picture and marked, a JPEG.

    Raises NotFound where its page has no picture, or the file is there no more or is none.
    """
    found = _regions(contents, article, quote)
    with _ONE_AT_A_TIME:
        picture = _tinted(_picture(contents, article.location), [(one, _MARKER) for one in found])
        return _jpeg(_stacked([picture.crop(_around(group, picture)) for group in _groups(found)]), _CLIPPING_SIZE)


def page_picture(contents: Contents, article: Article, quote: Span | None) -> bytes:
    """The picture of an article's page, the article tinted and a range of it marked, a JPEG. Raises as `clipping`."""
    whole = _regions(contents, article, Span(0, len(article.text)))
    marked = _regions(contents, article, quote) if quote else ()
    parts = [*((one, _TINT) for one in whole), *((one, _MARKER) for one in marked)]
    with _ONE_AT_A_TIME:
        return _jpeg(_tinted(_picture(contents, article.location), parts), _PAGE_SIZE)


def _regions(contents: Contents, article: Article, part: Span) -> tuple[Region, ...]:
    place = article.location
    found = regions(contents.printed(place), place.spans(*part), place.page or 1) if place.record is None else ()
    if not found:
        raise NotFound("clipping.no-picture", source=place.source)
    return found


def _picture(contents: Contents, place: Location) -> Image:
    """The picture of a page, unpacked or drawn in a process of its own: what strangers wrote may crash it, or hang."""
    from PIL import Image

    path = contents.paths([place.source])[place.source]
    try:
        made = subprocess.run(
            [sys.executable, "-P", "-m", "qa.formats.pixels", path, str(place.page or 1)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotFound("clipping.no-picture", source=place.source) from error
    return Image.open(io.BytesIO(made.stdout)).convert("RGB")


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
