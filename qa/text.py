"""Text as the indexes and the matcher see it: folded, cut into sentences, cut into terms.

The same functions serve passages and questions, so that both speak the same terms.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import opencc

from qa import numerals
from qa.segmenter import Segmenter
from qa.sentences import sentences as sentences
from qa.types import Span

_OWN: ContextVar[frozenset[str]] = ContextVar("own", default=frozenset())
_SHORT = 1000  # characters of a text that is remembered,
_REMEMBERED = 256  # so many of them: what one question takes
_FEW = 200  # characters that have a plainer form: `replace` is faster than `translate`, as often as that
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNFOLDED = re.compile(r"[^\u3400-\u9fffa-z0-9 \n]")  # characters that may have a plainer form
_GROUPED_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Escapes, as some of these look like others. Private use is where Chinese encodings put characters that they lacked.
_IDEOGRAPHS = r"\u3400-\u9fff\ue000-\ufaff\U00020000-\U0003ffff\u3007"
_HAN = re.compile(f"[{_IDEOGRAPHS}]")
_TOKEN = re.compile(rf"[{_IDEOGRAPHS}]+|[a-z]+(?:[-'][a-z]+)*|\d+(?:\.\d+)*|[^\W\d_a-z{_IDEOGRAPHS}]+")

_NAME_TAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})  # ICTCLAS's, as jieba gives them
# What the guesser joins to the name behind a number (2005 年青石 街道); 号线, 号楼 are words.
_UNIT = re.compile("[年月日届时点岁名位家个次]|号(?![线楼院厅馆队])")
_PARTICLES = "的了吗呢吧啊是"  # that it joins to a word beside them: 雪是 谁 扫 的; no name begins or ends so
_POINTING = re.compile(r"[这那哪几多][㐀-鿿]{0,2}")  # this one, that day, which floor, how many sheets
# Words of a question, or of any sentence, that say nothing about what is asked for.
_FUNCTION_WORDS = frozenset(
    """
    的 了 吗 呢 吧 啊 呀 么 在 是 有 和 与 及 或 等 被 把 将 对 从 向 到 由 于 以 为 给 让 也 都 就 还 又 再
    很 更 最 不 没 没有 其 此 这 那 该 各 每 之 所 而 且 但 并 并且 如果 因为 所以 以及 还是 或者 我 你 您 他
    她 它 我们 你们 他们 她们 它们 这个 那个 这些 那些 这里 那里 这次 那次 哪 哪个 哪些 哪里 哪儿 哪位 哪家
    哪一 哪年 哪天 哪月 哪几 谁 什么 什么样 什么时候 为什么 为何 如何 怎么 怎样 怎么样 多少 多久 多大 多长
    多远 多高 多 几 几个 几次 几家 何时 何地 何人 何处 何种 是否 能否 可以 可 能 会 要 想 请 请问 知道 告诉
    告诉我 一下 关于 有关 根据 据 按照 通过 进行 时候 时间 地方 一个 一些 一种 个 位 名 项 次 种 家 条 年 月
    日 号 人 里 中 上 下 内 外 前 后 问 说 叫 做 用 来 去 过 着 地 得 只 才 已 已经 曾 曾经 正在 是什么 是谁
    有多少 有哪些 有没有 还有 后来 当时 共 一共 总共 分别 具体
    """.split()  # noqa: SIM905
)


@contextmanager
def keeping(words: frozenset[str]) -> Iterator[None]:
    """While this lasts, in this thread, the segmenter keeps these normalised words whole: a library's own names."""
    token = _OWN.set(words)
    try:
        yield
    finally:
        _OWN.reset(token)


def fold(text: str) -> str:
    """One character for one: full width to half, traditional to simplified, upper case to lower.

    ``len(fold(text)) == len(text)``, so an offset in one is an offset in the other.
    """
    simplified = _simplify(_SURROGATES.sub("\ufffd", text))
    if len(simplified) != len(text):  # a phrase of the dictionary changed length: fold character by character
        simplified = "".join(_fold_character(character) for character in text)
    found = set(_UNFOLDED.findall(simplified))
    plainer = {ord(character): plain for character in found if (plain := _fold_form(character)) != character}
    if len(plainer) > _FEW:  # never in print; a pass for each would be many passes
        return simplified.translate(plainer)
    for code, plain in plainer.items():  # a plainer form has none itself: in any order
        simplified = simplified.replace(chr(code), plain)
    return simplified


def normalise(text: str) -> str:
    """NFKC, traditional to simplified, lower case, grouped digits closed (1,320 to 1320). Length may change."""
    plain = unicodedata.normalize("NFKC", _SURROGATES.sub("\ufffd", text))
    return _GROUPED_DIGITS.sub("", _simplify(plain).lower())


