"""Long reports and files of several stories: what is cut, what each story is called, what stands above a passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.articles.passages import context, split
from qa.formats import read
from qa.text.headings import headings_above, section_number
from qa.types import Article
from tests.parts import format_files as made

OPENING = (
    "2031年云帆县政府工作报告",
    "——2031年1月6日在云帆县第三届人民代表大会第二次会议上",
    "来源：云帆日报",
    "时间：2031-01-09",
    "云帆县人民政府县长 沈舟",
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请列席人员提出意见。",
)
HEADS = ("一、2030年工作回顾", "二、2031年主要目标任务", "三、今年重点工作安排")
PARAGRAPH = (
    "渡口改造如期完成，沿江八个码头全部换上岸电，货船靠港不再冒烟，全年少烧柴油四百二十吨，船工的收入比上年增长了一成。"
)


def articles(path: Path, data: bytes) -> list[Article]:
    path.write_bytes(data)
    (page,) = read(path, path.name, max_bytes=1 << 20)
    return list(cut(page))


def report() -> list[str]:
    lines = list(OPENING)
    for at, head in enumerate(HEADS):
        lines.append(head)
        for part in ("（一）把码头修好", "（二）让船工安心"):
            lines += [part, *(f"第{at * 10 + number}件事。{PARAGRAPH * 6}" for number in range(2))]
    return lines


@pytest.mark.parametrize("suffix", [".txt", ".docx"])
def test_a_long_report_is_cut_at_its_section_heads(tmp_path: Path, suffix: str) -> None:
    lines = report()
    data = "\n".join(lines).encode() if suffix == ".txt" else made.docx(lines[0], lines[1:])
    found = articles(tmp_path / f"a{suffix}", data)
    assert [one.title for one in found] == [OPENING[0], *(f"{OPENING[0]} {head}" for head in HEADS)]
    assert {(one.paper, one.date, one.date_from) for one in found} == {("云帆日报", "2031-01-09", "printed")}
    assert not any(one.byline for one in found)
    assert sorted("".join("".join(one.text.split()) for one in found)) == sorted("".join("".join(lines).split()))


def test_a_section_is_found_by_the_headings_above_it(tmp_path: Path) -> None:
    article = articles(tmp_path / "a.txt", "\n".join(report()).encode())[2]
    last = split(article)[-1]
    assert last.text.endswith(PARAGRAPH[-8:])
    first = context(article, last).splitlines()[0]
    assert OPENING[0] in first
    assert HEADS[1] in first
    assert "（二）让船工安心" in first
    assert "（一）把码头修好" not in first


@pytest.mark.parametrize("salutation", ["各位代表：", "尊敬的各位来宾：", "同志们：", "女士们、先生们，朋友们："])
def test_a_salutation_is_no_title(tmp_path: Path, salutation: str) -> None:
    lines = ("渡口通航一年来的几件事", "云帆县县长 沈舟", salutation, PARAGRAPH, PARAGRAPH.replace("渡口", "码头"))
    (article,) = articles(tmp_path / "a.txt", "\n".join(lines).encode())
    assert article.title == lines[0]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("一、回顾", 1),
        ("十二、安排", 12),
        ("二十、附则", 20),
        ("一百二十、附则", 120),
        ("一、把码头修好。", None),
        ("回顾", None),
    ],
)
def test_numbers_of_sections(line: str, number: int | None) -> None:
    assert section_number(line) == number


def test_headings_above_a_place() -> None:
    text = "甲\n一、乙\n子\n（一）丙\n丑\n二、丁\n1月6日\n寅"
    assert headings_above(text, text.index("甲")) == ()
    assert headings_above(text, text.index("丑")) == ("一、乙", "（一）丙")
    assert headings_above(text, text.index("寅")) == ("二、丁", "1月6日")


STORIES = {f"渡口夜航满{number}年": f"镇上的渡口{number}年前加开夜航。{PARAGRAPH}" for number in "一二三四"}
MASTHEAD = "云帆新闻 (20310106)"


def markdown(heads: Sequence[str]) -> str:
    return "\n\n".join(line for head, story in zip(heads, STORIES.items(), strict=True) for line in (head, story[1]))


@pytest.mark.parametrize(
    "text",
    [
        f"# {MASTHEAD}\n\n" + markdown([f"## {title}" for title in STORIES]),
        f"# {MASTHEAD}\n\n## 详细\n\n" + markdown([f"### {title}" for title in STORIES]),
        f"# {MASTHEAD}\n\n" + markdown([f"**{title}**" for title in STORIES]),
        markdown([f"**{title}**" for title in STORIES]),
        markdown([f"## {title}" for title in STORIES]),
    ],
)
def test_a_file_of_one_title_and_many_heads_is_as_many_stories(tmp_path: Path, text: str) -> None:
    found = articles(tmp_path / "yfxw_20310106.md", text.encode())
    assert [one.title for one in found] == list(STORIES)
    assert {one.date for one in found} == {"2031-01-06"}
    if MASTHEAD in text:
        assert all((one.kicker or "").startswith(MASTHEAD) for one in found)
    for one, body in zip(found, STORIES.values(), strict=True):
        assert body in one.text


def test_heads_below_the_sentences_of_a_story_are_its_subheads(tmp_path: Path) -> None:
    text = f"# 渡口的一年\n\n{PARAGRAPH}\n\n" + markdown([f"## {title}" for title in STORIES])
    assert [one.title for one in articles(tmp_path / "a.md", text.encode())] == ["渡口的一年"]


def test_what_one_story_says_of_itself_holds_for_no_other(tmp_path: Path) -> None:
    told = f"来源：云帆日报\n\n时间：2031-01-09\n\n{PARAGRAPH}"
    text = f"# 剪报\n\n## 渡口夜航满一年\n\n{told}\n\n## 码头换上岸电\n\n{PARAGRAPH.replace('渡口', '码头')}\n"
    first, other = articles(tmp_path / "a.md", text.encode())
    assert (first.paper, first.date, first.date_from) == ("云帆日报", "2031-01-09", "printed")
    assert (other.kicker, other.title) == ("剪报", "码头换上岸电")
    assert (other.paper, other.date) == (None, None)


def test_word_and_epub_tell_stories_by_their_heads(tmp_path: Path) -> None:
    document = made.docx(MASTHEAD, [line for story in STORIES.items() for line in story], heads=tuple(STORIES))
    assert [one.title for one in articles(tmp_path / "a.docx", document)] == list(STORIES)
    body = "".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in STORIES.items())
    book = made.epub({"a.xhtml": f"<h1>{MASTHEAD}</h1>{body}"})
    assert [one.title for one in articles(tmp_path / "a.epub", book)] == list(STORIES)
