"""Where a quote stands on the picture of its page, and the part of the picture that shows it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from qa.errors import NotFound
from qa.formats.pixels import turned
from qa.library.library import Library
from qa.services import wire
from qa.types import PrintedLine, Region, Span, regions
from tests.parts import format_files
from tests.parts.drawn_page import STORY, drawn
from tests.parts.library import open_library

LINES = (PrintedLine(0, 10, 100, 50, 300, 70), PrintedLine(11, 21, 100, 80, 300, 100))


def test_a_quote_over_two_lines_has_a_region_in_each() -> None:
    assert regions(LINES, [Span(5, 16)], 3) == (Region(3, 200, 50, 300, 70), Region(3, 100, 80, 200, 100))
    assert regions(LINES, [Span(30, 40)], 1) == ()


def test_a_part_of_a_line_set_vertically_goes_down() -> None:
    assert regions([PrintedLine(0, 10, 40, 100, 60, 300)], [Span(5, 10)], 1) == (Region(1, 40, 200, 60, 300),)


@pytest.fixture
def scanned(tmp_path: Path) -> Library:
    drawn().save(tmp_path / "page.png")
    library = open_library(tmp_path / "library", create=True)
    library.add([tmp_path / "page.png"])
    return library


def test_the_quoted_sentence_is_cut_out_and_marked(scanned: Library) -> None:
    answer = scanned.ask("沿湖几家工厂迁走了", least=0.0)
    (citation,) = [one for one in answer.citations if one.quote.startswith("沿湖")]
    assert citation.regions is not None
    (told,) = [one["regions"] for one in wire.answer(answer, 0.0)["citations"] if one["n"] == citation.n]
    assert told == [list(region) for region in citation.regions]
    (region,) = citation.regions
    assert region.page == 1
    # the sentence begins behind the third character of a line of 36 pixels a character that begins at 100
    assert abs(region.x0 - (100 + 3 * 36)) < 24
    assert region.y0 < 80 + 180 + 30 < region.y1
    shown = Image.open(io.BytesIO(scanned.clipping(citation.article.id, citation.start, citation.end)))
    assert abs(shown.height - 2.6 * (region.y1 - region.y0)) < 10
    assert _yellow(shown) > 0.2


def test_the_page_is_shown_with_the_story_tinted(scanned: Library) -> None:
    citation = scanned.ask("沿湖几家工厂迁走了", least=0.0).citations[0]
    page = Image.open(io.BytesIO(scanned.page_picture(citation.article.id, Span(citation.start, citation.end))))
    assert page.size == (900, 600)
    assert 0 < _yellow(page) < 0.2
    plain = Image.open(io.BytesIO(scanned.page_picture(citation.article.id)))
    assert _yellow(plain) == 0
    assert citation.regions
    _, x, y, *_ = citation.regions[0]
    assert plain.convert("RGB").getpixel((x + 2, y + 1)) != (255, 255, 255)


def _yellow(picture: Image.Image) -> float:
    pixels = list(picture.convert("RGB").getdata())
    return sum(red > 200 and blue < 180 for red, _, blue in pixels) / len(pixels)


def test_regions_stay_when_the_library_is_opened_again(scanned: Library, tmp_path: Path) -> None:
    scanned.close()
    with open_library(tmp_path / "library") as library:
        assert all(one.regions for one in library.ask("白鹭湖水质怎么样", least=0.0).citations)


def test_without_the_picture_nothing_is_shown(scanned: Library, tmp_path: Path) -> None:
    citation = scanned.ask("白鹭湖水质怎么样", least=0.0).citations[0]
    (tmp_path / "page.png").unlink()
    with pytest.raises(NotFound, match="原图"):
        scanned.clipping(citation.article.id, citation.start, citation.end)


def test_a_picture_is_unpacked_once_and_kept(scanned: Library, tmp_path: Path) -> None:
    citation = scanned.ask("白鹭湖水质怎么样", least=0.0).citations[0]
    scanned.page_picture(citation.article.id)
    scanned.clipping(citation.article.id, citation.start, citation.end)
    (kept,) = (tmp_path / "library" / "pictures").iterdir()
    assert Image.open(io.BytesIO(kept.read_bytes())).size == (900, 600)
    turned(drawn(), 2).save(tmp_path / "page.png")  # another picture of the same name
    scanned.page_picture(citation.article.id)
    assert len(list((tmp_path / "library" / "pictures").iterdir())) == 2


@pytest.mark.parametrize("archive", ["zip", "zip in zip", "tar"])
def test_a_picture_in_an_archive_is_shown_too(tmp_path: Path, archive: str) -> None:
    """One that lies on its side, so that it is shown upright."""
    kept = io.BytesIO()
    turned(drawn(), 1).save(kept, "PNG")
    path = tmp_path / f"a.{archive[:3]}"
    if archive == "tar":
        with tarfile.open(path, "w") as packed:
            entry = tarfile.TarInfo("./版面/一.png")
            entry.size = len(kept.getvalue())
            packed.addfile(entry, io.BytesIO(kept.getvalue()))
    else:
        inner = format_files.zipped({"版面/一.png": kept.getvalue()})
        path.write_bytes(inner if archive == "zip" else format_files.zipped({"内.zip": inner}))
    with open_library(tmp_path / "library", create=True) as library:
        library.add([path])
        citation = library.ask("沿湖几家工厂迁走了", least=0.0).citations[0]
        shown = Image.open(io.BytesIO(library.page_picture(citation.article.id, Span(citation.start, citation.end))))
        assert shown.size == (900, 600)
        assert 0 < _yellow(shown) < 0.2


def _alto(path: Path, scale: float = 1.0) -> None:
    """The page of `drawn` as another program recognised it, in units of its own."""
    lines = "".join(
        f'<TextLine HPOS="{100 * scale}" VPOS="{(80 + 90 * row) * scale}" WIDTH="{size * len(text) * scale}" '
        f'HEIGHT="{size * 1.2 * scale}"><String CONTENT="{text}"/></TextLine>'
        for row, (text, size) in enumerate(zip((STORY[0], STORY[1].strip(), STORY[2]), (54, 36, 36), strict=True))
    )
    path.write_text(
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>mm10</MeasurementUnit>'
        f"<sourceImageInformation><fileName>C:\\\\scans\\\\page.png</fileName></sourceImageInformation></Description>"
        f'<Layout><Page WIDTH="{900 * scale}" HEIGHT="{600 * scale}"><PrintSpace><TextBlock ID="a">{lines}'
        "</TextBlock></PrintSpace></Page></Layout></alto>",
        encoding="utf-8",
    )


def _hocr(path: Path) -> None:
    lines = "".join(
        f"<span class='ocr_line' title='bbox 100 {80 + 90 * row} {100 + size * len(text)} {80 + 90 * row + size}'>"
        f"{text}</span>"
        for row, (text, size) in enumerate(zip((STORY[0], STORY[1].strip(), STORY[2]), (54, 36, 36), strict=True))
    )
    path.write_text(f"<html><body><div class='ocr_page' title='bbox 0 0 900 600'>{lines}</div></body></html>")


@pytest.mark.parametrize("told", ["page.xml", "page.hocr"])
def test_the_picture_beside_a_recognised_page_is_shown_with_it(tmp_path: Path, told: str) -> None:
    """It is found by what the file says, or by its name, and not read a second time."""
    folder = tmp_path / "版面"
    folder.mkdir()
    drawn().save(folder / "page.png")
    _alto(folder / told, 0.5) if told == "page.xml" else _hocr(folder / told)
    with open_library(tmp_path / "library", create=True) as library:
        report = library.add([folder])
        assert [file.source for file in library.files()] == [told]
        assert [str(one.reason) for one in report.skipped] == [f"是 {told} 那一版的图片，随它显示"]
        citation = library.ask("沿湖几家工厂迁走了", least=0.0).citations[0]
        shown = Image.open(io.BytesIO(library.page_picture(citation.article.id, Span(citation.start, citation.end))))
        assert shown.size == (900, 600)
        before, behind = shown.crop((100, 262, 200, 295)), shown.crop((215, 262, 500, 295))
        assert _yellow(before) < 0.05 < 0.3 < _yellow(behind)  # it begins behind three characters of 36 pixels


def test_a_text_has_no_regions(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("白鹭湖今年上半年水质达到二类标准。\n", encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.txt"])
        (citation,) = library.ask("白鹭湖水质怎么样", least=0.0).citations
        assert citation.regions is None
        assert wire.answer(library.ask("白鹭湖水质", least=0.0), 0.0)["citations"][0]["regions"] is None
        with pytest.raises(NotFound):
            library.clipping(citation.article.id, citation.start, citation.end)


def test_a_page_of_a_pdf_is_drawn_and_marked(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        format_files.pdf([["白鹭湖今年上半年水质达到二类标准。", "沿湖十一家工厂已经迁走。"]])
    )
    with open_library(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "a.pdf"])
        citation = library.ask("沿湖几家工厂迁走了", least=0.0).citations[0]
        assert citation.regions
        assert citation.regions[0].page == 1
        shown = Image.open(io.BytesIO(library.clipping(citation.article.id, citation.start, citation.end)))
        assert _yellow(shown) > 0.2
        drawn = Image.open(io.BytesIO(library.page_picture(citation.article.id)))
        assert drawn.height > drawn.width > 1000


@pytest.mark.parametrize("bytes_now", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"%PDF-1.4\n" + b"x" * 100])
def test_a_file_that_is_no_picture_any_more_shows_nothing(scanned: Library, tmp_path: Path, bytes_now: bytes) -> None:
    """Whatever it does to the process that unpacks it."""
    citation = scanned.ask("白鹭湖水质怎么样", least=0.0).citations[0]
    (tmp_path / "page.png").write_bytes(bytes_now)
    with pytest.raises(NotFound, match="原图"):
        scanned.page_picture(citation.article.id)
