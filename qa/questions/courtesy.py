"""What people say to a chat around their question: courtesy, corrections, and another language than Chinese."""

from __future__ import annotations

import re
from typing import Literal

from qa.text.words import search_words
from qa.text.zh import is_han

Language = Literal["en", "ja", "ko", "ru", "fr", "es", "de"]


def _latin(words: str) -> re.Pattern[str]:
    """A question in Latin letters that has one of these words and another one."""
    return re.compile(rf"^(?=.*\s)(?:.*[^\w’'-])?(?:{'|'.join(words.split())})(?![\w-])", re.IGNORECASE)


_GREETED = "(?:你|您)好[呀啊]?|嗨|hi|hello|谢+谢*(?:你|您)?|好的(?=[,，。!！、 ])|不好意思|打扰(?:一下)?了?|劳驾"
_BEGGED = "请教(?:一下)?|请问(?:一下|下)?|麻烦(?:你|您)?(?:问)?(?:一下)?|(?:你|您)?(?:知道|晓得)(?=.*[?？吗嘛])"
_SENT = "(?:你|您)?(?:能不?能|可不?可以|能|可以)?(?:帮我|帮忙|替我|给我)(?:查|找|搜|看|问|查询)*(?:一?下|一[查找看搜])?"
_WISHED = "我?(?:很|就)?想(?:要)?(?:请教|知道|了解|问|查|咨询)(?:一?下)?"
# Said before a question; what is left is asked.
_BEFORE = re.compile(f"^(?:{_GREETED}|{_BEGGED}|{_SENT}|{_WISHED})[\\s,，。.!！:：、]*")
# The last question was not understood: it is denied, and what is meant stands behind; or only that is said.
_ASKED = "问(?![题卷答询路候])"
_SAYS = f"(?:{_ASKED}|说|指(?![挥导标]))"
_MEANS = (
    f"我(?:其实|就|只)?(?:是|要|想)*(?:{_SAYS}|查|找|看(?!病)|知道|要(?!求))的?(?:其实|就(?=是))?是?|是?{_ASKED}的?是?"
)
_UNDERSTOOD = "(?:不是|非也|不对|[你我]?[搞弄理]?(?:解)?错了)(?:这个|的)?(?:[,，。.!！ ]+|(?=我(?:要|想)?(?:问|说|指)))"
_CORRECTION = re.compile(f"^(?:哦|不[,， ])?(?:{_UNDERSTOOD})+(?:{_MEANS}|应该是|是)?(?P<meant>.+)$")
_NOT_THIS = re.compile(
    f"^我?不(?:是|说)[^,，。]{{1,12}}?[,，。 ]+(?:{_MEANS})(?P<meant>.+)$"
    "|^不是[^,，。]{1,12}[,，。 ]+是?(?P<brief>.{1,12})$"
)
_MEANT = re.compile(f"^(?:我(?:要|想)?(?:{_SAYS}|要)的(?:其实)?是|哦?我(?:是|其实)想?{_SAYS})(?P<meant>.+)$")
_DENIED_BEHIND = re.compile("[,，]不是[^,，]{1,12}$")
_ASKS = re.compile(r"[谁啥咋几哪何吗没怎]|多[少大长高远久深宽快厚重]|什么|(.)不\1|不$")
_SCRIPTS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    (
        "fr",
        _latin("bonjour salut merci est-ce qu'est-ce que qui quels? quelles? où quand comment combien je des les est"),
    ),
    ("es", _latin("hola gracias qué quién cuál cuándo cuánto cuánta cuántos cuántas dónde cómo una hay sobre para")),
    ("de", _latin("hallo danke wer wie wann welche welcher wieviel wo warum ich ist und gibt")),
    ("en", _latin("hello hi what what's who who's how how's when where why which can thanks bye")),
    ("en", re.compile(r"^\s*[A-Za-z]+(?:[ ,'’.\d-]+[A-Za-z]+){2}[\w ,.'’“”\"()%$&/:–-]*[?!]?\s*$")),
)


def without_courtesy(question: str) -> str:
    """The question without greeting, thanks and the words that only ask for an answer; itself where nothing is left."""
    left, bare = "", question.strip()
    while left != bare:
        left, bare = bare, _BEFORE.sub("", bare, count=1)
    return bare if len(bare.strip("?？。!！ ")) > 1 else question.strip()


def corrected(question: str) -> str | None:
    """What is meant instead of what was understood, as a question that leans on the last one; else None."""
    plain = question.strip().strip("。.!！")
    match = _CORRECTION.match(plain) or _MEANT.match(plain) or _NOT_THIS.match(plain)
    if match is None:
        return None
    said = next(filter(None, match.groups()))
    meant = _DENIED_BEHIND.sub("", said).strip(" ,，。")
    if not search_words(meant):
        return None
    return meant if meant.endswith(("?", "？", "吗", "呢")) or _ASKS.search(meant) else f"{meant}呢？"


def foreign_language(question: str) -> Language | None:
    """The language of a question that is not Chinese. Latin letters are one where a word that asks stands beside
    another one, or three words stand together: names are shorter.
    """
    if any(map(is_han, question)) and not _SCRIPTS[0][1].search(question):
        return None
    return next((language for language, letters in _SCRIPTS if letters.search(question)), None)
