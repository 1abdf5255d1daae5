"""Arrays -> batches of padded windows or pairs, drawn at random from a seed."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.arrays import Item, Positive, Store

WINDOWS = 5  # that are read together for a question
_GOLDS = 24  # answers of a question that are looked at
_POOL = 1500  # questions that are sorted by length together
_ROUND = 16  # tokens: lengths are padded to multiples
_BLANK = -1  # a window's number where there is none
_WITH_HOLE = 0.7  # share of the answerable questions that also see their window without the answering sentence
_POSITIVES = 3  # windows with an answer that are read for a question, at most
_HEADLESS = 0.25  # share of the windows that are read without what stands above them
_SWAPPED = 0.35  # share of the questions with a swapped wording that are asked so
_MADE = 0.15  # share of the made questions that a pass takes
_PLAIN = 0.5  # share of the questions on encyclopedias and the like that a pass takes
_ASIDE = 0.05  # share of the questions that a pass takes of sets that are out of focus
_HARD = 1  # windows of other documents in a batch of vectors, for each question


@dataclass(frozen=True, slots=True)
class Piece:
    """A window as it is read: its number, what is left out of it, and what in it answers."""

    window: int
    hole: tuple[int, int] | None = None
    positive: Positive | None = None


@dataclass(slots=True)
class ReadBatch:
    """Groups of WINDOWS windows. `gold` holds (group, answer, start, end) in positions of the group's windows laid end
    to end, `needed` is 1 in sentences that answer, `label` tells for each window whether it answers, `counted` which
    windows there are.
    """

    ids: NDArray[np.int64]  # (windows, tokens), numbers of the store's vocabulary
    mask: NDArray[np.bool_]
    passage: NDArray[np.bool_]
    needed: NDArray[np.float32]
    label: NDArray[np.float32]
    counted: NDArray[np.bool_]
    any_of: NDArray[np.bool_]  # (groups,)
    gold: NDArray[np.int64]


def read_batches(
    store: Store, items: Sequence[Item], tokens: int, seed: int, focus: Collection[str] = ()
) -> Iterator[ReadBatch]:
    """All items once, groups of like lengths together, about `tokens` tokens a batch, padding counted. Where there are
    sets in `focus`, of all others one question in twenty.
    """
    chance = random.Random(seed)
    aside = {number for number, name in enumerate(store.sets) if focus and name not in focus}
    shares = [_share(item) * (_ASIDE if item.set in aside else 1) for item in items]
    drawn_from = [item for item, share in zip(items, shares, strict=True) if chance.random() < share]
    order = chance.sample(drawn_from, len(drawn_from))
    for start in range(0, len(order), _POOL):
        drawn = [_draw(store, item, chance) for item in order[start : start + _POOL]]
        drawn.sort(key=lambda group: group[3])
        ready, current = [], list[_Group]()
        for group in drawn:
            if current and (len(current) + 1) * WINDOWS * rounded(group[3]) > tokens:
                ready.append(current)
                current = []
            current.append(group)
        ready.append(current)
        chance.shuffle(ready)
        yield from (_read_batch(store, one, chance) for one in ready)


def _share(item: Item) -> float:
    """How often a pass takes a question: one written for it always, one that a text gives away more seldom."""
    return _MADE if item.made else _PLAIN if item.plain else 1.0


_Group = tuple[Item, int, list[Piece], int]  # with the question's wording, its windows, the longest in tokens


def _draw(store: Store, item: Item, chance: random.Random) -> _Group:
    """A wording of the question and the windows that it is asked of."""
    cuts = [number for number, found in enumerate(item.positives) if found] or list(range(len(item.own)))
    cut = chance.choice(cuts)
    positives, own = item.positives[cut], item.own[cut]
    if item.swapped and chance.random() < _SWAPPED:
        asked = chance.choice(item.swapped)
        pieces = [Piece(one.window) for one in positives]
    else:
        asked = chance.choice(item.asked)
        chosen = chance.sample(positives, min(_POSITIVES, len(positives)))
        pieces = [Piece(one.window, None, one) for one in chosen]
        holed = [one for one in chosen[:1] if one.hole and chance.random() < _WITH_HOLE]
        pieces += [Piece(one.window, one.hole) for one in holed]
    pieces = pieces[:WINDOWS]
    mine = min(len(own), WINDOWS - len(pieces) - (WINDOWS - len(pieces)) // 2)  # of its document, where there are some
    pieces += [Piece(one) for one in chance.sample(own, mine)]
    pieces += [Piece(one) for one in chance.sample(item.near, min(len(item.near), WINDOWS - len(pieces)))]
    chance.shuffle(pieces)
    question = len(store.tokens[asked])
    longest = max(len(store.tokens[one.window]) + len(store.tokens[store.head_of[one.window]]) for one in pieces)
    return item, asked, pieces, question + longest + 5


def _read_batch(store: Store, groups: Sequence[_Group], chance: random.Random) -> ReadBatch:
    width = rounded(max(group[3] for group in groups))
    rows = len(groups) * WINDOWS
    ids = np.ones((rows, width), np.int64)
    mask, passage = np.zeros((rows, width), bool), np.zeros((rows, width), bool)
    needed, label = np.zeros((rows, width), np.float32), np.zeros(rows, np.float32)
    counted = np.zeros(rows, bool)
    gold: list[tuple[int, int, int, int]] = []
    for group, (_, asked, pieces, _) in enumerate(groups):
        found: list[tuple[int, int, int, int]] = []
        for at, piece in enumerate(pieces):
            row = group * WINDOWS + at
            head = store.head_of[piece.window] if chance.random() >= _HEADLESS else None
            line, first = sequence(store, asked, head, piece)
            ids[row, : len(line)], mask[row, : len(line)] = line, True
            passage[row, first : len(line) - 1] = True
            counted[row] = True
            if piece.positive:
                label[row] = 1
                for start, end in piece.positive.sentences:
                    needed[row, first + start : first + end] = 1
                offset = at * width + first
                found += [(group, one.answer, offset + one.first, offset + one.last) for one in piece.positive.gold]
        mask[group * WINDOWS + len(pieces) : (group + 1) * WINDOWS, 0] = True  # attention needs something to see
        gold += found[:_GOLDS]
    any_of = np.array([not item.is_list for item, _, _, _ in groups])
    return ReadBatch(ids, mask, passage, needed, label, counted, any_of, np.array(gold, np.int64).reshape(-1, 4))


def sequence(store: Store, asked: int, head: int | None, piece: Piece) -> tuple[NDArray[np.int64], int]:
    """``<s> question </s></s> head </s> window </s>`` and where the window begins. <s> is 0, </s> is 1 in the store."""
    window = store.tokens[piece.window].astype(np.int64)
    if piece.hole:
        window = np.concatenate([window[: piece.hole[0]], window[piece.hole[1] :]])
    above = store.tokens[head].astype(np.int64) if head is not None else np.zeros(0, np.int64)
    question = store.tokens[asked].astype(np.int64)
    line = np.concatenate([[0], question, [1, 1], above, [1], window, [1]])
    return line, len(question) + len(above) + 4


def rounded(length: int) -> int:
    """A length as texts are padded to it."""
    return -(-length // _ROUND) * _ROUND


@dataclass(slots=True)
class VectorBatch:
    """`pairs` questions, as many windows that answer, then windows that look like it, all as texts of one kind each.

    `same` is true where a window's document is that of a question whose own window it is not.
    """

    queries: NDArray[np.int64]
    query_mask: NDArray[np.bool_]
    passages: NDArray[np.int64]
    passage_mask: NDArray[np.bool_]
    same: NDArray[np.bool_]  # (questions, windows)


def vector_batches(store: Store, pairs: int, seed: int, plain: float) -> Iterator[VectorBatch]:
    """All answerable items once and a share `plain` of the store's pairs, by chance."""
    chance = random.Random(seed)
    drawn = [found for item in store.items if (found := _vector_pair(item, chance))]
    drawn += [(asked, window, []) for asked, window in chance.sample(store.pairs, int(plain * len(store.pairs)))]
    chance.shuffle(drawn)
    for start in range(0, len(drawn) - pairs + 1, pairs):
        yield _vector_batch(store, drawn[start : start + pairs], chance)


