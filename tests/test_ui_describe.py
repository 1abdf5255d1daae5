"""What the screen says of an article, a page, a quote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.types import Location
from tests.parts.ui_values import article, citation
from ui import describe
from ui.marks import clipped, shown_of, windows
from ui.words import CHINESE, ENGLISH

STORY = article("桂花节九月开幕。", "桂花节", "a/000_7e2e17393b0a502e.txt")


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("000_7e2e17393b0a502e.txt", "版面 000"),
        ("scans/2025/003_f57f83410edbe5e4.txt", "版面 003"),
        ("晚报2025-12-01第3版.txt", "晚报2025-12-01第3版"),
        ("20251201.txt", "版面 20251201"),
        ("news.jsonl.gz", "版面 news"),
        ("7e2e17393b0a502e.txt", "版面 7e2e1739"),
        (f"{'很长的名字' * 9}.pdf", f"{'很长的名字' * 9}"[: describe.LABEL_CHARS - 1] + "…"),
        ("deadbeef.txt", "版面 deadbeef"),
    ],
)
def test_a_page_has_a_short_name(source: str, label: str) -> None:
    assert describe.file_label(source, CHINESE) == label


def test_a_page_s_number_and_record_stay_in_its_name() -> None:
    assert describe.page_label(Location("a.pdf", None, 3, ()), CHINESE) == "版面 a 第 3 页"
    assert describe.page_label(Location("a.jsonl", "17", None, ()), ENGLISH) == "Page a record 17"


def test_a_file_s_name_is_said_only_where_nothing_else_is_known() -> None:
    known = replace(STORY, paper="桂报", edition="2 版", date="2025-09-01", byline=("甲",))
    assert describe.details(known, CHINESE) == ["《桂报》", "2 版", "2025-09-01", "记者 甲"]
    assert describe.details(STORY, CHINESE) == ["版面 000"], "no date is nothing to say on every card"


@pytest.mark.parametrize(
    ("dateline", "sentence"),
    [
        ("本报讯(记者 林小满)", "桂花节九月开幕。"),
        ("本报讯（记者 林小满 通讯员 赵大江）", "桂花节九月开幕。"),
        ("新华社北京1月2日电(记者 林小满)", "桂花节九月开幕。"),
        ("本报讯 ", "桂花节九月开幕。"),
        ("", "桂花节九月开幕。"),
        ("", "据新华社消息，桂花节九月开幕。"),
        ("", "记者在现场看到，桂花开了。"),
    ],
)
def test_a_quote_is_shown_without_its_dateline(dateline: str, sentence: str) -> None:
    story = article(f"桂花节\n{dateline}{sentence}散会。", "桂花节")
    cited = citation(1, story, f"{dateline}{sentence}", sentence[:3])
    shown = shown_of(cited)
    assert story.text[slice(*shown.span)] == sentence
    (around,) = windows(story.text, [shown.span])
    assert not str(clipped(story.text, around, [shown])).startswith(("…", "本报"))
    assert cited.quote == f"{dateline}{sentence}", "what is cited stays whole"


def test_a_dateline_that_answers_is_shown() -> None:
    story = article("本报讯(记者 林小满)桂花节九月开幕。", "桂花节")
    cited = citation(1, story, story.text, "林小满")
    assert story.text[slice(*shown_of(cited).span)] == story.text


def test_a_dateline_alone_is_not_taken_away() -> None:
    assert describe.dateline_of("本报讯(记者 林小满)") == 0
