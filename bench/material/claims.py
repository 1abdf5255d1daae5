"""True claims and lies, composed by rule from the sentences of reports."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from qa.articles.bylines import opening
from qa.composing.facts import facts_of
from qa.composing.prompt import Numbered
from qa.text import numerals, zh
from qa.text.folding import comparable, fold
from qa.text.sentences import split_sentences
from qa.text.words import name_words, tagged_words
from qa.types import Article, Location, Piece

_SAME = tuple(
    one.split()
    for one in ("举行 举办", "表示 说", "目前 现在", "但是 不过", "此外 另外", "共有 有", "近日 日前", "进行 开展")
)
_SAME_THING = tuple(
    one.split()
    for one in (
        "群众 民众", "居民 市民", "公司 企业", "孩子 儿童", "价格 价钱", "住房 住宅", "汽车 车辆", "措施 举措",
        "老人 老年人", "规划 计划", "医院 医疗机构", "学校 校方", "发布 公布", "开展 进行", "推动 推进",
        "提升 提高", "建设 修建", "持续 不断", "许多 不少", "全部 所有", "增加 增长", "获得 取得", "帮助 协助",
        "成立 设立", "购买 买", "警方 警察", "部门 单位", "近年来 这些年", "大幅 显著", "全国 我国", "启动 开始",
        "结束 完成", "导致 造成", "记者 笔者", "首次 第一次",
    )
)  # fmt: skip
"""What a model may write for another, whatever kind of word it is."""
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")
_DAY = re.compile(r"\d{1,2}(?=[月日])")
_INVENTED = (
    "，受到社会各界一致好评",
    "，并将在全国推广",
    "，预计将带动周边房价",
    "，有关负责人已经辞职",
    "，网友对此表示不满",
)
_ADDED = ("这充分说明了改革的必要性。", "市民对此普遍感到满意。", "专家认为影响深远。", "这是历史上的第一次。")
_UNITS = {
    "平方公里": "平方米",
    "平方米": "平方公里",
    "公里": "公斤",
    "公斤": "公里",
    "厘米": "毫米",
    "毫米": "厘米",
    "美元": "欧元",
    "小时": "分钟",
    "分钟": "小时",
    "个月": "个小时",
    "元": "美元",
    "吨": "公斤",
    "%": "个百分点",
}
"""Each with another that it is changed for."""
_CONTRARIES = (
    ("国内", "国外"), ("城市", "农村"), ("上半年", "下半年"), ("进入", "离开"), ("继续", "停止"), ("新增", "减少"),
    ("加强", "削弱"), ("安全", "危险"), ("快速", "缓慢"), ("男子", "女子"), ("国际", "国内"), ("主要", "次要"),
    ("积极", "消极"), ("线上", "线下"), ("上涨", "下跌"), ("提高", "降低"), ("大型", "小型"), ("促进", "阻碍"),
    ("保护", "破坏"), ("改善", "恶化"), ("稳定", "动荡"), ("出生", "去世"), ("接受", "拒绝"), ("完成", "放弃"),
    ("扩大", "缩小"), ("成功", "失败"), ("上午", "下午"), ("室内", "室外"), ("优势", "劣势"), ("增长", "下滑"),
    ("晴朗", "阴雨"), ("成年", "未成年"), ("国有", "民营"), ("购买", "出售"), ("白天", "夜间"),
)  # fmt: skip
"""Written without a look at those that claims are held against."""
_LONGEST, _SHORTEST = 90, 16


class Case(NamedTuple):
    """A claim as a model writes it, and whether it is true of what was given; `rule` made it."""

    written: str
    given: tuple[Numbered, ...]
    rule: str
    is_true: bool


def cases(articles: Sequence[Article], count: int, seed: int = 7) -> list[Case]:
    """`count` true claims and `count` lies, each rule as often as its turn comes."""
    draw = random.Random(seed)
    given = [one for article in articles if len(one := given_of(article)) > 1]
    draw.shuffle(given)
    return [*_made(given, TRUE, True, count, draw), *_made(given, LIES, False, count, draw)]


def article_of(id: str, text: str, date: str | None) -> Article:
    return Article(
        id,
        text,
        text[:20],
        title_inferred=True,
        date=date,
        locations=(Location("a", None, None, (Piece(0, 0, len(text)),)),),
    )


def _made(
    given: Sequence[tuple[Numbered, ...]], rules: dict[str, Rule], is_true: bool, count: int, draw: random.Random
) -> Iterator[Case]:
    names = list(rules)
    done = turn = 0
    while done < count:
        chosen, name = given[turn % len(given)], names[turn % len(names)]
        turn += 1
        other = given[(turn * 7 + 3) % len(given)]
        if (written := rules[name](chosen, other, draw)) is not None:
            done += 1
            yield Case(written, chosen, name, is_true)


def given_of(article: Article) -> tuple[Numbered, ...]:
    """Its sentences of a length that one writes about, from the one that tells something, without datelines."""
    spans = split_sentences(article.text)
    told = [
        one
        for one in spans
        if article.text[one.end - 1] in "。！？"
        and _SHORTEST <= one.end - one.start <= _LONGEST
        and facts_of(article.text[slice(*one)])
    ]
    return tuple(Numbered(n, article, _begin(article, *one), one.end) for n, one in enumerate(told[:8], 1))


def _begin(article: Article, start: int, end: int) -> int:
    found = opening(fold(article.text[start:end]))
    return start + found.end if found and found.sure and found.end < end - start - _SHORTEST else start


Rule = Callable[[Sequence[Numbered], Sequence[Numbered], random.Random], str | None]


def _cited(text: str, *numbers: int) -> str:
    return f"{text.rstrip('。！？；!?;')}{''.join(f'[{n}]' for n in numbers)}。"


def _as_printed(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    one = draw.choice(own)
    return _cited(one.text, one.n)


def _framed(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    one = draw.choice(own)
    return _cited(f"据报道，{one.text}", one.n)


def _first_clauses(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    one = draw.choice(own)
    parts = re.split("[，；]", one.text)
    return _cited("，".join(parts[:2]), one.n) if len(parts) > 2 and len("，".join(parts[:2])) >= 8 else None


def _other_words(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    for one in draw.sample(list(own), len(own)):
        for old, new in _SAME:
            if old in one.text:
                return _cited(one.text.replace(old, new), one.n)
    return None


def _same_thing(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    pairs = [pair for one, other in _SAME_THING for pair in ((one, other), (other, one))]
    for one in draw.sample(list(own), len(own)):
        words = _words(one.text)
        for word, other in draw.sample(pairs, len(pairs)):
            if word in words and other not in one.text:
                return _cited(one.text.replace(word, other), one.n)
    return None


def _two_at_once(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    at = draw.randrange(len(own) - 1)
    first, second = own[at], own[at + 1]
    return _cited(f"{first.text.rstrip('。！？')}，{second.text}", first.n, second.n)


def _in_signs(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """Numbers in other digits: 20人 as 二十人."""
    one = draw.choice(own)
    said = re.sub(
        r"(?<![\d.年月])\d{1,3}(?=[人名个家户座条项])", lambda match: numerals.written(int(match[0])), one.text
    )
    return _cited(said, one.n) if said != one.text else None


def _without(form: re.Pattern[str]) -> Rule:
    def rule(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
        for one in draw.sample(list(own), len(own)):
            if (said := form.sub("", one.text)) != one.text:
                return _cited(said, one.n)
        return None

    return rule


def _said_behind(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """Who says it behind what he says: 甲表示，乙 as 乙，甲表示."""
    for one in draw.sample(list(own), len(own)):
        if match := re.fullmatch(r"([^，。“]{2,20}(?:表示|介绍|称|说|指出))[，：]([^“”]{8,}?)。", one.text):
            return _cited(f"{match[2]}，{match[1]}", one.n)
    return None


def _date_moved(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """The day behind the first clause: 5月3日，甲开幕，乙 as 甲在5月3日开幕 is told."""
    for one in draw.sample(list(own), len(own)):
        if match := re.match(r"((?:\d{4}年)?\d{1,2}月\d{1,2}日)，([^，。]{6,})", one.text):
            return _cited(f"{match[2]}，时间是{match[1]}", one.n)
    return None


def _last_clause(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """The last clause with the first in front of it, those between left out."""
    for one in draw.sample(list(own), len(own)):
        parts = re.split("，", one.text.rstrip("。！？"))
        if len(parts) > 3 and min(len(parts[0]), len(parts[-1])) > 5:
            return _cited(f"{parts[0]}，{parts[-1]}", one.n)
    return None


TRUE: dict[str, Rule] = {
    "as printed": _as_printed,
    "in a frame": _framed,
    "first clauses": _first_clauses,
    "other words": _other_words,
    "words of the same meaning": _same_thing,
    "two at once": _two_at_once,
    "numbers in signs": _in_signs,
    "small words dropped": _without(re.compile("[了的已将]|进一步|积极|切实|全面|目前|其中")),
    "marks dropped": _without(re.compile("[，、“”《》]")),
    "brackets dropped": _without(re.compile("[（(][^（）()]*[)）]")),
    "said behind": _said_behind,
    "the day behind": _date_moved,
    "first and last clause": _last_clause,
}


def _changed(form: re.Pattern[str], change: Callable[[str, random.Random], str]) -> Rule:
    def rule(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
        for one in draw.sample(list(own), len(own)):
            places = list(form.finditer(one.text))
            if places:
                place = draw.choice(places)
                said = one.text[: place.start()] + change(place[0], draw) + one.text[place.end() :]
                if comparable(said) != comparable(one.text):
                    return _cited(said, one.n)
        return None

    return rule


def _another_number(number: str, draw: random.Random) -> str:
    value = float(number)
    return f"{value * draw.choice((2, 3, 0.5)) + draw.randint(1, 3):.{len(number.partition('.')[2])}f}"


def _another_name(own: Sequence[Numbered], other: Sequence[Numbered], draw: random.Random) -> str | None:
    """A name of another report in the place of one of this report's."""
    strange = [name for one in other for name in name_words(one.text)]
    for one in draw.sample(list(own), len(own)):
        names = [name for name in name_words(one.text) if name in one.text]
        fresh = [name for name in strange if name not in one.text]
        if names and fresh:
            return _cited(one.text.replace(draw.choice(names), draw.choice(fresh)), one.n)
    return None


