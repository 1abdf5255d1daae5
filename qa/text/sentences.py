"""Split text into sentences."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from qa.text.zh import IDEOGRAPHS
from qa.types import Article, Row, Span

HELD_CHARS = 200  # a longer quotation may be cut at its sentences; in news 98 of 100 with a sentence end are shorter
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_WORD = re.compile(r"\w")
_PAIRS = dict(zip('《〈“‘「『（(【〔["', '》〉”’」』）)】〕]"', strict=True))
_QUOTES = frozenset('“‘「『"')
_BRACKET = re.compile("[" + re.escape("".join({*_PAIRS, *_PAIRS.values()})) + "]")
# Half-width marks end a sentence beside Chinese or before a space: not in a URL, an entity or a number.
_ENDER = re.compile(
    r"[。！？；…｡][。！？；…｡!?;]*"
    rf"|(?<=[{IDEOGRAPHS}　-〿！-～”’])[!?;][。！？；…｡!?;]*"
    rf"|(?<![!?])[!?]++(?=\s|$|[{IDEOGRAPHS}”’\"])"
    rf"|(?<=[{IDEOGRAPHS}）)”])\.(?=\s|$)"
    r"|(?<=[a-z]{2})\.(?=\s+[A-Z“\"])"
)
_TAIL = re.compile(r"[”’」』》〉）)】〕\]。！？；…｡!?;]*")
_OLD_CHARS = 100  # of a line that may be set as old papers were
_OLD_EVERY = range(6, 31)  # characters to a mark: names in a list have fewer
_OLD_LEAST = 20  # characters of a sentence between such marks
_OLD_MARK = re.compile("[、　 ．·]+")
_MODERN = re.compile("[。，！？；,!?;｡…]")
_GOES_ON = re.compile("[，,、：:]")


def sentences_of(article: Article) -> tuple[Span, ...]:
    """Ranges of the sentences of an article's text, each row of a table being one."""
    return split_sentences(article.text, article.rows)


def split_sentences(text: str, rows: Sequence[Row] = ()) -> tuple[Span, ...]:
    """Ranges of the sentences of `text`, ascending; together they hold every character that is not blank.

    A sentence ends at 。！？；… with the closing quotes and brackets after it, at half-width ! ? ; beside Chinese, at
    the full stop of an English sentence, and with its line. It does not end inside a pair of quotes or brackets, unless
    the pair is longer than `HELD_CHARS` or runs over the line; nor at marks with no word before them. The lines that
    are `rows` are whole. Linear time.
    """
    whole = {row.start: Span(row.start, row.end) for row in rows}
    found: list[Span] = []
    for line in _LINE.finditer(text):
        row = whole.get(line.start())
        found.extend([row] if row else _line_sentences(text, line.start(), line.end()))
    return tuple(found)


def _line_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    cuts = [cut for cut in _cuts(text, start, end) if cut < end]
    done: Span | None = None
    for first, last in itertools.pairwise((start, *cuts, end)):
        piece = text[first:last]
        if not (ink := piece.strip()):
            continue
        first += len(piece) - len(piece.lstrip())
        span = Span(first, first + len(ink))
        if done is None:
            done = span
        elif _WORD.search(ink) and _WORD.search(text, *done):
            yield done
            done = span
        else:  # marks alone are no sentence: they stay with the one before, or the first with the one after
            done = Span(done.start, span.end)
    if done is not None:
        yield done


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences of the line may end, ascending."""
    if end - start >= _OLD_CHARS and (pauses := _old_pauses(text, start, end)):
        yield from pauses
        return
    held = _held(text, start, end)
    begin = reached = start
    for match in _ENDER.finditer(text, start, end):
        cut = match.end()
        index = bisect_right(held, match.start(), key=lambda span: span.start) - 1
        if index >= 0 and match.start() < held[index].end:
            if not _closes_speech(text, held[index], match.end(), begin):
                continue
            cut = held[index].end
        if cut <= reached:  # inside the marks that were looked at with the one before
            continue
        reached = _TAIL.match(text, cut, end).end()  # type: ignore[union-attr]  # it matches the empty text
        if not _GOES_ON.match(text, reached, end):
            yield reached
            begin = reached


def _old_pauses(text: str, start: int, end: int) -> list[int]:
    """Where sentences of a line end that is set as before 1950: with 、 or spaces and no full stop; none of another."""
    if _MODERN.search(text, start, end):
        return []
    marks = [match.end() for match in _OLD_MARK.finditer(text, start, end)]
    if not marks or (end - start) // len(marks) not in _OLD_EVERY:
        return []
    cuts, begin = list[int](), start
    for mark in marks:
        if mark - begin >= _OLD_LEAST:
            cuts.append(mark)
            begin = mark
    return cuts


def _closes_speech(text: str, pair: Span, ender: int, begin: int) -> bool:
    """Whether a quotation that ends with `ender` also ends the sentence around it.

    “……。” does; “谁来负责？” does where it stands by itself, after a colon or a pause, and not as an object of the
    sentence (提出“谁来负责？”的问题).
    """
    if text[pair.start] not in _QUOTES or _TAIL.fullmatch(text, ender, pair.end - 1) is None:
        return False
    before = text[max(begin, pair.start - 8) : pair.start].rstrip()  # a mark with the blanks after it
    return text[ender - 1] in "。｡" or not before or before[-1] in "：:，,。！？!?；;…—"


def _held(text: str, start: int, end: int) -> list[Span]:
    """Ranges that no sentence ends in: matched pairs of the line that are not too long, overlapping ones joined."""
    waiting: dict[str, list[int]] = {closer: [] for closer in _PAIRS.values()}
    pairs = []
    for match in _BRACKET.finditer(text, start, end):
        mark, place = match.group(), match.start()
        if waiting.get(mark):
            opened = waiting[mark].pop()
            if place - opened < HELD_CHARS:
                pairs.append(Span(opened, place + 1))
        elif mark in _PAIRS:
            waiting[_PAIRS[mark]].append(place)
    joined: list[Span] = []
    for pair in sorted(pairs):
        if joined and pair.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(pair.end, joined[-1].end))
        else:
            joined.append(pair)
    return joined


def is_headline(article: Article, sentence: str) -> bool:
    printed = blankless(sentence).lstrip("#")  # Markdown's sign of a heading
    return printed in blankless(headline(article))


def headline(article: Article) -> str:
    """The headline as printed, kicker and subtitle with it; nothing where none is printed."""
    return "" if article.title_inferred else "".join(filter(None, (article.kicker, article.title, article.subtitle)))


def blankless(value: str) -> str:
    return "".join(value.split())
