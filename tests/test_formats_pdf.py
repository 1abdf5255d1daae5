"""PDF: columns in reading order, headlines, pages and their numbers, scans, and what must not get in the way."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import pdf as reader
from qa.formats import read
from qa.formats.isolated import resident_bytes
from qa.formats.pdf_lines import Glyph, lines_of, once
from qa.types import Page, Skipped
from tests.parts import format_files as made
from tests.parts.pdf_maker import Drawing, Text, compose, draw

MAX = 10 << 20
_SYLLABLES = "春夏秋冬江河湖海山川田野花草树木风云雨雪东西南北城乡村镇街巷桥路学校工厂医院车站市场公园"


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def run(path: Path) -> tuple[list[Page], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=MAX, on_skip=skipped.append)), skipped


def _stories(rng: random.Random) -> Iterator[Text]:
    """Stories of words of their own, so that no line stands twice."""
    while True:
        words = rng.sample(_SYLLABLES, 12)

        def sentence(words: list[str] = words) -> str:
            return "".join(rng.choice(words) for _ in range(rng.randint(20, 60))) + "。"

        paragraphs = tuple(sentence() + sentence() for _ in range(rng.randint(3, 8)))
        yield Text(sentence()[: rng.randint(9, 14)], paragraphs, rng.choice([None, sentence()[:8]]))


@pytest.mark.parametrize("columns", [2, 3, 4, 5])
@pytest.mark.parametrize("drawing", ["rows", "shuffled"])
def test_columns_are_read_one_after_the_other(tmp_path: Path, columns: int, drawing: Drawing) -> None:
    rng = random.Random(columns)
    sheets = [compose(_stories(rng), columns, rng) for _ in range(2)]
    draw(sheets, tmp_path / "a.pdf", drawing)
    pages, skipped = run(tmp_path / "a.pdf")
    assert not skipped
    assert [page.number for page in pages] == [1, 2]
    for page, sheet in zip(pages, sheets, strict=True):
        assert page.text.split() == [mark.text.strip() for mark in sheet.marks]


def test_headlines_are_blocks_and_stories_are_cut_there(tmp_path: Path) -> None:
    rng = random.Random(3)
    sheet = compose(_stories(rng), 3, rng)
    draw([sheet], tmp_path / "a.pdf", "rows")
    (page,), _ = run(tmp_path / "a.pdf")
    roles = {page.text[slice(*block.span)]: block.role for block in page.blocks}
    for text in sheet.texts:
        assert roles[text.title] == "heading"
        assert text.kicker is None or roles[text.kicker] == "kicker"
    assert {article.title for article in cut(page)} == {text.title for text in sheet.texts}
    assert all(article.location.page == 1 for article in cut(page))


def test_a_scan_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "find_spec", lambda name: None)
    with pytest.raises(ReadError, match=r"扫描件.*wenbao\[scan\].*ocrmypdf"):
        run(save(tmp_path / "a.pdf", made.scan(2)))


def test_a_page_without_text_is_named_a_blank_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "find_spec", lambda name: None)
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for part in (made.pdf([["第一页的字。"], []]), made.scan(), made.pdf([["第四页的字。"]])):
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(tmp_path / "a.pdf")
    pages, (skip,) = run(tmp_path / "a.pdf")
    assert [page.number for page in pages] == [1, 4]
    assert (skip.path, skip.failed) == (f"{tmp_path / 'a.pdf'}:3", False)
    assert "ocrmypdf" in skip.reason


def test_a_locked_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="加了密码"):
        run(save(tmp_path / "a.pdf", made.pdf([["字。"]], password="secret")))


@pytest.mark.parametrize("keep", [0, 5, 200, 0.5, 0.97])
def test_a_cut_off_file_is_refused_or_read_without_harm(tmp_path: Path, keep: float) -> None:
    data = made.pdf([["第一页的字。"], ["第二页的字。"]])
    path = save(tmp_path / "a.pdf", data[: int(keep * len(data)) if keep < 1 else int(keep)])
    pages: list[Page] = []
    with contextlib.suppress(ReadError):
        pages = run(path)[0]
    assert all(page.text.strip() for page in pages)


def test_scripts_and_links_are_not_followed(tmp_path: Path) -> None:
    data = made.pdf([["正文在此。"]])
    script = b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\); while\\(1\\){}) >>"
    (page,), _ = run(save(tmp_path / "a.pdf", data.replace(b"/Type /Catalog", script)))
    assert page.text.strip() == "正文在此。"


def test_a_vertical_page_is_read_from_the_right() -> None:
    text = "首届运动会昨日在体育场开幕永顺队获得象棋比赛冠军"
    glyphs = [
        Glyph(one, 300 - 15 * (at // 8), 309 - 15 * (at // 8), 40 + 10 * (at % 8), 9) for at, one in enumerate(text)
    ]
    assert [line.text for line in sorted(lines_of(glyphs), key=lambda line: line.y)] == [
        text[:8],
        text[8:16],
        text[16:],
    ]


def test_a_vertical_headline_of_two_lines_is_read_from_the_right() -> None:
    def stack(text: str, x: float) -> list[Glyph]:
        return [Glyph(one, x, x + 20, 40 + 21 * at, 20) for at, one in enumerate(text)]

    body = [
        Glyph(one, 100 + 9 * (at % 30), 109 + 9 * (at % 30), 40 + 14 * (at // 30), 9)
        for at, one in enumerate("字" * 300)
    ]
    lines = lines_of(stack("首届运动会", 50) + stack("昨日开幕", 20) + body)
    assert [line.text for line in lines if line.vertical] == ["首届运动会昨日开幕"]


def test_what_is_printed_twice_for_a_bold_face_is_read_once() -> None:
    plain = [Glyph(one, 10 + 20 * at, 30 + 20 * at, 50, 20) for at, one in enumerate("大标题")]
    again = [glyph._replace(x0=glyph.x0 + 0.5, x1=glyph.x1 + 0.5) for glyph in plain]
    assert once(plain + again) == plain
    assert once([one for pair in zip(plain, again, strict=True) for one in pair]) == plain


def test_a_silent_worker_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the parent, with a worker that says nothing."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sleeper.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.syspath_prepend(str(folder))
    limits = reader.LIMITS._replace(page_seconds=0.5)
    monkeypatch.setattr(reader, "READER", reader.READER._replace(module="sleeper", limits=limits))
    start = time.monotonic()
    with pytest.raises(ReadError, match="读不下去"):
        run(save(tmp_path / "a.pdf", made.pdf([["字。"]])))
    assert time.monotonic() - start < 60


def test_a_worker_goes_with_its_reader(tmp_path: Path) -> None:
    pages = read(save(tmp_path / "a.pdf", made.pdf([["字。"]] * 40)), "a.pdf", max_bytes=MAX)
    next(pages)
    assert hasattr(pages, "close")
    pages.close()
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert f"{tmp_path}/a.pdf" not in listed


def test_pdfium_is_not_loaded_into_the_library(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pdf", made.pdf([["字。"]]))
    program = f"""
