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

    by_hand = Said("手工改过", "Edited by hand")
    mend = Said("手工改", "Edit")
    mend_note = Said(
        "改动只记在库里，原来的文件不动；重新读入也保留。要切成两篇，按段落之间的“从这里切开”。",
        "Changes are kept in the library, also when the file is added again; the file itself stays as it is. "
        "To make two stories of one, press “Split here” between paragraphs.",
    )
    mend_title = Said("标题", "Headline")
    mend_byline = Said("记者", "Reporters")
    mend_byline_form = Said("几位用、隔开", "Several: separate with commas")
    mend_date = Said("日期", "Date")
    mend_paper = Said("报名", "Paper")
    mend_edition = Said("版次", "Edition")
    mend_save = Said("保存", "Save")
    mend_join = Said("与下一篇合并", "Join with the next")
    mend_join_really = Said("把下一篇“{title}”并到这一篇后面？", "Put the next story, “{title}”, behind this one?")
    mend_split = Said("从这里切开", "Split here")
    mend_split_really = Said("从“{words}”起切成第二篇？", "Make a second story from “{words}” on?")
    mend_reset = Said("撤销手工改动", "Undo edits")
    mend_reset_really = Said(
        "撤销这一篇的全部手工改动，切开与合并也撤销？", "Undo all edits of this story, splits and joins too?"
    )
    mend_yes = Said("确定", "Yes")
    mend_no = Said("取消", "Cancel")
    mend_discard = Said("有改动还没保存，不要了？", "Discard the changes that are not saved?")
    mended = Said("已改好。", "Done.")
    mend_unchanged = Said("没有改动。", "Nothing was changed.")
    mend_no_title = Said("标题不能是空的", "A headline is needed")
    mend_date_unclear = Said("日期写成 2019、2019-05 或 2019-05-04", "Write the date as 2019, 2019-05 or 2019-05-04")
    mend_unclear = Said("这一处改不了：刷新后再试", "This cannot be changed: reload and try again")
