"""What the chat says."""

from __future__ import annotations

from ui.words.said import Counted, Said, Spoken


class ChatWords(Spoken):
    """The frame of the page, questions, answers, sources."""

    name = Said("问报", "问报 wenbao")
    tagline = Said("问一句，找到报上的原话", "Ask, and find the words as printed")
    demo = Said("示例", "demo")
    screens = Said("页面", "Screens")
    chat_screen = Said("问答", "Chat")
    library_screen = Said("报库", "Library")
    new_chat = Said("新对话", "New chat")
    question_label = Said("问题", "Question")
    placeholder = Said("问一件报上的事", "Ask the papers")
    send = Said("提问", "Ask")
    other_language = Said("English", "中文")
    menu = Said("对话与库", "Conversations and library")
    stop = Said("停止", "Stop")

    talks = Said("对话", "Conversations")
    find_talk = Said("找对话", "Search conversations")
    no_talks = Said("还没有对话", "None yet")
    no_such_talks = Said("没有找到", "Nothing found")
    rename = Said("改名", "Rename")
    rename_of = Said("给“{title}”改名", "Rename “{title}”")
    new_title = Said("新的名称", "New title")
    remove = Said("删除", "Delete")
    remove_of = Said("删除“{title}”", "Delete “{title}”")
    remove_really = Said("真的删除？", "Really delete?")
    not_lasting = Said("库是只读的：对话不会保存。", "The library is read-only: conversations are not kept.")
    export = Said("导出", "Export")
    exported = Said("导出于 {when}", "Exported {when}")
    question_number = Said("第 {number} 问", "Question {number}")

    welcome = Said("想从报上知道什么？", "What would you like to know from the papers?")
    welcome_lead = Said(
        "答案都是报上的原话，每一句都能点开出处。库里没有的，会直说没有。",
        "Answers are sentences as printed, each with its source. What the library does not say, it says so.",
    )
    examples = Said("试着问", "Try asking")
    following = Said("接着问", "Go on asking")
    empty_library = Said("库里还没有报道", "The library holds no stories yet")
    empty_library_lead = Said(
        "把报纸的文件拖进来，几秒之后就能提问。", "Drop your files in: seconds later they can be asked."
    )
    empty_library_else = Said("也可以用命令行：", "Or on the command line:")
    to_library = Said("去放入文件", "Add files")
    empty_library_command = Said("qa add 文件夹", "qa add FOLDER")

    thinking = Said("正在翻报…", "Leafing through the papers…")
    basis_articles = Counted("依据 {count} 篇报道", "From {count} story", "From {count} stories")
    basis_examples = Counted("全库数过，引 {count} 篇", "All counted, {count} quoted", "All counted, {count} quoted")
    basis_seconds = Said("{seconds} 秒", "{seconds} s")
    basis_model = Said("未使用大模型", "no generative model")
    all_items = Counted("列出 {count} 项", "{count} entry", "{count} entries")
    more_items = Counted("另有 {count} 项没有列出", "{count} more is not listed", "{count} more are not listed")
    copy_answer = Said("复制", "Copy")
    copy_with_sources = Said("复制答案和出处", "Copy with sources")
    copied = Said("已复制", "Copied")
    copy_failed = Said("浏览器不让复制，请手动选取", "The browser refuses to copy: select by hand")
    show_sources = Said("出处与段落", "Sources")
    badge = Said("出处 {n}：{title}", "Source {n}: {title}")
    assumed_follow_up = Said("沿用：{target}", "Carried over: {target}")
    assumed_spelling = Said("未见“{source}”，已按“{target}”检索", "No “{source}” here: searched for “{target}”")
    assumed_date = Said("按时间找：{target}（“{source}”）", "By time: {target} (“{source}”)")
    assumed_script = Said("“{source}”按“{target}”检索", "“{source}” searched as “{target}”")
    assumed = Said("这样理解了问题", "How the question was understood")
    take_back = Said("不这样理解，重新回答：{said}", "Take this back and answer anew: {said}")
    only_in = Said("只查：{filters}", "Only: {filters}")

    edit = Said("改问题", "Edit the question")
    edit_submit = Said("再问", "Ask")
    edit_cancel = Said("取消", "Cancel")
    edit_note = Said("之后的问答会被替换", "What follows will be replaced")
    good = Said("答得好", "Good answer")
    bad = Said("答得不好", "Bad answer")
    why = Said("为什么？可以不写", "Why? Optional")
    say = Said("告诉库的管理者", "Tell the keeper of the library")
    thanks = Said("记下了", "Noted")

    refused = Said("报上没有找到答案", "The papers do not say")
    refused_for = Said("报上没有找到答案：{reason}", "The papers do not say: {reason}")
    perhaps = Said("也许是这句，请核对", "Perhaps this sentence: please check")
    nearest = Said("最接近的报道", "Nearest stories")
    nearest_note = Said("它们不是答案，仅供翻查。", "They are not answers, only places to look.")
    failed = Said("这一问没有答成", "This question was not answered")
    failed_unexpectedly = Said(
        "程序出了意外。请再问一次；若仍不行，运行 qa check 查看问题，再重新运行 qa serve。",
        "Something went wrong. Ask again; if it persists, run qa check to see why, then restart qa serve.",
    )
    ask_again = Said("再问一次", "Ask again")
    empty_question = Said("请先写下问题", "Write a question first")
    question_too_long = Said(
        "问题有 {count} 个字，最多 {limit} 个。只留下要问的那几句，再问一次。",
        "The question has {count} characters; {limit} are the most. Keep the sentences that ask, and ask again.",
    )
    stopped = Said("已停止", "Stopped")
    forgotten = Said(
        "这个对话已经不在了。从左边另选一个，或开始新对话。",
        "This conversation is no longer there. Choose another one on the left, or begin a new one.",
    )
    unkept = Said("答案没有存下来：{problem}", "The answer was not kept: {problem}")
    unknown_term = Said("库中没有提到：{terms}", "The library never mentions: {terms}")
    fact_missing = Said("库中提到了，但没有写到所问的事。", "The library mentions it, but does not say what is asked.")
    outside_dates = Said("所问的时间里没有报道。", "There are no stories of the time asked about.")
    nothing_left = Said(
        "所选的来源、记者或文章里什么也没有。放宽筛选再问。",
        "Nothing passes the page, reporter or story chosen. Widen the filters and ask again.",
    )
    outside_dates_of = Said(
        "有日期的报道是 {since} 到 {until} 的，没有所问日期的。",
        "Dated stories run from {since} to {until}: none is of the time asked about.",
    )
    false_premise = Said("最接近的报道里没有：{terms}", "The nearest story does not mention: {terms}")

    no_such_page = Said("没有这一页", "There is no such page")

    sources = Said("出处", "Sources")
    sources_of = Said("第 {number} 问", "question {number}")
    story_removed = Said("这篇报道已不在库里", "This story is no longer in the library")
    no_sources = Said("提问之后，引用的原句会在这里标出。", "Once you ask, the quoted sentences are marked here.")
    passages = Said("相关段落", "Related passages")
    passages_note = Said("按相关程度排列，不一定都被引用", "Best first; not all of them are quoted")
    nearest_passages = Said("最接近的段落", "Nearest passages")
    high = Said("相关：高", "Fit: high")
    middle = Said("相关：中", "Fit: medium")
    low = Said("相关：低", "Fit: low")
    rank_by_meaning = Said("按意思第 {rank}", "by meaning no. {rank}")
    rank_by_words = Said("按字面第 {rank}", "by words no. {rank}")
    cited = Said("已引用", "quoted")
    open_article = Said("打开原文", "Open the story")
    copy_quote = Said("复制引文", "Copy the quote")
    unfold = Said("展开全段", "Show all")
    fold = Said("收起", "Show less")
