"""What is made once and kept: made anew where it is not what was made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.questions import confusables
from qa.text import cache, segmenter
from tests.parts.tampering import change


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MODELS", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "SHIPPED", tmp_path / "shipped")


def _make(folder: Path) -> None:
    (folder / "table").write_bytes(b"table" * 100)


def test_it_is_made_once() -> None:
    place = cache.kept("tables", _make)
    first = (place / "table").stat()
    assert cache.kept("tables", _make) == place
    assert (place / "table").stat() == first


def test_what_was_altered_or_lost_is_made_anew() -> None:
    place = cache.kept("tables", _make)
    change(place / "table")
    assert (cache.kept("tables", _make) / "table").read_bytes() == b"table" * 100
    (place / "table").unlink()
    assert (cache.kept("tables", _make) / "table").read_bytes() == b"table" * 100
    assert sorted(path.name for path in place.parent.iterdir() if path.is_dir()) == ["tables"]


@pytest.mark.parametrize("told", [None, b"", b"{}", b"[]", b"\xff", b'{"table": 7}'])
def test_what_an_earlier_version_made_is_made_anew(told: bytes | None) -> None:
    """It did not write down what it made."""
    place = cache.kept("tables", _make)
    (manifest,) = (path for path in place.iterdir() if path.name != "table")
    assert list(json.loads(manifest.read_text("utf-8"))) == ["table"]
    (place / "table").write_bytes(b"tampered")
    manifest.unlink() if told is None else manifest.write_bytes(told)
    assert (cache.kept("tables", _make) / "table").read_bytes() == b"table" * 100


def test_what_ships_is_not_made(tmp_path: Path) -> None:
    cache.kept("tables", _make).replace(tmp_path / "tables")
    (tmp_path / "shipped").mkdir()
    place = (tmp_path / "tables").replace(tmp_path / "shipped" / "tables")
    assert cache.kept("tables", _make) == place
    change(place / "table")
    with pytest.raises(ModelError, match=rf"{place}.*重新安装"):
        cache.kept("tables", _make)
    assert not cache.folder().joinpath("tables").exists()


def test_what_neither_ships_nor_can_be_made_says_what_is_missing() -> None:
    def make(_: Path) -> None:
        raise ModuleNotFoundError("No module named 'jieba'", name="jieba")

    with pytest.raises(ModelError, match=r"tables.*jieba.*重新安装"):
        cache.kept("tables", make)


def test_what_was_looked_at_is_noted_beside_it_but_not_in_the_installation() -> None:
    place = cache.kept("tables", _make)
    assert cache.stamps(place) == place.with_name(".tables.checked")
    installed = Path(cache.__file__).parent
    assert cache.stamps(installed).parent == cache.folder()
    assert cache.stamps(installed) != cache.stamps(installed.parent / "models" / "text")


@pytest.mark.parametrize("prepare", [segmenter.prepare, confusables.prepare])
def test_tables_that_were_tampered_with_never_serve(prepare: object) -> None:
    assert callable(prepare)
    place = prepare()
    whole = {path.name: path.read_bytes() for path in place.iterdir()}
    for name in whole:
        change(place / name)
    assert {path.name: path.read_bytes() for path in prepare().iterdir()} == whole


def test_a_cache_that_cannot_be_written_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QA_MODELS", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match="QA_MODELS"):
        cache.kept("tables", _make)
