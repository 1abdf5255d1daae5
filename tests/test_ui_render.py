"""What the screen shows, as HTML: structure, numbers, and that nothing from a page gets through unescaped."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from qa.errors.messages import Wording, form
from qa.library.library import Library
from qa.questions.examples import Example
from qa.store import turns
from qa.store.turns import ConversationTitle, Turn
from qa.types import Answer, Assumption, FileInfo, Filters, Item, Query, Row, Span, Stats
from qa.types.settings import QUESTION_CHARS
from tests.parts.ui_values import HOSTILE, answer, article, citation, hit, refusal
from ui import answers, cards, export, render
from ui.chat import Conversation, finder
from ui.printed import printed
from ui.words import CHINESE, ENGLISH

FIRST = article("首届书展。\n书展在四月开幕。共有三百家出版社参加。", "首届书展", byline=("甲", "乙"))
SECOND = article("校园消息。新楼可容纳八百人。", "校园消息", "b.txt")
ANSWER = answer(
    citation(1, FIRST, "书展在四月开幕。", "四月"),
    citation(2, SECOND, "新楼可容纳八百人。", "八百人"),
    citation(1, FIRST, "共有三百家出版社参加。", "三百家"),
    hits=(hit(SECOND, 0, 14), hit(FIRST, 0, 10)),
)
STATS = Stats(files=2, articles=40, passages=100, embedded=100, dated=30, updated="2026-01-02T03:04:05+00:00")
WHEN = datetime(2026, 1, 2)


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    return _Elements(html).found


def _ids(html: str) -> list[str | None]:
    return [attributes["id"] for _, attributes in _elements(html) if "id" in attributes]


def _conversation(*answers: Answer) -> Conversation:
    turns = (Turn(one.question, one, seconds=0.02, number=n) for n, one in enumerate(answers, 1))
    return Conversation("talk", tuple(turns))


def _panel(turn: Turn | None, gone: frozenset[str] = frozenset()) -> str:
    return cards.panel(turn, 1, gone, CHINESE)


def test_each_quote_ends_in_the_badge_of_its_article() -> None:
    html = render.thread(_conversation(ANSWER), CHINESE)
    badges = [attributes for _, attributes in _elements(html) if attributes.get("class") == "cite"]
    assert [badge["href"] for badge in badges] == ["#src-1-1", "#src-1-2", "#src-1-1"]
    assert re.findall(r">(\d+)</a></blockquote>", html) == ["1", "2", "1"]
    assert "首届书展" in str(badges[0]["data-title"])
    assert "书展在四月开幕。" in str(badges[0]["data-preview"])
    assert "依据 2 篇报道 · 0.02 秒 · 未使用大模型" in html


def test_a_row_is_shown_with_the_names_of_its_columns() -> None:
    text = "姓名\t电话\n<b>何永\t8860701"
    rows = (Row(0, 5, ("姓名", "电话")), Row(6, len(text), ("姓名", "电话")))
    table = replace(article(text, "通讯录"), rows=rows)
    html = str(render.thread(_conversation(answer(citation(1, table, text[6:], "8860701"))), CHINESE))
    assert '<span class="name">姓名：</span><mark class="quote">&lt;b&gt;何永</mark>' in html
    assert '<span class="name">电话：</span><mark class="quote"><b>8860701</b></mark>' in html


def test_an_empty_cell_keeps_its_place_where_a_table_is_read() -> None:
    text = "姓名\t村\t电话\n何永\t8860701"
    rows = (Row(0, 7, ("姓名", "村", "电话")), Row(8, len(text), ("姓名", "电话")))
    table = replace(article(text, "通讯录"), rows=rows)
    found = printed(table, Span(0, len(text)), [])
    assert [(line.role, str(line.said)) for line in found] == [
        ("names", "姓名\t村\t电话"),
        ("row", "何永\t\t8860701"),
    ]


def test_every_badge_finds_its_card_and_its_quote() -> None:
    conversation = _conversation(ANSWER, ANSWER)
    for turn in conversation.turns:
        panel = _panel(turn)
        badges = [
            attributes
            for _, attributes in _elements(render.thread(conversation, CHINESE))
            if attributes.get("data-cite") == str(turn.number)
        ]
        assert len(badges) == 3
        for badge in badges:
            assert str(badge["href"]).removeprefix("#") in _ids(panel)
            assert badge["data-quote"] in _ids(panel)


def test_ids_are_unique_over_answers() -> None:
    conversation = _conversation(ANSWER, ANSWER)
    ids = _ids(render.thread(conversation, CHINESE)) + [id for turn in conversation.turns for id in _ids(_panel(turn))]
    assert len(ids) == len(set(ids))


def test_an_article_quoted_twice_is_one_card_with_both_sentences_marked() -> None:
    panel = _panel(_conversation(ANSWER).last)
    assert panel.count('class="card source"') == 2
    first = panel[panel.index('id="src-1-1"') : panel.index('id="src-1-2"')]
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", first)
    assert marked == ["书展在<b>四月</b>开幕。", "共有<b>三百家</b>出版社参加。"]
    assert "甲、乙" in first
    assert "日期未印" in first


def test_passages_come_in_order_and_say_which_is_cited() -> None:
    uncited = hit(article("旁的事。", "旁的事"), 0, 4)
    panel = _panel(_conversation(replace(ANSWER, hits=(uncited, *ANSWER.hits))).last)
    passages = panel[panel.index("相关段落") :]
    assert re.findall(r'class="rank">(\d)<', passages) == ["1", "2", "3"]
    assert passages.index("旁的事") < passages.index("校园消息") < passages.index("首届书展")
    assert passages.count("已引用") == 2


def test_a_quoted_passage_fits_no_less_than_its_answer_is_certain() -> None:
    weak = replace(hit(FIRST, 0, 20), score=0.1)
    answered = replace(answer(citation(1, FIRST, "书展在四月开幕。", "四月"), hits=(weak, weak)), confidence=0.8)
    assert _panel(_conversation(answered).last).count("相关：高") == 2
    assert "相关：高" not in _panel(_conversation(refusal("没有", hits=(weak,))).last)
    assert "第 1 问" in _panel(_conversation(refusal("没有", hits=(weak,))).last)


def test_a_refusal_says_why_and_keeps_the_nearest_apart() -> None:
    refused = _conversation(
        refusal("库中没有出现“火星”。", hits=(hit(FIRST, 0, 5), hit(FIRST, 6, 14), hit(SECOND, 0, 5)))
    )
    html = render.thread(refused, CHINESE)
    assert "库中没有出现“火星”。" in html
    assert 'class="cite"' not in html
    assert html.index("火星") < html.index("最接近的报道") < html.index("首届书展")
    assert html.count("<strong>首届书展</strong>") == 1
    panel = _panel(refused.last)
    assert "最接近的段落" in panel
    assert "相关段落" not in panel
    assert 'class="number"' not in panel


def test_what_may_be_the_answer_is_a_card_without_a_badge() -> None:
    unsure = citation(1, FIRST, "书展在四月开幕。", "四月")
    refused = _conversation(replace(refusal("报上没有写。"), nearest=(unsure,)))
    html = render.thread(refused, CHINESE)
    assert html.index("也许是这句，请核对") < html.index("报上没有写。")
    assert "书展在<b>四月</b>开幕。" in html
    assert 'class="cite"' not in html
    cards = [attributes for tag, attributes in _elements(html) if tag == "button" and "data-article" in attributes]
    assert [one["data-article"] for one in cards] == [FIRST.id], "the card opens its article"
    assert ENGLISH.perhaps in render.thread(refused, ENGLISH)
    answered = render.thread(_conversation(ANSWER), CHINESE)
    assert CHINESE.perhaps not in answered + render.thread(_conversation(refusal("报上没有写。")), CHINESE)


def test_what_may_be_the_answer_is_taken_along_as_such() -> None:
    unsure = replace(refusal("报上没有写。"), nearest=(citation(1, FIRST, "书展在四月开幕。", "四月"),))
    for told in (export.markdown, export.page):
        taken = told(_conversation(unsure).turns, WHEN, CHINESE)
        assert taken.index("报上没有写。") < taken.index("也许是这句，请核对") < taken.index("书展在四月开幕。")
        assert "也许" not in told(_conversation(ANSWER, refusal("报上没有写。")).turns, WHEN, CHINESE)


def test_a_refusal_without_anything_near_has_no_empty_headings() -> None:
    refused = _conversation(refusal("问题是空的。"))
    assert "最接近" not in render.thread(refused, CHINESE) + _panel(refused.last)


def test_what_was_assumed_is_shown() -> None:
    assumed = (Assumption("spelling", "漷县镇", "潮县镇"), Assumption("follow-up", "", "马驹桥镇"))
    html = render.thread(_conversation(replace(ANSWER, assumed=assumed)), CHINESE)
    assert "未见“漷县镇”，已按“潮县镇”检索" in html
    assert "沿用：马驹桥镇" in html


def test_a_count_keeps_its_own_words_and_badges() -> None:
    counted = replace(ANSWER, kind="count", text="共有 2 篇[1][2]，[9] 不是出处。")
    html = render.thread(_conversation(counted), CHINESE)
    assert html.count('class="cite"') == 2
    assert "[9] 不是出处。" in html
    assert '"said">共有 2 篇<a ' in html, "a badge stands where the number did"
    assert 'data-copy="共有 2 篇，[9] 不是出处。"' in html


def test_what_is_compared_stands_side_by_side() -> None:
    first, second = citation(1, FIRST, "书展在四月开幕。"), citation(2, SECOND, "新楼可容纳八百人。")
    dated = replace(second, article=replace(SECOND, date="2025-03-04"))
    said = Wording("compare.quoted", first="书展", one=f"{first.quote}[1]", second="新楼", other=f"{second.quote}[2]")
    html = render.thread(_conversation(replace(ANSWER, kind="compare", text=said, citations=(first, dated))), CHINESE)
    one, other = re.findall(r"<section><h3>(.*?)</section>", html)
    assert one.startswith("书展</h3>")
    assert "书展在四月开幕。" in one
    assert "新楼可容纳" not in one
    assert other.startswith("新楼</h3>")
    assert "新楼可容纳八百人。" in other
    assert "2025-03-04" in other
    assert 'data-copy="书展：书展在四月开幕。\n新楼：新楼可容纳八百人。"' in html


def test_what_is_counted_is_listed_and_opens() -> None:
    found = Item("首届书展", 2, ("id-1",), "a.txt", date="2025-01-02", byline=("甲",))
    counted = replace(ANSWER, kind="list", text="共 3 篇[1]。", total=3, items=(found, found), note="还有别的。")
    html = render.thread(_conversation(counted), CHINESE)
    assert html.count('data-article="id-1"') == 2
    assert "2025-01-02 · 甲 · 版面 a<" in html
    assert "另有 1 项没有列出" in html
    assert "还有别的。" in html
    assert '<details class="items" open>' in html
    reporters = replace(counted, items=(Item("甲", 7, ("id-1", "id-2")),), total=1)
    assert '甲<span class="meta">7 篇' in render.thread(_conversation(reporters), CHINESE)


@pytest.mark.parametrize(
    ("question", "said", "pasted"),
    [
        ("有多少篇文章提到北京？", "Stories that mention “北京”: 21", "Stories that mention “北京”: 21."),
        ("北京出现了几次？", "Places that mention “北京”: ", "Places that mention “北京”: "),
        ("哪些文章提到了张家湾镇？", "Stories that mention “张家湾镇”: 2<a", "Stories that mention “张家湾镇”: 2 – 《"),
        (
            "哪些记者写过关于马驹桥镇的报道？",
            "Reporters of signed stories that mention “马驹桥镇”: 2",
            "曲经纬 (1), 陶涛 (1).",
        ),
        ("2025年以来有多少篇报道提到北京？", " (from 2025 on); 17 more have no date", "from 2025 on"),
    ],
)
def test_a_kept_count_is_said_in_english(question: str, said: str, pasted: str, seeds_library: Library) -> None:
    counted = seeds_library.ask(Query(question))
    kept = turns.read(turns.write(counted), finder(seeds_library))
    assert kept == counted
    turn = _conversation(kept)
    html = render.thread(turn, ENGLISH)
    assert said in html
    assert f" {len(kept.citations)} quoted" in html
    assert pasted in answers.plain(kept, ENGLISH)
    assert answers.plain(kept, CHINESE) == re.sub(r"(\[\d\])+$", "", counted.text)
    for exported in (export.page(turn.turns, WHEN, ENGLISH), export.markdown(turn.turns, WHEN, ENGLISH)):
        assert all(item.name.replace(" ", "") in re.sub(r"[\s\\]", "", exported) for item in kept.items or ())


def test_a_count_kept_by_an_earlier_version_is_said_in_english(seeds_library: Library) -> None:
    counted = seeds_library.ask(Query("哪些文章提到了张家湾镇？"))
    data = json.loads(zlib.decompress(turns.write(counted)), object_hook=_as_it_was)
    kept = turns.read(zlib.compress(json.dumps(data).encode()), finder(seeds_library))
    assert kept == counted
    assert "Stories that mention “张家湾镇”: 2" in render.thread(_conversation(kept), ENGLISH)


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """Messages were kept by their Chinese form."""
    if set(data) == {"code", "fields"}:
        return {"form": form(data["code"], "zh-CN"), "fields": data["fields"]}
    return data


def test_hostile_words_stay_words_everywhere() -> None:
    story = article(f"{HOSTILE}\n{HOSTILE}说。", HOSTILE, source=f"{HOSTILE}.txt", byline=(HOSTILE,))
    story = replace(story, paper=HOSTILE, edition=HOSTILE, date=HOSTILE, id=HOSTILE, kicker=HOSTILE)
    quoted = answer(
        citation(1, story, f"{HOSTILE}说。", "alert"), hits=(hit(story, 0, len(story.text)),), question=HOSTILE
    )
    assumed = (Assumption("spelling", HOSTILE, HOSTILE),)
    listed = Item(HOSTILE, 1, (HOSTILE,), HOSTILE, HOSTILE, 1, HOSTILE, (HOSTILE,))
    conversation = _conversation(
        replace(quoted, assumed=assumed),
        replace(quoted, kind="list", text=HOSTILE + "[1]", note=HOSTILE, items=(listed,)),
        replace(refusal(HOSTILE, quoted.hits, HOSTILE), nearest=quoted.citations),
    )
    problem = Turn(HOSTILE, problem=HOSTILE, filters=Filters(source=HOSTILE), number=9)
    conversation = replace(conversation, id=HOSTILE, turns=(*conversation.turns, problem))
    rated = replace(conversation.turns[0], verdict="down", word=HOSTILE)
    conversation = conversation.replaced(rated)
    file = FileInfo(HOSTILE, HOSTILE, 1, "", None, 1, "2026-01-01T00:00:00+00:00")
    html = "".join(
        [
            render.thread(conversation, CHINESE),
            *(_panel(turn) for turn in conversation.turns),
            render.welcome([Example(HOSTILE, HOSTILE)], 1, CHINESE),
            render.notice(HOSTILE),
            render.conversation_list([ConversationTitle(HOSTILE, HOSTILE, "")], HOSTILE, False, CHINESE),
            export.page(conversation.turns, WHEN, CHINESE),
            cards.library(STATS, [file], True, CHINESE),
        ]
    )
    assert "<script" not in html
    for tag, attributes in _elements(html):
        assert tag not in {"img", "script"}
        assert not any(name.startswith("on") for name in attributes)


def test_a_markdown_heading_shows_as_a_heading_without_its_signs() -> None:
    story = article("## 首届书展\n### 四月开幕\n书展 # 很大。", "首届书展")
    quoted = answer(citation(1, story, "### 四月开幕", "四月"), hits=(hit(story, 0, len(story.text)),))
    conversation = _conversation(quoted)
    marked = '<mark class="quote"><b>四月</b>开幕</mark>'
    shown = _panel(conversation.last)
    assert f'<p class="heading">{marked}</p><p>书展 # 很大。</p>' in shown
    assert '<p class="title">' not in shown, "the card has said it"
    assert printed(story, Span(0, len(story.text)), ())[0][1:] == ("title", "首届书展")


def test_the_library_card() -> None:
    files = [FileInfo(f"{n}.txt", "", 1, "", None, 3, "2026-01-01T00:00:00+00:00") for n in range(12)]
    card = cards.library(replace(STATS, files=15), files, True, CHINESE)
    for words in ("40 篇报道 · 15 个文件", "10 篇未印日期", "更新于 2026-01-0", "示例", "另有 3 个文件"):
        assert words in card
    assert "没有向量" not in card
    part = cards.library(replace(STATS, embedded=60), [], False, CHINESE)
    assert "还有 40 段没有向量" in part
    assert "示例" not in part


def test_an_empty_chat_offers_questions_and_an_empty_library_the_command() -> None:
    html = render.welcome([Example("谁来了？", "后来呢？")], 40, CHINESE)
    assert 'data-ask="谁来了？" data-then="后来呢？"' in html
    assert "data-examples" not in html
    assert "data-examples" in render.welcome(None, 40, CHINESE), "they are asked for once it is drawn"
    assert "qa add" in render.welcome([], 0, CHINESE)


def test_a_very_long_question_is_shortened_on_the_screen() -> None:
    html = render.thread(Conversation(turns=(Turn("长" * 10_000),)), CHINESE)
    assert html.count("长") == render.SHOWN_CHARS


def test_a_question_kept_by_an_earlier_version_is_edited_up_to_what_may_be_asked() -> None:
    html = render.thread(Conversation(turns=(Turn("长" * 350_000, number=1),)), CHINESE)
    assert html.count("长") == render.SHOWN_CHARS + QUESTION_CHARS


def test_a_reference_to_paste() -> None:
    whole = replace(FIRST, paper="通州时讯", date="2025-12-12", date_from="printed", edition="第2版")
    html = _panel(_conversation(answer(citation(1, whole, "书展在四月开幕。", "四月"))).last)
    assert "“书展在四月开幕。”\n——《通州时讯》，首届书展，2025-12-12，第2版" in html
