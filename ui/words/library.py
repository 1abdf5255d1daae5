"""What the library's card, its tab and the filters say."""

from __future__ import annotations

from ui.words.said import Counted, Said, Spoken


class LibraryWords(Spoken):
    """What the library holds."""

    library = Said("库", "Library")
    library_articles = Counted("{count} 篇报道", "{count} story", "{count} stories")
    library_files = Counted("{count} 个文件", "{count} file", "{count} files")
    undated = Counted("{count} 篇未印日期", "{count} undated", "{count} undated")
    updated = Said("更新于 {when}", "Updated {when}")
    unembedded = Counted(
        "还有 {count} 段没有向量，检索暂以字面为主。再运行一次 qa add 可补齐。",
        "{count} passage has no vector yet: it is found by its words alone. Run qa add again to complete it.",
        "{count} passages have no vector yet: they are found by their words alone. Run qa add again to complete them.",
    )
    file_list = Said("文件", "Files")
    file_articles = Counted("{count} 篇", "{count} story", "{count} stories")
    more_files = Counted("另有 {count} 个文件", "{count} more file", "{count} more files")
