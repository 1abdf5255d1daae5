"""Every string of the screen, one field each; a language is one `Words`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Chinese by default. `{…}` are filled with `str.format`; what is filled in is escaped by the renderer."""

    language: str = "zh-CN"
    name: str = "问报"
    tagline: str = "问一句，找到报上的原话"
    demo: str = "示例"
    new_chat: str = "新对话"
    question_label: str = "问题"
    placeholder: str = "问一件报上的事"
    send: str = "提问"

    library: str = "库"
    articles: str = "篇报道"
    files: str = "个文件"
    undated: str = "{count} 篇未印日期"
    updated: str = "更新于 {when}"
    unembedded: str = "还有 {count} 段没有向量，检索暂以字面为主。再运行一次 qa add 可补齐。"
    file_list: str = "文件"
    file_articles: str = "{count} 篇"
    more_files: str = "另有 {count} 个文件"

    welcome: str = "想从报上知道什么？"
    welcome_lead: str = "答案都是报上的原话，每一句都能点开出处。库里没有的，会直说没有。"
    examples: str = "试着问"
    empty_library: str = "库里还没有报道"
    empty_library_lead: str = "先在命令行里放入文件或文件夹，再刷新这一页："
    empty_library_command: str = "qa add 文件夹"

    you: str = "问"
    thinking: str = "正在翻报…"
    basis: str = "依据 {articles} 篇报道 · {seconds} 秒 · 未使用大模型"
    copy_answer: str = "复制答案和出处"
    copied: str = "已复制"
    copy_failed: str = "浏览器不让复制，请手动选取"
    show_sources: str = "出处与段落"
    badge: str = "出处 {n}：{title}"
    assumed_follow_up: str = "沿用：{target}"
    assumed_spelling: str = "未见“{source}”，已按“{target}”检索"
    assumed_date: str = "“{source}”理解为 {target}"
    assumed_script: str = "“{source}”按“{target}”检索"

    refused: str = "报上没有找到答案"
    nearest: str = "最接近的报道"
    nearest_note: str = "它们不是答案，仅供翻查。"
    failed: str = "这一问没有答成"
    failed_unexpectedly: str = "程序出了意外。请再问一次；若仍不行，运行 qa check 查看问题，再重新运行 qa serve。"
    ask_again: str = "再问一次"
    empty_question: str = "请先写下问题"
    still_answering: str = "上一问还没有答完，请稍等"
    forgotten: str = "这次对话已经结束（程序重启过）。请刷新这一页，再问一次。"

    sources: str = "出处"
    sources_of: str = "第 {number} 问"
    no_sources: str = "提问之后，引用的原句会在这里标出。"
    passages: str = "相关段落"
    passages_note: str = "按相关程度排列，不一定都被引用"
    nearest_passages: str = "最接近的段落"
    cited: str = "已引用"
    open_article: str = "打开原文"
    copy_quote: str = "复制引文"
    unfold: str = "展开全段"
    fold: str = "收起"

    undated_article: str = "日期未印"
    inferred_date: str = "{date}（推断）"
    edition: str = "{edition}"
    reporters: str = "记者 {names}"
    page: str = "第 {page} 页"
    record: str = "记录 {record}"
    inferred_title: str = "原文无标题，取首句"
    also_in: str = "也见于 {places}"
    close: str = "关闭"
    to_mark: str = "回到引文"


CHINESE = Words()
