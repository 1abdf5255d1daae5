"""Data augmentation: errors that OCR makes in texts and users make in questions."""

from __future__ import annotations

import random
from collections.abc import Sequence

from qa.text.words import content_words
from qa.types import Span

_ALIKE = """
    己已巳 未末 日曰 土士 人入八 大太犬 千干于 天夫夭 侯候 拨拔 治冶 暮幕墓慕 戊戌戍 析折 微徽 洒酒 免兔 乌鸟 今令 师帅
    住往 贷货 拆折 密蜜 孟盂 抡抢 沦沧 弦玄 壁璧 竞竟 辨辩辫 晴睛 喝渴 清请情 历厉 刀力刁 口囗 王玉主 自白 目且 几凡
    力办 园圆 来米 会合 名各 问间 同问 氏民 乡多 丘兵 车东 北比 尤龙 术木本 万方 了子 义叉 失矢 皿血 免勉 由田甲申 休体
""".split()  # noqa: SIM905
_LOOKS_LIKE = {one: [other for other in group if other != one] for group in _ALIKE for one in group}
_FILLERS = ("请问", "想知道", "问一下，", "我想问")


def scan(value: str, spans: Sequence[Span], rate: float, chance: random.Random) -> tuple[str, list[Span]]:
    """The text as a scanner may give it, and where `spans` lie in it: line breaks, doubled and look-alike characters.

    About `rate` of the characters suffer. Lines are broken at one width through the text, as a column does.
    """
    width = chance.randint(14, 40) if chance.random() < 0.6 else 0
    made: list[str] = []
    starts = []
    length = column = 0
    for character in value:
        starts.append(length)
        piece = _suffer(character, rate, chance)
        column += 1
        if width and column >= width:
            piece += "\n"
            column = 0
        made.append(piece)
        length += len(piece)
    starts.append(length)
    whole = "".join(made)
    moved = [Span(starts[span.start], starts[span.end - 1] + 1) for span in spans]
    return whole, moved


def _suffer(character: str, rate: float, chance: random.Random) -> str:
    if chance.random() >= rate:
        return character
    if character in _LOOKS_LIKE and chance.random() < 0.7:
        return chance.choice(_LOOKS_LIKE[character])
    return character + chance.choice((character, " ", ""))


def ask(question: str, chance: random.Random) -> str:
    """The question as somebody may type it: as it is, without its mark, as keywords, with a polite start."""
    dice = chance.random()
    bare = question.rstrip("?？。 ")
    if dice < 0.60:
        return question
    if dice < 0.80:
        return bare
    if dice < 0.90:
        return chance.choice(_FILLERS) + bare
    words = content_words(question)
    return " ".join(words) if len(words) >= 3 else bare
