"""What is said of a story, wherever it is shown, and by the reading view."""

from __future__ import annotations

from ui.words.said import Said, Spoken


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
