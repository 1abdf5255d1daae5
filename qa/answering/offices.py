"""Who holds an office: news prints a post as it is called, so another post is not the one that is asked for.

院长是谁 is not answered by a sentence without 院长, nor by an article that has nothing of the house whose 院长 is asked
for. And where an article gives a person another post (副镇长白兰芝), and the one that a question gives her to someone
else alone (书记江水生), the question takes something wrong for granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa import text
from qa.answering.premises import SURNAMES, is_common

_HAN = r"[\u4e00-\u9fff]"
_HEADED = "院校局处科所站馆会部县镇市区乡村省州队社厂店行台园组班团营连署庭"  # what a 长 is the head of
_POST = (
    rf"(?:秘书长|董事长|委员长|理事长|检察长|审判长|护士长|[{_HEADED}]长|书记|主任|主席|总?经理|总裁|总监|总?教练|主编|"
    r"总统|总理|首相|大使|司令|策展人|发言人|负责人)"
)
_WHO = r"(?:谁|哪位|何人|什么人|哪个人)"
_HELD_BY = re.compile(
    rf"(?P<body>[^,，。?？]*?)(?P<post>{_POST})的?(?:名字|姓名)?(?:[是叫为由]{_WHO}|[是叫]什么(?:名字|$|[?？])|姓什么)"
)
_HOLDS = re.compile(rf"{_WHO}(?:是|担?任|出任|当选?|成)[为上了]?(?P<body>[^,，。?？]*?)(?P<post>{_POST})")
_TAKES = re.compile(rf"[^,，。?？]*?(?:担?任|当[上选]|升|成为|是)[^,，。?？]*?(?P<post>{_POST})")
_AT_POST = re.compile(f"{_POST}$")
_FROM_POST = re.compile(_POST)
_PERSON = re.compile(f"[{''.join(sorted(SURNAMES))}]{_HAN}{{1,2}}")
_HOLDER = re.compile(rf"(?:、[^、,，。]{{0,12}}?{_POST})*(?P<person>{_PERSON.pattern})")
_APPOINTED = re.compile(f"{_POST}(?={_PERSON.pattern})")
_CLAUSE = re.compile(r"[^,，。;；!！?？:：\"“”\n]{0,40}$")
_BEHIND = 6  # characters behind a name in which a post may stand


class Offices:
    """What a question says of offices, held against sentences and articles. Texts are comparable ones."""

    def __init__(self, asked: str) -> None:
        held = _HELD_BY.search(asked) or _HOLDS.search(asked)
        self._asked = asked
        self.post = held["post"] if held else ""  # whose holder is asked for
        self._body = _own_words(held["body"]) if held else ()
        self._names_a_post = _FROM_POST.search(asked) is not None

    def __bool__(self) -> bool:
        return self._names_a_post

    def lacks_post(self, sentence: str) -> bool:
        """Whether the holder of a post is asked for that a sentence does not have."""
        return bool(self.post) and self.post not in sentence

    def otherwise(self, plain: str) -> Iterator[str]:
        """What an article has not: the body whose office is asked for, a person in the post that the question says."""
        if self._body and not any(word in plain for word in self._body):
            yield "".join(self._body)
        for name in _appointed(plain, self._asked) if self._names_a_post else ():
            post = _given(self._asked, name)
            if post and not any(post in said for said in _said_of(name, plain)) and _is_anothers(post, name, plain):
                yield post + name


def _own_words(body: str) -> tuple[str, ...]:
    """The words of a body that tell it from others, without the places that it is in."""
    found = [word for word, tag in text.tagged(body) if tag[0] in "nj" and tag != "ns" and not is_common(word)]
    return tuple(dict.fromkeys(found))


def _appointed(plain: str, asked: str) -> list[str]:
    """Who stands behind a post in an article and is named in a question."""
    found = dict[str, None]()
    for match in _APPOINTED.finditer(plain):
        written = plain[match.end() : match.end() + 3]
        name = next((one for one in (written, written[:2]) if one in asked), None)
        if name:
            found[name] = None
    return list(found)


def _given(asked: str, name: str) -> str:
    """The post that a question gives a person: 白兰芝镇长, 镇长白兰芝, 白兰芝何时当上镇长; empty for none."""
    before, _, behind = asked.partition(name)
    found = _AT_POST.search(before) or _FROM_POST.match(behind)
    if found:
        return found[0]
    taken = _TAKES.match(behind)
    return taken["post"] if taken else ""


def _said_of(name: str, plain: str) -> Iterator[str]:
    """Of every place where a person is named, the clause up to the name, and what follows closely."""
    for match in re.finditer(name, plain):
        clause = _CLAUSE.search(plain[: match.start()])
        yield (clause[0] if clause else "") + plain[match.start() : match.end() + _BEHIND]


def _is_anothers(post: str, name: str, plain: str) -> bool:
    """Whether each time that an article has a post, another person stands behind it."""
    holders = [_HOLDER.match(plain, match.end()) for match in re.finditer(f"(?<!副){post}", plain)]
    return all(one and not one["person"].startswith(name) for one in holders)
