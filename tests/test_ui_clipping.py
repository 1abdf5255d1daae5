"""What is quoted of a scanned page, shown on its picture in a real Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator
from playwright.sync_api import Page as PlaywrightPage

from qa.library.library import Library
from qa.types import Block, Page, Picture, PrintedLine, Span
from tests.parts.browser import Browser, asked, expect, opened, watched
from tests.parts.scan_maker import SERIF
from tests.parts.server import running

STORY = ("白鹭湖水质今年好转", "　　白鹭湖今年上半年水质达到二类", "标准。沿湖十一家工厂已经迁走。")


@pytest.fixture(scope="module")
def library_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not SERIF.exists():
        pytest.skip("pages are painted with fonts-noto-cjk")
    folder = tmp_path_factory.mktemp("scanned")
    page = Image.new("L", (900, 600), 255)
    pen = ImageDraw.Draw(page)
    for row, (text, size) in enumerate(zip(STORY, (54, 36, 36), strict=True)):
        pen.text((100, 80 + 90 * row), text, font=ImageFont.truetype(str(SERIF), size, index=2), fill=0)
    page.save(folder / "page.png")
    with Library.open(folder / "library", create=True) as library:
        library.add([folder / "page.png"])
    return folder / "library"


def test_the_card_and_the_reader_show_the_picture(browser: Browser, library_path: Path) -> None:
    with running(library_path) as (url, _), watched(browser) as page:
        asked(opened(page, url), "沿湖多少家工厂已经迁走？")
        clipping = page.locator("#panel .source img.clipping")
        expect(clipping).to_have_count(1)
        clipping.evaluate("image => image.decode()")
        assert clipping.evaluate("image => image.naturalWidth") > 300
        assert clipping.get_attribute("alt") == "原版面上的这一句"
        page.locator("#panel .source [data-article]").first.click()
        shown = page.locator("dialog.reader[open] .picture img")
        shown.wait_for()
        shown.evaluate("image => image.decode()")
        assert shown.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [900, 600]
        expect(shown).to_be_in_viewport()


def test_a_picture_that_is_no_longer_there_leaves_no_gap(browser: Browser, library_path: Path, tmp_path: Path) -> None:
    picture = library_path.parent / "page.png"
    picture.rename(tmp_path / "page.png")
    try:
        with running(library_path) as (url, _):
            page = browser.new_page(locale="zh-CN")
            asked(opened(page, url), "沿湖多少家工厂已经迁走？")
            page.locator("#panel .source .context").wait_for()
            expect(page.locator("#panel .source img.clipping")).to_have_count(0)
            page.close()
    finally:
        (tmp_path / "page.png").rename(picture)


def test_a_conversation_that_is_opened_again_shows_it_too(browser: Browser, library_path: Path) -> None:
    with running(library_path) as (url, _), watched(browser) as page:
        asked(opened(page, url), "沿湖多少家工厂已经迁走？")
        page.reload()
        expect(page.locator("#panel .source img.clipping")).to_have_count(1)


@pytest.fixture
def doubted_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the page with one line misread, 潮 for 鹭, and doubted there."""
    if not SERIF.exists():
        pytest.skip("pages are painted with fonts-noto-cjk")
    from qa.formats import picture as recogniser

    page = Image.new("L", (900, 600), 255)
    pen = ImageDraw.Draw(page)
    for row, (text, size) in enumerate(zip(STORY, (54, 36, 36), strict=True)):
        pen.text((100, 80 + 90 * row), text, font=ImageFont.truetype(str(SERIF), size, index=2), fill=0)
    page.save(tmp_path / "page.png")
    lines = (STORY[0], "白潮湖今年上半年水质达到二类", STORY[2])
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    printed = [
        PrintedLine(start, start + len(line), 100 + 72 * (row == 1), 80 + 90 * row, 700, 130 + 90 * row)
        for row, (start, line) in enumerate(zip(starts, lines, strict=True))
    ]
    printed[1] = printed[1]._replace(doubts=(1,))
    blocks = (Block(Span(0, len(lines[0])), "heading", 1),)
    told = Page("page.png", text, blocks=blocks, printed=tuple(printed), picture=Picture())
    monkeypatch.setattr(recogniser, "read", lambda *_, **__: iter([told]))
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "page.png"])
    return tmp_path / "library"


def _reader(page: PlaywrightPage, url: str) -> Locator:
    asked(opened(page, url), "沿湖多少家工厂已经迁走？")
    page.locator("#panel .source [data-article]").first.click()
    dialog = page.locator("dialog.reader[open]")
    dialog.locator(".picture img").wait_for()
    return dialog


def test_what_was_hard_to_read_is_corrected_in_place(browser: Browser, doubted_path: Path) -> None:
    with running(doubted_path) as (url, _), watched(browser) as page:
        dialog = _reader(page, url)
        doubt = dialog.locator(".doubt")
        expect(doubt).to_have_text("潮")
        doubt.hover()
        peek = dialog.locator("img.peek")
        peek.wait_for()
        peek.evaluate("image => image.decode()")
        assert peek.evaluate("image => image.naturalWidth") > 300
        doubt.press("Enter")
        field = dialog.locator(".correcting input")
        expect(field).to_have_value("白潮湖今年上半年水质达到二类")
        field.fill("白鹭湖今年上半年水质达到二类")
        field.press("Enter")
        expect(dialog.locator(".story .text")).to_contain_text("白鹭湖今年上半年水质")
        expect(dialog.locator(".doubt")).to_have_count(0)
    with Library.open(doubted_path) as library:
        assert "白鹭湖今年" in library.page_text("page.png")


def test_the_picture_is_made_larger_and_moved_by_keys_and_wheel(browser: Browser, doubted_path: Path) -> None:
    with running(doubted_path) as (url, _), watched(browser) as page:
        dialog = _reader(page, url)
        picture = dialog.locator(".picture")
        at = "new DOMMatrix(getComputedStyle(box.querySelector('img')).transform)"
        shape = f"box => {{ const at = {at}; return [at.a, at.e] }}"
        picture.press("+")
        scale, left = picture.evaluate(shape)
        assert scale == pytest.approx(1.25)
        picture.press("ArrowRight")
        assert picture.evaluate(shape)[1] < left
        picture.hover()
        page.mouse.wheel(0, -100)
        expect(picture.locator("img")).to_have_css("transform", re.compile(r"matrix\(1\.56"))
        dialog.locator("[data-zoom='0']").click()
        assert picture.evaluate(shape) == [1, 0]
