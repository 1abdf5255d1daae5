"""Questions about the library itself: what is in it, from when, and who wrote most."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from qa.text.folding import comparable

Subject = Literal["papers", "contents", "newest", "oldest", "reporters", "periods", "span"]

_LIBRARY = (
    "(?:(?:(?:这个?|本|你们?的?|您的?)?(?:资料库|数据库|报库|文库|库|档案库?|资料|系统)|这里|这儿|你(?:这里|这儿)?|您(?:这里|这儿)?)"
    "(?:[里中内](?:面|头|边)?)?(?:的)?)?(?:现在|目前|总共|一共|到底|都|收(?:录|集|藏)?了?|面|头)*"
)
_STORY = "(?:新闻报道|报道|报导|新闻|文章|消息|稿件|稿子|动态|资讯)"
_WHAT = "(?:什么|哪些|啥)"
_WHO = "(?:是谁|是哪一?[位个]|有谁|有哪些|有哪几[位个])?"
_REPORTER = "(?:记者|作者|通讯员)"
_SIGN = "(?:写|发|采写|撰写|发表|署名|供)"
_PIECES = f"(?:稿件?|{_STORY}|报道量|发稿量)"
_TOLD = (
    f"(?:都?[是有]?(?:哪一?[篇条天日年]|{_WHAT}(?:时候)?)(?:登|发|刊登|发表)?的?"
    f"|(?:都?讲|说|写)的?(?:是)?{_WHAT}|是?哪一?[天日](?:登|发|刊登)?的)"
)
_UNITS = {"月": 7, "年": 4, "天": 10, "日": 10}


class CatalogueQuestion(NamedTuple):
    """What of the library is asked; for `periods` how many characters of an ISO date make one."""

    subject: Subject
    characters: int = 0


_ASKED: dict[Subject, tuple[str, ...]] = {
    "papers": (
        f"{_LIBRARY}(?:有|是)?(?:{_WHAT}|几[种份家]|多少[种份家])(?:报纸|报刊|报|刊物|媒体)(?:的{_STORY})?",
        f"{_LIBRARY}(?:报纸|报刊)有{_WHAT}|{_LIBRARY}是?哪一?[家份]报(?:纸|刊)?(?:的)?(?:{_STORY})?",
    ),
    "contents": (
        f"{_LIBRARY}(?:有|是|装|存|讲|收)(?:了|着|的)?(?:些)?{_WHAT}(?:方面的?|样的)?"
        f"(?:内容|东西|资料|材料|数据|主题|{_STORY})?(?:可以[看查问])?的?",
        f"{_LIBRARY}(?:有)?(?:多少|几)[篇条份](?:东西|资料|材料|内容)?(?:啊)?",
        "介绍一?下?(?:这个?|本|你的?)(?:资料|数据|报)?库",
        f"(?:这个?|本|你的?)(?:资料|数据|报)?库是?(?:关于|讲|有关){_WHAT}的",
    ),
    "newest": (
        f"{_LIBRARY}(?:最新|最近|近期|近来)的?(?:(?:一|几|[两三五十]|\\d+)?[篇条则]?{_STORY}|一[篇条则]){_TOLD}?",
        f"{_LIBRARY}(?:最近|近期|近来|这几天|这阵子)(?:都|又)?(?:有|发生|出)(?:了|过)?{_WHAT}"
        f"(?:新的|新鲜|重要|大)?(?:{_STORY}|大?事情?)?",
    ),
    "oldest": (f"{_LIBRARY}最(?:早|老|旧)的?一?[篇条则]?{_STORY}?{_TOLD}?",),
    "reporters": (
        f"{_LIBRARY}{_SIGN}?{_PIECES}?(?:写|发)?[得的]?最多的(?:一?[位个])?{_REPORTER}{_WHO}",
        f"{_LIBRARY}(?:哪一?[位个名]{_REPORTER}|谁)的?{_SIGN}?[了的得]?{_PIECES}?[得的]?(?:写|发)?[得的]?最多",
    ),
    "periods": (
        f"{_LIBRARY}哪一?个?(?P<unit>月|年|天|日)(?:份|度)?(?:的|登的?|发的?|刊登的?)?{_STORY}(?:量|数量|数|篇数)?是?最多",
        f"{_LIBRARY}{_STORY}(?:量|数量)?最多的(?:是哪)?一?个?(?P<unit2>月|年|天|日)份?"
        "(?:是哪一?个?(?:月份?|年|天|日))?",
    ),
    "span": (
        f"{_LIBRARY}(?:{_STORY}|报纸|资料|内容)?都?(?:是从|是|从|有)(?:哪些年|哪[一几]?年|什么时候|哪段时间|哪个?时间段)"
        "的?(?:到(?:哪一?年|什么时候)的?)?",
        f"{_LIBRARY}(?:{_STORY}|报纸|资料)?的?(?:时间|日期|年代)(?:范围|跨度)(?:是(?:什么|多少|多久|哪.*))?",
    ),
}
_FORMS = {subject: re.compile("|".join(forms)) for subject, forms in _ASKED.items()}
_MARKS = re.compile(r"[\s,，。.!！?？~～]+|[啊呀呢吧吗]+$")


def catalogue_question(question: str) -> CatalogueQuestion | None:
    """What a question asks of the library itself; None where it asks for something in it."""
    plain = _MARKS.sub("", comparable(question))
    for subject, form in _FORMS.items():
        if match := form.fullmatch(plain):
            unit = match.groupdict().get("unit") or match.groupdict().get("unit2") or ""
            return CatalogueQuestion(subject, _UNITS.get(unit, 0))
    return None
