"""Arrays come back as they were written, and batches hold the answers where the windows do."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from qa import models
from qa.models.prepared import TOKENIZER
from qa.types.settings import DEFAULT_MODEL
from training import arrays, batches, judge, learn, mining
from training.arrays import Store
from training.batches import WINDOWS, Piece, read_batches, sequence, vector_batches
from training.material import Builder, Writer
from training.network import WIDTH, ReaderNetwork, VectorNetwork
from training.sets import Document, Example

LIBRARY = "青石县图书馆昨天开馆。当天接待读者3200人次。馆长王小明说藏书一百万册。新馆周一闭馆。"


@pytest.fixture(scope="module")
def store() -> Store:
    import random

    documents = [
        Document(f"d{n}", LIBRARY.replace("3200", str(3200 + n)), "train", "新馆 2024-05-01", f"g{n}")
        for n in range(60)
    ]
    made = [
        Example(f"q{n}", "set", "fact", "那天来了多少人?", one, (str(3200 + n),), "any")
        for n, one in enumerate(documents)
    ]
    made += [Example(f"m{n}", "set", "missing", "花了多少钱?", one, (), "none") for n, one in enumerate(documents[:20])]
    writer = Writer(models.prepare(DEFAULT_MODEL) / TOKENIZER)
    Builder(writer, random.Random(1)).run(made, lambda line: None)
    writer.store.pairs = [(item.asked[0], item.positives[0][0].window) for item in writer.store.items[:20]]
    return writer.store


def test_what_is_written_is_read(store: Store, tmp_path: Path) -> None:
    arrays.save(tmp_path / "arrays.npz", store)
    again = arrays.read(tmp_path / "arrays.npz")
    assert again.items == store.items
    assert again.fit == store.fit
    assert again.vocabulary == store.vocabulary
    assert again.head_of == store.head_of
    assert again.sets == store.sets
    assert all(np.array_equal(one, other) for one, other in zip(again.tokens, store.tokens, strict=True))


def test_of_sets_out_of_focus_a_pass_takes_few(store: Store) -> None:
    def windows(*focus: str) -> int:
        return sum(int(batch.counted.sum()) for batch in read_batches(store, store.items, 4096, 0, focus))

    assert store.sets == ["set"]
    assert windows() == windows("set")
    assert windows("another") < windows() / 4


def test_gold_tokens_are_the_answer(store: Store) -> None:
    """In the batch, at the place that `gold` names, the very tokens of the answer stand."""
    batch = next(iter(read_batches(store, store.items[:1], 4096, 0)))
    width = batch.ids.shape[1]
    wide = batch.ids.reshape(len(batch.ids) // WINDOWS, -1)
    item = store.items[0]
    told = {
        tuple(store.tokens[one.window][gold.first : gold.last + 1].tolist())
        for found in item.positives
        for one in found
        for gold in one.gold
    }
    for group, _, start, end in batch.gold.tolist():
        assert tuple(wide[group, start : end + 1].tolist()) in told
        assert batch.label[start // width + group * WINDOWS] == 1
        assert batch.needed.reshape(len(wide), -1)[group, start] == 1


def test_a_question_without_an_answer_has_no_label(store: Store) -> None:
    silent = [item for item in store.items if not any(item.positives)]
    assert silent
    for batch in read_batches(store, silent, 4096, 0):
        assert not batch.label.any()
        assert not len(batch.gold)


def test_a_hole_takes_the_answer_out(store: Store) -> None:
    item = next(one for one in store.items if any(found[0].hole for found in one.positives if found))
    positive = next(found[0] for found in item.positives if found and found[0].hole)
    whole, first = sequence(store, item.asked[0], None, Piece(positive.window))
    holed, _ = sequence(store, item.asked[0], None, Piece(positive.window, positive.hole))
    assert positive.hole is not None
    assert len(whole) - len(holed) == positive.hole[1] - positive.hole[0]
    gold = positive.gold[0]
    assert positive.hole[0] <= gold.first <= gold.last < positive.hole[1]
    assert whole[first - 1] == 1  # the end of the head


def test_a_pass_is_the_same_for_a_seed(store: Store) -> None:
    one, other = (list(read_batches(store, store.items, 4096, 3)) for _ in range(2))
    assert all(np.array_equal(a.ids, b.ids) for a, b in zip(one, other, strict=True))


def test_windows_of_the_same_document_are_no_negatives(store: Store) -> None:
    for batch in itertools.islice(vector_batches(store, 8, 1, 1.0), 5):
        assert not batch.same[np.arange(8), np.arange(8)].any()
        assert batches.QUERY == (2, 3, 4)
        assert batch.queries[:, 0].tolist() == [0] * 8


def test_mined_windows_are_of_other_documents_and_hold_no_answer(store: Store) -> None:
    torch.manual_seed(0)
    words = torch.randn(len(store.vocabulary), WIDTH).half()
    before = [len(item.near) for item in store.items]
    network = VectorNetwork()
    network.encoder.layers = network.encoder.layers[:1]  # type: ignore[index]
    mining.mine(store, words, network)
    for item, kept in zip(store.items, before, strict=True):
        mined = item.near[: len(item.near) - kept]
        assert mined or item.positives[0]  # all these reports are nearly the same: those that tell it are left out
        assert len({store.document_of[one] for one in mined}) == len(mined)
        assert item.document not in {store.document_of[one] for one in mined}
        for positive in itertools.chain(*item.positives):
            for gold in positive.gold:
                told = store.tokens[positive.window][gold.first : gold.last + 1].tobytes()
                assert not any(told in store.tokens[one].tobytes() for one in mined)


def test_windows_are_judged_alike_alone_and_among_others(store: Store) -> None:
    torch.manual_seed(0)
    words = torch.randn(len(store.vocabulary), WIDTH).half()
    network = ReaderNetwork()
    network.encoder.layers = network.encoder.layers[:1]  # type: ignore[index]
    network.eval()
    asked = [(item.asked[0], Piece(one)) for item in store.items for one in item.own[0][:1]][:9]
    for one, (answers, start, end) in zip(asked, judge._read(network, store, words, asked), strict=True):
        ((alone, alone_start, alone_end),) = judge._read(network, store, words, [one])
        assert answers == pytest.approx(alone, abs=1e-4)
        assert torch.allclose(start, alone_start, atol=1e-4)
        assert torch.allclose(end, alone_end, atol=1e-4)
        assert len(start) == len(store.tokens[one[1].window])


def test_short_windows_apart_from_long_ones_give_the_same(store: Store) -> None:
    torch.manual_seed(0)
    words = torch.randn(len(store.vocabulary), WIDTH).half()
    network = ReaderNetwork()
    network.encoder.layers = network.encoder.layers[:1]  # type: ignore[index]
    batch = next(iter(read_batches(store, store.items, 8192, 0)))
    ids, mask, counted = (torch.from_numpy(one) for one in (batch.ids, batch.mask, batch.counted))
    with torch.no_grad():
        apart = learn.by_length(network, words, batch.mask.sum(1), ids, mask)
        whole = network(words[ids].float(), mask)
    for one, other in zip(apart, whole, strict=True):
        seen = mask & counted[:, None] if one.dim() > 1 else counted
        assert torch.allclose(one[seen], other[seen], atol=1e-4)
