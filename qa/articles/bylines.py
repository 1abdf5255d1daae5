"""Find who signs an article: datelines and bylines at its start, signatures at its end, photo credits.

Every test reads folded text (half-width brackets and colons, simplified characters; see `qa.text.folding.fold`), so the
ranges that are found hold for the printed text as well. Patterns look at the edge of a line only: their cost is
bounded.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from qa.text import zh
from qa.text.zh import DIGITS, IDEOGRAPHS, LETTER, has_surname
from qa.types import Span

_HEAD_CHARS = 120  # how much of a line's start is read for a byline
_TAIL_CHARS = 60  # how much of its end is read for a signature
_LONGEST_NAME = 15
_MOST_SIGNS = 12  # signs of an outlet, a job or a rank that are read in one line: each more doubles what is tried
_SIGN = re.compile("[报刊社台网站闻刻端媒家线记者员生人作译全融席习约派深驻影任级摄]")
_REMEMBERED = 4096  # lines of at most _HEAD_CHARS: a line is asked about at every step of the cut
_NO_SIGN = "㐀"  # stands for those beyond: a character of a name

_STOP = r"[\w·\-]"
_OUTLET = rf"(?:本[报刊社台网站]|{_STOP}{{1,10}}?(?:{zh.any_of((*zh.OUTLET_ENDS, '时刻', '之家'))}))"
_JOB = rf"(?:{zh.any_of((*zh.JOBS, '撰稿', '撰文', '作者', '编译'))}|(?<=本报)记{LETTER})"
_RANK = (
    rf"(?:{_OUTLET}|{LETTER}{{0,4}}[全融]媒体?|首席|见习|实习|特约|特派|资深|驻{LETTER}{{2,4}}|摄影|新媒体|主任|高级)"
)
_SIGNER = rf"(?:(?:{_RANK}\s*){{0,3}}{_JOB})"
_NAME = rf"(?!{zh.LATELY})(?:{LETTER}{{2,4}}|{LETTER}\s{{1,2}}{LETTER}|{LETTER}{{1,6}}·{LETTER}{{1,8}})"
_NAMES = rf"{_NAME}(?:(?:\s+|\s*[、,;/]\s*){_NAME}){{0,7}}"
_PLACED = (  # 南城记者, 某某周刊记者: whose reporter it is
    rf"^[\s(\[]*{LETTER}{{1,12}}{_JOB}(?=[\s:/])|^\s*[(\[](?:(?!{_JOB}){LETTER}){{1,8}}{_JOB}"
)
_DEED = (
    rf"(?:\s*/?\s*(?:(?:发自)?{LETTER}{{2,4}}\s?报[道导]|发自{LETTER}{{2,4}}|摄影报[道导]|综合报[道导]|报[道导]|整理"
    r"|文并摄|文/?[图摄]|[图摄]/?文|图文|文))"
)
_SIGNED = rf"{_SIGNER}[\s:/]*{_NAMES}(?:[\s、,;/]*{_SIGNER}[\s:/]*{_NAMES}){{0,3}}{_DEED}?"
_PENNED = rf"(?:{_SIGNED}|(?:文/?图?|[图摄]/?文|图文)\s*[/:]?\s*{_SIGNER}?\s*{_NAMES})"
_BRACKETED = rf"[(\[【]\s*(?:{LETTER}{{2,6}}(?={_JOB}))?{_PENNED}\s*[)\]】]"
_MARK = r"[□■◎○●◆◇★☆▲△#*\s]*"
_WIRE = r"(?:专电|急电|电|快讯|航讯|讯|专稿)"

_OPENING = re.compile(
    rf"""{_MARK}(?:
      据?{_OUTLET}{LETTER}{{0,8}}\s*(?:{zh.DAY})?\s*{_WIRE}(?=[\s,:(\[【]|{_JOB}|$)     # 本报讯 新华社北京1月2日电
    | {_STOP}{{0,12}}?\s?{zh.DAY}\s*(?:{_WIRE}|消息)(?=[\s,:(\[【]|{_JOB}|$)           # 北京8月2日电
    | {_STOP}{{0,14}}?{_WIRE}\s*(?=[(\[][^()\[\]。]{{2,40}}[)\]])                     # 某某晚报讯(某某)
    | {_OUTLET}?\s*(?={_BRACKETED})                                                   # 本报(记者 某某)
    | (?={_OUTLET}\s*(?:{_RANK}\s*){{0,2}}{_JOB}\s+{_NAMES}[\s“]+\S)                  # 本报记者 某某 近日
    | (?={_SIGNED}\s*:)                                                               # 记者某某报道:
    | (?={_OUTLET}\s*(?:{_RANK}\s*){{0,2}}{_JOB}\s*(?:{LETTER}|[·\s]){{2,12}}?报[道导][\s,])  # 本报记者某某报道 近日
    | [□■◎○●◆◇★☆▲△]\s*(?={_SIGNED}\s)                                               # □记者 某某 近日
    | [【\[(〔「『](?:{_OUTLET}|又)[^】\])〕」』。]{{0,24}}{_WIRE}[】\])〕」』]   # 【本报南京十四日专电】
    | [【\[](?=文/|{_OUTLET})[^】\]]{{2,24}}[】\]]                                    # 【某某网报道】
    )""",
    re.VERBOSE,
)
_VAGUE = re.compile(rf"^据(?!.*日)|消息$|^[【\[](?!.*{_WIRE}.$)")
_OPENING_NAMES = re.compile(rf"\s*:?\s*(?:{_BRACKETED}|[(\[]\s*{_NAMES}\s*[)\]]|{_SIGNED}(?=[\s,:“]|$))")
_NO_NAME = r"(?!下转|上接|未完|据|图|见|详见|本版)"
_ALONE = re.compile(
    rf"{_MARK}[(\[【]?\s*{_PENNED}\s*[)\]】]?"
    rf"|\(\s*{_NO_NAME}{_NAMES}\s*\)"
    rf"|[□■◎○●◆◇]\s*{_NAMES}"
    rf"|[^\s,。]{{0,8}}(?:记者|通讯员)(?:\s+[^\s,。:]{{1,4}}){{1,4}}[)]?"  # a scanner's slip in it
    rf"|(?:本报|[□■◎○●◆◇(])[^\s,。]{{0,6}}[记者员][^\s,。]?(?:\s+[^\s,。:]{{2,3}}){{1,4}}[)]?"
    r"|[(\[]?\s*(?:本报综合|综合(?:报道|消息|整理))\s*[)\]]?|\(据[^()]{2,20}\)"
)
_CLOSING = re.compile(
    rf"(?:(?<=[。!?…”』」)\]])\s*|\s+|^)(?:{_BRACKETED}|{_PENNED})\s*$"
    rf"|(?<=[。!?…”、])\s*\({_NO_NAME}{_NAMES}\)$"
)
_PHOTO = re.compile(
    rf"""(?:
      {_SIGNER}[\s:]*{_NAMES}\s*(?:/?\s*(?:摄影?|供图|制图)|/\s*图)
    | (?:^|[\s。(,]){_NAMES}\s*(?:[/\s]\s*(?:摄影?|图)|供图|制图)
    | (?:^|(?<=[。!?()\s])){_NAME}摄
    | (?:摄影?|供图|图片来源|制图)[\s:/]+{_NAMES} | (?:摄影|供图|制图){_NAMES}
    | (?:^|[\s。(])(?:图片?|照片)(?:均?由)?{_STOP}{{2,16}}提供
    | [(。\s]{_STOP}{{2,12}}(?:供图|提供)
    | 资料图片? | 效果图 | 示意图
    )\s*[)\]】。]?$""",
    re.VERBOSE,
)
_CAPTION_START = re.compile(
    rf"[▲△▼▽↑↓←→\s]*(?:图为|[上下左右]图|本?组图|图[{DIGITS[1:]}十\d①-⑨]+[\s:]|图片?[:说]|资料图|这是[^。,]{{0,30}}拍摄)"
)
_ATTENDANCE = re.compile(
    rf"[{IDEOGRAPHS}·\s、]{{1,60}}?(?:出席|参加|主持|讲话|致辞|点评|作报告|陪同|发言|宣布|列席)(?:并?(?:讲话|致辞|点评|发言|主持|出席))?"
)
_GLUED = re.compile(rf"(?<![(\[【]){_JOB}(?={LETTER})([^\s、,;/)\]】·]+)")  # 记者采访时: nothing parts job and name

_MARKED_NAME = re.compile(rf"[□■◎○●◆◇]\s*({LETTER}{{2,4}})")

_NOBODY = re.compile(  # what was done, and whence: 本报综合, 据新华社
    r"(?:据|本报|综合).*|[文图摄]{1,2}|文并摄|摄影|整理|供图|制图|(?:摄影)?报[道导]|[〇○零一二三四五六七八九十年月日]+"
)


class Opening(NamedTuple):
    """How a lead starts: ``text[:end]`` is dateline and byline; the reporters' names stand in `credits`.

    It is `sure` where reporters are named or a wire word stands (讯, 电); 据某社 and 某日消息 open any paragraph.
    """

    end: int
    credits: Span
    sure: bool


def opening(text: str) -> Opening | None:
    """The dateline and byline that a lead starts with; None where there is none."""
    return None if is_signature(text) else _opened(text[:_HEAD_CHARS])


@lru_cache(_REMEMBERED)
def _opened(head: str) -> Opening | None:
    head = _bounded(head)
    match = _OPENING.match(head)
    if match is None:
        return None
    dateline = match.end()
    signed = _OPENING_NAMES.match(head, dateline)
    end = signed.end() if signed else dateline
    return Opening(end, Span(dateline, end), signed is not None or not _VAGUE.search(head[:dateline]))


def is_signature(text: str) -> bool:
    """Whether a line holds reporters and nothing else."""
    return len(text) <= _TAIL_CHARS and _is_signed(text)


@lru_cache(_REMEMBERED)
def _is_signed(line: str) -> bool:
    return _ALONE.fullmatch(_bounded(line)) is not None and _names_people(line)


def closing(text: str) -> Span | None:
    """The signature at the end of a paragraph."""
    tail = text[-_TAIL_CHARS:]
    start = _closed(tail)
    return None if start is None else Span(len(text) - len(tail) + start, len(text))


@lru_cache(_REMEMBERED)
def _closed(tail: str) -> int | None:
    """Where the signature at the end of `tail` starts."""
    match = _CLOSING.search(_bounded_end(tail))
    return match.start() if match and _names_people(match[0]) else None


def _bounded(head: str) -> str:
    """The text with no more signs than are read, of the same length: the patterns try all ways to divide them."""
    past = next(islice(_SIGN.finditer(head), _MOST_SIGNS, None), None)
    return head[: past.start()] + _SIGN.sub(_NO_SIGN, head[past.start() :]) if past else head


def _bounded_end(tail: str) -> str:
    """The same, the last ones kept."""
    return _bounded(tail[::-1])[::-1]


def _names_people(signed: str) -> bool:
    """Whether what follows a job without a space (记者采访时), or a mark alone (●某某), starts as a name does."""
    marked = _MARKED_NAME.fullmatch(signed)
    return all(has_surname(match[1]) for match in _GLUED.finditer(signed)) and (not marked or has_surname(marked[1]))


def has_photo_credit(text: str) -> bool:
    """Whether a paragraph ends by naming its photographer."""
    tail = text[-_TAIL_CHARS:]
    return ("摄" in tail or "图" in tail or "提供" in tail) and _is_credited(tail)


@lru_cache(_REMEMBERED)
def _is_credited(tail: str) -> bool:
    return _PHOTO.search(_bounded_end(tail)) is not None


def starts_caption(text: str) -> bool:
    """Whether a paragraph says that it is about a picture."""
    return _CAPTION_START.match(text) is not None


def names(printed: str, folded: str) -> tuple[str, ...]:
    """The reporters' names in a byline, as printed, without their titles."""
    bare = re.sub(rf"{_PLACED}|{_SIGNER}", lambda match: "/" * len(match[0]), folded)
    found: list[str] = []
    half = ""
    for match in re.finditer(rf"[{IDEOGRAPHS}·]+", bare):
        token = printed[match.start() : match.end()]
        if match[0].endswith(("报道", "报导")):
            token = token[:-2]
            is_place = bare[match.start() - 1].isspace() or match[0][:-2] in zh.CITIES
            if found and is_place:  # 某某 济南报道, 某某/高雄报导
                continue
        if not token or _NOBODY.fullmatch(match[0]):
            half = ""
        elif len(token) == 1:  # 李 明: a name of two characters is set as wide as one of three
            found += [half + token] if half else []
            half = "" if half else token
        elif len(token) <= _LONGEST_NAME:
            found.append(token)
            half = ""
    return tuple(dict.fromkeys(found))


def is_attendance(text: str) -> bool:
    """Whether a line only says who took part: 某某主持并讲话 某某某某出席."""
    bare = text.strip("# ")
    return 0 < len(bare) <= _HEAD_CHARS and all(_ATTENDANCE.fullmatch(part) for part in _phrases(bare))


def _phrases(text: str) -> list[str]:
    """The parts of an attendance line, each up to its verb."""
    parts: list[str] = []
    for word in text.split():
        if parts and not _ATTENDANCE.fullmatch(parts[-1]):
            parts[-1] += word
        else:
            parts.append(word)
    return parts
