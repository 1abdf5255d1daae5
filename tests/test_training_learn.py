"""The losses are those named, a run goes on where it was left, and what is exported is what was trained."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from qa import models
from qa.models import e5, graphs, lexicon, readers
from qa.models.int8 import quantised
from qa.models.prepared import TOKENIZER
from training import begin
from training.batches import WINDOWS
from training.export import settled, shipped_reader, shipped_vectors
from training.judge import auroc
from training.learn import reader_loss, schedule
from training.network import WIDTH, ReaderNetwork, VectorNetwork


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    weights = e5.unpack(e5.weights(None))
    _, kept = lexicon.cut(e5.tokenizer_of(weights).to_str())
    path = tmp_path_factory.mktemp("work") / begin.FILE
    begin.write(weights.stored, weights.sizes.rows, np.array(kept), path)
    return path


def test_it_begins_as_the_model_it_begins_from(begun: Path) -> None:
    from tokenizers import Tokenizer

    encoder, words = begin.read(begun)
    network = VectorNetwork()
    network.encoder.load_state_dict(encoder)
    network.eval()
    folder = models.prepare("e5-small")
    ids = Tokenizer.from_file(str(folder / TOKENIZER)).encode("query: 市图书馆昨天开馆。").ids
    with torch.no_grad():
        made = network(words[ids].float()[None], torch.ones(1, len(ids), dtype=torch.bool))[0].numpy()
    assert float(made @ models.load("e5-small").embed_query("市图书馆昨天开馆。")) > 0.998


def test_any_occurrence_will_do_and_each_of_a_list_counts() -> None:
    width = 8
    zeros = torch.zeros(WINDOWS, width)
    batch = {
        "passage": torch.ones(WINDOWS, width, dtype=torch.bool),
        "counted": torch.ones(WINDOWS, dtype=torch.bool),
        "label": torch.zeros(WINDOWS),
        "needed": torch.zeros(WINDOWS, width),
        "any_of": torch.ones(1, dtype=torch.bool),
    }
    # whether and needed, all logits 0: log 2, and half of four times log 2
    even = math.log(2) + 0.5 * 4 * math.log(2)

    def loss(gold: list[tuple[int, int, int, int]]) -> float:
        outputs = (zeros, zeros, zeros, torch.zeros(WINDOWS))
        return float(reader_loss(outputs, {**batch, "gold": torch.tensor(gold)})) - even

    places = WINDOWS * width
    assert loss([(0, 0, 1, 2)]) == pytest.approx(math.log(places), rel=1e-5)
    assert loss([(0, 0, 1, 2), (0, 0, 9, 9)]) == pytest.approx(math.log(places) - math.log(2) / 2, rel=1e-5)
    assert loss([(0, 0, 1, 2), (0, 1, 9, 9)]) == pytest.approx(math.log(places), rel=1e-5)


@pytest.mark.parametrize("any_of", [True, False])
def test_of_windows_with_the_same_answer_the_likeliest_is_meant(any_of: bool) -> None:
    """The less likely of two counts for nothing where one suffices, and as much as the other in a list."""
    width = 4
    batch = {
        "passage": torch.ones(WINDOWS, width, dtype=torch.bool),
        "counted": torch.ones(WINDOWS, dtype=torch.bool),
        "label": torch.tensor([1.0, 1.0] + [0.0] * (WINDOWS - 2)),
        "needed": torch.zeros(WINDOWS, width),
        "any_of": torch.tensor([any_of]),
        "gold": torch.zeros(0, 4, dtype=torch.long),
    }
    answers = torch.tensor([2.0, -1.0] + [0.0] * (WINDOWS - 2), requires_grad=True)
    flat = torch.zeros(WINDOWS, width)
    reader_loss((flat, flat, flat, answers), batch).backward()  # type: ignore[no-untyped-call]
    assert answers.grad is not None
    assert answers.grad[0] < 0
    assert (answers.grad[1] == 0) == any_of


def test_the_rate_goes_up_and_down() -> None:
    rates = [schedule(step / 1000) for step in range(1001)]
    assert max(rates) == pytest.approx(1.0, abs=0.03)
    assert rates[0] < 0.05
    assert rates[1000] == pytest.approx(0.0, abs=1e-6)


def test_quantising_what_was_settled_changes_nothing() -> None:
    matrix = np.random.default_rng(1).standard_normal((WIDTH, 32)).astype(np.float32)
    small, scales = settled(matrix)
    again, same = quantised(small.astype(np.float32) * scales)
    assert np.array_equal(again, small)
    assert same == pytest.approx(scales, rel=1e-5)
    assert np.abs(small * scales - matrix).max() <= 1.5 * scales.max()


def test_a_state_taken_from_what_ships_reads_as_that_does(begun: Path) -> None:
    """The very numbers would take the rounding of activations to int8 too."""
    from tokenizers import Tokenizer

    network = ReaderNetwork()
    network.load_state_dict(shipped_reader())
    network.eval()
    tokenizer = Tokenizer.from_file(str(models.prepare("e5-small") / TOKENIZER))
    words, session = begin.read(begun)[1], graphs.opened_optimised(readers.FOLDER / readers.GRAPH)
    outputs = [output.name for output in session.get_outputs()]
    made, told = ({name: list[float]() for name in outputs} for _ in range(2))
    for question in ("市图书馆哪天开馆?", "藏书有多少册?", "馆长是谁?", "票价多少钱?"):
        for window in ("市图书馆昨天开馆,馆长王小明说藏书一百万册。", "新馆周一闭馆。少儿阅览室设在二层。"):
            rows = words[tokenizer.encode(question, window).ids].float()[None]
            with torch.no_grad():
                found = dict(zip(("start", "end", "needed", "answers"), network(rows), strict=True))
            for name, values in zip(outputs, session.run(None, {"words": rows.numpy()}), strict=True):
                made[name] += found[name].flatten().tolist()
                told[name] += values.ravel().tolist()
    for name in outputs:
        assert np.corrcoef(made[name], told[name])[0, 1] > 0.99


def test_a_state_taken_from_the_embedding_model_that_ships_embeds_as_that_does(begun: Path) -> None:
    from tokenizers import Tokenizer

    network = VectorNetwork()
    network.load_state_dict(shipped_vectors(begun.parent))
    network.eval()
    ids = Tokenizer.from_file(str(models.prepare("e5-small") / TOKENIZER)).encode("query: 市图书馆昨天开馆。").ids
    with torch.no_grad():
        rows = begin.read(begun)[1][ids].float()[None]
        made = network(rows, torch.ones(1, len(ids), dtype=torch.bool))[0].numpy()
    assert float(made @ models.load("wenbao-small").embed_query("市图书馆昨天开馆。")) > 0.998


def test_auroc_counts_the_pairs_in_order() -> None:
    assert auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
