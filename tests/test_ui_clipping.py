"""What is quoted of a scanned page, shown on its picture in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from qa.library.library import Library
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
