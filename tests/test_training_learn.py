"""The training: tokens point at the answer, the loss is the one named, a run goes on where it was left."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from qa import embedding
from qa.answering.shipped import GRAPH, load
from qa.embedding import e5
from qa.embedding.prepared import TOKENIZER, WORDS
from qa.readings import Window as Read
from qa.settings import DEFAULT_MODEL
from qa.types import Span
from training.export import export
from training.features import Encoded, Encoder, Group, read, save
from training.learn import ACCUMULATE, Batch, Course, batches, loss_of
from training.network import WIDTH, Network, from_default
from training.windows import Window


@pytest.fixture(scope="module")
def prepared() -> Path:
    return embedding.prepare(DEFAULT_MODEL)


@pytest.fixture(autouse=True)
def uncompiled() -> Iterator[None]:
    """Compiling takes longer than all that is tested here."""
    with torch.compiler.set_stance("force_eager"):
        yield


def test_gold_tokens_are_the_answer(prepared: Path) -> None:
    encode = Encoder(prepared / TOKENIZER)
    value = "新馆昨天开馆,当天接待读者3200人次。"
    start = value.index("3200")
    made = encode("接待读者多少人次?", Window(value, (Span(start, start + 4),)))
    ((first, last),) = made.gold
    pieces = [encode._tokenizer.id_to_token(one) for one in made.ids]
    assert "3200" in "".join(pieces[first : last + 1])
    assert pieces[0] == "<s>"
    assert pieces[made.first - 2 : made.first] == ["</s>", "</s>"]
    assert pieces[-1] == "</s>"


def test_groups_survive_the_disk(tmp_path: Path) -> None:
    groups: list[Group] = [
        [Encoded([0, 5, 2, 2, 7, 8, 2], 4, ((4, 5), (5, 5))), Encoded([0, 5, 2, 2, 9, 2], 4, ())],
        [Encoded([0, 6, 2, 2, 9, 2], 4, ())],
    ]
    save(tmp_path / "groups.npz", groups)
    assert read(tmp_path / "groups.npz") == groups


def test_a_pass_holds_every_question_once() -> None:
    groups: list[Group] = [[Encoded([0] * (20 + n % 90), 4, ((5, 5),))] * (1 + n % 2) for n in range(1500)]
    seen = list(batches(groups, 3))
    assert sum(len(one.rows) for one in seen) == 1500
    assert sum(len(one.ids) for one in seen) == sum(map(len, groups))
    assert all(one.ids.size <= 4096 + 2 * one.ids.shape[1] for one in seen)
    assert (
        [one.rows for one in batches(groups, 3)]
        == [one.rows for one in seen]
        != [one.rows for one in batches(groups, 4)]
    )


def test_the_loss_is_shared_over_the_windows_of_a_question() -> None:
    passage = np.array([[False, True, True], [False, True, True]])
    batch = Batch(np.zeros((2, 3), np.int32), np.ones((2, 3), bool), passage, [2], [[(0, 1, 2)]])
    even = loss_of(torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(2), batch)
    assert float(even) == pytest.approx(math.log(2) + math.log(4))  # a coin a window; one place of four, twice, halved
    start, end = torch.zeros(2, 3), torch.zeros(2, 3)
    start[0, 1] = end[0, 2] = 30.0
    assert float(loss_of(start, end, torch.tensor([30.0, -30.0]), batch)) == pytest.approx(0, abs=1e-6)


def test_a_question_without_an_answer_only_tosses_the_coin() -> None:
    batch = Batch(np.zeros((1, 3), np.int32), np.ones((1, 3), bool), np.ones((1, 3), bool), [1], [[]])
    assert float(loss_of(torch.randn(1, 3), torch.randn(1, 3), torch.tensor([-20.0]), batch)) == pytest.approx(
        0, abs=1e-6
    )


def test_a_run_goes_on_where_it_was_left(prepared: Path, tmp_path: Path) -> None:
    words = np.load(prepared / WORDS, mmap_mode="r")
    groups: list[Group] = [[Encoded([0, 50 + n, 2, 2, 60 + n, 70, 2], 4, ((4, 4),))] for n in range(8)]

    def course(state: Path) -> Course:
        torch.manual_seed(1)
        return Course(Network(), words, state, 2 * ACCUMULATE)

    whole = course(tmp_path / "whole.pt")
    whole.run([groups] * 2 * ACCUMULATE, print)
    first = course(tmp_path / "parts.pt")
    first.run([groups] * ACCUMULATE, print)
    second = course(tmp_path / "parts.pt")
    second.run([groups] * 2 * ACCUMULATE, print)
    for one, other in zip(whole.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_it_starts_as_the_default_model_and_ships_small(prepared: Path, tmp_path: Path) -> None:
    e5.build(None, tmp_path / "default")
    network = from_default(tmp_path / "default").eval()
    lexicon = embedding.lexicon_of(DEFAULT_MODEL)
    value = "query: 新馆昨天开馆"
    rows = torch.from_numpy(lexicon.rows([lexicon.begin, *lexicon.cut(value)[0], lexicon.end]))[None]
    with torch.no_grad():
        states = network.norm(rows + network.places[: rows.shape[1]])
        for layer in network.layers:
            states = layer(states, None)
    mean = states[0].mean(0).numpy()
    vector = embedding.load(DEFAULT_MODEL).embed_query("新馆昨天开馆")
    assert float(mean @ vector / np.linalg.norm(mean)) > 0.98

    torch.save({"network": network.state_dict()}, tmp_path / "state.pt")
    export(tmp_path / "state.pt", tmp_path / "reader", lexicon.fingerprint, [rows[0].numpy()])
    assert (tmp_path / "reader" / GRAPH).stat().st_size < 25_000_000
    window = Read("新馆昨天开馆。馆长是王小明。", (Span(0, 7), Span(7, 14)))
    (reading,) = load(lexicon, tmp_path / "reader").read("馆长是谁？", [window])
    with torch.no_grad():
        begin, end = lexicon.begin, lexicon.end
        ids = itertools.chain([begin], lexicon.cut("馆长是谁?")[0], [end, end], lexicon.cut(window.text)[0], [end])
        expected = network(torch.from_numpy(lexicon.rows(list(ids)))[None])
    assert reading.answers == pytest.approx(float(expected[2]), abs=0.15)
    assert rows.shape[-1] == WIDTH