import sys
from pathlib import Path
from qa.formats import read
assert next(read(Path({str(path)!r}), "a.pdf", max_bytes=1 << 20)).text
assert "pypdfium2" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def _forms(levels: int, fan: int) -> bytes:
    """A page with a form that holds another as often as `fan`, that again one, and so on; with one level, itself."""
    resources = "/Resources << /Font << /A 5 0 R >> /XObject << /F {} 0 R >> >>"
    held = [7 + level if level < levels - 1 else 6 for level in range(levels)]
    drawing = "BT /A 12 Tf 10 10 Td (hello) Tj ET " + "/F Do " * fan
    box = "/BBox [0 0 400 600]"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents 4 0 R {resources.format(6)} >>",
        "<< /Length 5 >>\nstream\n/F Do\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(
            f"<< /Type /XObject /Subtype /Form {box} {resources.format(one)} /Length {len(drawing)} >>"
            f"\nstream\n{drawing}\nendstream"
            for one in held
        ),
    ]
    body = "".join(f"{number} 0 obj\n{each}\nendobj\n" for number, each in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<< /Root 1 0 R >>\n%%EOF\n".encode()


@pytest.mark.parametrize(("levels", "fan"), [(1, 2), (1, 50), (12, 4)])
@pytest.mark.parametrize(
    ("limit", "value", "reason"), [("seconds", 1.0, "太久"), ("memory_bytes", 100 << 20, "内存超过")]
)
def test_a_form_that_holds_itself_is_ended_by_time_and_by_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, levels: int, fan: int, limit: str, value: float, reason: str
) -> None:
    """The process ends itself: the limits of the package, made small for it by the module that it starts with."""
    (tmp_path / "small.py").write_text(
        f"import sys\nfrom qa.formats import pdf, pdf_worker\n"
        f"pdf.LIMITS = pdf.LIMITS._replace({limit}={value!r})\npdf_worker.main(sys.argv[1])\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(reader, "READER", reader.READER._replace(module="small"))
    with pytest.raises(ReadError, match=rf"读不下去.*第 1 页.*{reason}.*另存一次"):
        run(save(tmp_path / "a.pdf", _forms(levels, fan)))


def test_a_worker_that_dies_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dying.py").write_text("import os\nos.abort()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(reader, "READER", reader.READER._replace(module="dying"))
    with pytest.raises(ReadError, match=r"读不下去.*第 1 页时程序出错"):
        run(save(tmp_path / "a.pdf", made.pdf([["字。"]])))


def test_memory_is_measured() -> None:
    """Wherever the tests run but on Windows, whose programs are not told."""
    held = resident_bytes()
    assert held is not None
    block = b"x" * (64 << 20)
    more = resident_bytes()
    assert more is not None
    assert more >= held + len(block) // 2 or more > 300 << 20


def test_lines_are_told_where_they_stand_on_the_page_as_it_is_drawn(tmp_path: Path) -> None:
    rng = random.Random(3)
    sheet = compose(_stories(rng), 3, rng)
    draw([sheet], tmp_path / "a.pdf", "rows")
    (page,), _ = run(tmp_path / "a.pdf")
    scale = reader.scale_of(842, 1191)
    places = {page.text[line.start : line.end].strip(): line for line in page.printed}
    for mark in sheet.marks:
        line = places[mark.text.strip()]
        assert line.y0 < mark.y * scale <= line.y1, "the baseline, counted from the top"
        indent = (len(mark.text) - len(mark.text.lstrip())) * mark.size
        assert abs(line.x0 - (mark.x + indent) * scale) < 3


def test_a_page_that_is_drawn_turned_has_no_places(tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(save(tmp_path / "a.pdf", made.pdf([["第一页的字。"]])))
    document[0].set_rotation(90)
    document.save(tmp_path / "b.pdf")
    (page,), _ = run(tmp_path / "b.pdf")
    assert "第一页的字。" in page.text
    assert page.printed == ()
