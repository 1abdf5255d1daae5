"""What people say to a chat beside their question: greetings, thanks, questions after the program itself."""

from __future__ import annotations

import re
from typing import Literal

from qa.text.folding import comparable
from qa.text.words import search_words, tagged_words
from qa.text.zh import ADDRESSING, MOODS, QUESTION_WORDS, any_of, is_han

Talk = Literal["greeting", "thanks", "farewell", "who", "abilities", "usage", "objection", "chat"]
Language = Literal["en", "ja", "ko", "ru"]

# With ADDRESSING, all that may stand in small talk.
_OWN = """
    你好 您好 大家好 各位好 早上好 上午好 中午好 下午好 晚上好 早安 晚安 早 嗨 哈喽 哈罗 喂 hi hello hey
    在吗 在不在 有人 认识 高兴 谢谢 谢 感谢 多谢 辛苦 帮助 帮忙 帮大忙 帮 大忙 麻烦 劳驾 好的 好 知道
    明白 清楚 解决 搞定 问题 没事 没有 没 收到 懂 ok okay thanks thank you 再见 拜拜 拜 bye 回头 回聊
    下次 下回 改天 见 聊 先这样 先 今天 就到 问报 软件 程序 系统 工具 网站 助手 东西 机器人 机器 真人
    人工智能 ai chatgpt gpt 大模型 模型 公司 啥 嘛 名字 叫 算 自己 自我 介绍 开发 设计 做 出来 来头 来历
    该 应该 要 想 干 干嘛 回答 答 查 提问 提 功能 本事 用处 用途 用 使用 操作 开始 怎么 如何 方法 说明
    教程 手册 指南 help who are what can do how to use it this i 不对 不是 错 搞错 弄错 说错 答错
    答非所问 这不是 不行 不好 哦 哈 啦 嗯 噢 哟 么 呐 些 点 一 下 还 究竟 到底 真的 真是 真 非常 太 很
    十分 挺 跟 向 对 或 还是 不 事情 事 谁家 方面 嘿 好久不见 快乐 愉快 节日 新年 春节 元旦 中秋 国庆
    周末 小助手 打扰 感激 不尽 帮上 上 走 下班 晚点 聊聊 吃 饭 睡 忙 累 棒 厉害 聪明 赞 牛 不错 可爱
    哈哈 呵呵 嘻嘻 笑话 无聊 例子 举 举例 几个 教教 教 第一次 学 学会 开口 收费 免费 花钱 联网 可靠 靠谱 准
    编 胡说 瞎说 听 除了 搜索 区别 不同 换 说法 再 试 试试 一次 一遍 测试 发明 页面 新手 入门 提示 从哪
    哪儿 老师好 朋友好 同学好 师傅好
""".split()  # noqa: SIM905
_SAID = re.compile(any_of({*_OWN, *ADDRESSING}))
_PROGRAM = "(?:你|您|问报|软件|程序|系统|助手|东西)"
_TALKS: dict[Talk, str] = {
    "objection": "不对|(?<!是)不是(?!.*是)|错|答非所问|不行|胡说|瞎说|听不懂|换.*说法|再试",
    "who": (
        f"{_PROGRAM}.*(?:谁|哪位|哪家|什么名字|叫什么|是什么|是啥|来头|来历|机器|真人|人工智能|ai|gpt|模型)"
        "|介绍.*自己|自我介绍|介绍一?下?(?:你|您|问报)?$|谁.*(?:做|开发|设计)|who"
    ),
    "abilities": "(?:能|会|可以|可|该).*(?:什么|啥|嘛|哪些)|(?:什么|啥|哪些).*(?:功能|本事|用处|用途)|what",
    "usage": (
        "(?:怎么|怎样|如何).*(?:用|问|查|操作|开始|开口)|例子|举例|教"
        "|第一次|新手|使用(?:说明|方法)|说明|教程|手册|指南|help|how|^帮助$"
    ),
    "farewell": (
        "再见|拜|bye|走了|下班|晚点|回头|回聊|下次|下回|改天|先这样|今天.*到|没(?:有)?(?:别的|什么)?(?:问题|事)|晚安"
    ),
    "thanks": (
        "谢|辛苦|感激|帮.*忙|棒|厉害|聪明|赞|牛|不错|可爱|thank|^(?:好(?!久)的?|知道|明白|清楚|ok|okay|嗯|收到|懂)|解决|搞定"
    ),
    "greeting": "好|嗨|哈|嘿|喂|快乐|愉快|打扰|hi|hello|hey|早|在|有人|认识",
}
_KINDS = {talk: re.compile(form) for talk, form in _TALKS.items()}
_TALK_CHARS = 24
# Said to the program, whatever of it (你会说英语吗, 你几岁了); not what asks it for something (你有…的报道).
_FOR_SOMETHING = """
    有 收 存 库 资料 数据 报 知道 晓得 了解 清楚 听说 记得 读 看 见 给 帮 替 告诉 介绍 总结 列 查 找 搜
    说说 讲讲 谈谈 说一 讲一 觉得 认为 以为 如何 怎样看
""".split()  # noqa: SIM905
_TO_IT = re.compile(f"^[你您](?!们|好|.{{0,4}}(?:{any_of(_FOR_SOMETHING)})).{{1,13}}$")
_ABOUT_IT = ("v", "d", "a", "u", "m", "r", "c", "y", "z", "t", "e")  # tags of what may follow 你 there
_SMALL = (*_ABOUT_IT, "p", "o", "q", "f", "x", "i", "l")  # tags of the words of a remark that names nothing
_REMARK_CHARS, _SAYING = 12, 2  # characters of a remark; words that say something to somebody
_OF_IT: tuple[Talk, ...] = ("objection", "who", "abilities", "usage", "thanks")
_ASKING = re.compile("|".join([*QUESTION_WORDS, "何", "多[久长大高远]", "如果", "呢", "？", r"\\?"]))
_PARTS = re.compile(r"[\s,，。.!！?？~～、;；…]+")
_GREETED = "(?:你|您)好[呀啊]?|嗨|hi|hello|谢+谢*(?:你|您)?|好的(?=[,，。!！、 ])|不好意思|打扰(?:一下)?了?|劳驾"
_BEGGED = "请教(?:一下)?|请问(?:一下|下)?|麻烦(?:你|您)?(?:问)?(?:一下)?|(?:你|您)?(?:知道|晓得)(?=.*[?？吗嘛])"
_SENT = "(?:你|您)?(?:能不?能|可不?可以|能|可以)?(?:帮我|帮忙|替我|给我)(?:查|找|搜|看|问|查询)*(?:一?下|一[查找看搜])?"
_WISHED = "我?(?:很|就)?想(?:要)?(?:请教|知道|了解|问|查|咨询)(?:一?下)?"
# Said before a question; what is left is asked.
_BEFORE = re.compile(f"^(?:{_GREETED}|{_BEGGED}|{_SENT}|{_WISHED})[\\s,，。.!！:：、]*")
# The last question was not understood: what stands behind is meant.
_CORRECTION = re.compile(
    "^(?:(?:不是|不对|错了|你?[搞弄理]?(?:解)?错了?)(?:这个|的)?(?:[,，。.!！ ]+|(?=我(?:要|想)?(?:问|说|指))))+"
    "(?:我(?:要|想)?(?:问|说|指|查)的?(?:其实)?是|我是(?:说|问|指|想问)|应该是|我问|是)?(?P<meant>.+)$"
)
_MEANT = re.compile("^我(?:要|想)?(?:问|说|指)的(?:其实)?是(?P<meant>.+)$")
_MORE = re.compile(
    "(?:还有(?:呢|吗|别的吗|其他的?吗|什么)?|然后呢|接着呢|继续|再?(?:说|讲)?(?:详细|具体)(?:一?点|些)?(?:说说|讲讲)?|"
    "再(?:说|讲|多说)(?:说|讲|点|一点|一些)?|多说(?:一?点|几句|些)|展开(?:说说|讲讲)?|后面呢|下文呢)"
    f"[{MOODS}]?"
)

