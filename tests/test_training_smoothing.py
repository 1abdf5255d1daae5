"""Exponents follow what goes through a graph, and the rounded graph comes nearer to the whole one by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.models import graphs
from qa.models.int8 import write_int8
from tests.parts.onnx_graphs import WIDTH, chain
from training.smoothing import exponents


def test_the_large_channel_is_found_and_less_is_lost(tmp_path: Path) -> None:
    whole = chain(tmp_path / "whole", 2)
    chance = np.random.default_rng(1)
    runs = chance.standard_normal((20, 9, WIDTH)).astype(np.float32)
    runs[..., 5] *= 100
    found = exponents(whole, list(runs))
    assert found.shape == (2 * WIDTH,)
    assert found[:WIDTH].argmax() == 5
    assert found[5] >= 4
    write_int8(whole, tmp_path / "uneven")
    write_int8(whole, tmp_path / "even", found)
    rows = {"words": runs[:1]}
    exact, uneven, even = (graphs.opened(tmp_path / name).run(None, rows)[0] for name in ("whole", "uneven", "even"))
    assert np.abs(even - exact).mean() < np.abs(uneven - exact).mean() / 2
