"""Pages as pictures: those of a picture file, upright, and those of a PDF, drawn."""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps, UnidentifiedImageError

from qa.errors import ReadError
from qa.formats import tar
from qa.formats.isolated import Limits, Watch
from qa.formats.zip import open_zip
from qa.store import own_files
from qa.types import Picture

PIXELS = 150_000_000  # at most; a broadsheet of 40 x 56 cm at 400 dpi has 55 million
_HEAD_BYTES = 1024  # among which a PDF says that it is one
_LEAST_SIDE = 200  # pixels; what is smaller is a sign or a portrait, no page
_MOST_BYTES = 1 << 30  # of a file in an archive
_SHOWN_SIDE = 3000  # pixels of the longer side that are shown at most
LIMITS = Limits(
    seconds=30.0,
    page_seconds=30.0,
    file_seconds=30.0,
    pages=1,
    memory_bytes=3 << 29,  # the largest picture takes half of it
    address_bytes=16 << 30,
)
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)  # what Pillow says of a damaged file


class Unfit(Exception):
    """A picture, or a file, that is no page; its text names the reason: damaged, animated, small or large."""


def pages(path: str | Path, wanted: Sequence[int] = ()) -> Mapping[int, Callable[[], Image.Image]]:
    """The pages of a file by their numbers from 1, each unpacked when it is called for: those that are wanted, or of a
    picture file all.

    Raises Unfit; so does a call for a page that is none.
    """
    with open(path, "rb") as file:
        if b"%PDF-" in file.read(_HEAD_BYTES):
            return _drawn(path, wanted)
    frames = _frames(path)
    return {number: frames[number] for number in wanted or frames}


def page(path: Path, number: int) -> Image.Image:
    """A page of a picture file or of a PDF, by its number from 1. Raises Unfit and OSError, KeyError where none is."""
    return pages(path, [number])[number]()


@contextmanager
def unpacked(path: Path, which: Picture) -> Iterator[Path]:
    """The file that holds a picture: beside the page's own, or out of the archives around it, for as long as it is
    looked at. Raises ReadError and OSError.
    """
    names = [*which.inside]
    if which.beside and not names:
        yield path.parent / which.beside
        return
    if which.beside:
        names[-1] = str(PurePosixPath(names[-1]).parent / which.beside)
    with own_files.temporary() as folder:
        for depth, name in enumerate(names):
            data, path = extracted(path, name), folder / str(depth)
            path.write_bytes(data)
        yield path


def extracted(path: Path, name: str) -> bytes:
    """A file of an archive, by the name that its record has. Raises ReadError and OSError."""
    if tarfile.is_tarfile(path):
        return tar.extracted(path, name, _MOST_BYTES)
    with open_zip(path, _MOST_BYTES) as packed:
        return packed.read(next((each for each in packed.names() if each.replace("\\", "/") == name), name))


def _frames(path: str | Path) -> dict[int, Callable[[], Image.Image]]:
    """The pictures of a file by their numbers from 1, not yet unpacked."""
    Image.MAX_IMAGE_PIXELS = None  # each picture's size is looked at before it is unpacked
    try:
        file = Image.open(path)
        count = getattr(file, "n_frames", 1)
    except _BROKEN as error:
        raise Unfit("damaged") from error
    if count > 1 and file.format != "TIFF":
        raise Unfit("animated")
    return {index + 1: partial(_frame, file, index) for index in range(count)}


def _frame(file: Image.Image, index: int) -> Image.Image:
    try:
        file.seek(index)
        if min(file.size) < _LEAST_SIDE:
            raise Unfit("small")
        if file.width * file.height > PIXELS:
            raise Unfit("large")
        return upright(file)
    except _BROKEN as error:
        raise Unfit("damaged") from error


def _drawn(path: str | Path, wanted: Sequence[int]) -> dict[int, Callable[[], Image.Image]]:
    """Pages of a PDF by their numbers, not yet drawn."""
    import pypdfium2

    from qa.formats.pdf import scale_of

    document = pypdfium2.PdfDocument(path)

    def draw(number: int) -> Image.Image:
        page = document[number - 1]
        drawn: Image.Image = page.render(scale=scale_of(*page.get_size())).to_pil()
        return drawn.convert("RGB")

    return {number: partial(draw, number) for number in wanted}


def upright(image: Image.Image) -> Image.Image:
    """A picture turned as its camera says, on white where it is transparent."""
    turned = ImageOps.exif_transpose(image)
    if "A" in turned.getbands() or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return turned.convert("RGB")


def turned(image: Image.Image, quarters: int) -> Image.Image:
    """A picture after so many quarter turns clockwise."""
    turns = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
    return image.transpose(turns[quarters - 1]) if quarters else image


def main(path: str, told: str) -> None:
    """Write a picture to stdout as it is shown, a JPEG whose comment is its width and height as it was: what
    `qa.library.clipping` runs as a process. `told` is a `qa.types.Picture` as JSON.
    """
    Watch(LIMITS)
    number, turn, inside, beside, frame = json.loads(told)
    try:
        with unpacked(Path(path), Picture(number, turn, tuple(inside), beside, tuple(frame))) as file:
            shown = turned(page(file, number), turn)
    except (Unfit, ReadError, OSError, KeyError) as error:
        sys.exit(str(error))
    size = f"{shown.width} {shown.height}"
    shown.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE), Image.Resampling.BOX)
    shown.save(sys.stdout.buffer, "JPEG", quality=85, comment=size)


if __name__ == "__main__":
    main(*sys.argv[1:])
