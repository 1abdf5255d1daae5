"""What people say to a chat beside their question: greetings, thanks, questions after the program itself."""

from __future__ import annotations

import re
from typing import Literal

from qa.text.folding import comparable
from qa.text.words import search_words
from qa.text.zh import is_han

Talk = Literal["greeting", "thanks", "farewell", "who", "abilities", "usage", "objection"]
Language = Literal["en", "ja", "ko", "ru"]

_YOU = "(?:你|您|你们|问报|这个?(?:软件|程序|系统|工具|网站|助手|东西))"
_MIND = "(?:真?人|机器人?|人工智能|ai|chatgpt|gpt|大模型|软件|程序)"
_END = r"(?:[啊呀吗呢吧哦哈啦了的]|\s)*"
_SAID: dict[Talk, tuple[str, ...]] = {
    "greeting": (
        "(?:你|您|大家|各位)+好|嗨+|哈[喽罗]|喂|hi|hello|hey|(?:早上|上午|中午|下午|晚上)好|早安|晚安",
        "(?:你|您)?在(?:不在|吗|么)|很?高兴认识你|有人(?:在)?吗?",
    ),
    "thanks": (
        "(?:非常|太|多|十分|好的?|ok|真是)?(?:谢+谢*|感谢|多谢|辛苦)(?:你|您|帮助|帮忙|你的帮助)?",
        "thanks?(?: you)?|好的|知道|明白|ok|(?:问题)?(?:已经)?(?:解决|搞定|清楚)|(?:真是)?帮(?:了)?(?:我)?大忙",
    ),
    "farewell": ("再见|拜+|bye(?: ?bye)?|回(?:头|见)见?|下次再?[见聊]|先这样|没有?(?:别的|其他)?(?:问题|事)",),
    "who": (
        f"{_YOU}(?:到底)?(?:是|叫)(?:谁|啥|什么(?:名字?|东西|软件|程序|系统|模型|人)?|哪家公司(?:的|做的|开发的)?)",
        f"{_YOU}(?:是|算)(?:不是)?(?:一个)?{_MIND}(?:还是{_MIND})?",
        f"{_YOU}(?:是)?(?:哪[位个]|(?:由)?谁(?:做|开发|写|设计)(?:的|出来的)?)",
        f"(?:自我介绍|介绍)(?:一下|下)?(?:{_YOU}(?:自己)?)?|问报是(?:什么|啥|谁)|who are you",
    ),
    "abilities": (
        f"{_YOU}?(?:都|还|究竟)?(?:能|会|可以)(?:帮我|帮忙|为我|给我)?(?:做|干|回答|查|问)(?:些|点)?"
        "(?:什么|啥|哪些|嘛)(?:事情?|问题|功能)?",
        f"{_YOU}有(?:什么|哪些|啥)(?:功能|本事|用处?|用途)|what can you do",
        "我?(?:能|可以|该)(?:向你|跟你)?问你?(?:些|点)?(?:什么|啥|哪些)(?:问题)?",
    ),
    "usage": (
        f"我?(?:应?该|要)?(?:怎么|怎样|如何)(?:跟你|向你|对你)?(?:使用|用|提问|问|查|操作|开始)(?:一下)?{_YOU}?",
        f"{_YOU}(?:怎么|怎样|如何)(?:使用|用|操作)|(?:使用|操作)?(?:帮助|说明|教程|手册|指南)|(?:使用|用|操作)方法",
        "help|how (?:do|to) (?:i )?use(?: (?:it|this|you))?",
    ),
    "objection": ("不对|不是|错了|你?(?:搞|弄|说|答)错|答非所问|不是这个|这不是我(?:要|想)?问的",),
}
_TALKS = {talk: re.compile(f"(?:{'|'.join(forms)}){_END}") for talk, forms in _SAID.items()}
_PARTS = re.compile(r"[\s,，。.!！?？~～、;；…]+")
_GREETED = "(?:你|您)好[呀啊]?|嗨|hi|hello|谢+谢*(?:你|您)?|好的(?=[,，。!！、 ])|不好意思|打扰(?:一下)?了?|劳驾"
_BEGGED = "请教(?:一下)?|请问(?:一下|下)?|麻烦(?:你|您)?(?:问)?(?:一下)?|(?:你|您)?(?:知道|晓得)(?=.*[?？吗嘛])"
_SENT = "(?:你|您)?(?:能不?能|可不?可以|能|可以)?(?:帮我|帮忙|替我|给我)(?:查|找|搜|看|问|查询)*(?:一?下|一[查找看搜])?"
_WISHED = "我?(?:很|就)?想(?:要)?(?:请教|知道|了解|问|查|咨询)(?:一?下)?"
# Said before a question; what is left is asked.
_BEFORE = re.compile(f"^(?:{_GREETED}|{_BEGGED}|{_SENT}|{_WISHED})[\\s,，。.!！:：、]*")
# The last question was not understood: what stands behind is meant.
_CORRECTION = re.compile(
    "^(?:(?:不是|不对|错了|你?[搞弄理]?(?:解)?错了?)(?:这个|的)?[,，。.!！ ]*)+"
    "(?:我(?:要|想)?(?:问|说|指|查)的?(?:其实)?是|我是(?:说|问|指|想问)|应该是|我问|是)?(?P<meant>.+)$"
)
_MEANT = re.compile("^我(?:要|想)?(?:问|说|指)的(?:其实)?是(?P<meant>.+)$")
_MORE = re.compile(
    "(?:还有(?:呢|吗|别的吗|其他的?吗|什么)?|然后呢|接着呢|继续|再?(?:说|讲)?(?:详细|具体)(?:一?点|些)?(?:说说|讲讲)?|"
    "再(?:说|讲|多说)(?:说|讲|点|一点|一些)?|多说(?:一?点|几句|些)|展开(?:说说|讲讲)?|后面呢|下文呢)[吗呢吧啊]?"
)

