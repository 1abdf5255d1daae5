"""A day of a librarian in a real Chromium: twenty turns on a desk, in a second browser and on a phone."""

from __future__ import annotations

import time

from tests.parts.browser import Browser, Locator, Page, asked, expect, opened, sideways, turn, watched

LONGEST = 90  # seconds
READER = "dialog.reader[open]"
NARROW = {"width": 390, "height": 844}

# What is asked on the desk, and what its answer shows; questions that lean on the one before stand behind it.
MORNING = [
    ("你好", "您好"),
    ("库里有什么内容？", "40 篇文章"),
    ("区委召开2026年务虚会用了多长时间？", "一天时间"),
    ("还有呢？", "会"),
    ("介绍一下马驹桥镇", "马驹桥镇"),
    ("有几篇报道提到马驹桥镇？", "2 篇"),
    ("对比一下马驹桥镇和台湖镇的情况", "台湖镇"),
    ("通州区图书馆社保卡一卡通服务是从什么时候开始的？", "10月1日"),
    ("京津冀信创小镇启动仪式在哪里举行？", "西集镇"),
    ("是什么时候的事？", "昨日上午"),
    ("经开区累计向马驹桥投资多少？", "1320亿元"),
    ("不对，我问的是工业总产值", "工业总产值突破千亿元"),
    ("青岛啤酒节哪天开幕？", "报上没有找到答案"),
    ("漷县镇有什么活动？", "潮县"),
    ("柴福娟写过哪些报道？", "5 篇"),
]


def test_a_day_of_a_librarian(browser: Browser, url: str) -> None:
    began = time.perf_counter()
    with watched(browser) as desk, watched(browser) as other:
        _morning(opened(desk, url))
        _an_article_is_summed_up(desk)
        _a_link_is_shared(desk, other, url)
        _back_leads_where_one_was(desk)
        _on_the_way_home(desk)
    assert time.perf_counter() - began < LONGEST


def _morning(desk: Page) -> None:
    for question, told in MORNING:
        answered = asked(desk, question)
        assert told in answered.inner_text(), (question, answered.inner_text())
        assert bool(_badges(answered)) == (question not in ("你好", "青岛啤酒节哪天开幕？", "柴福娟写过哪些报道？"))
    assert desk.locator(".turn").count() == 15
    compared = _badges(turn(desk, 7))
    assert len({badge.get_attribute("data-title") for badge in compared}) > 1, "each side from its own report"
    assert len(_badges(turn(desk, 5))) >= 3, "a digest has several sentences"


def _an_article_is_summed_up(desk: Page) -> None:
    title = turn(desk, 15).locator(".items a").first
    headline = title.inner_text()
    title.click()
    desk.locator(READER).get_by_role("button", name="总结这篇").click()
    points = turn(desk, 16)
    points.locator(".answer").wait_for()
    assert {badge.get_attribute("data-title") for badge in _badges(points)} == {headline}


def _a_link_is_shared(desk: Page, other: Page, url: str) -> None:
    talk, headline = desk.url, desk.locator("li.source .headline").first.inner_text()
    source = desk.locator("li.source").first
    source.get_by_role("button", name="复制链接").click()
    expect(source.get_by_text("已复制")).to_be_visible()
    link = str(desk.evaluate("navigator.clipboard.readText()"))
    other.goto(link)
    other.locator(f"{READER} .story mark").first.wait_for()
    assert other.locator(f"{READER} header .headline").inner_text() == headline
    other.fill(f"{READER} .asking input", "这篇讲了什么？")
    other.press(f"{READER} .asking input", "Enter")
    turn(other, 1).locator(".answer a.cite").first.wait_for()
    other.goto(talk)
    expect(other.locator("#notice")).to_contain_text("对话是私有的")
    assert other.locator(".turn").count() == 0
    other.goto("about:blank")


def _back_leads_where_one_was(desk: Page) -> None:
    talk = desk.url
    desk.locator("li.source [data-article]").first.click()
    desk.locator(READER).wait_for()
    desk.go_back()
    expect(desk.locator(READER)).to_have_count(0)
    expect(desk).to_have_url(talk)
    desk.get_by_role("link", name="报库").click()
    desk.wait_for_selector("#shelf table")
    desk.go_back()
    expect(desk).to_have_url(talk)
    assert desk.locator(".turn").count() == 16


def _on_the_way_home(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.reload()
    page.wait_for_selector(".turn >> nth=15")
    for question, told in (
        ("最新的报道是哪篇？", "2026"),
        ("总结这篇", "学雷锋"),
        ("谢谢", "不客气"),
        ("再见", "再见"),
    ):
        answered = asked(page, question)
        assert told in answered.inner_text(), (question, answered.inner_text())
        assert sideways(page) == 0
    assert page.locator(".turn").count() == 20
    box = page.locator("#composer").bounding_box()
    assert box
    assert abs(box["y"] + box["height"] - NARROW["height"]) < 2, "the question stands at the bottom edge"


def _badges(answered: Locator) -> list[Locator]:
    return answered.locator(".answer a.cite").all()