def words(text: str) -> list[str]:
    """Search-mode words of the text, in order, with the shorter words inside longer ones; no punctuation."""
    return _words_of(_TOKEN.findall(normalise(text)))


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Han characters; digits and Latin runs whole; a lone Han character as it is."""
    return _bigrams_of(_TOKEN.findall(normalise(text)))


def content_words(text: str) -> list[str]:
    """The words that carry a question: neither function words nor parts of a longer word, in order, once each."""
    found = dict.fromkeys(part for run in _runs(normalise(text)) for word in _segment(run) for part in _apart(word))
    return [word for word in found if word not in _FUNCTION_WORDS and not _POINTING.fullmatch(word)]


def names(text: str) -> list[str]:
    """The words that the segmenter takes for names of people, places, bodies and brands, in order, once each."""
    return list(dict.fromkeys(word for word, tag in tagged(text) if tag in _NAME_TAGS and len(word) > 1))


def tagged(text: str) -> Sequence[tuple[str, str]]:
    """The words of the text in order, each with its part of speech (ICTCLAS's); "m" for digits, "eng" for Latin."""
    return _tagged_before(text, _OWN.get()) if len(text) <= _SHORT else _tagged(text)


def _tagged(text: str) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for run in _runs(normalise(text)):
        if _HAN.match(run):
            for word, tag in _segmenter(_OWN.get()).tag(run):
                parts = _apart(word)
                found += [(word, tag)] if len(parts) == 1 else [_segmenter(_OWN.get()).tag(part)[0] for part in parts]
        else:
            found.append((run, "m" if run[0].isdigit() else "eng"))
    return found


def index_terms(text: str) -> dict[str, list[str]]:
    """Terms of a passage, by field of the term index. `text` is the passage with its headline in front."""
    runs = _TOKEN.findall(normalise(text))
    return {"words": _words_of(runs), "grams": _bigrams_of(runs)}


def query_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question, by field, once each; function words left out unless nothing else is there."""
    every = list(dict.fromkeys(words(question)))
    found = [word for word in every if word not in _FUNCTION_WORDS] or every
    return {"words": found, "grams": list(dict.fromkeys(bigrams(question)))}


def number_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question's numbers written otherwise (20户, 二十户), by field; none that the question has itself."""
    own, found = query_terms(question), {"words": list[str](), "grams": list[str]()}
    for variant in numerals.variants(normalise(question)):
        cut = words(variant)
        if variant in cut:  # else, as of 二〇二五, it comes in pieces that say nothing
            found["words"] += [word for word in cut if word == variant or numerals.is_numeral(word)]
        found["grams"] += [gram for gram in bigrams(variant) if gram == variant or numerals.is_numeral(gram)]
    return {field: [one for one in dict.fromkeys(terms) if one not in own[field]] for field, terms in found.items()}


def comparable(text: str) -> str:
    """Normalised, with the numbers in digits: what is the same, however it is written, reads the same."""
    return _comparable_before(text) if len(text) <= _SHORT else _comparable(text)


def is_han(written: str) -> bool:
    """Whether a character, or the first of several, is a Chinese ideograph."""
    return bool(_HAN.match(written))


def pieces(plain: str, *, guess: bool = False) -> Iterator[Span]:
    """Where the words of a folded text stand, ascending: those of the dictionary, other characters one by one.

    With `guess`, characters that look like a word together are one, as in `words`.
    """
    for run in _TOKEN.finditer(plain):
        end = run.start()
        for word in _segmenter(_OWN.get()).cut(run.group(), guess) if _HAN.match(run.group()) else (run.group(),):
            end += len(word)
            yield Span(end - len(word), end)


def says_nothing(word: str) -> bool:
    """Whether a word is one that any sentence may hold, whatever it is about."""
    return word in _FUNCTION_WORDS or bool(_POINTING.fullmatch(word))


def is_own(word: str) -> bool:
    """Whether a word is one of those kept whole by `keeping`."""
    return word in _OWN.get()


def frequency(word: str) -> int:
    """How often the segmenter's corpus has a word; 0 where its dictionary does not hold it."""
    return _segmenter(_OWN.get()).frequency(word)


def _runs(plain: str) -> Iterator[str]:
    """Runs of one script of a normalised text; what a number counts apart from a name that it was joined to."""
    number_end = -1
    for match in _TOKEN.finditer(plain):
        run = match[0]
        if match.start() == number_end and len(run) > 1 and _UNIT.match(run) and _is_guessed(_segment(run)[0]):
            yield run[0]
            yield run[1:]
        else:
            yield run
        number_end = match.end() if run[0].isdigit() else -1


def _apart(word: str) -> list[str]:
    """A guessed word without the particles at its ends, and those; any other as it is."""
    if len(word) < 2 or (word[0] not in _PARTICLES and word[-1] not in _PARTICLES) or not _is_guessed(word):
        return [word]
    start, end = word[0] in _PARTICLES, len(word) - (word[-1] in _PARTICLES)
    return [part for part in (word[:start], word[start:end], word[end:]) if part]


def _is_guessed(word: str) -> bool:
    return len(word) > 1 and is_han(word) and not frequency(word) and not is_own(word)


def _segment(run: str) -> Sequence[str]:
    return _segmenter(_OWN.get()).cut(run) if _HAN.match(run) else (run,)


def _words_of(runs: Sequence[str]) -> list[str]:
    cut = _segmenter(_OWN.get()).cut_for_search
    found: list[str] = []
    for run in runs:
        found += cut(run) if _HAN.match(run) else (run,)
    return found


def _bigrams_of(runs: Sequence[str]) -> list[str]:
    found: list[str] = []
    for run in runs:
        if len(run) == 1 or not _HAN.match(run):
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


def _comparable(text: str) -> str:
    return numerals.in_digits(normalise(text))


# A question and the sentences that may answer it are looked at by many rules, one after the other.
_comparable_before = functools.lru_cache(_REMEMBERED)(_comparable)


@functools.lru_cache(_REMEMBERED)
def _tagged_before(text: str, own: frozenset[str]) -> Sequence[tuple[str, str]]:
    return tuple(_tagged(text))  # by the words kept whole too, which `_tagged` looks up itself


@functools.lru_cache(maxsize=4)
def _segmenter(own: frozenset[str]) -> Segmenter:
    return Segmenter(own)


def _simplify(text: str) -> str:
    """Traditional to simplified. What a character became may have a simpler form in its turn (薴 苧 苎)."""
    once = _simplifier()(text)
    return once if once == text else _simplifier()(once)


@functools.cache
def _simplifier() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


@functools.lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    simplified = _simplify(_SURROGATES.sub("\ufffd", character))
    return simplified if len(simplified) == 1 else character


@functools.lru_cache(maxsize=65536)
def _fold_form(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character
