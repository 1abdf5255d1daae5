"""Examples -> arrays: cut documents into windows, place each question in them, mine negatives."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from qa.text.sentences import split_sentences
from qa.text.words import content_words
from qa.types import Span
from training import cloze, located, noise, sets, swap
from training.arrays import Gold, Item, Positive, Store
from training.neighbours import Neighbours
from training.sets import Document, Example

CUTS = 3  # ways in which each document is cut into windows
SHORT, LONG = 100, 380  # characters of a window, drawn for each cut
QUESTION_TOKENS, HEAD_TOKENS, WINDOW_TOKENS = 64, 48, 320
_NOISY = 0.5  # share of the documents whose last cut is as a scanner gives it
_NEAR = 12  # windows of other documents that look most like the answer
_SWAPS = 0.6  # share of the questions that also come about something else
_PLAIN = ("cmrc2018-train", "drcd-train-part", "drcd-dev", located.SET)  # sets that lean on their texts' words
_BESIDE = 6_000  # further articles of the news, of which windows may look like an answer
_FILLING = 200  # first articles of the news: `training.folders` fills what is searched with some of them
_PRACTICE = 8_000  # questions made from sentences of the news
_KEYWORDS = 12_000  # windows that are also asked for by a few of their own words
_SEED = 20
_LOCATED = "located.json"


@dataclass(frozen=True, slots=True)
class Cut:
    """A window of a document: its number, its text, and the ranges that its tokens stand for."""

    number: int
    value: str
    places: Sequence[tuple[int, int]]
    sentences: Sequence[Span]


class Writer:
    """Collects texts as tokens, numbered by first use."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.begin, self.end = self._tokenizer.encode("").ids
        self._number: dict[int, int] = {}
        self._known: dict[str, int] = {}
        self.values: dict[int, str] = {}  # of windows
        self.store = Store()
        for special in (self.begin, self.end, *self._tokenizer.encode("query: passage:", add_special_tokens=False).ids):
            self._small(special)

    def text(self, value: str, most: int) -> int:
        """The number of a text; the last `most` tokens of a longer one."""
        if value not in self._known:
            ids = self._tokenizer.encode(value, add_special_tokens=False).ids[-most:]
            self._known[value] = self._add(ids)
        return self._known[value]

    def window(self, value: str, head: int, document: int) -> tuple[int, Sequence[tuple[int, int]]]:
        """The number of a window under a head, and what its tokens stand for."""
        found = self._tokenizer.encode(value, add_special_tokens=False)
        number = self._add(found.ids[:WINDOW_TOKENS])
        self.values[number] = value
        self.store.head_of[number] = head
        self.store.document_of[number] = document
        return number, found.offsets[:WINDOW_TOKENS]

    def _add(self, ids: Sequence[int]) -> int:
        self.store.tokens.append(np.array([self._small(one) for one in ids], np.uint16))
        return len(self.store.tokens) - 1

    def _small(self, token: int) -> int:
        if token not in self._number:
            self._number[token] = len(self._number)
            self.store.vocabulary.append(token)
        return self._number[token]


def build(data: Path, work: Path, tokenizer: Path, say: Callable[[str], None]) -> Store:
    """The arrays of everything that trains; `work` keeps what was found in minutes."""
    chance = random.Random(_SEED)
    writer = Writer(tokenizer)
    examples = [one for one in sets.load(data) if one.document.part != "measure"]
    say(f"{len(examples)} questions")
    asked = {one.document.id for one in examples} | {one.document.id for one in sets.asked_news(data)} | sets.reserved()
    free = [one for one in sets.lines(data / sets.NEWS / "corpus.jsonl.xz") if one["_id"] not in asked]
    practised = map(sets.news_document, chance.sample(free, len(free)))
    practice = list(cloze.questions(practised, _PRACTICE, chance))
    found = list(located.locate(data / sets.NEWS, free, work / _LOCATED))
    say(f"{len(practice)} made of sentences, {len(found)} located")
    builder = Builder(writer, chance)
    builder.run([*examples, *found, *practice], say)
    builder.beside(map(sets.news_document, chance.sample(free[_FILLING:], _BESIDE)))
    _keywords(writer, chance)
    return writer.store


