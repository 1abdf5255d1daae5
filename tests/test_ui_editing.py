"""A story changed by hand in the reader: what the page may ask for, and the whole flow in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.library.library import Library
from tests.parts.elsewhere import copied
from tests.parts.ui_values import HOSTILE, article
from ui import editing, reading
from ui.words import CHINESE, ENGLISH


@pytest.fixture
def library(seeds_path: Path, tmp_path: Path) -> Iterator[Library]:
    with Library.open(copied(seeds_path, tmp_path / "library")) as library:
        yield library


def _form(html: str) -> dict[str, str]:
    """What the form sends as it is drawn."""
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', html))


def test_the_form_sent_unchanged_changes_nothing(library: Library) -> None:
    for story in library.articles():
        told = {"do": "retouch", **_form(editing.form(story, None, False, CHINESE))}
        with pytest.raises(UsageError, match=CHINESE.mend_unchanged):
            editing.change(library, story, told, CHINESE)
    assert not any(library.is_by_hand(story.id) for story in library.articles())


def test_attributes_are_written_anew_kept_and_taken_back(library: Library) -> None:
    story = next(story for story in library.articles() if story.byline and not story.date)
    told = {**_form(editing.form(story, None, False, CHINESE)), "do": "retouch"}
    told |= {"title": " 新  标题 ", "byline": "赵六、孙七", "date": "2025年3月5日", "paper": "晨报"}
    changed = editing.change(library, story, told, CHINESE)
    assert (changed.title, changed.byline, changed.date) == ("新 标题", ("赵六", "孙七"), "2025-03-05")
    assert (changed.id, changed.text, changed.paper, changed.edition) == (story.id, story.text, "晨报", story.edition)
    assert reading.opened(library, story.id, "").by_hand
    assert CHINESE.by_hand in reading.view(reading.opened(library, story.id, ""), CHINESE)
    assert editing.change(library, changed, {**told, "byline": ""}, CHINESE).byline == ()
    assert editing.change(library, changed, {"do": "reset"}, CHINESE) == story
    assert not library.is_by_hand(story.id)


def test_a_story_is_split_at_a_paragraph_and_joined_again(library: Library) -> None:
    story, following = library.articles_of(library.files()[0].source)[:2]
    shown = reading.view(reading.opened(library, story.id, "", mending=True), CHINESE)
    places = [int(at) for at in re.findall(r'data-mend="split" data-at="(\d+)"', shown)]
    assert places
    assert all(story.text[at - 1] == "\n" and story.text[:at].strip() for at in places)
    first = editing.change(library, story, {"do": "split", "at": places[-1]}, CHINESE)
    second = reading.opened(library, first.id, "").following
    assert second is not None
    assert first.text.rstrip() == story.text[: places[-1]].rstrip()
    assert second.text == story.text[places[-1] :]
    assert library.is_by_hand(second.id)
    assert editing.change(library, second, {"do": "reset"}, CHINESE) == story
    joined = editing.change(library, story, {"do": "join"}, CHINESE)
    assert joined.text == f"{story.text}\n{following.text}"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"do": "remove"},
        {"do": "split"},
        {"do": "split", "at": 0},
        {"do": "split", "at": 10**9},
        {"do": "split", "at": "5"},
        {"do": "retouch", "title": " "},
        {"do": "retouch", "title": "新", "date": "去年"},
    ],
)
def test_what_makes_no_sense_changes_nothing(library: Library, told: dict[str, Any]) -> None:
    story = library.articles(limit=1)[0]
    with pytest.raises(UsageError) as caught:
        editing.change(library, story, told, ENGLISH)
    assert not re.search(r"--\w", str(caught.value))  # said for the screen, not for the command line
    assert library.article(story.id) == story


def test_hostile_words_stay_words() -> None:
    story = article(f"{HOSTILE}\n{HOSTILE}\n", HOSTILE, byline=(HOSTILE,))
    html = editing.form(story, story, True, CHINESE) + editing.cut(story, len(HOSTILE) + 1, CHINESE)
    assert "<script" not in html
    assert "<img" not in html
    assert 'data-at="' in html
    assert editing.cut(story, 0, CHINESE) == ""


@pytest.mark.browser
def test_a_headline_is_mended_a_story_split_and_taken_back(browser: Any, url: str) -> None:
    from playwright.sync_api import expect

    from tests.parts.browser import watched

    with watched(browser) as page:
        page.goto(f"{url}#library")
        page.locator("td.title button").first.click()
        dialog = page.locator("dialog.reader[open]")
        title = dialog.locator("header .headline").inner_text()
        dialog.get_by_role("button", name="手工改").click()
        box = dialog.get_by_label("标题", exact=True)
        expect(box).to_be_focused()
        expect(box).to_have_value(title)
        box.fill("改过的标题")
        page.keyboard.press("Escape")  # asks before what was written is lost
        expect(dialog.get_by_role("alertdialog")).to_contain_text("还没保存")
        page.keyboard.press("Escape")
        expect(box).to_have_value("改过的标题")
        box.press("Enter")
        expect(dialog.locator("header .headline")).to_have_text("改过的标题")
        expect(dialog.locator("header .tag")).to_have_text("手工改过")
        expect(page.locator("td.title").first).to_have_text("改过的标题")
        of = dialog.locator(".of")
        count = int(of.inner_text().split("/")[1])
        dialog.locator(".cut").last.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(of).to_have_text(f"1 / {count + 1}")
        dialog.get_by_role("button", name="撤销手工改动").click()
        dialog.get_by_role("button", name="确定").click()
        expect(of).to_have_text(f"1 / {count}")
        expect(dialog.locator("header .headline")).to_have_text(title)
        expect(dialog.locator("header .tag")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
