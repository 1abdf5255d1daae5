"""Split Chinese text into words with parts of speech, the same way for passages and questions."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from qa.text.folding import _HAN, _IDEOGRAPHS, _REMEMBERED, _SHORT, is_han, normalise
from qa.text.segmenter import Segmenter
from qa.types import Span

_OWN: ContextVar[frozenset[str]] = ContextVar("own", default=frozenset())
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
def keeping_words(words: frozenset[str]) -> Iterator[None]:
    """While this lasts, in this thread, the segmenter keeps these normalised words whole: a library's own names."""
    token = _OWN.set(words)
    try:
        yield
    finally:
        _OWN.reset(token)


def search_words(text: str) -> list[str]:
    """Search-mode words of the text, in order, with the shorter words inside longer ones; no punctuation."""
    return _words_of(_TOKEN.findall(normalise(text)))


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Han characters; digits and Latin runs whole; a lone Han character as it is."""
    return _bigrams_of(_TOKEN.findall(normalise(text)))


def content_words(text: str) -> list[str]:
    """The words that carry a question: neither function words nor parts of a longer word, in order, once each."""
    found = dict.fromkeys(part for run in _runs(normalise(text)) for word in _segment(run) for part in _apart(word))
    return [word for word in found if word not in _FUNCTION_WORDS and not _POINTING.fullmatch(word)]


def name_words(text: str) -> list[str]:
    """The words that the segmenter takes for names of people, places, bodies and brands, in order, once each."""
    return list(dict.fromkeys(word for word, tag in tagged_words(text) if tag in _NAME_TAGS and len(word) > 1))


def tagged_words(text: str) -> Sequence[tuple[str, str]]:
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


def word_spans(plain: str, *, guess: bool = False) -> Iterator[Span]:
    """Where the words of a folded text stand, ascending: those of the dictionary, other characters one by one.

    With `guess`, characters that look like a word together are one, as in `words`.
    """
    for run in _TOKEN.finditer(plain):
        end = run.start()
        for word in _segmenter(_OWN.get()).cut(run.group(), guess) if _HAN.match(run.group()) else (run.group(),):
            end += len(word)
            yield Span(end - len(word), end)


def is_function_word(word: str) -> bool:
    """Whether a word is one that any sentence may hold, whatever it is about."""
    return word in _FUNCTION_WORDS or bool(_POINTING.fullmatch(word))


def is_kept_word(word: str) -> bool:
    """Whether a word is one of those kept whole by `keeping`."""
    return word in _OWN.get()


def word_frequency(word: str) -> int:
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
    return len(word) > 1 and is_han(word) and not word_frequency(word) and not is_kept_word(word)


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


@functools.lru_cache(_REMEMBERED)
def _tagged_before(text: str, own: frozenset[str]) -> Sequence[tuple[str, str]]:
    return tuple(_tagged(text))  # by the words kept whole too, which `_tagged` looks up itself


@functools.lru_cache(maxsize=4)
def _segmenter(own: frozenset[str]) -> Segmenter:
    return Segmenter(own)
