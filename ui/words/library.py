"""What the library's card and its own screen say."""

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
        "还有 {count} 段没有向量，检索暂以字面为主。文件读完会自动补，也可到“报库”补齐。",
        "{count} passage has no vector yet: only its words find it. It follows by itself, or see Library.",
        "{count} passages have no vector yet: only their words find them. They follow by themselves, or see Library.",
    )
    file_list = Said("文件", "Files")
    file_articles = Counted("{count} 篇", "{count} story", "{count} stories")
    more_files = Counted("另有 {count} 个文件", "{count} more file", "{count} more files")

    held_articles = Said("报道", "stories")
    held_files = Said("文件", "files")
    held_undated = Said("未印日期", "undated")
    held_vectors = Said("有向量的段落", "passages with vectors")
    add_heading = Said("放入报纸", "Add pages")
    drop_here = Said("把文件拖到这里，或", "Drop files here, or")
    choose_files = Said("选择文件", "choose files")
    drop_note = Said("每个不超过 {limit} MB。能读：{known}", "Up to {limit} MB each. Readable: {known}")
    folder_label = Said("服务器上的文件夹或文件", "Folder or file on the server")
    folder_placeholder = Said("例如 /home/me/报纸", "such as /home/me/papers")
    folder_add = Said("读入", "Add")
    folder_missing = Said(
        "服务器上没有这个文件夹或文件：{path}", "There is no such folder or file on the server: {path}"
    )
    folder_unusable = Said("{reason}，没有读：{path}", "{reason}: {path} is not read")
    folder_relative = Said("写完整的路径，从 / 或盘符开始", "Write the whole path, from / or a drive on")
    folder_refused = Said(
        "这里不许指定服务器的文件夹。要允许，重新运行：qa serve --server-folders",
        "Folders of the server cannot be named here. To allow it, restart with: qa serve --server-folders",
    )
    queue_full = Said("排队的文件太多，等读完一些再放入", "Too many files are waiting: add more when some are done")
    upload_too_large = Said("超过 {limit} MB，没有收下", "Over {limit} MB: not taken")
    upload_unknown_type = Said("不认识这种文件。能读：{known}", "Unknown type. Readable: {known}")
    upload_empty = Said("是空文件，没有收下", "Empty: not taken")
    upload_not_kept = Said("存不下来：{reason}。检查库所在的磁盘", "Not kept: {reason}. Check the library's disk")
    upload_failed = Said("没有传完。检查网络，再放入一次", "The upload broke off. Check the network and add it again")
    uploading = Said("上传 {percent}%", "uploading {percent}%")

    jobs_heading = Said("正在读入", "Reading")
    jobs_stop = Said("停止", "Stop")
    jobs_resume = Said("继续", "Resume")
    jobs_clear = Said("清除已完成的", "Clear finished")
    job_waiting = Said("等待", "waiting")
    job_blocked = Said("另一个程序正在写，等它写完…", "another program is writing: it goes in once that has ended…")
    job_reading = Said("正在读", "reading")
    job_reading_of = Said("正在读 {done} / {total} 个文件", "reading {done} of {total} files")
    job_bytes = Said("{read} / {size}", "{read} of {size}")
    job_stopped = Said("已停止，读到的都在", "stopped: what was read stays")
    job_failed = Said("没有读入", "not read")
    job_new = Counted("新增 {count} 篇", "{count} story added", "{count} stories added")
    job_files = Counted("新增 {count} 个文件", "{count} file added", "{count} files added")
    job_changed = Counted("更新 {count} 个", "{count} changed", "{count} changed")
    job_unchanged = Counted("未变 {count} 个", "{count} unchanged", "{count} unchanged")
    job_failures = Counted("{count} 个读不了", "{count} could not be read", "{count} could not be read")
    job_more = Counted("另有 {count} 个", "{count} more", "{count} more")
    time_left = Said("约剩 {time}", "about {time} left")
    seconds = Counted("{count} 秒", "{count} second", "{count} seconds")
    minutes = Counted("{count} 分钟", "{count} minute", "{count} minutes")
    hours = Counted("{count} 小时", "{count} hour", "{count} hours")
    vectors_making = Said(
        "正在补向量 {done} / {total} 段；已经可以提问", "Making vectors, {done} of {total}: you can ask already"
    )
    vectors_missing = Counted(
        "{count} 段还没有向量：能按字面查到，换了说法可能查不到。",
        "{count} passage has no vector yet: found by its words, perhaps not by others.",
        "{count} passages have no vector yet: found by their words, perhaps not by others.",
    )
    vectors_later = Counted(
        "{count} 段还没有向量，文件读完就补；已经可以按字面提问。",
        "{count} passage has no vector yet: made once all files are read; it is found by its words already.",
        "{count} passages have no vector yet: made once all files are read; they are found by their words already.",
    )
    vectors_make = Said("补齐向量", "Make vectors")

    coverage_heading = Said("分布", "Coverage")
    by_month = Said("各月篇数", "Stories by month")
    by_year = Said("各年篇数", "Stories by year")
    by_page = Said("各版面篇数", "Stories by page")
    by_page_spread = Said("每个版面切成几篇", "Stories cut from a page")
    month_column = Said("{name}：{count} 篇", "{name}: {count}")
    spread_column = Said("{articles} 篇的版面：{count} 个", "pages of {articles}: {count}")
    no_dates = Said("还没有印着日期的报道。", "No story bears a date yet.")

    table_articles = Said("报道", "Stories")
    table_files = Said("文件", "Files")
    find_articles = Said("查标题、记者、文件名", "Find headline, reporter, file")
    find_files = Said("查文件名", "Find file")
    column_title = Said("标题", "Headline")
    column_date = Said("日期", "Date")
    column_byline = Said("记者", "Reporter")
    column_source = Said("版面", "Page")
    column_length = Said("字数", "Length")
    column_file = Said("文件", "File")
    column_encoding = Said("编码", "Encoding")
    column_articles = Said("篇数", "Stories")
    column_size = Said("大小", "Size")
    column_added = Said("读入时间", "Added")
    choose_files_shown = Said("选择这一页的全部文件", "Select all files of this page")
    choose_file = Said("选择 {name}", "Select {name}")
    show_articles_of = Said("看 {name} 的报道", "Show the stories of {name}")
    nothing_matches = Said("没有符合的。", "Nothing matches.")
    nothing_held = Said("库里还没有报道：先在上面放入文件。", "No stories yet: add files above.")
    page_of = Said("第 {page} / {pages} 页 · 共 {total}", "Page {page} of {pages} · {total} in all")
    page_before = Said("上一页", "Previous")
    page_after = Said("下一页", "Next")
    remove_chosen = Said("移除所选", "Remove selected")
    remove_heading = Said("移除这些文件？", "Remove these files?")
    remove_lead = Said(
        "{files}和其中的 {articles}会从库里移除，不再能查到。原来的文件不动；从浏览器传来的，连文件一起删除。",
        "{files} with {articles} will leave the library and no longer be found. "
        "Files elsewhere stay as they are; files uploaded here are deleted.",
    )
    remove_yes = Said("移除", "Remove")
    remove_no = Said("不移除", "Keep")
    library_failed = Said(
        "没有成功，请再试一次。若仍不行，刷新这一页。", "That did not work: try again, or reload the page."
    )