class Builder:
    """Cuts each document once and places all its questions."""

    def __init__(self, writer: Writer, chance: random.Random) -> None:
        self._writer = writer
        self._chance = chance
        self._documents: dict[tuple[str, str], list[list[Cut]]] = {}
        self._groups: dict[str, int] = {}

    def run(self, examples: Sequence[Example], say: Callable[[str], None]) -> None:
        training = {one.document.id: one.document.text for one in examples if one.document.part == "train"}
        names = swap.stock(training.values())
        kinds = {name: number for number, name in enumerate(dict.fromkeys(one.set for one in examples))}
        items = [(example, self._item(example, kinds[example.set], names)) for example in examples]
        store = self._writer.store
        store.sets = list(kinds)
        store.items = [item for example, item in items if item and example.document.part == "train"]
        store.fit = [item for example, item in items if item and example.document.part == "fit"]
        say(f"{len(self._writer.store.items)} placed, {len(self._writer.store.tokens)} texts")
        for name in kinds:
            for part in ("train", "fit"):
                self._near(
                    [(one, item) for one, item in items if item and (one.set, one.document.part) == (name, part)]
                )
            say(f"negatives of {name}")

    def beside(self, documents: Iterable[Document]) -> None:
        """Cut documents about which nothing is asked."""
        for one in documents:
            self._cuts(replace(one, group=""))

    def _cuts(self, document: Document) -> list[list[Cut]]:
        key = (document.id, document.text)
        if key not in self._documents:
            head = self._writer.text(document.head, HEAD_TOKENS)
            group = self._groups.setdefault(document.group or document.id, len(self._groups))
            count = CUTS if document.group else 1
            self._documents[key] = [
                list(self._cut(document.text, head, group, is_last=count > 1 and number == count - 1))
                for number in range(count)
            ]
        return self._documents[key]

    def _cut(self, value: str, head: int, group: int, *, is_last: bool) -> Iterator[Cut]:
        size = self._chance.randint(SHORT, LONG)
        is_noisy = is_last and self._chance.random() < _NOISY
        rate = self._chance.choice((0.0, 0.01, 0.02))
        for span, inside in windows(value, size):
            piece = value[span.start : span.end]
            sentences = [Span(one.start - span.start, one.end - span.start) for one in inside]
            if is_noisy:
                piece, sentences = noise.scan(piece, sentences, rate, self._chance)
            number, places = self._writer.window(piece, head, group)
            yield Cut(number, piece, places, sentences)

    def _item(self, example: Example, kind: int, names: swap.Stock) -> Item | None:
        positives, own = [], []
        for cuts in self._cuts(example.document):
            is_list = example.mode == "all"
            found = [_positive(cut, example.answers, is_list) for cut in cuts]
            positives.append([one for one in found if one])
            own.append([cut.number for cut, one in zip(cuts, found, strict=True) if not one])
        if example.answers and not any(positives):
            return None
        group = self._groups[example.document.group or example.document.id]
        is_list, is_made, is_plain = example.mode == "all", example.set == cloze.SET, example.set in _PLAIN
        item = Item(kind, self._asked(example), [], positives, own, [], group, is_list, is_made, is_plain)
        if example.answers and not example.history and self._chance.random() < _SWAPS:
            other = swap.swap(example.question, example.document.text, names, self._chance)
            item.swapped = [self._question(other)] if other else []
        return item

    def _asked(self, example: Example) -> list[int]:
        """Its wordings: as it is and as people type it; behind what was asked before, whole or in words."""
        if example.history:
            before = example.history[-1]
            said = (before, "".join(content_words(before)))
            return [self._question(f"{one} {example.question}") for one in dict.fromkeys(said)]
        ways = (example.question, noise.ask(example.question, self._chance), *example.wordings)
        return [self._question(one) for one in dict.fromkeys(ways)]

    def _question(self, value: str) -> int:
        return self._writer.text(value, QUESTION_TOKENS)

    def _near(self, items: Sequence[tuple[Example, Item]]) -> None:
        """Windows of other documents of the set that share most with question and answer, and hold no answer."""
        cuts = {cut.number: cut.value for example, _ in items for cut in self._cuts(example.document)[0]}
        numbers = list(cuts)
        if len(numbers) < 4 * _NEAR:
            return
        index = Neighbours([cuts[number] for number in numbers])
        for example, item in items:
            for at in index.nearest(" ".join((*example.history, example.question)), 3 * _NEAR):
                number = numbers[at]
                if self._writer.store.document_of[number] == item.document:
                    continue
                if not any(answer in cuts[number] for answer in example.answers):
                    item.near.append(number)
                if len(item.near) == _NEAR:
                    break


