"""Pictures of pages: recognised, put in order, refused with the reason."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from qa import formats
from qa.errors import ReadError
from qa.formats import discovery, isolated, picture
from qa.formats.isolated import Reader
from qa.formats.picture_ink import Corners, extent, is_tall, lines_of, slant_of, tight
from qa.formats.picture_lines import Recognised, page_of
from qa.formats.picture_strips import Mark, Strip, strip_of
from qa.formats.picture_text import Alphabet, Said, full_width, in_one_script
from qa.formats.pixels import turned
from qa.types import Page, Picture, Skipped
from tests.parts import pdf_maker
from tests.parts.scan_maker import SERIF, age, paint
from tests.parts.vertical_maker import compose_vertical, paint_vertical

STORIES = (
    pdf_maker.Text(
        "青萝镇新桥通车", ("青萝镇新桥昨天上午正式通车。桥长三百二十米，双向四车道。", "附近居民出行时间缩短一半。")
    ),
    pdf_maker.Text(
        "白鹭湖水质好转", ("白鹭湖今年上半年水质达到二类标准。", "沿湖十一家工厂已经全部迁走，湖水明显变清。")
    ),
    pdf_maker.Text("云栖中学添新楼", ("云栖中学教学楼下月完工，可容纳九百名学生。", "新楼设有实验室和图书室。")),
)


def _sheet() -> pdf_maker.Sheet:
    """Two stories side by side, a third over both columns below them."""
    sheet = pdf_maker.Sheet(2)
    column = (pdf_maker.WIDTH - 2 * pdf_maker.MARGIN - pdf_maker.GUTTER) / 2
    right = pdf_maker.MARGIN + column + pdf_maker.GUTTER
    bottoms = []
    for text, left in zip(STORIES[:2], (pdf_maker.MARGIN, right), strict=True):
        marks, bottom = pdf_maker._set(text, left, 60.0, column, 1, 1)
        sheet.stories.append(marks)
        bottoms.append(bottom)
    sheet.stories.append(pdf_maker._set(STORIES[2], pdf_maker.MARGIN, max(bottoms) + 20, column, 2, 2)[0])
    sheet.texts.extend(STORIES)
    return sheet


def read(path: Path, skipped: list[Skipped] | None = None) -> list[Page]:
    return list(formats.read(path, path.name, max_bytes=1 << 30, on_skip=None if skipped is None else skipped.append))


def stories(page: Page) -> list[tuple[str, str]]:
    from qa.articles.cutting import cut

    return [(article.title, "".join(article.text.split())) for article in cut(page)]


def _expected() -> list[tuple[str, str]]:
    return [(text.title, text.title + "".join(text.paragraphs)) for text in STORIES]


needs_font = pytest.mark.skipif(not SERIF.exists(), reason="pages are painted with fonts-noto-cjk")


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not SERIF.exists():
        pytest.skip("pages are painted with fonts-noto-cjk")
    path = tmp_path_factory.mktemp("scans") / "page.png"
    paint(_sheet(), 200).save(path)
    return path


def test_a_page_comes_back_story_by_story(painted: Path) -> None:
    (page,) = read(painted)
    assert page.number is None
    assert stories(page) == _expected()
    assert [block.role for block in page.blocks] == ["heading"] * 3


@needs_font
def test_an_aged_and_slanted_page_too(tmp_path: Path) -> None:
    age(paint(_sheet(), 200), random.Random(3)).convert("RGB").save(tmp_path / "a.jpg", quality=40)
    (page,) = read(tmp_path / "a.jpg")
    assert [title for title, _ in stories(page)] == [text.title for text in STORIES]


def test_a_picture_is_turned_as_its_camera_says(painted: Path, tmp_path: Path) -> None:
    turned = Image.open(painted).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise to see it
    turned.save(tmp_path / "a.jpg", exif=exif, quality=90)
    (page,) = read(tmp_path / "a.jpg")
    assert stories(page) == _expected()


def test_pages_of_a_tiff_are_numbered_and_one_without_text_is_said(painted: Path, tmp_path: Path) -> None:
    page, blank = Image.open(painted), Image.new("L", (900, 900), 255)
    page.save(tmp_path / "a.tif", save_all=True, append_images=[blank, page])
    skipped: list[Skipped] = []
    found = read(tmp_path / "a.tif", skipped)
    assert [one.number for one in found] == [1, 3]
    assert [one.share for one in found] == [pytest.approx(1 / 3), 1.0]
    assert [(one.path, one.failed) for one in skipped] == [(f"{tmp_path / 'a.tif'}:2", False)]
    assert "没有认出文字" in skipped[0].reason


@pytest.mark.parametrize("cut_off", [False, True])
def test_what_was_recognised_before_an_interrupt_is_not_recognised_again(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_off: bool
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    page = Image.open(painted)
    page = page.crop((0, 0, page.width, page.height // 4))
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page, page])
    begun = formats.read(tmp_path / "a.tif", "a.tif", max_bytes=1 << 30)
    before = [next(begun), next(begun)]
    begun.close()
    (log,) = tmp_path.glob("**/*.jsonl")
    assert log.stat().st_mode & 0o077 == 0
    if cut_off:
        log.write_bytes(log.read_bytes()[:-9])
    asked: list[tuple[str, ...]] = []

    def answers_of(reader: Reader, path: Path, *wanted: str) -> AbstractContextManager[Iterator[dict[str, Any]]]:
        asked.append(wanted)
        return isolated.answers_of(reader, path, *wanted)

    monkeypatch.setattr(picture, "answers_of", answers_of)
    found = read(tmp_path / "a.tif")
    assert asked == [(str(log), "2", "3")] if cut_off else [(str(log), "3")]
    assert found[:2] == before
    assert [(one.number, one.share) for one in found] == [(1, 1 / 3), (2, 2 / 3), (3, 1.0)]
    assert not log.exists()


def test_what_was_read_of_a_page_before_a_kill_is_not_read_again(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = "from qa import formats; list(formats.read(Path(sys.argv[1]), 'a', max_bytes=1 << 30))"
    reading = subprocess.Popen([sys.executable, "-c", f"import sys; from pathlib import Path; {program}", str(painted)])
    while sum(log.read_bytes().count(b'"part"') for log in tmp_path.glob("**/*.jsonl")) < 3:
        assert reading.poll() is None
        time.sleep(0.005)
    reading.kill()
    reading.wait()
    (log,) = tmp_path.glob("**/*.jsonl")
    known = picture.parts_of(log)[1]
    assert len(known) > 8
    with isolated.answers_of(picture.READER, painted, str(log)) as answers:
        *parts, after = answers
    assert known.keys().isdisjoint(key for part in parts for key in part["part"])
    with isolated.answers_of(picture.READER, painted, "none") as answers:
        *_, whole = answers
    assert after == whole
    assert stories(read(painted)[0]) == _expected()
    assert not log.exists()


def test_a_scanned_page_of_a_pdf_is_recognised_and_the_others_are_read(painted: Path, tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    pdf_maker.draw([_sheet()], tmp_path / "text.pdf")
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(pdf_maker.WIDTH, pdf_maker.HEIGHT))
    canvas.drawImage(str(painted), 0, 0, pdf_maker.WIDTH, pdf_maker.HEIGHT)
    canvas.showPage()
    canvas.save()
    import pypdfium2

    both = pypdfium2.PdfDocument.new()
    for name in ("scan.pdf", "text.pdf"):
        both.import_pages(pypdfium2.PdfDocument(tmp_path / name))
    both.save(tmp_path / "both.pdf")
    text, scan = read(tmp_path / "both.pdf")
    assert (text.number, scan.number) == (2, 1)
    assert stories(scan) == stories(text) == _expected()


@pytest.mark.parametrize(
    ("save", "reason"),
    [
        (lambda path: Image.new("L", (900, 900), 255).save(path, "PNG"), "没有认出文字"),
        (lambda path: Image.new("L", (120, 120), 255).save(path, "PNG"), "太小"),
        (lambda path: Image.new("1", (40_000, 40_000), 1).save(path, "PNG"), "太大"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100), "损坏"),
        (lambda path: path.write_bytes(_cut_off()), "损坏"),
        (
            lambda path: Image.new("L", (300, 300)).save(
                path, "WEBP", save_all=True, append_images=[Image.new("L", (300, 300), 255)]
            ),
            "会动",
        ),
    ],
    ids=["blank", "small", "huge", "damaged", "cut off", "animated"],
)
def test_what_is_no_page_is_refused_by_name(save: object, reason: str, tmp_path: Path) -> None:
    assert callable(save)
    save(tmp_path / "a.png")
    with pytest.raises(ReadError, match=reason):
        read(tmp_path / "a.png")


def _cut_off() -> bytes:
    import io

    kept = io.BytesIO()
    noise = Image.effect_noise((600, 600), 90)
    noise.save(kept, "PNG")
    return kept.getvalue()[: len(kept.getvalue()) // 2]


def test_a_page_that_takes_too_long_is_ended(painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = picture.LIMITS._replace(seconds=0.2)
    (tmp_path / "small.py").write_text(
        "import sys\nfrom qa.formats import picture, picture_worker\n"
        "picture.LIMITS = picture.LIMITS._replace(seconds=0.2)\npicture_worker.main(*sys.argv[1:])\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(picture, "READER", picture.READER._replace(module="small", limits=limits))
    with pytest.raises(ReadError, match=r"识别不下去.*第 1 页太久"):
        read(painted)


def test_without_the_extra_pictures_are_passed_over_with_its_command(
    painted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    found, skipped = formats.find([painted])
    assert found == []
    assert "pip install 'wenbao[scan]'" in skipped[0].reason
    found, skipped = formats.find([painted.parent])
    assert not any(one.failed for one in skipped if one.path == str(painted))


def test_recognition_reaches_for_no_network(painted: Path) -> None:
    cut_off = ["unshare", "-rn", sys.executable, "-m", "qa.formats.picture_worker", str(painted), "none"]
    said = subprocess.run(cut_off, capture_output=True, text=True, check=True)
    assert said.stderr == ""
    assert "blocks" in said.stdout.splitlines()[-1]


def test_marks_beside_chinese_are_full_width() -> None:
    assert full_width("青萝镇(新桥):通车,用时3:05") == "青萝镇（新桥）：通车，用时3:05"
    assert full_width("二○二一年○时，○为圆") == "二〇二一年○时，○为圆"
    assert full_width("GDP (first half): 3,200") == "GDP (first half): 3,200"


@needs_font
@pytest.mark.parametrize("right", [0.08, 0.33], ids=["in the upper right", "in the middle"])
def test_marks_of_a_line_set_down_are_told_by_their_ink(right: float) -> None:
    """And painted over: the dot on top of 言 and the strokes of 二 are none."""
    text, em = "言，二。文、三：永；主。", 38
    page, font = Image.new("L", (120, 40 + em * len(text)), 255), ImageFont.truetype(str(SERIF), em, index=3)
    for row, character in enumerate(text):
        alone = Image.new("L", (2 * em, 2 * em), 0)
        ImageDraw.Draw(alone).text((0, 0), character, font=font, fill=255)
        left, top, *end = alone.getbbox() or (0, 0, 0, 0)
        is_small = character in "，。、"
        x = 40 + round(em * (1 - right)) - (end[0] - left) if is_small else 40 + left
        y = 20 + row * em + (4 if is_small else top - 12)
        page.paste(0, (x, y), alone.crop((left, top, *end)))
    down = Image.new("RGB", page.size, "white")
    down.paste(page)
    strip = strip_of(np.asarray(down), _box(36, 16, 84, 26 + em * (len(text) - 1)))
    assert [mark.text for mark in strip.marks] == list("，。、：；。")
    places = [at for at, character in enumerate(text) if character in "，。、：；"]
    assert all(abs(mark.at / em - at - 0.5) < 0.6 for mark, at in zip(strip.marks, places, strict=True))
    across = strip_of(np.asarray(down.rotate(90, expand=True)), _box(16, 36, 26 + em * (len(text) - 1), 84))
    assert across.marks == ()


def test_what_may_be_of_either_script_is_of_the_one_of_its_page() -> None:
    alphabet = Alphabet(["", "國", "内", "內", "的", "〇", "O"])
    shares = np.full((7, 7), 0.001, np.float32)
    shares[[0, 1, 2, 3, 4, 5, 6], [1, 0, 2, 0, 4, 0, 6]] = 0.9
    shares[2, 2:4] = 0.7, 0.25
    said = alphabet.said(shares, 10.0, Strip(np.zeros((48, 70, 3), np.uint8), (Mark("，", 15.0),), True))
    assert (said.text, said.other) == ("國，内的〇", "國，內的〇")
    assert said.sure == pytest.approx((0.9, 1.0, 0.95, 0.9, 0.9), abs=0.01)
    simplified = Said("国内简体", (1.0,) * 4, "国內简体")
    assert [one.text for one in in_one_script([said])] == ["國，內的〇"]
    assert [one.text for one in in_one_script([simplified, simplified, said])] == ["国内简体"] * 2 + ["國，内的〇"]


def line(text: str, x: float, y: float, size: float = 20.0, confidence: float = 1.0) -> Recognised:
    """A line whose left edge and middle are told."""
    length = size * len(text)
    return Recognised(text, confidence, x + length / 2, y, length, 1.1 * size, 0.0)


def test_columns_are_read_one_after_the_other_whatever_order_they_are_found_in() -> None:
    left = [line("一二三四五六七八九十", 100, 100 + 30 * row) for row in range(6)]
    right = [line("甲乙丙丁戊己庚辛壬癸", 340, 100 + 30 * row) for row in range(6)]
    lines = [*left, *right]
    random.Random(5).shuffle(lines)
    assert page_of(lines)["text"].split() == ["一二三四五六七八九十"] * 6 + ["甲乙丙丁戊己庚辛壬癸"] * 6


@pytest.mark.parametrize(("down", "caption_at"), [(380, 12), (300, 6)])
def test_a_caption_below_a_picture_is_read_behind_the_columns_above_it(down: int, caption_at: int) -> None:
    """A line right below a column is of that column."""
    left = [line("一二三四五六七八九十", 100, 100 + 30 * row) for row in range(6)]
    right = [line("甲乙丙丁戊己庚辛壬癸", 340, 100 + 30 * row) for row in range(6)]
    found = page_of([*left, *right, line("图为活动现场", 100, down, size=16)])["text"].split()
    assert found.index("图为活动现场") == caption_at


def test_a_caption_below_a_picture_is_read_behind_a_column_that_the_headline_does_not_reach() -> None:
    beside = [line("子丑寅卯辰巳午未申酉", 100, 60 + 30 * row) for row in range(12)]
    headline = line("甲乙丙丁戊己庚辛壬癸甲乙", 340, 40, size=36)  # over two of its three columns
    columns = [[line("一二三四五六七八九十", 340 + 240 * at, 110 + 30 * row) for row in range(3)] for at in range(3)]
    caption = line("图为活动现场", 340, 410, size=16)
    found = page_of([*beside, headline, *columns[0], *columns[1], *columns[2], caption])["text"].split()
    assert found[12] == headline.text
    assert found[-1] == caption.text


def test_a_last_line_of_one_character_is_no_headline() -> None:
    lines = [line("一二三四五六七八九十", 100, 100 + 30 * row) for row in range(6)]
    lines.append(Recognised("。", 1.0, 112, 280, 24, 28, 0.0))
    assert page_of(lines)["blocks"] == []


def test_lines_that_are_too_unsure_are_left_out_and_counted() -> None:
    found = page_of([line("一二三四五", 100, 100), line("乱码乱码乱", 100, 130, confidence=0.2)])
    assert (found["text"].split(), found["seen"]) == (["一二三四五"], 10)
    assert page_of([line("乱码", 100, 130, confidence=0.2)]) == {"error": "empty"}


def test_a_page_set_vertically_is_read_from_right_to_left() -> None:
    right = [Recognised("縣城新橋今日通車觀禮者", 1.0, 500 - 40 * row, 200, 22, 230, 0.0) for row in range(6)]
    head = Recognised("新橋通車", 1.0, 560, 170, 44, 170, 0.0)
    below = [Recognised("湖水漸清漁人返鄉撒網忙", 1.0, 500 - 40 * row, 500, 22, 230, 0.0) for row in range(6)]
    found = page_of([*below, *right, head])
    assert found["text"].split() == ["新橋通車", *["縣城新橋今日通車觀禮者"] * 6, *["湖水漸清漁人返鄉撒網忙"] * 6]
    assert [block[2] for block in found["blocks"]] == ["heading"]


@pytest.mark.parametrize(("begin", "lengths"), [(370, [280, 280, 280, 280, 280]), (350, [600, 280, 280, 280])])
def test_a_box_over_a_gutter_holds_two_lines(begin: int, lengths: list[int]) -> None:
    """Where other lines begin behind the blank; a blank anywhere else is none of a gutter."""
    page = np.full((300, 700, 3), 255, np.uint8)
    page[60:70, 50:330] = page[60:70, begin:650] = 0
    for row in range(3):
        page[110 + 40 * row : 120 + 40 * row, 370:650] = 0
    below = [_box(360, 100 + 40 * row, 660, 130 + 40 * row) for row in range(3)]
    found = lines_of(page, [_box(40, 50, 660, 80), *below])
    assert sorted((round(extent(line)[0]) for line in found), reverse=True) == lengths


def test_a_gutter_between_columns_of_two_lines() -> None:
    page = np.full((200, 900, 3), 255, np.uint8)
    for row in range(2):
        for left in (50, 350):
            page[60 + 30 * row : 70 + 30 * row, left : left + 270] = 0
    boxes = [_box(left - 5, top, left + 275, top + 30) for left in (50, 350) for top in (50, 80)]
    assert sorted(round(extent(line)[0]) for line in lines_of(page, boxes)) == [270] * 4


def test_parts_of_a_line_that_were_found_apart_are_one() -> None:
    page = np.full((200, 700, 3), 255, np.uint8)
    page[60:70, 50:330] = page[60:70, 350:650] = 0
    (line,) = lines_of(page, [_box(40, 50, 340, 80), _box(340, 50, 660, 80)])
    assert tight(page, line).tolist() == [[50, 60], [650, 60], [650, 70], [50, 70]]


def test_what_two_boxes_hold_is_one_line() -> None:
    page = np.full((200, 700, 3), 255, np.uint8)
    page[60:70, 50:330] = 0
    assert len(lines_of(page, [_box(40, 50, 340, 80), _box(280, 50, 340, 80)])) == 1


def test_of_a_long_line_that_leans_the_corners_keep_their_names() -> None:
    """A detector that sorts corners from left to right has both lower ones of it first, and its direction wrong."""
    page = np.full((700, 300, 3), 255, np.uint8)
    for row in range(60, 640):
        page[row, 184 - row // 15 - 6 : 184 - row // 15 + 6] = 0
    lower_first = np.array([[125, 640], [165, 50], [195, 50], [155, 640]], np.float32)
    (line,) = lines_of(page, [lower_first])
    assert extent(line)[0] < 40 < 500 < extent(line)[1]
    assert 0.05 < slant_of([line]) < 0.09


def test_a_line_down_the_page_has_the_mark_that_ends_it() -> None:
    page = np.full((400, 200, 3), 255, np.uint8)
    page[60:300, 95:105] = page[312:320, 104:112] = 0
    page[380:400, 95:105] = 0  # what stands below it is another line
    (line,) = lines_of(page, [_box(80, 55, 120, 303)])
    assert 318 <= line[2][1] <= 324


@pytest.mark.parametrize("bottom", [128, 163])
def test_a_short_line_down_the_page_stays_one(bottom: int) -> None:
    """One of two characters, or of one and a mark, in a box that is wider than what is printed."""
    page = np.full((400, 200, 3), 255, np.uint8)
    page[60:96, 82:118] = page[100 : bottom - 16, 106 if bottom < 150 else 82 : 118] = 0
    (line,) = lines_of(page, [_box(72, 50, 128, 140 if bottom < 150 else bottom)])
    assert is_tall(line)
    assert strip_of(page, line).is_down


def _box(left: int, top: int, right: int, bottom: int) -> Corners:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


@pytest.fixture(scope="module")
def upright(painted: Path) -> Page:
    (page,) = read(painted)
    return page


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_upside_down_is_put_upright(
    painted: Path, upright: Page, tmp_path: Path, quarters: int
) -> None:
    """Its lines stand on the picture after as many turns as put it upright."""
    turned(Image.open(painted), 4 - quarters).save(tmp_path / "a.png")
    (page,) = read(tmp_path / "a.png")
    assert stories(page) == _expected()
    assert page.picture == Picture(1, quarters)
    places = zip(page.printed, upright.printed, strict=True)
    assert all(abs(one - other) <= 3 for pair in places for one, other in zip(pair[0][:6], pair[1][:6], strict=True))


@needs_font
def test_a_picture_of_a_page_set_vertically(tmp_path: Path) -> None:
    """Columns from right to left, as the press had them until the middle of the last century."""
    page = Image.new("L", (900, 900), 255)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(SERIF), 36, index=3)
    columns = (
        "縣城新橋昨日舉行通車典禮",
        "到場觀禮者逾三千人橋長二",
        "十丈自去年春間動工歷時年",
        "餘始告完成沿河居民稱便",
    )
    for number, column in enumerate(columns):
        for row, character in enumerate(column):
            pen.text((780 - 60 * number, 60 + 42 * row), character, font=font, fill=0)
    page.save(tmp_path / "a.png")
    (found,) = read(tmp_path / "a.png")
    assert found.text.split() == list(columns)
    assert found.picture.turn == 0


@needs_font
def test_a_slanted_picture_of_long_vertical_lines(tmp_path: Path) -> None:
    """Two strips of lines that lean so far that their upper ends stand over others' places."""
    paragraph = "縣署昨日議定疏浚舊河，沿岸居民稱便。" * 6
    text = pdf_maker.Text("縣城新橋通車", (paragraph, paragraph[:77]))
    sheet = compose_vertical(itertools.repeat(text), 2, random.Random(3))
    page = paint_vertical(sheet, 200).rotate(2.4, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    page.save(tmp_path / "a.png")
    (found,) = read(tmp_path / "a.png")
    printed = [mark.text.strip() for story in sheet.stories for mark in story]
    assert found.picture.turn == 0
    without = str.maketrans("", "", "，。")
    expected = [kept for line in printed if (kept := line.translate(without))]
    same = SequenceMatcher(None, expected, found.text.translate(without).split(), autojunk=False).get_matching_blocks()
    assert sum(block.size for block in same) > 0.9 * len(expected)


def test_kinds_of_pictures_share_one_reader() -> None:
    suffixes = {suffix for suffix, module in formats.FORMATS.items() if module == discovery.PICTURE}
    assert suffixes == {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".jp2"}
