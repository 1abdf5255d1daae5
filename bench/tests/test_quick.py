"""The guard against slowness: what fails, what passes, what is said of ratios that only one side knows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench import quick


@pytest.mark.parametrize(("times", "code"), [(0.5, 0), (1.0, 0), (1.24, 0), (1.26, 1)])
def test_a_ratio_past_a_quarter_more_than_the_stored_one_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], times: float, code: int
) -> None:
    stored = tmp_path / "ratios.json"
    stored.write_text('{"search": 2.0, "ask": 8.0}', encoding="utf-8")
    parts = {"one": lambda _: {"search": 2.0 * times}, "two": lambda _: {"ask": 8.0}}
    assert quick.run(parts, stored) == code
    said = capsys.readouterr().out
    assert f"{times:.2f} x" in said
    assert ("more than 25 % slower: search\n" in said) is bool(code)
    assert json.loads(stored.read_text(encoding="utf-8")) == {"search": 2.0, "ask": 8.0}


def test_a_ratio_that_only_one_side_knows_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = tmp_path / "ratios.json"
    stored.write_text('{"gone": 1.0}', encoding="utf-8")
    assert quick.run({"new": lambda _: {"added": 9.0}}, stored) == 0
    said = capsys.readouterr().out
    assert re.search(r"^added .*not stored yet$", said, re.MULTILINE)
    assert re.search(r"^gone .*not measured$", said, re.MULTILINE)


def test_what_is_written_is_what_the_next_run_is_held_against(tmp_path: Path) -> None:
    stored = tmp_path / "ratios.json"
    assert quick.run({"one": lambda _: {"search": 3.0}}, stored, write=True) == 0
    assert quick.run({"two": lambda _: {"ask": 4.0}}, stored, write=True) == 0
    assert json.loads(stored.read_text(encoding="utf-8")) == {"search": 3.0, "ask": 4.0}
    assert quick.run({"one": lambda _: {"search": 3.8}}, stored) == 1


def test_every_stored_ratio_is_a_positive_number() -> None:
    ratios = json.loads(quick.STORED.read_text(encoding="utf-8"))
    assert ratios
    assert all(isinstance(ratio, float) and ratio > 0 for ratio in ratios.values())


def test_a_ratio_is_the_median_of_how_many_times_their_time_we_take() -> None:
    ours, theirs = (lambda n=n: sum(range(n)) for n in (2_000_000, 200_000))
    assert 3 < quick.in_turns(ours, theirs) < 30
