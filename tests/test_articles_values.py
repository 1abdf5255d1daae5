"""What the cutter makes of pages: which stories, under which headlines, by whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.types import Block, Metadata, Page, Span

ROOT = Path(__file__).parent.parent
SPORT = (
    "本届龙舟赛共有四十支队伍参加,划手们奋力挥桨,鼓手站在船头擂鼓助威。",
    "龙舟赛的终点设在古渡口,两岸观众为划手加油,古渡口龙舟文化节同时开幕。",
    "获得龙舟赛冠军的渔村队队长说,划手们每天清晨都在古渡口训练。",
)
HEALTH = (
    "新门诊楼设有儿科和中医科,儿科候诊区画满了卡通图案,患儿不再害怕打针。",
    "中医科医生介绍,门诊楼启用后,患儿家长可以在手机上预约儿科和中医科专家号。",
    "医院负责人表示,门诊楼还将增设儿科夜间门诊,方便患儿就近看病。",
)
FARM = (
    "合作社的大棚里,草莓苗长势喜人,技术员正在指导农户给草莓苗疏叶。",
    "农户说,加入合作社后大棚草莓的收入翻了一番,技术员随叫随到。",
    "合作社计划再建十座大棚,引进草莓新品种,带动更多农户增收。",
)


def page(*stories: str, gap: str = "\n\n") -> Page:
    return Page("page.txt", gap.join(stories))


def told(title: str, opening: str, body: tuple[str, ...], closing: str = "", gap: str = "\n\n") -> str:
    parts = [title, opening + body[0], *body[1:], closing]
    return gap.join(part for part in parts if part)


def flat(text: str) -> str:
    return "".join(text.split())


def stories_right() -> tuple[int, int]:
    """How many stories of the seed pages are cut right, and how many of them have the right headline."""
    gold = json.loads((ROOT / "tests/data/seeds_stories.json").read_text("utf-8"))
    right = titled = 0
    for source in sorted({story["source"] for story in gold}):
        text = (ROOT / "seeds" / source).read_text("utf-8")
        made = {
            "".join(
                flat(text[start:end]) for start, end in sorted(piece[1:] for piece in article.location.pieces)
            ): article
            for article in cut(Page(source, text))
        }
        for story in (each for each in gold if each["source"] == source):
            article = made.get("".join(flat(text[start:end]) for start, end in sorted(story["paragraphs"])))
            if article is None:
                continue
            right += 1
            wanted = {flat(title) for title in [story["title"] or "", *story["titles_also"]]}
            titled += article.title_inferred if story["title"] is None else flat(article.title) in wanted
    return right, titled


def test_the_seed_pages() -> None:
    right, titled = stories_right()
    assert right == 40
    assert titled >= 39


@pytest.mark.parametrize(
    ("lead", "names"),
    [
        ("本报讯(记者 张晓明 李红)", ("张晓明", "李红")),
        ("本报讯（记者张晓明 通讯员李红）", ("张晓明", "李红")),
        ("本報訊（記者 陳曉明）", ("陳曉明",)),
        ("新华社北京1月2日电（记者张晓明、李红）", ("张晓明", "李红")),
        ("本报北京1月2日电　记者张晓明报道：", ("张晓明",)),
        ("红网时刻长沙8月9日讯（通讯员 李 红）", ("李红",)),
        ("羊城晚报讯 记者张晓明、通讯员李红报道：", ("张晓明", "李红")),
        ("□本报记者 张晓明 ", ("张晓明",)),
        ("（记者 买买提·艾力）", ("买买提·艾力",)),
        ("据新华社北京1月2日电 ", ()),
        ("本报记者张晓明报道 ", ("张晓明",)),
        ("讯（记者张晓明 通讯员李红）", ("张晓明", "李红")),  # the outlet is lost
        ("", ()),
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_stories_by_other_printers(lead: str, names: tuple[str, ...], gap: str) -> None:
    made = cut(
        page(
            told("四十支龙舟竞渡古渡口", lead, SPORT, gap=gap),
            told("儿科门诊楼启用方便患儿", lead, HEALTH, gap=gap),
            told("大棚草莓带动农户增收", lead, FARM, gap=gap),
            gap=gap,
        )
    )
    assert [article.title for article in made] == [
        "四十支龙舟竞渡古渡口",
        "儿科门诊楼启用方便患儿",
        "大棚草莓带动农户增收",
    ]
    assert [article.byline for article in made] == [names] * 3


@pytest.mark.parametrize(
    ("closing", "names"),
    [
        ("本报记者 张晓明", ("张晓明",)),
        ("本报记者 张晓明 实习记者 李红", ("张晓明", "李红")),
        ("■本报记者 张晓明 通讯员 李红", ("张晓明", "李红")),
        ("（张晓明 李红）", ("张晓明", "李红")),
        ("文/张晓明", ("张晓明",)),
        ("□本报记 张晓明", ("张晓明",)),  # a character lost
        ("（本报综合）", ()),
        ("(据新华社)", ()),
    ],
)
def test_signatures_at_the_end(closing: str, names: tuple[str, ...]) -> None:
    made = cut(
        page(
            told("四十支龙舟竞渡古渡口", "", SPORT, closing),
            told("儿科门诊楼启用方便患儿", "", HEALTH, closing),
        )
    )
    assert [article.byline for article in made] == [names, names]
    assert all(article.text.endswith(closing) for article in made)


def test_what_follows_a_job_without_a_space_is_no_signature_unless_it_is_a_name() -> None:
    made = cut(page(told("记者走访发现夜市回暖", "", SPORT), told("记者采访时", "（记者 李红）", HEALTH)))
    assert [article.byline for article in made] == [(), ("李红",)]
    assert made[1].title == "记者采访时"


def test_a_heading_told_apart() -> None:
    lead = "本报讯(记者 张晓明)昨天,市龙舟赛在古渡口开赛。"
    heading = ("新春走基层·水乡行", "市龙舟赛在古渡口开赛", "李大山宣布开赛 王小川参加")
    [article] = cut(page(*heading, lead, *SPORT))
    assert (article.kicker, article.title, article.subtitle) == heading
    assert article.text.splitlines()[:4] == [*heading, lead]


def test_a_title_broken_over_lines() -> None:
    lead = "本报讯(记者 张晓明)昨天,古渡口龙舟文化节暨第九届市民龙舟赛开赛。"
    [article] = cut(page("古渡口龙舟文化节暨第九届市", "民龙舟赛开赛", lead, *SPORT))
    assert article.title == "古渡口龙舟文化节暨第九届市民龙舟赛开赛"


def test_column_breaks_are_joined() -> None:
    text = told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT)
    at = text.index("擂鼓")
    [article] = cut(Page("page.txt", text[:at] + "\n\n" + text[at:]))
    assert "鼓手站在船头擂鼓助威。" in article.text
    spans = article.location.spans(article.text.index("船头"), article.text.index("助威"))
    assert spans == (Span(at - 2, at), Span(at + 2, at + 4))


def test_latin_words_are_not_run_together() -> None:
    [article] = cut(Page("page.txt", "本报讯(记者 张晓明)会上发布了open\nsource软件,现场反响热烈。"))
    assert "open source软件" in article.text


def test_two_stories_under_one_banner() -> None:
    first = told("古渡口龙舟竞渡", "本报讯(记者 张晓明)", SPORT)
    second = told("", "本报讯(记者 李红)", HEALTH)
    made = cut(page(first, second))
    assert [article.title_inferred for article in made] == [False, True]
    assert made[1].title == "新门诊楼设有儿科和中医科"


def test_a_body_before_its_headline() -> None:
    made = cut(
        page(
            told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT),
            "新门诊楼日前启用。" + HEALTH[0],
            *HEALTH[1:],
            "新门诊楼日前启用 儿科候诊区画满卡通",
            "李大山参加",
            told("大棚草莓带动农户增收", "本报讯(记者 王芳)", FARM),
        )
    )
    assert [article.title for article in made] == [
        "四十支龙舟竞渡古渡口",
        "新门诊楼日前启用 儿科候诊区画满卡通",
        "大棚草莓带动农户增收",
    ]
    assert made[1].subtitle == "李大山参加"
    assert made[1].text.endswith(HEALTH[2])


def test_a_displaced_paragraph_comes_home() -> None:
    made = cut(
        page(
            told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT[:2]),
            told("儿科门诊楼启用方便患儿", "本报讯(记者 李红)", HEALTH),
            told("大棚草莓带动农户增收", "本报讯(记者 王芳)", FARM),
            SPORT[2],
        )
    )
    assert len(made) == 3
    assert made[0].text.endswith(SPORT[2])
    assert made[2].text.endswith(FARM[2])


def test_captions_stay_with_their_story() -> None:
    caption = "图为划手在古渡口训练。 记者 刘洋/摄"
    made = cut(
        page(
            told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT),
            caption,
            told("儿科门诊楼启用方便患儿", "本报讯(记者 李红)", HEALTH),
        )
    )
    assert [caption in article.text for article in made] == [True, False]
    assert made[0].byline == ("张晓明",)


def test_a_credit_broken_over_lines_belongs_to_its_caption() -> None:
    caption = "划手们在古渡口训练。本报记者 刘\n洋 摄"
    first, second = cut(
        page(
            told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT, gap="\n"),
            caption,
            told("儿科门诊楼启用方便患儿", "本报讯(记者 李红)", HEALTH, gap="\n"),
            gap="\n",
        )
    )
    assert "刘洋 摄" in first.text
    assert second.title == "儿科门诊楼启用方便患儿"


def test_paragraphs_set_in_are_paragraphs_and_headings_are_not() -> None:
    stories = [("四十支龙舟竞渡古渡口", SPORT), ("儿科门诊楼启用方便患儿", HEALTH), ("大棚草莓带动农户增收", FARM)]
    made = cut(page(*(f"{title}\n" + "\n".join(f"\u3000\u3000{one}" for one in body) for title, body in stories)))
    assert [(article.title, article.text.splitlines()[1:]) for article in made] == [
        (title, list(body)) for title, body in stories
    ]


def test_a_story_printed_twice_is_one_article_by_its_id() -> None:
    text = told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT)
    first, _, again = cut(page(text, told("儿科门诊楼启用方便患儿", "本报讯(记者 李红)", HEALTH), text))
    assert first.id == again.id
    assert first.location.pieces[-1].end < again.location.pieces[0].start


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(SPORT),
        told("四十支龙舟竞渡古渡口", "", SPORT),
        told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT),
        told("四十支龙舟竞渡古渡口", "本报记者 张晓明\n\n", SPORT),
        "\n\n".join(["四十支龙舟竞渡古渡口", SPORT[0], "渡口新风", SPORT[1], "苦练有成", SPORT[2]]),
        "\n\n".join(["# 四十支龙舟竞渡古渡口", SPORT[0], "## 渡口新风", SPORT[1], "## 苦练有成", SPORT[2]]),
    ],
)
def test_one_plain_article_stays_one(text: str) -> None:
    assert len(cut(Page("page.txt", text))) == 1


def test_a_record_keeps_its_title() -> None:
    text = told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT) + "\n" + told("增收", "(记者 李红)", FARM)
    given = Metadata(title="龙舟赛", byline=("刘洋",), paper="某报", date="2024-05-01")
    [article] = cut(Page("records.jsonl", text, record="7", metadata=given))
    assert (article.title, article.title_inferred, article.byline) == ("龙舟赛", False, ("刘洋",))
    assert (article.paper, article.date, article.date_from) == ("某报", "2024-05-01", "metadata")
    assert article.location.record == "7"
    [untitled] = cut(Page("records.jsonl", "龙舟赛昨日开赛,观者如云。", record="8"))
    assert (untitled.title, untitled.title_inferred) == ("龙舟赛昨日开赛", True)


def test_roles_of_the_format_hold() -> None:
    text = "龙舟赛开赛。\n" + SPORT[0] + "\n门诊楼启用。\n" + HEALTH[0]
    heads = [Span(0, 6), Span(text.index("门诊楼启用"), text.index("门诊楼启用") + 6)]
    made = cut(Page("page.md", text, blocks=tuple(Block(span, "heading", 1) for span in heads)))
    assert [article.title for article in made] == ["龙舟赛开赛。", "门诊楼启用。"]


def test_ids_follow_the_text_alone() -> None:
    text = told("四十支龙舟竞渡古渡口", "本报讯(记者 张晓明)", SPORT)
    [one], [other] = cut(Page("a.txt", text)), cut(Page("b.txt", text.replace("\n\n", "\r\n\r\n\r\n")))
    assert one.id == other.id
    assert len(one.id) == 16


def test_an_empty_page_has_no_articles() -> None:
    assert cut(Page("page.txt", "")) == cut(Page("page.txt", " \r\n\f\u3000\n")) == ()
