"""Questions about the library itself: what is in it, from when, and who wrote most."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from qa.text.folding import comparable
from qa.text.zh import ADDRESSING, STORIES, WRITERS, any_of

Subject = Literal["papers", "contents", "newest", "oldest", "reporters", "periods", "span"]

_PAPER = "报纸|报刊|刊物|媒体|报社|[家份种张]报|什么报|哪些报|啥报"
_CONTENTS = (*STORIES, "动态", "资讯", "内容", "东西", "资料", "材料", "数据", "主题", "题材")
_STORY, _WRITER = any_of(_CONTENTS), any_of([*WRITERS, "谁"])
# With these and ADDRESSING, all that may stand in a question that asks for nothing in the library.
_OWN = """
    报纸 报刊 刊物 媒体 报社 报 新闻库 资料库 数据库 报库 文库 档案库 档案 系统 库 这里 这儿 那里 里面 里头 里边
    里 中 内 上 头 面 这些 这批 本 它 现在 目前 总共 一共 到底 究竟 共 收录 收集 收藏 收了 收 存 装 登载 刊登
    发表 登 刊 发 写 采写 撰写 署名 供稿 投稿 发稿 报道量 发稿量 数量 篇数 讲述 讲 说 关于 有关 涉及 覆盖 包括
    包含 着 过 得 被 把 让 来 去 看看 看 查查 查 找 介绍 一下 说说 告诉 最新 最近 近期 近来 新近 刚刚 新 最后
    最晚 最早 最老 最旧 最先 最开始 第一 第1 首 最多 最勤 最高产 高产 最 集中 少 什么时候 哪个 哪份 哪种 哪篇
    哪条 哪 啥 几 多少 怎么样 时候 时间段 时间 日期 年代 年份 范围 跨度 月份 月 年 天 日 号 周 期 从 起 止 开始
    结束 多久 多长 前后 为止 这几天 这阵子 这段 段 阵子 涵盖 容纳 更新 查到 找到 看到 能够 能 查得到 何时 跨
    跨越 记录 文件 字数 字 随便 给我 好看 值得 有趣 重要 精彩 今天 今日 本周 这周 上周 本月 头条 热点 焦点 要闻
    大事 来源 来自 哪里来 规模 多大 容量 没有 没 第一篇 头一篇 过稿 稿 都 近日 篇 条 则 份 家 种 名 一 两 三 1 2
    3 5 10 事情 事 新鲜 大 发生 出 方面 样 类 些 次 嘛 谢谢
""".split()  # noqa: SIM905
_SAID = re.compile(any_of({*_OWN, *_CONTENTS, *WRITERS, *ADDRESSING}))
_LIBRARY = re.compile(
    "涵盖|覆盖|涉及|随便|值得|好看|记录|文件|规模|字|主题|题材|方面|资料|数据|库|档案|这里|这儿|你们?|您|系统|里面|里头|收录|收集|收藏|收了?"
)
_MARKS = re.compile(r"[\s,，。.!！?？~～、：:“”\"]+")
_WANTED = re.compile("([2-9]|10)(?:[篇条则]|个新闻)")
_UNITS = (("天|日|号", 10), ("月", 7), ("年", 4))
_SUBJECTS: dict[Subject, str] = {
    "reporters": rf"(?=.*(?:{_WRITER}))(?=.*(?:最多|最勤|最高产|多))(?=.*(?:写|稿|署名|发|报道|文章|新闻|最勤|高产))",
    "periods": r"(?=.*哪[1一几]?个?(?:月|年|天|日|号)|.*(?:月|年|天)份?(?:是|的)?.*哪)(?=.*(?:最多|集中))",
    "oldest": rf"(?=.*(?:最(?:早|老|旧|先|开始)|第1|第一|头一))(?=.*(?:篇|条|{_STORY}|哪))",
    "newest": (
        "(?=.*(?:最[新近后晚]|近期|近来|近日|新近|这几天|这阵子|更新|头条|热点|焦点|要闻|今[天日]|[本这]周|新消息))"
        f"(?=.*(?:篇|条|{_STORY}|什么|啥|哪|几|点))"
    ),
    "papers": rf"(?=.*(?:{_PAPER}))",
    "span": (
        "(?=.*(?:从.*到|跨|范围|何时|哪些年|哪几?年|哪段|什么时候|年代|年份|多久|多长|多少年))"
        f"(?=.*(?:{_PAPER}|{_STORY}|跨|范围|年代|年份|截止|最[早晚]|库|收|档案|系统|里))"  # else it leans on others
    ),
    "contents": "(?=.*(?:什么|哪些|啥|介绍|关于|规模|多大|随便|(?:多少|几)[条个份篇]?(?:东西|记录|文件|字)))",
}
_FORMS = {subject: re.compile(form) for subject, form in _SUBJECTS.items()}
_BARE = re.compile(f"有?(?:些)?(?:什么|哪些|啥)(?:重要|好看|有趣|精彩)?的?(?:{_STORY})?")


class CatalogueQuestion(NamedTuple):
    """What of the library is asked; for `periods` how many characters of an ISO date make one."""

    subject: Subject
    characters: int = 0
    most: int | None = None  # articles to be named, where the question says how many


def catalogue_question(question: str) -> CatalogueQuestion | None:
    """What a question asks of the library itself; None where it names anything that might stand in it.

    So it is told by what it does not say: without the words for papers, stories, writers, times and asking nothing
    is left of it.
    """
    plain = _MARKS.sub("", comparable(question))
    if not plain or _SAID.sub("", plain):
        return None
    for subject, form in _FORMS.items():
        if form.match(plain):
            if subject == "contents" and not (_LIBRARY.search(plain) or _BARE.fullmatch(plain)):
                return None
            wanted = _WANTED.search(plain)
            characters = _characters(plain) if subject == "periods" else 0
            return CatalogueQuestion(subject, characters, int(wanted[1]) if wanted else None)
    return None


def _characters(plain: str) -> int:
    """Of an ISO date, as many as make the unit of time that is asked for."""
    asked = (length for unit, length in _UNITS if re.search(f"哪[1一几]?个?(?:{unit})|(?:{unit})份?.*哪", plain))
    return next(asked, 0)
