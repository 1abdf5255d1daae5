"""The rule by which figures are carried on, and the simulation against what can be computed."""

from __future__ import annotations

from argparse import Namespace
from statistics import mean

import pytest

from bench.capacity import Demand, _full, _simulated, carried

CALL = Namespace(askers=200, pause=10.0, cores=2, database_cores=4)


def test_a_figure_is_carried_on_by_its_two_largest_sizes() -> None:
    assert carried([(10, 5.0), (100, 20.0), (200, 30.0)], 1000) == pytest.approx(110)
    assert carried([(100, 20.0), (200, 19.0)], 1000) == 19, "what fell by chance does not go on falling"
    rows = [{"passages": 100, "a": 5.0, "b": 5.0}, {"passages": 200, "a": 10.0, "b": 20.0}]
    assert _full(rows, ("a", "b"), 1.03) == pytest.approx(200 + 1000 / 0.2)
    assert carried([(10, 1.0), (100, 2.0)], 10_000, is_graph=True) == pytest.approx(4)


def test_a_processor_that_is_always_busy_answers_as_many_as_it_can() -> None:
    load = _simulated(CALL, Demand([500.0], 1.0), 2)
    assert load.a_second == pytest.approx(2 * CALL.cores / 0.5, rel=0.02)
    assert load.servers == pytest.approx(1, abs=0.02)
    assert mean(load.waits) == pytest.approx(CALL.askers / load.a_second - CALL.pause, rel=0.05), "Little's law"


def test_one_that_is_idle_lets_nobody_wait() -> None:
    load = _simulated(CALL, Demand([10.0, 30.0], 10.0), 3)
    assert load.a_second == pytest.approx(CALL.askers / (CALL.pause + 0.03), rel=0.05)
    assert mean(load.waits) == pytest.approx(0.03, rel=0.05)
    assert load.postgres == pytest.approx(load.a_second * 0.01 / CALL.database_cores, rel=0.02)
