"""Changes by hand as a pure function: what they change, and that no character of the page is lost or there twice."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.cutting import cut
from qa.articles.edits import BY_HAND, EditedArticle, apply_edits, can_split
from qa.types import Article, Edit, Page

PAGE = """春灌工程全线完工
本报讯(记者 张三)春灌工程昨日完工，沿线村民说水到了地头。
工程惠及居民三千户，水费由镇里补贴。
花海迎来首批游客
本报讯(记者 李四)花海昨日迎来首批游客，门票减半。
周末加开公交，从地铁站直达花海。
"""

TEXTS = st.text(alphabet="甲乙丙丁。，：“”（）#A b\n\r\u3000 \t2年月日记者讯本报", min_size=1, max_size=200)


@pytest.fixture
def stories() -> tuple[Article, ...]:
    found = cut(Page("page.txt", PAGE))
    assert [article.title for article in found] == ["春灌工程全线完工", "花海迎来首批游客"]
    return found


def _only(mended: tuple[EditedArticle, ...]) -> Article:
    (one,) = mended
    return one.article


def _slices(page: str, article: Article) -> str:
    return "".join(page[start:end] for start, end in article.location.spans(0, len(article.text)))


def _flat(text: str) -> str:
    return "".join(text.split())


def test_attributes_change_and_the_text_does_not(stories: tuple[Article, ...]) -> None:
    first, second = stories
    edit = Edit(first.id, title="新题", byline=("王五", "赵六"), paper="示例报", edition="03", date="2025-03-05")
    changed, other = apply_edits(stories, [edit])
    assert (changed.article.id, changed.article.text, changed.article.locations) == (
        first.id,
        first.text,
        first.locations,
    )
    assert (changed.article.title, changed.article.byline) == ("新题", ("王五", "赵六"))
    assert (changed.article.paper, changed.article.edition) == ("示例报", "03")
    assert (changed.article.date, changed.article.date_from, changed.article.date_evidence) == (
        "2025-03-05", "metadata", BY_HAND,
    )  # fmt: skip
    assert changed.edits == {edit}
    assert other == EditedArticle(second)


def test_a_title_by_hand_is_not_inferred() -> None:
    (bare,) = cut(Page("a.txt", "本报讯 昨日下了一场大雪，道路已经清扫干净。"))
    assert bare.title_inferred
    assert not _only(apply_edits([bare], [Edit(bare.id, title="大雪之后")])).title_inferred


def test_what_is_empty_is_taken_away_and_what_is_none_stays(stories: tuple[Article, ...]) -> None:
    dated = apply_edits(stories[:1], [Edit(stories[0].id, date="2025", paper="示例报")])
    cleared = _only(apply_edits([dated[0].article], [Edit(stories[0].id, date="", byline=(), paper="")]))
    assert (cleared.date, cleared.date_from, cleared.byline, cleared.paper) == (None, None, (), None)
    assert cleared.title == stories[0].title


def test_the_last_edit_of_a_kind_holds(stories: tuple[Article, ...]) -> None:
    identity = stories[0].id
    edits = [Edit(identity, title="一"), Edit(identity, title="二"), Edit(identity, date="2025")]
    article = apply_edits(stories, edits)[0].article
    assert (article.title, article.date) == ("二", "2025")


def test_a_split_gives_two_stories_each_with_its_own_headline_and_names(stories: tuple[Article, ...]) -> None:
    (whole,) = (one.article for one in apply_edits(stories, [Edit(stories[0].id, joins=stories[1].id)]))
    first, second = (
        one.article for one in apply_edits([whole], [Edit(whole.id, split_at=whole.text.index("花海迎来首批"))])
    )
    assert (first.title, first.byline) == ("春灌工程全线完工", ("张三",))
    assert (second.title, second.byline) == ("花海迎来首批游客", ("李四",))
    assert [first.id, second.id] == [article.id for article in stories]  # an id is that of the text
    assert _slices(PAGE, second) == second.text.replace("\n", "")


def test_a_headline_that_goes_with_the_second_story_is_not_kept_by_the_first(stories: tuple[Article, ...]) -> None:
    (whole,) = (one.article for one in apply_edits(stories, [Edit(stories[0].id, joins=stories[1].id)]))
    headed = apply_edits([whole], [Edit(whole.id, title="花海迎来首批游客")])[0].article
    first = apply_edits([headed], [Edit(whole.id, split_at=whole.text.index("花海迎来首批"))])[0].article
    assert first.title == "春灌工程全线完工"


def test_a_join_keeps_the_first_headline_and_both_bylines(stories: tuple[Article, ...]) -> None:
    edit = Edit(stories[0].id, joins=stories[1].id)
    whole = _only(apply_edits(stories, [edit]))
    assert (whole.title, whole.byline) == ("春灌工程全线完工", ("张三", "李四"))
    assert whole.id not in {article.id for article in stories}
    assert _flat(_slices(PAGE, whole)) == _flat(PAGE)


def test_a_join_takes_the_second_headline_where_the_first_has_none(stories: tuple[Article, ...]) -> None:
    (bare,) = cut(Page("page.txt", "本报讯 昨日下了一场大雪，道路已经清扫干净。"))
    assert _only(apply_edits([bare, stories[1]], [Edit(bare.id, joins=stories[1].id)])).title == "花海迎来首批游客"


def test_edits_that_find_nothing_do_nothing(stories: tuple[Article, ...]) -> None:
    first, second = stories
    useless = [
        Edit("0" * 16, title="别的"),
        Edit(first.id, split_at=0),
        Edit(first.id, split_at=len(first.text)),
        Edit(second.id, joins=first.id),  # the order on the page is the other one
    ]
    assert apply_edits(stories, useless) == tuple(map(EditedArticle, stories))


def test_edits_are_told_by_what_they_made(stories: tuple[Article, ...]) -> None:
    split = Edit(stories[0].id, split_at=stories[0].text.index("工程惠及"))
    first, second, other = apply_edits(stories, [split])
    title = Edit(second.article.id, title="三千户受益")
    mended = apply_edits(stories, [split, title])
    assert [one.edits for one in mended] == [{split}, {split, title}, frozenset()]
    assert (first.article.id, other.article) == (mended[0].article.id, stories[1])


@given(TEXTS, st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 220)), max_size=6))
def test_nothing_is_lost_and_nothing_is_there_twice(text: str, steps: list[tuple[bool, int, int]]) -> None:
    original = cut(Page("page.txt", text))
    edits: list[Edit] = []
    for splits, index, position in steps:
        articles = [one.article for one in apply_edits(original, edits)]
        if not articles:
            return
        one, following = articles[index % len(articles)], articles[(index + 1) % len(articles)]
        edits.append(Edit(one.id, split_at=position) if splits else Edit(one.id, joins=following.id))
    mended = [one.article for one in apply_edits(original, edits)]
    held = Counter(at for article in mended for _, start, end in article.location.pieces for at in range(start, end))
    assert set(held.values()) <= {1}
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(held)
    for article in mended:
        for at, start, end in article.location.pieces:
            assert article.text[at : at + end - start] == text[start:end]
        assert _flat(_slices(text, article)) == _flat(article.text)
        assert article.title


@given(TEXTS, st.data())
def test_what_is_split_and_joined_again_holds_the_same(text: str, data: st.DataObject) -> None:
    stories = cut(Page("page.txt", text))
    if not stories:
        return
    whole = stories[0]
    position = data.draw(st.integers(0, len(whole.text)))
    split = Edit(whole.id, split_at=position)
    parts = apply_edits([whole], [split])
    assert len(parts) == 1 + can_split(whole, position)
    if len(parts) == 2:
        again = _only(apply_edits([whole], [split, Edit(parts[0].article.id, joins=parts[1].article.id)]))
        assert _flat(again.text) == _flat(whole.text)
        assert _flat(_slices(text, again)) == _flat(_slices(text, whole))
