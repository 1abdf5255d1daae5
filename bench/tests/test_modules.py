"""Every module of the benchmarks can be imported: what it names of the product is there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from bench import warm

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "bench").rglob("*.py")
    if "tests" not in path.parts
)


NO_DEPENDENCY = {"qdrant_edge"}  # packages to compare with, installed by who compares


@pytest.mark.parametrize("module", MODULES)
def test_a_module_can_be_imported(module: str) -> None:
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in NO_DEPENDENCY:
            raise
        pytest.skip(f"{error.name} is not installed")


def test_every_stage_that_is_timed_is_there() -> None:
    assert [stage for stage, owner, name in warm.STAGES if not hasattr(owner, name)] == []
