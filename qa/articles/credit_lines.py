"""Lines of credits that web pages and agencies print: 2019-09-24 09:15 来源：某某晚报 作者：周小河 责任编辑：何某.

Every test reads folded text, as in `qa.articles.bylines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qa.text.zh import LETTER, YEAR, any_of
from qa.types import Span

_MOST_CHARS = 120
_REMEMBERED = 4096
_AUTHORS = frozenset(
    """
    作者 撰文 采写 采访 撰稿 执笔 文 文字 署名 报道 记者 通讯员 实习生 特约记者 本报记者 本刊记者
    """.split()  # noqa: SIM905
)
_OTHERS = frozenset(
    """
    来源 稿源 信息来源 文章来源 新闻来源 出处 时间 日期 发布 发布时间 发布日期 发表时间 发表日期
    更新时间 录入时间 发布人 发布者 发布机构 责任编辑 责编 编辑 值班编辑 本期编辑 网络编辑 值班编委
    编审 主编 校对 审校 审核 初审 复审 终审 监制 签发 录入 摄影 摄 图 图片 供图 制图 图片来源
    视频 美编 版式 点击 点击数 点击量 浏览 浏览量 浏览次数 访问量 阅读 阅读量 阅读次数 字号 字体
    字体大小 分享 分享到 作者单位 供稿 供稿单位 关键词 标签 栏目 分类
    """.split()  # noqa: SIM905
)
_JOBS = any_of(("记者", "通讯员", "实习生", "特约撰稿人", "撰稿人", "特派员", "评论员"))
_TOKEN = re.compile(r"[^\s|]+")
_LABEL = re.compile(rf"[(\[【]?({LETTER}{{1,8}}):")
_SLASHED = re.compile(r"(文字?|[图摄]文?|文图|图文|记者|撰文|作者)/")
_AT_WORK = re.compile(rf"[(\[]?[\w·]{{0,14}}?(?:{_JOBS})[:/]?$")  # 某某网记者, the name behind it
_DAY = re.compile(
    rf"(?:{YEAR}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?(?:\d{{1,2}}:\d\d(?::\d\d)?)?|\d{{1,2}}:\d\d(?::\d\d)?|星期.|周.|\d+次?)$"
)
_OUTLET = re.compile(rf"[\w·]{{2,15}}(?:报|网|社|台|刊|客户端|公众号|在线|新闻|融媒体?|发布)$|{LETTER}{{2,4}}讯$")
_NAME = re.compile(rf"{LETTER}{{1,4}}|{LETTER}{{1,6}}(?:·{LETTER}{{1,8}}){{1,2}}")
_NOBODY = re.compile(
    "未知|未署名|佚名|不详|无名氏?|暂无|匿名|整合|综合|原创|转载|本站|本网|网络|小编|管理员|编辑部?|责编|.*编辑|.*[网报社部局办]|.*(?:中心|公司|政府|委员会|频道|新闻)"
)
_SOURCE = re.compile(r"(?:来源|稿源|出处):\s*《?([^\s|,;:《》()]{2,15})")
_BREAK = re.compile(r"[、,;/&]+")
_PROSE = re.compile("[。!?;]")


def credited(text: str) -> tuple[Span, ...] | None:
    """The ranges of a line of credits that hold the names of who wrote the article, none where only others are named;
    None for a line that is no such thing.
    """
    return _credited(text) if len(text) <= _MOST_CHARS else None


def source_of(text: str) -> Span | None:
    """Where a line of credits names the paper that is its source: 来源:某某日报."""
    match = _SOURCE.search(text) if len(text) <= _MOST_CHARS else None
    return Span(*match.span(1)) if match and _OUTLET.match(match[1]) else None


@lru_cache(_REMEMBERED)
def _credited(text: str) -> tuple[Span, ...] | None:
    if _PROSE.search(text):
        return None
    found: list[Span] = []
    label, told = "", 0
    for token in _TOKEN.finditer(text):
        start, word = token.start(), token[0].rstrip(")]】")
        while match := _LABEL.match(word) or _SLASHED.match(word):
            if match[1] not in _AUTHORS | _OTHERS:
                return None
            label, told = match[1], told + 1
            start, word = start + match.end(), word[match.end() :]
        if not word or _DAY.match(word):
            told += bool(word)
        elif _AT_WORK.match(word):
            label, told = "记者", told + 1
        elif label in _AUTHORS:
            found += _people(word, start)
        elif not label and not _OUTLET.match(word):
            return None
    return tuple(found) if told > 1 or (told and label in _OTHERS | _AUTHORS and ":" in text) else None


def _people(word: str, start: int) -> Iterator[Span]:
    """Where people are named in a word of a line, names of places and sites and words for nobody left out."""
    at = 0
    for mark in (*_BREAK.finditer(word), None):
        end = mark.start() if mark else len(word)
        name = word[at:end]
        if _NAME.fullmatch(name) and not _NOBODY.fullmatch(name):
            yield Span(start + at, start + end)
        at = mark.end() if mark else end
