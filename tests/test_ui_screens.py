"""Reading, filters and the library's screen in a real Chromium, over a library of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.library.library import Library
from tests.parts.browser import DESK, PHONE, Browser, Page, asked, expect, opened, sideways, watched
from tests.parts.elsewhere import INDEX
from tests.parts.server import running
from tests.parts.ui_values import HOSTILE

ASKED = "区委召开2026年务虚会用了多长时间？"
STORY = "桂花节九月开幕\n\n本报讯(记者 林小满)桂花节九月十二日开幕，展出三百盆桂花，免费开放。\n"


def _shelf(page: Page, url: str) -> Page:
    page.goto(f"{url}#library")
    page.wait_for_selector("#shelf table")
    return page


def _files(page: Page) -> Page:
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector("table.files")
    return page


def test_a_story_is_read_beside_its_page(browser: Browser, url: str, seeds_library: Library) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.locator("li.source [data-article]").first.click()
        dialog = page.locator("dialog.reader[open]")
        expect(dialog.locator(".story mark").first).to_be_in_viewport()
        said = "".join(dialog.locator(".story mark").all_inner_texts())
        assert "一天时间" in said
        assert "".join(dialog.locator(".printed mark").all_inner_texts()).startswith(said[:20])
        source = seeds_library.files()[0].source
        titles = [story.title for story in seeds_library.articles_of(source)]
        expect(dialog.locator(".of")).to_have_text(f"1 / {len(titles)}")
        dialog.get_by_role("button", name="下一篇").click()
        expect(dialog.locator("header .headline")).to_have_text(titles[1])
        page.keyboard.press("ArrowRight")
        expect(dialog.locator("header .headline")).to_have_text(titles[2])
        dialog.locator(".nr").nth(4).click()
        expect(dialog.locator("header .headline")).to_have_text(titles[4])
        expect(dialog.locator(".printed .current").first).to_be_in_viewport()
        colours = dialog.locator(".run").evaluate_all("runs => runs.map(run => getComputedStyle(run).backgroundColor)")
        assert len(set(colours)) >= 8
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_words_are_found_in_a_story(browser: Browser, url: str, seeds_library: Library) -> None:
    text = seeds_library.articles(limit=1)[0].text
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.locator("li.source [data-article]").first.click()
        search = page.locator("dialog[open] input[type=search]")
        search.fill("会议")
        expect(page.locator("dialog[open] output")).to_have_text(f"1 / {text.count('会议')}")
        search.press("Enter")
        expect(page.locator("dialog[open] output")).to_have_text(f"2 / {text.count('会议')}")
        assert page.evaluate("CSS.highlights.get('wenbao-found').size") == text.count("会议")
        search.fill("没有这样的词")
        expect(page.locator("dialog[open] output")).to_have_text("没有")


def test_filters_go_with_the_question_and_outlive_a_reload(browser: Browser, url: str, seeds_library: Library) -> None:
    other = seeds_library.files()[1]
    with watched(browser) as page:
        opened(page, url).locator(".filters summary").click()
        choice = page.locator(f'[data-filter="source"][data-value="{other.source}"]')
        expect(choice.locator(".count")).to_have_text(str(other.articles))
        choice.click()
        chip = page.get_by_role("button", name=f"去掉筛选：版面 {other.source}")
        chip.wait_for()
        answer = asked(page, ASKED)
        shown = page.locator("#panel .meta").evaluate_all("lines => lines.map(line => line.title)")
        assert shown
        assert all(other.source in one for one in shown)
        assert answer.count() == 1
        page.reload()
        chip.click()
        expect(chip).to_have_count(0)


def test_the_filter_that_leaves_nothing_is_named(browser: Browser, url: str, seeds_library: Library) -> None:
    story = next(story for story in seeds_library.articles() if story.byline)
    other = next(
        file.source
        for file in seeds_library.files()
        if not any(story.byline[0] in "".join(one.byline) for one in seeds_library.articles_of(file.source))
    )
    with watched(browser) as page:
        opened(page, url)
        chosen = f'{{"source": "{other}", "byline": "{story.byline[0]}"}}'
        page.evaluate("chosen => sessionStorage.setItem('wenbao-filters', chosen)", chosen)
        page.reload()
        warning = page.locator("#filter-chips .warning")
        warning.wait_for()
        assert re.search(rf"去掉“版面 {re.escape(other)}”有 \d+ 篇", warning.inner_text())
        page.locator(".filters summary").click()
        page.locator("[data-date=since]").fill("前年")
        page.locator("[data-date=since]").press("Tab")
        page.wait_for_selector("[data-date=since][aria-invalid]")
        assert page.locator("[data-date=since]").input_value() == "前年"


def test_files_dropped_are_read_found_and_removed(
    browser: Browser, url: str, own_library: Path, tmp_path: Path
) -> None:
    good = tmp_path / "桂花<b>.txt"
    good.write_text(STORY, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    with watched(browser) as page:
        _shelf(page, url).locator('input[type="file"]').set_input_files([good, tmp_path / "bad.txt"])
        page.locator(".job.done", has_text="桂花b.txt").wait_for()
        page.locator(".job.failed", has_text="bad.txt").locator(".reasons").wait_for()
        expect(page.locator(".figures dd").first).to_have_text("41")
        page.locator(".seek").fill("林小满")
        page.locator("table.articles").get_by_role("button", name="桂花节九月开幕").click()
        page.locator("dialog.reader[open] .story", has_text="三百盆桂花").wait_for()
        page.keyboard.press("Escape")
        _files(page).get_by_role("checkbox", name="选择 桂花b.txt").check()
        page.get_by_role("checkbox", name="选择这一页的全部文件").check()
        expect(page.locator("table.files td input:checked")).to_have_count(6)
        page.get_by_role("checkbox", name="选择这一页的全部文件").uncheck()
        expect(page.get_by_role("button", name="移除所选")).to_be_disabled()
        page.get_by_role("checkbox", name="选择 桂花b.txt").check()
        page.get_by_role("button", name="移除所选").click()
        page.get_by_role("button", name="不移除").click()
        assert INDEX or (own_library / "inbox" / "桂花b.txt").exists()
        page.get_by_role("button", name="移除所选").click()
        page.get_by_role("button", name="移除", exact=True).click()
        expect(page.locator("table.files")).not_to_contain_text("桂花b.txt")
        assert not (own_library / "inbox" / "桂花b.txt").exists()


def test_what_cannot_be_read_is_refused_at_once(browser: Browser, url: str, own_library: Path) -> None:
    with browser.new_context() as context:
        refused = context.request.post(
            f"{url}library/upload", headers={"X-Name": "program.exe", "Origin": url.rstrip("/")}, data=b"MZ"
        )
        assert refused.status == 400
        assert "能读" in refused.json()["problem"]
        foreign = context.request.post(
            f"{url}library/upload", headers={"X-Name": "a.txt", "Origin": "http://elsewhere.invalid"}, data=b"x"
        )
        assert foreign.status == 403
    assert not list(own_library.rglob("*.exe"))


def test_a_folder_of_the_server_is_read(browser: Browser, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(STORY.replace("三百", f"{number}百"), encoding="utf-8")
    with watched(browser) as page:
        box = _shelf(page, url).get_by_label("服务器上的文件夹或文件")
        for wrong in ("pages", str(tmp_path / "nowhere")):
            box.fill(wrong)
            box.press("Enter")
            page.locator("[data-part=problem] .warning").wait_for()
        box.fill(str(folder))
        box.press("Enter")
        page.locator(".job.done", has_text="2.txt" if INDEX else "pages").wait_for()  # a server has a job for each file
        _files(page).locator(".seek").fill("0.txt")
        page.get_by_role("button", name="0.txt", exact=True).wait_for()
        page.get_by_role("checkbox", name="选择 0.txt", exact=True).check()
        expect(page.get_by_role("button", name="移除所选")).to_be_enabled()


def test_the_table_sorts_and_turns(browser: Browser, url: str, seeds_library: Library) -> None:
    with watched(browser) as page:
        head = _shelf(page, url).locator('[data-order="title"]')
        head.click()
        page.wait_for_selector('th[aria-sort="ascending"] [data-order="title"]')
        titles = page.locator("td.title").all_inner_texts()
        assert titles == sorted(titles)
        head.click()
        page.wait_for_selector('th[aria-sort="descending"] [data-order="title"]')
        assert page.evaluate("document.activeElement.dataset.order") == "title"


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESK, True)])
def test_no_screen_scrolls_sideways(browser: Browser, url: str, size: tuple[int, int], dark: bool) -> None:
    with watched(browser, size, dark=dark) as page:
        _shelf(page, url)
        page.wait_for_selector(".charts figure")
        assert sideways(page) == 0
        page.locator("td.title button").first.click()
        page.wait_for_selector("dialog.reader[open] .story")
        assert sideways(page) == 0
        page.locator("button[data-beside]").click()
        assert sideways(page) == 0
        page.keyboard.press("Escape")
        _files(page)
        assert sideways(page) == 0


def test_hostile_pages_run_nothing(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a' onerror=alert(3) b.txt").write_text(f"{HOSTILE}\n\n本报讯(记者 {HOSTILE})开幕。\n", encoding="utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([folder])
    with running(tmp_path / "library") as (url, _), watched(browser) as page:
        _shelf(page, url).locator("td.title button").first.click()
        page.wait_for_selector("dialog.reader[open] .story")
        assert "<script>" in page.locator("dialog.reader").inner_text()
        page.keyboard.press("Escape")
        _files(page)
        inside = "#room :is(script, img, iframe), .reader :is(script, img, iframe)"
        assert page.locator(inside).count() == 0


def test_the_chart_s_columns_filter_the_table(browser: Browser, url: str, seeds_library: Library) -> None:
    month = next(one for one in seeds_library.overview.coverage().months if len(one.value) > 4)
    with watched(browser) as page:
        _shelf(page, url).locator(f'[data-period="{month.value}"]').click()
        chip = page.locator("#shelf .chip")
        expect(chip).to_contain_text(month.value)
        expect(page.locator("#shelf tbody tr")).to_have_count(month.articles)
        chip.click()
        expect(chip).to_have_count(0)
        assert page.locator("#shelf tbody tr").count() > month.articles


def test_a_phone_has_a_low_header_and_the_question_at_its_lower_edge(browser: Browser, url: str) -> None:
    with watched(browser, PHONE) as page:
        opened(page, url)
        for question in ("你好", "库里都有哪些报纸", ASKED):
            asked(page, question)
            header, composer = page.locator("#side").bounding_box(), page.locator("#composer").bounding_box()
            assert header
            assert composer
            assert (header["y"], header["height"]) == (0, 52)
            assert composer["y"] + composer["height"] == PHONE[1]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_skeleton_shows_before_the_page_is_drawn(browser: Browser, url: str, size: tuple[int, int]) -> None:
    drawn = "getComputedStyle(document.body, '::before').content !== 'none'"
    with watched(browser, size) as page:
        page.route("**/*.js", lambda route: None)  # they never come
        page.goto(url, wait_until="commit")
        page.wait_for_function(f"document.body && {drawn}")
        page.unroute_all(behavior="ignoreErrors")
        page.goto("about:blank")
        page.goto(url)
        page.wait_for_selector(".welcome")
        assert not page.evaluate(drawn)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_help_opens_the_manual_and_its_pictures_load(browser: Browser, url: str, size: tuple[int, int]) -> None:
    with watched(browser, size) as page:
        opened(page, url)
        if size == PHONE:
            page.locator("[data-side]").click()
        with page.expect_popup() as other:
            page.get_by_role("link", name="帮助").click()
        manual = other.value
        manual.wait_for_load_state()
        assert manual.locator("h2").count() == 10
        assert manual.evaluate("[...document.images].filter((one) => !one.naturalWidth).length") == 0
        assert sideways(manual) == 0
        manual.locator("a[href^='#9']").first.click()
        expect(manual.locator("h2").nth(8)).to_be_in_viewport()
        manual.get_by_role("link", name="问答", exact=True).click()
        manual.wait_for_selector(".welcome")


def test_two_sides_stand_side_by_side_and_on_a_phone_one_below_the_other(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        sides = asked(opened(page, url), "对比一下马驹桥镇和台湖镇的情况").locator(".sides section")
        assert sides.locator("h3").all_inner_texts() == ["马驹桥镇", "台湖镇"]
        assert all(side.locator("a.cite").count() for side in sides.all())
        first, second = (side.bounding_box() for side in sides.all())
        assert first
        assert second
        assert (first["y"], first["x"] + first["width"] <= second["x"]) == (second["y"], True)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        first, second = (side.bounding_box() for side in sides.all())
        assert first
        assert second
        assert (first["x"], first["y"] + first["height"] <= second["y"]) == (second["x"], True)
        assert sideways(page) == 0


def test_buttons_look_as_their_own_rules_say(browser: Browser, url: str) -> None:
    """Gradio writes its classes into our selectors, so that a rule for all buttons may come to win over one of them."""
    look = "one => [getComputedStyle(one).borderTopColor, getComputedStyle(one).backgroundColor]"
    with watched(browser) as page:
        answered = asked(opened(page, url), ASKED)
        assert answered.locator(".actions.icons [data-again]").evaluate(look)[0] == "rgba(0, 0, 0, 0)"
        page.locator("li.source [data-article]").first.click()
        page.locator("[data-mending]").click()
        assert page.locator(".mend button.go").evaluate(look) == ["rgb(168, 50, 42)"] * 2