_SCRIPTS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("en", re.compile(r"^\s*[A-Za-z]+(?:[ ,'’.\d-]+[A-Za-z]+){2}[\w ,.'’“”\"()%$&/:–-]*[?!]?\s*$")),
)


def talk_of(question: str) -> Talk | None:
    """What kind of small talk a question is and nothing else; None where it asks something."""
    parts = [one for one in _PARTS.split(comparable(question)) if one]
    kinds = [next((talk for talk, form in _TALKS.items() if form.fullmatch(one)), None) for one in parts]
    whole = next((talk for talk, form in _TALKS.items() if form.fullmatch(" ".join(parts))), None)
    return whole or (kinds[-1] if kinds and all(kinds) else None)


def without_courtesy(question: str) -> str:
    """The question without greeting, thanks and the words that only ask for an answer; itself where nothing is left."""
    left, bare = "", question.strip()
    while left != bare:
        left, bare = bare, _BEFORE.sub("", bare, count=1)
    return bare if len(bare.strip("?？。!！ ")) > 1 else question.strip()


def corrected(question: str) -> str | None:
    """What is meant instead of what was understood, as a question that leans on the last one; else None."""
    plain = question.strip().strip("。.!！")
    match = _CORRECTION.match(plain) or _MEANT.match(plain)
    if match is None or not search_words(match["meant"]):
        return None
    meant = match["meant"].strip(" ,，。")
    return meant if meant.endswith(("?", "？", "吗", "呢")) else f"{meant}呢？"


def goes_on(question: str) -> bool:
    """Whether more is wanted of what was just answered."""
    return bool(_MORE.fullmatch("".join(_PARTS.split(comparable(question)))))


def foreign_language(question: str) -> Language | None:
    """The language of a question that is not Chinese: three words at least where they are Latin, as names are few."""
    if any(map(is_han, question)) and not _SCRIPTS[0][1].search(question):
        return None
    return next((language for language, letters in _SCRIPTS if letters.search(question)), None)
