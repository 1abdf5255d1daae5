"""Pages as pictures: those of a picture file, upright, and those of a PDF, drawn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

PIXELS = 150_000_000  # at most; a broadsheet of 40 x 56 cm at 400 dpi has 55 million
_HEAD_BYTES = 1024  # among which a PDF says that it is one
_LEAST_SIDE = 200  # pixels; what is smaller is a sign or a portrait, no page
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)  # what Pillow says of a damaged file


class Unfit(Exception):
    """A picture, or a file, that is no page; its text names the reason: damaged, animated, small or large."""


def pages(path: str | Path, wanted: Sequence[int] = ()) -> Mapping[int, Callable[[], Image.Image]]:
    """The pages of a file by their numbers from 1, each unpacked when it is called for; of a PDF those that are wanted.

    Raises Unfit; so does a call for a page that is none.
    """
    return _drawn(path, wanted) if wanted else _frames(path)


def page(path: Path, number: int) -> Image.Image:
    """A page of a picture file or of a PDF, by its number from 1. Raises Unfit and OSError, KeyError where none is."""
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(_HEAD_BYTES)
    return pages(path, [number] if is_pdf else ())[number]()


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


def main(path: str, number: str) -> None:
    """Write a page to stdout as PPM, which costs no time to pack: what `qa.library.clipping` runs as a process."""
    try:
        page(Path(path), int(number)).save(sys.stdout.buffer, "PPM")
    except (Unfit, OSError, KeyError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
