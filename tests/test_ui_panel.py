"""What stands beside an answer, in a real Chromium: it agrees with the answer, and says nothing that a reader need not
know.
"""

from __future__ import annotations

import pytest

from qa.library.library import Library
from tests.parts.browser import Browser, asked, opened, watched

ASKED = "区委召开2026年务虚会用了多长时间？"


def test_no_file_name_stands_on_the_screen_but_where_it_is_pointed_at(
    browser: Browser, url: str, seeds_library: Library
) -> None:
    source = seeds_library.files()[0].source
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.locator(".filters summary").click()
        page.locator(".filters [data-filter=source]").first.wait_for()
        assert source not in page.locator("#room").inner_text()
        assert page.locator(f'li.source [title="{source}"]').inner_text().endswith("版面 000")
        assert "日期未印" not in page.locator(".panel .cards").first.inner_text()
        page.locator("li.source [data-article]").first.click()
        page.wait_for_selector("dialog[open] .story")
        assert source not in page.locator("dialog header").inner_text()
        page.goto(f"{url}#library")
        page.wait_for_selector("#shelf table")
        assert source not in page.locator("#shelf").inner_text()


def test_a_quote_is_shown_without_its_dateline_and_the_article_with_it(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        quote = asked(opened(page, url), ASKED).locator(".said").first
        assert not quote.inner_text().startswith("本报讯")
        assert not page.locator(".panel .context").first.inner_text().startswith("本报讯")
        page.locator("li.source [data-article]").first.click()
        mark = page.locator("dialog[open] .story mark").first
        assert mark.inner_text().startswith("本报讯(记者")


@pytest.mark.parametrize(
    "question", ["陶涛写过哪些报道？", "陶涛写了几篇报道？", "哪些文章提到了张家湾镇？", "最新的报道是哪篇？"]
)
def test_the_articles_of_a_list_stand_beside_it_and_no_others(browser: Browser, url: str, question: str) -> None:
    with watched(browser) as page:
        answered = asked(opened(page, url), question)
        listed = answered.locator(".items a").evaluate_all("links => links.map(link => link.dataset.article)")
        beside = page.locator(".panel .actions [data-article]").evaluate_all(
            "all => all.map(one => one.dataset.article)"
        )
        assert beside
        assert set(beside) <= set(listed)
        assert "相关：" not in page.locator("#panel").inner_text()
        assert "引 0" not in answered.inner_text()


def test_talk_has_nothing_beside_it(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        answered = asked(opened(page, url), "你好")
        assert answered.locator("[data-panel]").count() == 0
        assert page.locator("#panel .card").count() == 0
        assert page.locator("#panel h2").inner_text() == "出处"


def test_what_stands_beside_begins_with_the_story_itself(browser: Browser, url: str) -> None:
    """Not with what its card says above it: headlines, on however many lines, and reporters."""
    with watched(browser) as page:
        asked(opened(page, url), "柴福娟写过哪些报道？")
        starts = page.locator(".panel .listed .context").all_inner_texts()
        assert any(one.startswith("近日,七届区政协召开第四十次主席") for one in starts)
        assert any(one.startswith("“楼门这么一布置真是太漂亮了!") for one in starts)
        asked(page, "漷县镇有什么活动？")
        short = page.locator(".panel .passages .passage:not(:has(details:not(.score)))").first
        assert short.locator(".context").inner_text().startswith("走企业、看发展、促招商")
        short.locator("[data-article]").click()
        assert "本报讯(记者" in page.locator("dialog[open] .story").inner_text()
