"""What a format tells of its stories is kept by the cutter, and no character of them is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.cutting import cut
from qa.types import Block, Metadata, Page, Span

SPRING = "春灌工程全线完工\n本报讯（记者 张三）春灌工程昨日完工。\n灌区放水。\n"
FLOWERS = "花海迎来首批游客\n本报讯（记者 李四）花海昨日开门。\n"


def flat(text: str) -> str:
    return "".join(text.split())


def test_a_story_block_is_one_article_whatever_it_looks_like() -> None:
    text = SPRING + FLOWERS
    assert len(cut(Page("a", text))) == 2
    (article,) = cut(Page("a", text, blocks=(Block(Span(0, len(text)), "story"),)))
    assert flat(article.text) == flat(text)
    assert article.title == "春灌工程全线完工"


def test_what_stands_between_told_stories_is_cut_by_its_looks() -> None:
    text = SPRING + FLOWERS + SPRING.replace("春灌", "秋收")
    told = Block(Span(len(SPRING), len(SPRING + FLOWERS)), "story")
    assert [article.title for article in cut(Page("a", text, blocks=(told,)))] == [
        "春灌工程全线完工",
        "花海迎来首批游客",
        "秋收工程全线完工",
    ]


def test_roles_part_a_headline() -> None:
    kicker, title, more, subtitle = "要闻要闻", "花海昨日迎来", "首批游客", "游客如织门庭若市"
    text = "\n".join((kicker, title, more, subtitle, "花海昨日开门，游客如织。"))
    blocks = [Block(Span(0, len(text)), "story")]
    for words, role, level in (
        (kicker, "kicker", 0),
        (title, "heading", 1),
        (more, "heading", 0),
        (subtitle, "subtitle", 0),
    ):
        start = text.index(words)
        blocks.append(Block(Span(start, start + len(words)), role, level))  # type: ignore[arg-type]
    (article,) = cut(Page("a", text, record="1", blocks=tuple(blocks)))
    assert (article.kicker, article.title, article.subtitle) == (kicker, title + more, subtitle)


def test_a_record_is_whole_but_for_a_page_block() -> None:
    text = SPRING + FLOWERS
    assert len(cut(Page("a", text, record="1"))) == 1
    page = Page("a", text, record="1", blocks=(Block(Span(0, len(text)), "page"),))
    assert [article.location.record for article in cut(page)] == ["1", "1"]
    assert [article.text for article in cut(page)] == [article.text for article in cut(Page("a", text))]


def test_a_front_matter_belongs_to_no_story() -> None:
    front = "---\ntitle: 题\n---\n"
    page = Page("a", front + SPRING, metadata=Metadata("题"), blocks=(Block(Span(0, len(front)), "metadata"),))
    (article,) = cut(page)
    assert "---" not in article.text
    assert article.title == "题"
    assert [page.text[slice(*span)] for span in article.location.spans(0, 8)] == ["春灌工程全线完工"]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=60), st.sampled_from(["story", "page", "heading", None]))))
def test_no_character_is_lost_and_none_is_there_twice(parts: list[tuple[str, str | None]]) -> None:
    text, blocks = "", []
    for words, role in parts:
        if role:
            blocks.append(Block(Span(len(text), len(text) + len(words)), role))  # type: ignore[arg-type]
        text += words + "\n"
    for record in (None, "1"):
        articles = cut(Page("a", text, record=record, blocks=tuple(blocks)))
        spans = sorted(span for one in articles for span in one.location.spans(0, len(one.text)))
        assert flat("".join(text[start:end] for start, end in spans)) == flat(text)
        assert all(before.end <= after.start for before, after in pairwise(spans))


NOTICE = (
    "{place}改造自来水管网\n{place}昨天开工改造自来水管网，总投资{cost}万元，涉及农户{homes}户。施工期间，每天上午8时至下午5时停水，"
    "请村民提前蓄水。\n村委会主任{name}说，工程预计两个月完工，届时家家户户都能喝上放心水。\n"
)
PLACES = (("石桥村", 120, 310, "周小河"), ("柳树村", 98, 256, "何春生"), ("大湾村", 143, 402, "孙立本"))


@pytest.mark.parametrize("between", ["", "\n"])
def test_stories_by_one_form_are_told_apart(between: str) -> None:
    notices = [NOTICE.format(place=place, cost=cost, homes=homes, name=name) for place, cost, homes, name in PLACES]
    found = cut(Page("a", between.join(notices)))
    assert [flat(article.text) for article in found] == [flat(notice) for notice in notices]


HEADS = ("渡口夜航满一年", "小学新楼启用", "药铺搬家", "桥面限重")
BODIES = (
    "船队公布了账目，油钱仍无着落，乘客比去年多了三成，末班船推迟半个钟头。",
    "孩子们搬进三层的新楼，操场明年再铺，旧教室改作饭堂和图书室，下月开放。",
    "老药铺从东街搬到河边，抓药的人跟着走，坐堂的大夫还是那两位，逢集加号。",
    "超过五吨的车绕行下游的新桥，限到秋后，交警每天在桥头值守，已劝返百辆。",
)  # fmt: skip


def test_blank_lines_before_headings_alone_part_stories() -> None:
    stories = [f"{head}\n{body}\n" for head, body in zip(HEADS, BODIES, strict=True)]
    assert [article.title for article in cut(Page("a", "\n".join(stories)))] == list(HEADS)


@pytest.mark.parametrize("line", ["方 纪", "        孙小河", "何其芳"])
def test_a_name_between_headline_and_text_signs_it(line: str) -> None:
    (article,) = cut(Page("a", f"河上的一个夜晚\n{line}\n天黑得像锅底一样，河水哗哗地响，老船工把船撑到柳树底下。\n"))
    assert article.title == "河上的一个夜晚"
    assert article.byline == ("".join(line.split()),)


@pytest.mark.parametrize("line", ["石桥镇", "温州", "图书馆"])
def test_a_place_between_headline_and_text_signs_nothing(line: str) -> None:
    (article,) = cut(Page("a", f"河上的一个夜晚\n{line}\n天黑得像锅底一样，河水哗哗地响，老船工把船撑到柳树底下。\n"))
    assert article.byline == ()


MINUTES = """\
渡口管理所第三次办公会议纪要
时间：2024年3月5日上午9时
地点：三楼会议室
主持：张明
参加：李工、周小河、何春生
会议听取了船队关于夜航的汇报，议定以下事项：
一、夜航续开一年，末班船改为十点半。
二、油料补贴由机动费列支，不超过三万元。
会议要求，各班组要落实责任，确保安全。
"""


def test_minutes_keep_their_lines_and_their_title() -> None:
    (article,) = cut(Page("a", MINUTES))
    assert (article.title, article.date) == ("渡口管理所第三次办公会议纪要", "2024-03-05")
    assert article.text == MINUTES.strip()


def test_each_day_of_a_diary_is_a_story_of_its_own_date() -> None:
    days = ("2024年3月5日 星期二 晴", "2024年3月6日 星期三 小雨转阴", "2024年3月7日 星期四")
    entries = ("上午检修三号船，换了舵绳。", "夜航停开。给镇里送去二月的账。", "夜航恢复，末班船坐满。")
    found = cut(Page("a", "\n\n".join(f"{day}\n{said}" for day, said in zip(days, entries, strict=True))))
    assert [article.date for article in found] == ["2024-03-05", "2024-03-06", "2024-03-07"]
    assert [article.title for article in found] == list(days)


def test_the_head_of_a_chapter_is_joined_to_nothing() -> None:
    text = "渡口\n\n第一章 夜航\n\n　　天黑得像锅底一样，老船工把船撑到柳树底下。\n　　我们一个跟着一个跳上船去。\n"
    lines = [line for article in cut(Page("a", text)) for line in article.text.split("\n")]
    assert "第一章 夜航" in lines
