"""What a format tells of its stories is kept by the cutter, and no character of them is lost."""

from __future__ import annotations

from itertools import pairwise

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
