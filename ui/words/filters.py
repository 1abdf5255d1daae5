"""What the filters say."""

from __future__ import annotations

from ui.words.said import Counted, Said, Spoken


class FiltersWords(Spoken):
    """Choosing which stories may answer."""

    filters = Said("筛选", "Filters")
    filters_active = Said("正在使用的筛选", "Active filters")
    filters_leave = Counted("{count} 篇符合。", "{count} story passes.", "{count} stories pass.")
    filters_undated = Counted(
        "其中 {count} 篇未印日期，起止日期不筛掉它们。",
        " {count} of them is undated: dates never exclude it.",
        " {count} of them are undated: dates never exclude those.",
    )
    filters_empty = Said("没有报道同时符合这几项。", "No story passes all of these.")
    filters_empty_together = Said("只去掉一项还不够。", " Taking one of them off is not enough.")
    filter_without = Said("去掉“{what}”有 {count} 篇。", " Without “{what}”: {count}.")
    filter_dates = Said("日期", "Date")
    filter_since = Said("从", "From")
    filter_until = Said("到", "To")
    filter_date_form = Said("年-月-日", "YYYY-MM-DD")
    filter_date_unclear = Said("日期写成 2019、2019-05 或 2019-05-04。", "Write a date as 2019, 2019-05 or 2019-05-04.")
    filter_source = Said("版面", "Page")
    filter_byline = Said("记者", "Reporter")
    filter_find = Said("查找{what}", "Find: {what}")
    filter_more = Counted("另有 {count} 个，查找可见", "{count} more: find it", "{count} more: find them")
    filter_none = Said("没有可选的", "Nothing to choose")
    filter_off = Said("去掉筛选：{what}", "Remove filter: {what}")
    filtered_since = Said("{value} 起", "from {value}")
    filtered_until = Said("到 {value}", "until {value}")
    filtered_source = Said("版面 {value}", "page {value}")
    filtered_byline = Said("记者 {value}", "by {value}")
    filters_failed = Said("筛选没有更新，请再试一次。", "The filters were not updated: try again.")