def windows(value: str, size: int) -> Iterator[tuple[Span, list[Span]]]:
    """Whole sentences, up to `size` characters together, one longer sentence alone."""
    held: list[Span] = []
    for sentence in itertools.chain(split_sentences(value), [None]):
        if held and (sentence is None or sentence.end - held[0].start > size):
            yield Span(held[0].start, held[-1].end), held
            held = []
        if sentence:
            held.append(sentence)


def _positive(cut: Cut, answers: Sequence[str], is_list: bool) -> Positive | None:
    """Where a window answers; None where it does not. The answers of a list count apart, of others any one will do."""
    gold: list[Gold] = []
    spans: list[Span] = []
    for number, answer in enumerate(answers):
        for span in occurrences(cut.value, answer):
            inside = [i for i, (a, b) in enumerate(cut.places) if a < span.end and b > span.start and b > a]
            if inside:
                gold.append(Gold(number if is_list else 0, inside[0], inside[-1]))
                spans.append(span)
    if not gold:
        return None
    needed = [one for one in cut.sentences if any(one.start < span.end and span.start < one.end for span in spans)]
    ranges = tuple(_tokens(cut.places, one) for one in needed)
    return Positive(cut.number, tuple(gold), ranges, _hole(ranges, len(cut.places)))


def _tokens(places: Sequence[tuple[int, int]], span: Span) -> tuple[int, int]:
    inside = [i for i, (a, b) in enumerate(places) if a < span.end and b > span.start and b > a]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _hole(ranges: Sequence[tuple[int, int]], length: int) -> tuple[int, int] | None:
    """What to leave out so that nothing answers, where enough is left."""
    first, last = min(one for one, _ in ranges), max(one for _, one in ranges)
    return (first, last) if last - first <= length // 2 else None


def occurrences(value: str, answer: str) -> Iterator[Span]:
    """Where a text stands in another, which may have line breaks inside it."""
    kept = [at for at, character in enumerate(value) if not character.isspace()]
    plain, wanted = "".join(value[at] for at in kept), "".join(answer.split())
    place = plain.find(wanted) if wanted else -1
    while place >= 0:
        yield Span(kept[place], kept[place + len(wanted) - 1] + 1)
        place = plain.find(wanted, place + 1)


def _keywords(writer: Writer, chance: random.Random) -> None:
    """Windows asked for by two to four words of one of their sentences, or by their head."""
    windows_known = sorted(writer.store.head_of)
    for number in chance.sample(windows_known, min(_KEYWORDS, len(windows_known))):
        words = [word for word in content_words(writer.values[number]) if len(word) > 1]
        if len(words) > 8:
            start = chance.randrange(len(words) - 4)
            asked = " ".join(words[start : start + chance.randint(2, 4)])
            writer.store.pairs.append((writer.text(asked, QUESTION_TOKENS), number))
