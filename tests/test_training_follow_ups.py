"""What a turn takes over is marked; what is trained is what ships."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.models import graphs, readers
from qa.models.follow_up_reader import ROLES, line_of
from tests.parts.span_readers import Characters
from training import follow_ups
from training.follow_ups import STATES, Read, lower_layers, ship, train
from training.network import WIDTH, FollowUpNetwork


def test_words_that_the_whole_question_has_and_the_turn_lacks_are_marked() -> None:
    line = line_of(Characters(), "多少钱", ("潞阳镇的供暖从哪天开始",))
    taken = np.full(len(line.pieces), -1)
    (*_, part) = line.parts
    follow_ups._mark(taken, part, "潞阳镇供暖多少钱", "多少钱")
    marked = "".join(one for one, value in zip(part.text, taken[part.first :], strict=False) if value == 1)
    assert marked == "潞阳镇供暖"
    assert set(taken[: part.first]) == {-1}


def test_the_network_learns_and_the_graph_says_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of made-up states whose first number tells."""
    chance = np.random.default_rng(0)

    def turn(number: int) -> Read:
        states = chance.normal(size=(12, WIDTH)).astype(np.float16)
        states[0, 0] = 6 if number % 2 else -6
        taken = (states[:, 0] > 0).astype(int)
        return Read(states, np.full(12, 2), taken, bool(number % 2), number > 280)

    turns = [turn(number) for number in range(320)]
    monkeypatch.setattr(follow_ups, "_TOKENS", 96)
    network = train(turns, 0)
    words, asked = (float(one.split()[1]) for one in follow_ups._told(network, turns[281:]).split(", "))
    assert words > 0.8
    assert asked > 0.95

    folder = Path(shutil.copytree(readers.FOLDER, tmp_path / "reader"))
    monkeypatch.setattr(readers, "FOLDER", folder)
    (tmp_path / "lower").mkdir()
    lower = lower_layers(tmp_path / "lower")
    ship(network, lower)
    readers.verify(folder)
    rows, roles = chance.normal(size=(1, 23, WIDTH)).astype(np.float32), chance.integers(0, ROLES, (1, 23))
    (states,) = graphs.opened_optimised(lower).run([STATES], {"words": rows})
    made = graphs.opened_optimised(folder / readers.FOLLOW_UPS).run(["taken", "leans"], {"words": rows, "roles": roles})
    with torch.no_grad():
        wanted = network(torch.from_numpy(states), torch.from_numpy(roles))
    for one, other in zip(made, wanted, strict=True):
        assert np.allclose(one, other.numpy(), atol=1e-4)


def test_a_layer_of_its_own_width_takes_a_mask() -> None:
    network = FollowUpNetwork(ROLES).eval()
    states, roles = torch.randn(1, 9, WIDTH), torch.zeros(1, 9, dtype=torch.int64)
    padded = torch.cat([states, torch.randn(1, 4, WIDTH)], 1)
    mask = torch.arange(13)[None] < 9
    with torch.no_grad():
        short, long = network(states, roles), network(padded, torch.zeros(1, 13, dtype=torch.int64), mask)
    assert torch.allclose(short[0], long[0][:, :9], atol=1e-5)
    assert torch.allclose(short[1], long[1], atol=1e-5)


def test_turns_are_read_from_conversations(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [
        {"q": "你好", "kind": "talk", "leans": False},
        {"q": "供暖了吗", "kind": "yesno", "leans": False},
        {"q": "多少户", "kind": "fact", "leans": True, "whole": "供暖多少户"},
        {"q": "谢谢", "kind": "talk", "leans": False},
    ]
    monkeypatch.setattr(follow_ups.sets, "lines", lambda path: [{"turns": turns}])
    assert next(follow_ups.turns_of()) == ("多少户", ("供暖了吗",), "供暖多少户", True, False)
