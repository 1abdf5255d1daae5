"""question -> Asked: whether a question asks to count or list articles, and by which words. Precise forms only."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from qa import text
from qa.counting import forms
from qa.counting.forms import Counted
from qa.types import Query

Group = tuple[str, ...]  # words any of which will do

_LONGEST = 120  # characters of a question that may ask for a number: of a longer one it is not all
_TELLING = re.compile("[几篇条次处回者员稿]|多少|报道|新闻|文章|消息")
# No words of an article: who wrote it, or a part of it.
_OF_WRITING = re.compile(
    "^(?:署名|作者|记者|由)|(?:采写|撰写|署名|发表|写)$|(?:标题|题目|正文|开头|结尾|头版)(?:[里中上]|$)"
)
_ABOUT = re.compile("(?:相关|有关|方面|题材|主题)$")
_QUOTED = re.compile(r"[“\"「『《](.+?)[”\"」』》]")
_BOTH = frozenset("的和与及并且同时又以")
_BOTH_WORDS = frozenset({"以及", "并且", "同时", "和", "与"})
_EITHER = frozenset({"或", "或者", "还是"})
_LIBRARY = frozenset(
    """
    库里 库中 库 本库 报库 数据库 档案 资料 资料库 报纸 报上 版面 报道 文章 新闻 稿件 稿子 这些 这批 整个 收录 所有 全部
    目前 现在 到底 究竟
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question counts: articles (or their reporters, or places in them) that hold a word of each group; all that
    the library has where there is none.
    """

    counted: Counted
    is_list: bool
    groups: tuple[Group, ...]
    reporter: tuple[str, ...] = ()  # a name as articles are signed with it, in either script
    is_subject: bool = False  # other words may tell of what is asked for (有关, 关于); else the words themselves are


def understand(query: Query, reporters: Callable[[], Collection[str]]) -> Asked | None:
    """What the question counts or lists; None for one that asks for a fact.

    Words that were taken for a date are the filters' business, and are left out.
    """
    plain = text.fold(query.spelt(query.question))
    for assumption in query.assumed:
        if assumption.kind == "date":
            plain = plain.replace(text.fold(assumption.source), "")
    plain, is_named = forms.bare(plain)
    if len(plain) > _LONGEST or not _TELLING.search(plain):
        return None
    met = ((form, match) for form in forms.FORMS if (match := form.pattern.fullmatch(plain)))
    found = next((asked for form, match in met if (asked := _asked(form, match, query, reporters))), None)
    return replace(found, is_list=True) if found and is_named else found


def _asked(
    form: forms.Form, match: re.Match[str], query: Query, reporters: Callable[[], Collection[str]]
) -> Asked | None:
    """What a question of the form counts; None where its parts are not of the kind that the form is about."""
    parts = {name: part for name, part in match.groupdict().items() if part}
    is_list = form.always_lists or "which" in parts
    if "library" in match.groupdict():
        return None if _without_library(parts.get("library", "")) else Asked(form.counted, is_list, ())
    what = _ABOUT.sub("", parts.get("what", ""))
    words = (_without_library(parts.get("near", "")), what, parts.get("linked", ""))
    if any(map(_OF_WRITING.search, words)):
        return None
    groups = _with_others(query, tuple(group for one in words for group in _groups(one)))
    names = _signed(parts["by"], reporters()) if "by" in parts else ()
    if not names and ("by" in parts or not groups):
        return None
    is_told = "literal" in parts or any(map(_QUOTED.search, words))
    return Asked(form.counted, is_list, groups, names, form.counted == "articles" and bool(groups) and not is_told)


def _signed(name: str, reporters: Collection[str]) -> tuple[str, ...]:
    """The reporter of a folded name, as printed; nothing where nobody is called so."""
    return tuple(sorted(one for one in reporters if text.fold(one) == name))


def _with_others(query: Query, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Each group with the phrases that mean the same as one of it."""
    others = [(text.fold(word), text.fold(other)) for word, other in query.also]
    return tuple(
        tuple(dict.fromkeys([*group, *(one.replace(word, other) for word, other in others for one in group)]))
        for group in groups
    )


def _groups(words: str) -> tuple[Group, ...]:
    """The words of a question in groups: quoted ones whole, others cut at 的, 和 and marks; 或 joins a group."""
    groups: list[Group] = []
    for phrase, is_other in _phrases(words):
        if is_other and groups:
            groups[-1] = (*groups[-1], phrase)
        else:
            groups.append((phrase,))
    return tuple(groups)


def _phrases(words: str) -> Iterator[tuple[str, bool]]:
    """Each phrase, and whether 或 stands before it."""
    end, is_other = 0, False
    for match in _QUOTED.finditer(words):
        yield from _unquoted(words[end : match.start()])
        yield match.group(1), is_other
        end = match.end()
    yield from _unquoted(words[end:])


def _unquoted(words: str) -> Iterator[tuple[str, bool]]:
    phrase, end, is_other = "", 0, False
    for span in text.pieces(words):
        word = words[span.start : span.end]
        is_joint = word in _BOTH or word in _BOTH_WORDS or word in _EITHER
        if phrase and (is_joint or span.start != end):
            yield phrase, is_other
            phrase, is_other = "", False
        if is_joint:
            is_other = word in _EITHER
        else:
            phrase += word
        end = span.end
    if phrase and not text.says_nothing(phrase):
        yield phrase, is_other


def _without_library(words: str) -> str:
    """What stands before a question of how many, if it is more than the library itself."""
    kept = [words[span.start : span.end] for span in text.pieces(words)]
    while kept and (kept[-1] in _LIBRARY or text.says_nothing(kept[-1])):
        kept.pop()
    while kept and (kept[0] in _LIBRARY or text.says_nothing(kept[0])):
        kept.pop(0)
    return "".join(kept)