_SCRIPTS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("en", re.compile(r"^\s*[A-Za-z]+(?:[ ,'’.\d-]+[A-Za-z]+){2}[\w ,.'’“”\"()%$&/:–-]*[?!]?\s*$")),
)


def talk_of(question: str) -> Talk | None:
    """What kind of small talk a question is and nothing else; None where it asks something.

    It is told by what it does not say: without greetings, thanks and words about the program nothing is left of it.
    """
    plain = "".join(_PARTS.split(comparable(question)))
    if not plain or len(plain) > _TALK_CHARS:
        return None
    if not _SAID.sub("", plain):
        return next((talk for talk, form in _KINDS.items() if form.search(plain)), None)
    return _said_to_it(plain)


def _said_to_it(plain: str) -> Talk | None:
    """What kind of question after the program itself one is that begins with 你; None for any other."""
    words = tagged_words(without_courtesy(plain))
    if not _TO_IT.match(plain) or len(words) < _SAYING or not words[1][1].startswith(_ABOUT_IT):
        return None
    return next((talk for talk in _OF_IT if _KINDS[talk].search(plain)), "chat")


def is_remark(question: str) -> bool:
    """Whether a short sentence names nothing that might stand in a library: it has none but words of small talk, or it
    asks nothing and has no noun.
    """
    plain = "".join(_PARTS.split(comparable(question)))
    if not 0 < len(plain) <= _REMARK_CHARS:
        return False
    is_small = all(tag.startswith(_SMALL) and tag != "eng" for _, tag in tagged_words(plain))
    return not _SAID.sub("", plain) or (is_small and not _ASKING.search(question))


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