def _names_turned(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """Two names of one clause in each other's place."""
    for one in draw.sample(list(own), len(own)):
        for clause in re.split("[，；。、]", one.text):
            names = [name for name in name_words(clause) if name in clause]
            if (
                len(names) > 1
                and not any(link in clause for link in zh.LINKS)
                and names[0] not in names[1]
                and names[1] not in names[0]
            ):
                first, second = names[:2]
                turned = clause.replace(first, "\0").replace(second, first).replace("\0", second)
                return _cited(one.text.replace(clause, turned), one.n)
    return None


def _unit(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """A unit in the place of another of the same first character, or that measures something else."""
    for one in draw.sample(list(own), len(own)):
        if match := re.search(rf"(?<=[\d万亿])(?:{'|'.join(_UNITS)})", one.text):
            return _cited(one.text[: match.start()] + _UNITS[match[0]] + one.text[match.end() :], one.n)
    return None


def _scale(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    for one in draw.sample(list(own), len(own)):
        if match := re.search(r"\d(万|亿)", one.text):
            said = one.text.replace(match[0], match[0][0] + {"万": "亿", "亿": "万"}[match[1]], 1)
            return _cited(said, one.n)
    return None


def _no_number(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    return draw.choice(own).text


def _number_not_given(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    return _cited(draw.choice(own).text, len(own) + draw.randint(1, 9))


def _wrong_number(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    first, second = draw.sample(list(own), 2)
    return _cited(first.text, second.n) if first.text not in second.text else None


def _of_another(own: Sequence[Numbered], other: Sequence[Numbered], draw: random.Random) -> str | None:
    return _cited(draw.choice(other).text, draw.choice(own).n)


def _clause_added(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    one = draw.choice(own)
    return _cited(one.text.rstrip("。！？；") + draw.choice(_INVENTED), one.n)


def _sentence_added(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    return _cited(draw.choice(_ADDED), draw.choice(own).n)


def _denied(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    for one in draw.sample(list(own), len(own)):
        for word, denied in (("已经", "尚未"), ("将", "不会"), ("可以", "不能"), ("有", "没有"), ("是", "不是")):
            if word in _words(one.text) and denied not in one.text:
                return _cited(one.text.replace(word, denied, 1), one.n)
    return None


def _words(text: str) -> list[str]:
    return [word for word, _ in tagged_words(text)]


def _contrary(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    for one in draw.sample(list(own), len(own)):
        for pair in _CONTRARIES:
            for word, other in (pair, pair[::-1]):
                if word in _words(one.text) and other not in one.text:
                    return _cited(one.text.replace(word, other), one.n)
    return None


def _another_noun(own: Sequence[Numbered], other: Sequence[Numbered], draw: random.Random) -> str | None:
    """A noun of another report in the place of one of this report's, both of two characters."""
    strange = [noun for one in other for noun in _nouns(one.text)]
    for one in draw.sample(list(own), len(own)):
        fresh = [noun for noun in strange if not any(noun in each.text for each in own)]
        if (nouns := _nouns(one.text)) and fresh:
            return _cited(one.text.replace(draw.choice(nouns), draw.choice(fresh)), one.n)
    return None


def _nouns(text: str) -> list[str]:
    return [word for word, tag in tagged_words(text) if tag == "n" and len(word) == 2 and word in text]


def _quote_invented(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    one = draw.choice(own)
    return _cited(f"{one.text.rstrip('。')}，他说：“这件事我们一定要办好。”", one.n)


def _other_amount(own: Sequence[Numbered], _: Sequence[Numbered], draw: random.Random) -> str | None:
    """The number of another sentence of the same report, the right one cited for all else."""
    numbers = [match[0] for one in own for match in _NUMBER.finditer(one.text)]
    for one in draw.sample(list(own), len(own)):
        places = list(_NUMBER.finditer(one.text))
        fresh = [number for number in numbers if number not in one.text]
        if places and fresh:
            place = draw.choice(places)
            return _cited(one.text[: place.start()] + draw.choice(fresh) + one.text[place.end() :], one.n)
    return None


LIES: dict[str, Rule] = {
    "another number": _changed(_NUMBER, _another_number),
    "another year": _changed(_YEAR, lambda year, draw: str(int(year) + draw.choice((-2, -1, 1, 2)))),
    "another day": _changed(_DAY, lambda day, draw: str(int(day) % 12 + 1)),
    "another name": _another_name,
    "names turned": _names_turned,
    "another scale": _scale,
    "another unit": _unit,
    "no number cited": _no_number,
    "a number not given": _number_not_given,
    "another sentence cited": _wrong_number,
    "of another report": _of_another,
    "a clause added": _clause_added,
    "a sentence added": _sentence_added,
    "denied": _denied,
    "the contrary": _contrary,
    "another noun": _another_noun,
    "a quote invented": _quote_invented,
    "the amount of another sentence": _other_amount,
}
