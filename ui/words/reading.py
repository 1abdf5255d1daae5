"""What is said of a story, wherever it is shown, and by the reading view."""

from __future__ import annotations

from ui.words.said import Counted, Said, Spoken


class ReadingWords(Spoken):
    """A story's attributes, and how it is read."""

    undated_article = Said("日期未印", "undated")
    inferred_date = Said("{date}（推断）", "{date} (inferred)")
    reporters = Said("记者 {names}", "by {names}")
    names_between = Said("、", ", ")
    page = Said("第 {page} 页", "page {page}")
    record = Said("记录 {record}", "record {record}")
    inferred_title = Said("原文无标题，取首句", "No headline was printed: the first clause serves")
    also_in = Said("也见于 {places}", "Also in {places}")
    close = Said("关闭", "Close")
    to_mark = Said("回到引文", "Back to the quote")
    previous_story = Said("上一篇", "Previous")
    next_story = Said("下一篇", "Next")
    neighbours = Said("本版的报道", "Stories of this page")
    find_in_story = Said("在本篇中查找", "Find in story")
    nothing_found = Said("没有", "none")
    beside = Said("对照版面", "Page beside")
    page_as_read = Counted(
        "版面原文：切成 {count} 篇，一篇一色。",
        "The page as read: {count} story.",
        "The page as read: {count} stories, each in its colour.",
    )
    loose_note = Said("灰字不属于任何一篇。", " Grey belongs to none.")
    story_number = Said("第 {number} 篇：{title}", "Story {number}: {title}")
    only_part = Said("全文 {length} 字，这里是第 {start} 到 {end} 字。", "Characters {start} to {end} of {length}.")
    story_gone = Said(
        "这一篇已不在库里：它的文件被移除，或重读时内容变了。",
        "This story is no longer in the library: its file was removed, or reads otherwise now.",
    )
    unreadable = Said("这一篇打不开", "This story cannot be opened")
    reading_failed = Said(
        "打不开这一篇，请再试一次。若仍不行，刷新这一页。",
        "This story cannot be opened. Try again, or reload the page.",
    )
