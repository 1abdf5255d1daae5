"""Small talk answered shortly; and what to say to a question in a foreign language."""

from __future__ import annotations

from qa.errors.messages import Wording
from qa.questions.courtesy import Language
from qa.questions.kinds import Talk
from qa.types import Answer, Query

_SAID: dict[Talk, str] = {
    "greeting": "talk.greeting",
    "thanks": "talk.thanks",
    "farewell": "talk.farewell",
    "who": "talk.who",
    "abilities": "talk.abilities",
    "usage": "talk.usage",
    "objection": "talk.objection",
    "chat": "talk.chat",
}

FOREIGN: dict[Language, str] = {
    "en": (
        "The articles here are in Chinese, and I quote their own sentences: please ask in Chinese (请用中文问). "
        "You can ask for a fact, a count, a list of reports, a summary of a topic, a comparison or a timeline."
    ),
    "ja": "記事は中国語です。中国語で質問してください（请用中文问）。事実、件数、要約、比較、経過を尋ねられます。",
    "ko": "기사는 중국어입니다. 중국어로 질문해 주세요(请用中文问). 사실, 건수, 요약, 비교, 경과를 물어볼 수 있습니다.",
    "fr": (
        "Les articles sont en chinois et j'en cite les phrases : posez votre question en chinois (请用中文问). "
        "Un fait, un nombre, une liste, un résumé, une comparaison ou une chronologie."
    ),
    "es": (
        "Los artículos están en chino y cito sus frases: pregunte en chino (请用中文问) por un hecho, un número, "
        "una lista, un resumen, una comparación o una cronología."
    ),
    "de": (
        "Die Artikel sind chinesisch, und ich zitiere ihre Sätze: bitte fragen Sie auf Chinesisch (请用中文问) nach "
        "einer Tatsache, einer Anzahl, einer Liste, einem Überblick, einem Vergleich oder einem Verlauf."
    ),
    "ru": "Статьи на китайском языке: спросите по-китайски (请用中文问) о факте, числе, теме или ходе событий.",
}  # fmt: skip


def talk_answer(query: Query, talk: Talk) -> Answer:
    """A short reply."""
    return Answer(query.question, "talk", Wording(_SAID[talk]), 1.0)


def no_article(query: Query) -> Answer:
    """What to say where the points of an article are asked for, and none is open or was quoted."""
    return Answer(query.question, "talk", Wording("talk.no-article"), 1.0)


def nothing_before(query: Query) -> Answer:
    """What to say where more of an answer is asked for, and there was none."""
    return Answer(query.question, "talk", Wording("talk.nothing-before"), 1.0)


def foreign_answer(query: Query, language: Language) -> Answer:
    """What can be done, in the asker's language."""
    return Answer(query.question, "talk", FOREIGN[language], 1.0)
