"""The styles in which newspapers sign articles and pictures, for composed pages.

`KNOWN` styles were before the eyes of whoever wrote the cutter's rules; `HELD` ones are for the measurement alone.
A style is a template: {a} and {b} are reporters, {c} a correspondent, {town} a place, {day} a day.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁"
    "沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏红梅建国文斌宇浩然子轩雨晨晓东海波志新春燕"
    "雪莹佳琪思远俊凯欣怡一鸣"
)
TOWNS = ["北京", "上海", "广州", "杭州", "武汉", "成都", "西安", "沈阳", "昆明", "兰州", "合肥", "郑州"]

KNOWN_LEADS = (
    "本报讯(记者 {a})",
    "本报讯（记者 {a} {b}）",
    "本报讯（记者{a} 通讯员{c}）",
    "本报(记者 {a})",
    "新华社{town}{day}电（记者{a}、{b}）",
    "本报讯 记者 {a} 报道 ",
    "（记者 {a}）",
)
HELD_LEADS = (
    "本报{town}{day}电　记者{a}报道：",
    "{town}晚报讯（全媒体记者 {a} 实习生 {c}）",
    "本报讯　（首席记者　{a}）",
    "□本报记者 {a} ",
    "据新华社{town}{day}电 ",
    "中新社{town}{day}电 （{a} {c}）",
    "本报{day}讯 （通讯员{c}）",
    "【本报讯】记者{a}、通讯员{c}报道：",
)
KNOWN_SIGNATURES = ("本报记者 {a}", "本报记者 {a} 实习记者 {b}", "□记者 {a}", "（记者 {a}）")
HELD_SIGNATURES = ("■本报记者 {a} 通讯员 {c}", "记者　{a}　文", "（{a} {c}）", "本报驻{town}记者 {a}")
KNOWN_CREDITS = ("记者 {a}/摄", "本报记者 {a} 摄", "{a} 摄", "")
HELD_CREDITS = ("（{a} 摄）", "摄影：{a}", "{a}/图", "图片由通讯员{c}提供")


@dataclass(frozen=True, slots=True)
class Styles:
    """What one page may draw from."""

    leads: tuple[str, ...]
    signatures: tuple[str, ...]
    credits: tuple[str, ...]


KNOWN = Styles(KNOWN_LEADS, KNOWN_SIGNATURES, KNOWN_CREDITS)
HELD = Styles(HELD_LEADS, HELD_SIGNATURES, HELD_CREDITS)


def name(rng: random.Random) -> str:
    """A person's name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))


def fill(template: str, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """A template with names put in, and those names in the order printed."""
    people = {key: name(rng) for key in "abc"}
    text = template.format(**people, town=rng.choice(TOWNS), day=f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日")
    return text, tuple(people[key] for key in "abc" if "{" + key + "}" in template)