def _vector_pair(item: Item, chance: random.Random) -> tuple[int, int, list[int]] | None:
    found = [one.window for positives in item.positives for one in positives]
    if not found:
        return None
    return chance.choice(item.asked), chance.choice(found), chance.sample(item.near, min(_HARD, len(item.near)))


def _vector_batch(store: Store, drawn: Sequence[tuple[int, int, list[int]]], chance: random.Random) -> VectorBatch:
    windows = [window for _, window, _ in drawn] + [one for _, _, near in drawn for one in near]
    documents = np.array([store.document_of[one] for one in windows])
    own = documents[: len(drawn)]
    same = own[:, None] == documents[None, :]
    same[np.arange(len(drawn)), np.arange(len(drawn))] = False
    queries = [query_of(store, asked) for asked, _, _ in drawn]
    passages = [passage_of(store, window, chance.random() < 0.5) for window in windows]
    return VectorBatch(*padded(queries), *padded(passages), same)


QUERY, PASSAGE = (2, 3, 4), (5, 4)  # "query:" and "passage:" in the store's vocabulary


def query_of(store: Store, asked: int) -> NDArray[np.int64]:
    """A question as the embedding model sees it."""
    return np.concatenate([[0, *QUERY], store.tokens[asked].astype(np.int64), [1]])


def passage_of(store: Store, window: int, with_head: bool) -> NDArray[np.int64]:
    """A window as the embedding model sees it."""
    above = store.tokens[store.head_of[window]].astype(np.int64) if with_head else np.zeros(0, np.int64)
    return np.concatenate([[0, *PASSAGE], above, store.tokens[window].astype(np.int64), [1]])[:400]


def padded(texts: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(texts, tokens) as wide as the longest, and where a token is."""
    width = rounded(max(map(len, texts)))
    ids, mask = np.ones((len(texts), width), np.int64), np.zeros((len(texts), width), bool)
    for row, one in enumerate(texts):
        ids[row, : len(one)], mask[row, : len(one)] = one, True
    return ids, mask
