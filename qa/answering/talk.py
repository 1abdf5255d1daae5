"""Small talk answered shortly; and what to say to a question in a foreign language."""

from __future__ import annotations

from qa.errors import Wording
from qa.questions.courtesy import Language, Talk
from qa.types import Answer, Query

_SAID: dict[Talk, str] = {
    "greeting": "您好！我从库里的报纸和文章中找答案，每句都注明出处。",
    "thanks": "不客气。还想查什么，接着问就好。",
    "farewell": "再见。问过的都留在左边的列表里，随时回来接着问。",
    "who": "我是问报：在这台电脑上查库里的报纸和文章，用报上的原句回答，并注明出处。报上没有的，我会说没有。",
    "abilities": (
        "可以问一件事（何时、何地、谁、多少），问有几篇、有哪些报道，要一个话题的汇总，比较两处，或按时间排出经过；"
        "答案都是报上的原句，注明出处。"
    ),
    "objection": "抱歉，没有答到点上。请写明要问的：不是，我问的是……；也可以换个说法再问一次。",
    "usage": "像问人一样写下要问的事就行：人名、地名、时间写得越具体越好；点句末的编号看原文，用左边的筛选缩小范围。",
}  # fmt: skip
_EXAMPLES = "可以试试："
_AND = "{first}；{second}"

FOREIGN: dict[Language, str] = {
    "en": (
        "The articles here are in Chinese, and I quote their own sentences: please ask in Chinese (请用中文问). "
        "You can ask for a fact, a count, a list of reports, a summary of a topic, a comparison or a timeline."
    ),
    "ja": "記事は中国語です。中国語で質問してください（请用中文问）。事実、件数、要約、比較、経過を尋ねられます。",
    "ko": "기사는 중국어입니다. 중국어로 질문해 주세요(请用中文问). 사실, 건수, 요약, 비교, 경과를 물어볼 수 있습니다.",
    "ru": "Статьи на китайском языке: спросите по-китайски (请用中文问) о факте, числе, теме или ходе событий.",
}  # fmt: skip


def talk_answer(query: Query, talk: Talk) -> Answer:
    """A short reply."""
    return Answer(query.question, "talk", Wording(_SAID[talk]), 1.0)


def foreign_answer(query: Query, language: Language) -> Answer:
    """What can be done, in the asker's language."""
    return Answer(query.question, "talk", FOREIGN[language], 1.0)
